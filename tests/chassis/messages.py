"""Messages and records for tests, and a reaction that writes down what it saw."""

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import count

from chassis import ids
from chassis.kafka import Broker, Record, Topic
from chassis.messages import Message
from chassis.mongo import Database, Transaction

TYPE = "vn.lantoa.test.thing.changed.v1"
_offsets = count()


def message(
    subject: str = "thing", sequence: int = 1, *, number: str = "", topic: str = "t", **data: object
) -> Message:
    """A message about version `sequence` of `subject`; `number` is its id."""
    return Message(
        id=number or ids.ordered_id(), topic=topic, type=TYPE, source="/lantoa/test", subject=subject,
        sequence=sequence, key=subject, time=datetime(2026, 3, 1, tzinfo=UTC), data=data,
    )  # fmt: skip


def record(sent: Message, *, offset: int | None = None) -> Record:
    """The message as it is read from a topic, behind all records before."""
    place = next(_offsets) if offset is None else offset
    return Record(sent.topic, 0, place, sent.key.encode(), sent.payload(), dict(sent.headers()), 0)


async def note(transaction: Transaction, seen: Message) -> None:
    """Writes down that the message took effect; a second effect is a second row."""
    row = {"_id": ids.ordered_id(), "id": seen.id, "subject": seen.subject, "sequence": seen.sequence}
    await transaction.collection("written").insert_one(row)


async def effects(database: Database, subject: str) -> list[int]:
    """The versions of `subject` that took effect, in the order in which they did."""
    rows = await database.collection("written").find({"subject": subject}, sort=[("_id", 1)])
    return [row["sequence"] for row in rows]


async def topic_for(broker: Broker, *, partitions: int = 1, name: str = "") -> str:
    """A new topic."""
    name = name or f"test.{ids.random_id()[:8]}"
    await broker.ensure_topics([Topic(name, partitions, {})])
    return name


async def publish(broker: Broker, messages: Sequence[Message]) -> None:
    """Sends messages as a relay does."""
    producer = broker.producer()
    try:
        await producer.send([(m.topic, m.key.encode(), m.payload(), m.headers()) for m in messages])
    finally:
        await producer.abandon()
