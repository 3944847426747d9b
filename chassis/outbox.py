"""The outbox: messages are written in the transaction that changes the state, and sent later by the relay.

One document holds the messages of one transaction (at most `MESSAGES_PER_BATCH`), so that a batch of 500 facts costs a
handful of inserts. Batches are written unnumbered: ids of concurrent commits are not in commit order, so no id is a
checkpoint. The relay gives committed batches dense numbers, and everybody reads windows of those.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from chassis import clock, ids, telemetry
from chassis.documents import Document
from chassis.messages import MAX_BYTES, Message, MessageData
from chassis.mongo import ASCENDING, IndexModel, Reader, Transaction

COLLECTION = "outbox"
STATE = "relay_state"  # places of relay and projector in the outbox
MESSAGES_PER_BATCH = 100
INDEXES = (
    IndexModel([("unnumbered", ASCENDING)], name="unnumbered", partialFilterExpression={"unnumbered": True}),
    IndexModel([("first_seq", ASCENDING)], name="by_seq"),
)


class MessageTooLarge(ValueError):
    """A message over 48 KiB: its contract must be narrowed, so this is a fault of ours."""


@dataclass(frozen=True, slots=True)
class Numbered:
    """A message with its place in the outbox."""

    seq: int
    message: Message


class Signal:
    """Says within this process that something happened; one given while nobody waited is not lost."""

    def __init__(self) -> None:
        self.given = 0
        self._waiting: set[asyncio.Event] = set()

    def give(self) -> None:
        """Wakes all who wait."""
        self.given += 1
        for event in self._waiting:
            event.set()

    async def beyond(self, known: int, seconds: float) -> bool:
        """Waits until it was given more than `known` times, at most `seconds`; whether it was."""
        if self.given > known:
            return True
        woken = asyncio.Event()
        self._waiting.add(woken)
        try:
            async with asyncio.timeout(seconds):
                await woken.wait()
        except TimeoutError:
            return False
        finally:
            self._waiting.discard(woken)
        return True


class Outbox:
    """Appends messages of one service and tells waiting loops that there is work."""

    def __init__(self, service: str) -> None:
        self.source = f"/lantoa/{service}"
        self.appended, self.numbered = Signal(), Signal()  # each after its commit

    def message(
        self, data: MessageData, *, subject: str, sequence: int, key: str | None = None, topic: str | None = None
    ) -> Message:
        """The message that says `data` about `subject` after its version `sequence`, on the topic of its type."""
        message = Message(
            id=ids.ordered_id(),
            topic=topic or data.topic,
            type=data.type,
            source=self.source,
            subject=subject,
            sequence=sequence,
            key=key or subject,
            time=clock.now(),
            data=data.model_dump(mode="json"),
            traceparent=telemetry.traceparent(),
        )
        if len(message.payload()) > MAX_BYTES:
            raise MessageTooLarge(data.type)
        return message

    async def append(self, transaction: Transaction, messages: Sequence[Message]) -> None:
        """Writes `messages` in this order inside the transaction; they exist once it commits."""
        chunks = [messages[at : at + MESSAGES_PER_BATCH] for at in range(0, len(messages), MESSAGES_PER_BATCH)]
        await transaction.collection(COLLECTION).insert_many([_batch(chunk) for chunk in chunks])
        transaction.afterwards(self.appended.give)


class Pace:
    """How a loop rests while there is nothing to do: briefly after work, then ever longer, until a signal wakes it.

    Other processes of the service give their signals elsewhere: so looking again never stops.
    """

    SHORTEST, LONGEST = 0.02, 0.25

    def __init__(self, signal: Signal) -> None:
        self._signal, self._known, self._seconds = signal, signal.given, self.SHORTEST

    def look(self) -> None:
        """Before looking for work: a signal from here on is news."""
        self._known = self._signal.given

    async def rest(self, *, worked: bool) -> None:
        """Returns at once after work."""
        if worked or await self._signal.beyond(self._known, self._seconds):
            self._seconds = self.SHORTEST
        else:
            self._seconds = min(self._seconds * 1.5, self.LONGEST)


async def read(reader: Reader, first: int, last: int) -> list[Numbered]:
    """The numbered messages with first <= seq <= last, in order."""
    low = first - MESSAGES_PER_BATCH + 1  # the batch that holds `first` starts at most this far before it
    where = {"first_seq": {"$gte": low, "$lte": last}}
    batches = await reader.collection(COLLECTION).find(where, sort=[("first_seq", ASCENDING)])
    numbered = [entry for batch in batches for entry in unpack(batch)]
    return [entry for entry in numbered if first <= entry.seq <= last]


async def last_numbered(reader: Reader) -> int:
    """The newest number that was given; 0 before the first."""
    row = await reader.collection(STATE).find_one({"_id": "next_seq"})
    return int(row["value"]) - 1 if row else 0


def unpack(batch: Document) -> list[Numbered]:
    """The messages of one batch document."""
    rows = msgspec.convert(batch["messages"], list[Message])
    return [Numbered(batch["first_seq"] + place, row) for place, row in enumerate(rows)]


def _batch(messages: Sequence[Message]) -> Document:
    return {
        "_id": messages[0].id,
        "unnumbered": True,
        "count": len(messages),
        "recorded_at": messages[0].time,
        "messages": [msgspec.to_builtins(message, builtin_types=(datetime,)) for message in messages],
    }
