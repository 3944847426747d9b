"""Dead letters: messages that could not be handled, kept in the consumer's own database until a person decides.

The transaction that handles a message takes its letter away, so that a message is handled, waiting here, or neither:
never both. Payloads stay in the database; lists and logs show ids and reasons only.
"""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from chassis import audit, clock, ids, parking, telemetry
from chassis.documents import Document, from_document, to_document
from chassis.identity import Viewer
from chassis.kafka import Record
from chassis.messages import MalformedMessage, Message, read_message
from chassis.mongo import ASCENDING, DESCENDING, Database, IndexModel, Reader, Transaction
from chassis.paging import Page, cursor_invalid, decode_cursor, encode_cursor, newest_first, page_of
from chassis.problems import absent
from chassis.records import DAWN

COLLECTION = "dead_letters"
INDEXES = (IndexModel([("at", ASCENDING), ("_id", ASCENDING)], name="by_time_and_id"),)
DISCARD = "DISCARD_DEAD_LETTER"  # as the audit log calls it
CLOCKS_APART = timedelta(hours=1)
PLACES, MESSAGES = "6f1d5c1e-0f0b-5a0e-9d7c-2f6f3b8f4a11", "0d6a4b0c-5f0e-5a86-9a3e-7a3c2d1b9e52"  # namespaces of ids


@dataclass(frozen=True, slots=True)
class Summary:
    """What may be shown of a message set aside: where it stood and why it stands here, nothing that it says."""

    id: str
    topic: str
    partition: int
    offset: int
    message_id: str
    type: str
    reason: str
    at: datetime

    @property
    def cursor(self) -> str:
        """Its place in the list."""
        return encode_cursor(self.at.isoformat(), self.id)


SHOWN = ("topic", "partition", "offset", "message_id", "type", "reason", "at")


@dataclass(frozen=True, slots=True)
class DeadLetter(Summary):
    """One message set aside, with its bytes as they came."""

    key: str
    value: bytes
    headers: tuple[tuple[str, bytes], ...]

    def record(self) -> Record:
        """The record as it was read."""
        return Record(self.topic, self.partition, self.offset, self.key.encode(), self.value, dict(self.headers), 0)


async def set_aside(database: Database, record: Record, message: Message | None, *, reason: str) -> bool:
    """Keeps a record, read as `message` where it could be read; whether there was no letter of it before.

    A copy of the same message, wherever it stands, is the same letter; bytes that are no message are told by place.
    """
    letter = DeadLetter(
        id=_id(record, message),
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


async def page(database: Database, *, first: int, after: str | None = None) -> Page[Summary]:
    """A page of the letters, newest first; their payloads are not even read. Raises the problem `cursor-invalid`."""
    before, behind = clock.now() + CLOCKS_APART, {}
    if after is not None:
        at, letter_id = _position(after)
        before = min(before, at + timedelta(milliseconds=1))
        behind = {"$or": [{"at": {"$lt": at}}, {"at": at, "_id": {"$lt": letter_id}}]}

    async def read(low: datetime, high: datetime) -> list[Summary]:
        where = {"at": {"$gte": low, "$lt": high}} | behind
        order = [("at", DESCENDING), ("_id", DESCENDING)]
        rows = await database.collection(COLLECTION).find(where, fields=SHOWN, sort=order, limit=first + 1)
        return [from_document(Summary, row) for row in rows]

    return page_of(await newest_first(read, before=before, floor=DAWN, want=first + 1), first)


async def summary(database: Database, letter_id: str) -> Summary:
    """What may be shown of a letter; raises the problem `not-found`."""
    row = await database.collection(COLLECTION).find_one({"_id": letter_id}, SHOWN)
    if row is None:
        raise absent()
    return from_document(Summary, row)


async def one(reader: Reader, letter_id: str) -> DeadLetter:
    """The dead letter of an id; raises the problem `not-found`."""
    row = await reader.collection(COLLECTION).find_one({"_id": letter_id})
    if row is None:
        raise absent()
    return from_document(DeadLetter, row)


async def readdressed(transaction: Transaction, letter: DeadLetter) -> DeadLetter | None:
    """The letter as it stands now, None once it is gone.

    One that could not be read when it was set aside, and can be today, moves to the id by which handling forgets it.
    """
    message = _read(letter)
    address = _id(letter.record(), message)
    row = await transaction.collection(COLLECTION).find_one({"_id": address})
    present = from_document(DeadLetter, row) if row else None
    if message and address != letter.id and await remove(transaction, letter.id) and present is None:
        present = replace(letter, id=address, message_id=message.id, type=message.type)
        await transaction.collection(COLLECTION).insert_one(_document(present))
    return present


async def remove(transaction: Transaction, letter_id: str) -> bool:
    """Takes a letter away; whether there was one."""
    return await transaction.collection(COLLECTION).delete_one({"_id": letter_id}) == 1


async def discard(database: Database, viewer: Viewer, letter_id: str) -> None:
    """Throws a letter away for good, also where it is parked meanwhile; raises the problem `not-found`."""

    async def work(transaction: Transaction) -> None:
        letter = await one(transaction, letter_id)
        await remove(transaction, letter_id)
        await parking.release(transaction, letter.record())
        await audit.note(transaction, viewer, DISCARD, letter_id)

    await database.transaction(work)


def _read(letter: DeadLetter) -> Message | None:
    record = letter.record()
    try:
        return read_message(record.topic, record.key, record.value, record.headers)
    except MalformedMessage:
        return None


def _position(cursor: str) -> tuple[datetime, str]:
    instant, letter_id = decode_cursor(cursor, 2)
    try:
        at = datetime.fromisoformat(instant)
    except ValueError as error:
        raise cursor_invalid() from error
    if at.tzinfo is None or not DAWN <= at <= clock.now() + CLOCKS_APART:
        raise cursor_invalid()
    return at, letter_id


def _document(letter: DeadLetter) -> Document:
    document = to_document(letter)
    document["value"] = letter.value
    document["headers"] = [[name, value] for name, value in letter.headers]
    return document


def _id(record: Record, message: Message | None) -> str:
    return _letter_id(message) if message else ids.named_id(PLACES, *_place(record))


def _letter_id(message: Message) -> str:
    """By content too: a known id with other data must not pass for the message that was handled."""
    return ids.named_id(MESSAGES, message.source, message.id, hashlib.sha256(message.payload()).hexdigest())


def _place(record: Record) -> tuple[str, str, str]:
    return record.topic, str(record.partition), str(record.offset)
