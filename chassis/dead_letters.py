"""Dead letters: messages that could not be handled, kept in the consumer's own database until a person decides.

The transaction that handles a message takes its letter away, so that a message is handled, waiting here, or neither:
never both. Payloads stay in the database; lists and logs show ids and reasons only.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime

import msgspec

from chassis import clock, ids, telemetry
from chassis.documents import Document, from_document, to_document
from chassis.kafka import Record
from chassis.messages import Message
from chassis.mongo import ASCENDING, Database, IndexModel, Transaction
from chassis.problems import absent

COLLECTION = "dead_letters"
INDEXES = (IndexModel([("at", ASCENDING)], name="by_time"),)
PLACES, MESSAGES = "6f1d5c1e-0f0b-5a0e-9d7c-2f6f3b8f4a11", "0d6a4b0c-5f0e-5a86-9a3e-7a3c2d1b9e52"  # namespaces of ids


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """One message set aside: where it stood, why, and its bytes as they came."""

    id: str
    topic: str
    partition: int
    offset: int
    message_id: str
    type: str
    reason: str
    at: datetime
    key: str
    value: bytes
    headers: tuple[tuple[str, bytes], ...]

    def summary(self) -> dict[str, object]:
        """What a list shows: everything but the payload."""
        row = msgspec.to_builtins(self, builtin_types=(datetime, bytes))
        return {name: value for name, value in row.items() if name not in ("value", "headers", "key")}

    def record(self) -> Record:
        """The record as it was read."""
        return Record(self.topic, self.partition, self.offset, self.key.encode(), self.value, dict(self.headers), 0)


async def set_aside(database: Database, record: Record, message: Message | None, *, reason: str) -> bool:
    """Keeps a record, read as `message` where it could be read; whether there was no letter of it before.

    A copy of the same message, wherever it stands, is the same letter; bytes that are no message are told by place.
    """
    letter = DeadLetter(
        id=_letter_id(message) if message else ids.named_id(PLACES, *_place(record)),
        topic=record.topic,
        partition=record.partition,
        offset=record.offset,
        message_id=message.id if message else "",
        type=message.type if message else "",
        reason=reason,
        at=clock.now(),
        key=(record.key or b"").decode(errors="replace"),
        value=record.value or b"",
        headers=tuple(record.headers.items()),
    )
    known = await database.collection(COLLECTION).replace_one({"_id": letter.id}, _document(letter), upsert=True)
    telemetry.DEAD_LETTERS.labels(record.topic, reason).inc()
    return known == 0


async def forget(transaction: Transaction, message: Message) -> None:
    """In the transaction that handles `message`: takes its letter away, if it had one."""
    await transaction.collection(COLLECTION).delete_one({"_id": _letter_id(message)})


async def find(database: Database, *, most: int = 200) -> list[DeadLetter]:
    """The oldest dead letters."""
    rows = await database.collection(COLLECTION).find({}, sort=[("at", ASCENDING)], limit=most)
    return [from_document(DeadLetter, row) for row in rows]


async def one(database: Database, letter_id: str) -> DeadLetter:
    """The dead letter of an id; raises the problem `not-found`."""
    row = await database.collection(COLLECTION).find_one({"_id": letter_id})
    if row is None:
        raise absent()
    return from_document(DeadLetter, row)


async def discard(database: Database, letter_id: str) -> None:
    """Throws a dead letter away; raises the problem `not-found`."""
    if not await database.collection(COLLECTION).delete_one({"_id": letter_id}):
        raise absent()


def _document(letter: DeadLetter) -> Document:
    document = to_document(letter)
    document["value"] = letter.value
    document["headers"] = [[name, value] for name, value in letter.headers]
    return document


def _letter_id(message: Message) -> str:
    """By content too: a known id with other data must not pass for the message that was handled."""
    return ids.named_id(MESSAGES, message.source, message.id, hashlib.sha256(message.payload()).hexdigest())


def _place(record: Record) -> tuple[str, str, str]:
    return record.topic, str(record.partition), str(record.offset)
