"""Receipts of records that came over Kafka: kept for a week, and sent to the emitter's own topic."""

from collections.abc import Sequence
from datetime import timedelta
from typing import ClassVar

from chassis import clock
from chassis.identity import Viewer
from chassis.messages import MessageData
from chassis.mongo import ASCENDING, IndexModel, Reader, Transaction
from chassis.paging import decode_cursor, encode_cursor, instant_of
from contracts.outreach.emitters import ReceiptRow, ReceiptsPage

COLLECTION = "receipts"
KEPT = timedelta(days=7)
INDEXES = {
    COLLECTION: (
        IndexModel([("e_id", ASCENDING), ("at", ASCENDING), ("_id", ASCENDING)], name="by_emitter"),
        IndexModel([("at", ASCENDING)], name="expiry", expireAfterSeconds=int(KEPT.total_seconds())),
    )
}


class ReceiptSent(MessageData):
    """What an emitter reads on `lantoa.receipts.<e_id>`: the record's place, and what became of it."""

    type: ClassVar[str] = "vn.lantoa.outreach.receipt.v1"
    topic: ClassVar[str] = ""  # the emitter's own

    partition: int
    offset: int
    disposition: str
    id: str | None
    reason: str | None
    field: str | None = None


async def save(transaction: Transaction, e_id: str, rows: Sequence[ReceiptRow]) -> None:
    """Keeps the receipts of one chunk."""
    at = clock.now()
    documents = [{"_id": row.seq, "e_id": e_id, "at": at, **row.model_dump(exclude={"seq"})} for row in rows]
    await transaction.collection(COLLECTION).insert_many(documents)


async def page(reader: Reader, viewer: Viewer, e_id: str, *, after: str | None, first: int) -> ReceiptsPage:
    """Receipts of an emitter after a place, oldest first."""
    del viewer  # the route has taken the emitter from the token
    low, seen = clock.now() - KEPT, ""
    if after is not None:
        instant, seen = decode_cursor(after, 2)
        low = instant_of(instant)
    where = {"e_id": e_id, "at": {"$gte": low, "$lte": clock.now()}}
    rows = await reader.collection(COLLECTION).find(where, sort=[("at", ASCENDING), ("_id", ASCENDING)])
    rows = [row for row in rows if (row["at"], row["_id"]) > (low, seen)][:first]
    receipts = tuple(ReceiptRow(seq=row["_id"], **{k: row.get(k) for k in _FIELDS}) for row in rows)
    return ReceiptsPage(
        receipts=receipts,
        next_after=encode_cursor(rows[-1]["at"].isoformat(), rows[-1]["_id"]) if rows else after,
    )


_FIELDS = ("topic", "partition", "offset", "disposition", "id", "reason", "field")
