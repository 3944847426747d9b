"""The consumer: reads other services' topics, each message at least once, and has each handled exactly once.

A reaction runs in a transaction with the inbox entry; offsets are committed afterwards. What an error means decides:
a transient one pauses the partition and keeps its order, a malformed message goes to the dead letters at once,
one that came too early is parked until what it waits for is there, and an unexpected error gets three tries.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from pydantic import ValidationError

from chassis import clock, dead_letters, inbox, logs, parking, telemetry
from chassis.crash_points import reached
from chassis.kafka import Broker, Consumer, KafkaUnavailable, Partition, Record
from chassis.messages import MalformedMessage, Message, read_message
from chassis.mongo import Database, DatabaseError, MongoUnavailable, Transaction

AT_ONCE = 500
TRIES = 3
FLOOD = 100  # dead letters in a row after which something general is wrong, and reading on would drain the topic
STUCK_SECONDS = 120.0
SHORTEST_WAIT, LONGEST_WAIT = 0.5, 5.0  # seconds that a partition is paused
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


class Outcome(StrEnum):
    """What became of a record."""

    HANDLED = "handled"  # now or before
    SKIPPED = "skipped"  # it concerns nobody here
    PARKED = "parked"
    DEAD = "dead"


@dataclass(frozen=True, slots=True)
class Subscription:
    """What a service listens to: message type → reaction. `concerns` skips at little cost what changes nothing."""

    type: str
    reaction: Reaction
    concerns: Callable[[Message], bool] = lambda _message: True


@dataclass(frozen=True, slots=True)
class _Wait:
    """A partition that is paused: until when on the monotonic clock, and how long the pause was."""

    until: float
    seconds: float


_TRANSIENT = (Transient, *MongoUnavailable)


class MessageConsumer:
    """Follows topics as a member of the service's group."""

    def __init__(self, database: Database, broker: Broker, group: str, *, topics: Sequence[str]) -> None:
        self._database, self._broker, self._group, self._topics = database, broker, group, topics
        self._subscriptions: dict[str, Subscription] = {}
        self._busy = asyncio.Lock()
        self._waits: dict[Partition, _Wait] = {}
        self._dead_in_a_row = 0
        self._is_flooded = False  # for good: a letter replayed in this process does not set the reading going again
        self._moved_at: float | None = None  # None in a process that does not run it

    def on(self, subscriptions: Sequence[Subscription]) -> None:
        """Adds reactions; one for each type."""
        self._subscriptions |= {entry.type: entry for entry in subscriptions}

    async def alive(self) -> bool:
        """Whether the process may go on: neither stuck in one message for two minutes nor flooded by dead letters.

        True also in a process that does not run the consumer, and while it waits for the database or the broker.
        """
        is_stuck = self._moved_at is not None and clock.monotonic() - self._moved_at > STUCK_SECONDS
        return not is_stuck and not self._is_flooded

    async def run(self) -> None:
        """Consumes until canceled; joins the group again whenever the broker went away.

        A flood of dead letters ends the reading: liveness fails, and a restarted process goes on behind them.
        """
        pause = 0.2
        while True:
            self._moved_at = clock.monotonic()
            try:
                consumer = await self._broker.member(self._group, topics=self._topics, revoked=self._revoked)
            except KafkaUnavailable:
                await asyncio.sleep(pause)
                pause = min(pause * 2, 5)
                continue
            pause = 0.2
            try:
                await self._consume(consumer)
            except KafkaUnavailable as error:
                log.warning("consumer_rejoins", reason=str(error)[:120])
                await asyncio.sleep(pause)
            except Flooded as error:
                self._is_flooded = True
                log.error("consumer_flooded", topic=str(error))
                break
            finally:
                await consumer.stop()
        await asyncio.Event().wait()

    async def _consume(self, consumer: Consumer) -> None:
        self._waits.clear()
        while True:
            self._moved_at = clock.monotonic()
            self._resume(consumer)
            for partition, records in (await consumer.poll(seconds=0.5, most=AT_ONCE)).items():
                async with self._busy:  # a rebalance waits until what was begun of this partition is committed
                    if partition in consumer.assignment():
                        await self._partition(consumer, partition, records)
                self._report(consumer, partition)

    async def _partition(self, consumer: Consumer, partition: Partition, records: Sequence[Record]) -> None:
        """Handles records in order and commits them, up to one that must wait, a rebalance, or a flood."""
        done = first = records[0].offset
        try:
            for record in records:
                if partition not in consumer.assignment() or self._dead_in_a_row >= FLOOD:
                    break
                await self.handle(record)
                done = record.offset + 1
                self._moved_at = clock.monotonic()
            self._waits.pop(partition, None)
        except _TRANSIENT as error:
            log.warning("consumer_waits", error=type(error).__name__, topic=partition.topic)
            self._pause(consumer, partition, done)
        reached("consumer.handled")
        if done > first:
            await consumer.commit({partition: done})
        if self._dead_in_a_row >= FLOOD:
            raise Flooded(partition.topic)

    def _pause(self, consumer: Consumer, partition: Partition, offset: int) -> None:
        """Reads on from `offset` after a while, ever longer from failure to failure; other partitions go on."""
        before = self._waits.get(partition)
        seconds = min(before.seconds * 2, LONGEST_WAIT) if before else SHORTEST_WAIT
        self._waits[partition] = _Wait(clock.monotonic() + seconds, seconds)
        if partition in consumer.assignment():  # else its next owner starts at what was committed
            consumer.seek(partition, offset)
            consumer.pause(partition)

    def _resume(self, consumer: Consumer) -> None:
        over = {partition for partition, wait in self._waits.items() if wait.until <= clock.monotonic()}
        consumer.resume(*(over & consumer.assignment()))

    async def _revoked(self, _partitions: set[Partition]) -> None:
        async with self._busy:
            return

    async def handle(self, record: Record) -> Outcome:
        """Handles one record, or sets it aside; raises only what is transient.

        A dead letter is replayed by handing its record in again: it is gone once that was handled.
        """
        outcome = await self._outcome(record)
        telemetry.MESSAGES_CONSUMED.labels(record.topic, outcome.value).inc()
        if outcome is Outcome.HANDLED:
            self._dead_in_a_row = 0
        return outcome

    async def _outcome(self, record: Record) -> Outcome:
        try:
            message = read_message(record.topic, record.key, record.value, record.headers)
        except MalformedMessage as error:
            return await self._set_aside(record, None, f"malformed_message: {error}")
        subscription = self._subscriptions.get(message.type)
        if subscription is None:
            return Outcome.SKIPPED
        with telemetry.continued(message.traceparent):
            outcome = await self._tried(record, message, subscription)
            if outcome is Outcome.PARKED:  # what it waits for may have come between the look and the parking
                outcome = await self._tried(record, message, subscription)
                if outcome is not Outcome.PARKED:
                    await parking.release(self._database, record)
            if outcome is Outcome.HANDLED:
                await self._drain(message.subject)
        return outcome

    async def _tried(self, record: Record, message: Message, subscription: Subscription) -> Outcome:
        failure = ""
        for attempt in range(1, TRIES + 1):
            try:
                return await self._attempt(record, message, subscription)
            except _TRANSIENT:
                raise
            except Exception as error:
                failure = type(error).__name__
                log.exception("reaction_failed", message_id=message.id, type=message.type, attempt=attempt)
        return await self._set_aside(record, message, f"failed: {failure}")

    async def _attempt(self, record: Record, message: Message, subscription: Subscription) -> Outcome:
        try:
            if not subscription.concerns(message):
                return Outcome.SKIPPED
            await self._database.transaction(lambda transaction: self._once(transaction, message, subscription))
        except TooEarly as early:
            await parking.park(self._database, early.key, record)
            return Outcome.PARKED
        except inbox.ContentDiffers:
            return await self._set_aside(record, message, "content_differs")
        except (Malformed, ValidationError) as error:
            return await self._set_aside(record, message, f"malformed: {type(error).__name__}")
        return Outcome.HANDLED

    async def _once(self, transaction: Transaction, message: Message, subscription: Subscription) -> None:
        if await inbox.is_new(transaction, message):
            await subscription.reaction(transaction, message)
            await dead_letters.forget(transaction, message)

    async def _drain(self, key: str) -> None:
        """What waited for `key` is handled now, in the order it came; only then it is no longer kept."""
        for record in await parking.waiting_for(self._database, key):
            if await self.handle(record) is not Outcome.PARKED:
                await parking.release(self._database, record)

    async def _set_aside(self, record: Record, message: Message | None, reason: str) -> Outcome:
        try:
            is_new = await dead_letters.set_aside(self._database, record, message, reason=reason)
        except DatabaseError as error:
            raise Transient(type(error).__name__) from error
        log.error("dead_letter", topic=record.topic, offset=record.offset, reason=reason)
        self._dead_in_a_row += is_new  # copies of one poisoned message are one fault
        return Outcome.DEAD

    def _report(self, consumer: Consumer, partition: Partition) -> None:
        lag = consumer.lag(partition)
        if lag is not None:
            telemetry.CONSUMER_LAG.labels(partition.topic, str(partition.partition)).set(lag)
