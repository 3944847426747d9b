"""The consumer: reads other services' topics, each message at least once, and has each handled exactly once.

A reaction runs in a transaction with the inbox entry; offsets are committed afterwards. What an error means decides:
a transient one pauses the partition and keeps its order, a malformed message goes to the dead letters at once,
one that came too early is parked until what it waits for is there, and an unexpected error gets three tries.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from pydantic import ValidationError
from pymongo.errors import PyMongoError

from chassis import clock, dead_letters, inbox, logs, parking, telemetry
from chassis.crash_points import reached
from chassis.kafka import Broker, Consumer, KafkaUnavailable, Partition, Record
from chassis.messages import MalformedMessage, Message, read_message
from chassis.mongo import Database, MongoUnavailable, Transaction

AT_ONCE = 500
TRIES = 3
FLOOD = 100  # dead letters in a row after which something general is wrong, and reading on would drain the topic
STUCK_SECONDS = 120.0
log = logs.logger(__name__)

Reaction = Callable[[Transaction, Message], Awaitable[None]]


class Transient(Exception):
    """It may work in a moment: wait, and keep the order."""


class Malformed(Exception):
    """It will never work: a person must look."""


class TooEarly(Exception):
    """It waits for another object, whose key is given, to be known first."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


class Flooded(Exception):
    """Too many dead letters in a row."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """What a service listens to: message type → reaction. `concerns` skips at little cost what changes nothing."""

    type: str
    reaction: Reaction
    concerns: Callable[[Message], bool] = lambda _message: True


class MessageConsumer:
    """Follows topics as a member of the service's group."""

    def __init__(self, database: Database, broker: Broker, group: str, *, topics: Sequence[str]) -> None:
        self._database, self._broker, self._group, self._topics = database, broker, group, topics
        self._subscriptions: dict[str, Subscription] = {}
        self._busy = asyncio.Lock()
        self._running = False
        self._dead_in_a_row = 0
        self._moved_at = clock.monotonic()

    def on(self, subscriptions: Sequence[Subscription]) -> None:
        """Adds reactions; one for each type."""
        self._subscriptions |= {entry.type: entry for entry in subscriptions}

    async def alive(self) -> bool:
        """Whether anything has moved for two minutes: if not, liveness fails, and the process is restarted.

        True in a process that does not consume: an operator may split the verbs.
        """
        return not self._running or clock.monotonic() - self._moved_at <= STUCK_SECONDS

    async def run(self) -> None:
        """Consumes until canceled; joins the group again whenever the broker went away."""
        pause, self._running, self._moved_at = 0.2, True, clock.monotonic()
        while True:
            try:
                consumer = await self._broker.member(self._group, topics=self._topics, revoked=self._revoked)
            except KafkaUnavailable:
                self._moved_at = clock.monotonic()
                await asyncio.sleep(pause)
                pause = min(pause * 2, 5)
                continue
            pause = 0.2
            try:
                await self._consume(consumer)
            except KafkaUnavailable as error:
                log.warning("consumer_rejoins", reason=str(error)[:120])
            finally:
                await consumer.stop()

    async def _consume(self, consumer: Consumer) -> None:
        while True:
            batches = await consumer.poll(seconds=0.5, most=AT_ONCE)
            for partition, records in batches.items():
                async with self._busy:  # a rebalance waits until this partition's work is done and committed
                    if partition in consumer.assignment():
                        await self._partition(consumer, partition, records)
                self._report(consumer, partition)
            if not batches:
                self._moved_at = clock.monotonic()

    async def _partition(self, consumer: Consumer, partition: Partition, records: Sequence[Record]) -> None:
        for record in records:
            await self._until_done(record)
            self._moved_at = clock.monotonic()
        reached("consumer.handled")
        await consumer.commit({partition: records[-1].offset + 1})

    async def _revoked(self, _partitions: set[Partition]) -> None:
        async with self._busy:
            return

    async def _until_done(self, record: Record) -> None:
        """Handles one record, however often a transient failure makes that take."""
        pause = 0.1
        while True:
            try:
                await self.handle(record)
                return
            except (Transient, *MongoUnavailable) as error:
                log.warning("consumer_waits", error=type(error).__name__, topic=record.topic)
                await asyncio.sleep(pause)
                pause = min(pause * 2, 5)

    async def handle(self, record: Record) -> bool:
        """Handles one record, or sets it aside; False when it was parked. Raises what is transient, and `Flooded`."""
        try:
            message = read_message(record.topic, record.key, record.value, record.headers)
        except MalformedMessage as error:
            await self._set_aside(record, "", "", f"malformed_message: {error}")
            return True
        subscription = self._subscriptions.get(message.type)
        if subscription is None or not subscription.concerns(message):
            return True
        with telemetry.continued(message.traceparent):
            return await self._react(record, message, subscription)

    async def _react(self, record: Record, message: Message, subscription: Subscription) -> bool:
        for attempt in range(1, TRIES + 1):
            try:
                await self._database.transaction(lambda tx: self._once(tx, message, subscription))
            except TooEarly as early:
                await parking.park(self._database, early.key, record)
                self._count(record, "parked")
                return False
            except inbox.ContentDiffers:
                return await self._dead(record, message, "content_differs")
            except (Malformed, ValidationError) as error:
                return await self._dead(record, message, f"malformed: {type(error).__name__}")
            except (Transient, *MongoUnavailable):
                raise
            except Exception as error:
                log.exception("reaction_failed", message_id=message.id, type=message.type, attempt=attempt)
                if attempt == TRIES:
                    return await self._dead(record, message, f"failed: {type(error).__name__}")
            else:
                self._dead_in_a_row = 0
                self._count(record, "handled")
                await self._drain(message.subject)
                return True
        raise AssertionError("unreachable")

    async def _once(self, transaction: Transaction, message: Message, subscription: Subscription) -> None:
        if await inbox.is_new(transaction, message):
            await subscription.reaction(transaction, message)

    async def _drain(self, key: str) -> None:
        """What waited for `key` is handled now, in the order it came.

        Released only when it was handled: a failure in between repeats it, which the inbox makes harmless.
        """
        for parked_id, record in await parking.waiting_for(self._database, key):
            if await self.handle(record):
                await parking.release(self._database, parked_id)

    async def _dead(self, record: Record, message: Message, reason: str) -> bool:
        await self._set_aside(record, message.id, message.type, reason)
        return True

    async def _set_aside(self, record: Record, message_id: str, kind: str, reason: str) -> None:
        try:
            await dead_letters.set_aside(self._database, record, message_id=message_id, kind=kind, reason=reason)
        except PyMongoError as error:
            raise Transient(type(error).__name__) from error
        self._count(record, "dead")
        log.error("dead_letter", topic=record.topic, offset=record.offset, message_id=message_id, reason=reason)
        self._dead_in_a_row += 1
        if self._dead_in_a_row >= FLOOD:
            raise Flooded(record.topic)

    def _count(self, record: Record, outcome: str) -> None:
        telemetry.MESSAGES_CONSUMED.labels(record.topic, outcome).inc()

    def _report(self, consumer: Consumer, partition: Partition) -> None:
        lag = consumer.lag(partition)
        if lag is not None:
            telemetry.CONSUMER_LAG.labels(partition.topic, str(partition.partition)).set(lag)
