"""The history of versioned records: one row for each version, written with it, erased with its record."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from chassis.documents import to_document
from chassis.identity import Viewer
from chassis.mongo import ASCENDING, DESCENDING, IndexModel, Reader, Transaction
from chassis.records import Order, Records, RecordsPage

COLLECTION = "history"
INDEXES = {
    COLLECTION: (IndexModel([("object_id", ASCENDING), ("order", DESCENDING)], name="by_object"),),
}


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """What made one version: `occurred_at` in the world, `recorded_at` here. `note_vi` and `note_en` are for people."""

    id: str
    object_id: str
    order: str
    version: int
    action: str
    actor: str
    role: str | None
    occurred_at: datetime
    recorded_at: datetime
    note_vi: str | None = None
    note_en: str | None = None


_RECORDS = Records(HistoryRow, COLLECTION)


@dataclass(frozen=True, slots=True)
class Happening:
    """What made the version of an object."""

    object_id: str
    version: int
    action: str
    occurred_at: datetime
    recorded_at: datetime
    note_vi: str | None = None
    note_en: str | None = None


async def note(transaction: Transaction, viewer: Viewer, happening: Happening) -> None:
    """Adds the row of a version, in the transaction that writes it."""
    roles = [grant.role for grant in viewer.grants]
    order = f"{happening.version:09d}"
    row = HistoryRow(
        id=f"{happening.object_id}|{order}",
        object_id=happening.object_id,
        order=order,
        version=happening.version,
        action=happening.action,
        actor=viewer.subject,
        role=roles[0] if roles else None,
        occurred_at=happening.occurred_at,
        recorded_at=happening.recorded_at,
        note_vi=happening.note_vi,
        note_en=happening.note_en,
    )
    await transaction.collection(COLLECTION).insert_one(to_document(row))


async def erase(transaction: Transaction, object_ids: Sequence[str]) -> None:
    """Removes every row of these objects."""
    await transaction.collection(COLLECTION).delete_many({"object_id": {"$in": list(object_ids)}})


async def page(reader: Reader, object_id: str, *, first: int, after: str | None) -> RecordsPage[HistoryRow]:
    """The history of an object, newest first. Raises `cursor-invalid`."""
    where, newest_first = {"object_id": object_id}, Order("order", DESCENDING)
    return await _RECORDS.page(reader, where, newest_first, first=first, after=after, with_total=True)
