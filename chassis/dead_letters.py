"""Dead letters: messages that could not be handled, kept in the consumer's own database until a person decides.

They are written in a transaction with the inbox entry, so that a message is handled, waiting here, or neither: never
both. Payloads stay in the database; lists and logs show ids and reasons only.
"""

from dataclasses import dataclass
from datetime import datetime

import msgspec

from chassis import clock, ids, telemetry
from chassis.documents import Document, from_document, to_document
from chassis.kafka import Record
from chassis.mongo import ASCENDING, Database, IndexModel
from chassis.problems import absent

COLLECTION = "dead_letters"
INDEXES = (IndexModel([("at", ASCENDING)], name="by_time"),)


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


async def set_aside(database: Database, record: Record, *, message_id: str, kind: str, reason: str) -> None:
    """Keeps a record; a second copy of the same place on the same topic changes nothing."""
    letter = DeadLetter(
        id=ids.named_id(
            "6f1d5c1e-0f0b-5a0e-9d7c-2f6f3b8f4a11", record.topic, str(record.partition), str(record.offset)
        ),
        topic=record.topic,
        partition=record.partition,
        offset=record.offset,
        message_id=message_id,
        type=kind,
        reason=reason,
        at=clock.now(),
        key=(record.key or b"").decode(errors="replace"),
        value=record.value or b"",
        headers=tuple(record.headers.items()),
    )
    await database.collection(COLLECTION).replace_one({"_id": letter.id}, _document(letter), upsert=True)
    telemetry.DEAD_LETTERS.labels(record.topic, reason).inc()


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
