"""Emitters in MongoDB; which systems emit is public."""

from collections.abc import Sequence

from chassis.documents import from_document, to_document
from chassis.identity import Viewer
from chassis.mongo import IndexModel, Reader, Transaction
from services.outreach.emitters.domain import Emitter

COLLECTION = "emitters"
INDEXES: dict[str, tuple[IndexModel, ...]] = {COLLECTION: ()}


async def by_ids(reader: Reader, viewer: Viewer, e_ids: Sequence[str]) -> dict[str, Emitter]:
    """The emitters of these codes."""
    del viewer
    rows = await reader.collection(COLLECTION).find({"_id": {"$in": list(e_ids)}})
    return {row["_id"]: from_document(Emitter, row) for row in rows}


async def everyone(reader: Reader, viewer: Viewer) -> list[Emitter]:
    """All emitters, by code."""
    del viewer
    rows = await reader.collection(COLLECTION).find({})
    return sorted((from_document(Emitter, row) for row in rows), key=lambda emitter: emitter.id)


async def save(transaction: Transaction, emitter: Emitter) -> None:
    """Writes an emitter."""
    await transaction.collection(COLLECTION).replace_one({"_id": emitter.id}, to_document(emitter), upsert=True)
