"""Sealed stubs: that a body had a task which became a secret, on which days, under an id that means nothing."""

from dataclasses import dataclass
from datetime import date, datetime

from chassis import idempotency
from chassis.documents import to_document
from chassis.mongo import Transaction

COLLECTION = "sealed_stubs"
INDEXES = {COLLECTION: ()}


@dataclass(frozen=True, slots=True)
class SealedStub:
    """All that is left of a classified task. Nobody reads it but an audit of the database itself."""

    id: str
    body_id: str
    registered_on: date
    classified_on: date
    recorded_at: datetime


async def seal(transaction: Transaction, stub: SealedStub) -> None:
    """Writes a stub."""
    await transaction.collection(COLLECTION).insert_one(to_document(stub))


async def forget_outcomes(transaction: Transaction, object_ids: list[str]) -> None:
    """Removes the outcomes of idempotency keys that name one of these objects."""
    await transaction.collection(idempotency.COLLECTION).delete_many({"outcome.id": {"$in": object_ids}})
