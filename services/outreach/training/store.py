"""Registers of staff, head-counts and completions in MongoDB, every version kept; rows never leave the service."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import TypeVar

from chassis.documents import from_document, to_document
from chassis.identity import Viewer
from chassis.mongo import ASCENDING, IndexModel, Reader, ReplaceOne, Transaction, Write
from services.outreach.training.domain import Completion, Employment, HeadCount, Known, Registers, superseded

EMPLOYMENTS, HEAD_COUNTS, COMPLETIONS, REVISION = "employments", "head_counts", "completions", "training_revision"
COLLECTIONS: dict[type[Known], str] = {Employment: EMPLOYMENTS, HeadCount: HEAD_COUNTS, Completion: COMPLETIONS}
_BY_KEY = IndexModel([("natural_key", ASCENDING), ("known_to", ASCENDING)], name="by_natural_key")
_BY_KNOWN = IndexModel([("known_to", ASCENDING), ("known_from", ASCENDING)], name="by_known")
_BY_PERSON = IndexModel([("staff_key", ASCENDING), ("known_to", ASCENDING)], name="by_person")
INDEXES = {
    EMPLOYMENTS: (_BY_KEY, _BY_KNOWN, _BY_PERSON),
    HEAD_COUNTS: (_BY_KEY, _BY_KNOWN),
    COMPLETIONS: (_BY_KEY, _BY_KNOWN),
    REVISION: (),
}
Row = TypeVar("Row", bound=Known)


async def current(reader: Reader, viewer: Viewer, kind: type[Row], natural_keys: Sequence[str]) -> dict[str, Row]:
    """The rows of these natural keys as they are known now."""
    del viewer  # rows are for the service's own rules; people see figures and labels
    where = {"natural_key": {"$in": list(natural_keys)}, "known_to": None}
    rows = await reader.collection(COLLECTIONS[kind]).find(where)
    return {row["natural_key"]: from_document(kind, row) for row in rows}


async def works_of(reader: Reader, viewer: Viewer, staff_keys: Sequence[str]) -> list[Employment]:
    """Where these people work and worked."""
    del viewer
    where = {"staff_key": {"$in": list(staff_keys)}, "known_to": None}
    return [from_document(Employment, row) for row in await reader.collection(EMPLOYMENTS).find(where)]


async def registers(reader: Reader, viewer: Viewer, known_at: datetime | None) -> Registers:
    """All rows as they were known at an instant (None: now)."""
    return Registers(
        await _known(reader, viewer, Employment, known_at),
        await _known(reader, viewer, HeadCount, known_at),
        await _known(reader, viewer, Completion, known_at),
    )


async def revision(reader: Reader, viewer: Viewer) -> int:
    """A number that every change raises."""
    del viewer
    row = await reader.collection(REVISION).find_one({"_id": REVISION})
    return int(row["number"]) if row else 0


async def save(transaction: Transaction, rows: Sequence[Known], replaced: Sequence[Known], at: datetime) -> None:
    """Adds versions, closes those that they replace, and raises the revision.

    One importer writes under a lease, so no two writers meet at the revision.
    """
    writes: dict[str, list[Write]] = defaultdict(list)
    for row in (*(superseded(row, at) for row in replaced), *rows):
        document = to_document(row)
        writes[COLLECTIONS[type(row)]].append(ReplaceOne({"_id": document["_id"]}, document, upsert=True))
    for collection, replacements in writes.items():
        await transaction.collection(collection).bulk_write(replacements)
    await transaction.collection(REVISION).update_one({"_id": REVISION}, {"$inc": {"number": 1}}, upsert=True)


async def _known(reader: Reader, viewer: Viewer, kind: type[Row], known_at: datetime | None) -> list[Row]:
    del viewer
    collection = reader.collection(COLLECTIONS[kind])
    if known_at is None:
        return [from_document(kind, row) for row in await collection.find({"known_to": None})]
    present = await collection.find({"known_to": None, "known_from": {"$lte": known_at}})
    closed = await collection.find({"known_to": {"$gt": known_at}, "known_from": {"$lte": known_at}})
    return [from_document(kind, row) for row in (*present, *closed)]
