"""The relay: numbers committed batches of the outbox and publishes them in order until the broker acknowledges.

One runs per service, under a lease. At least once: a crash between acknowledgment and mark sends a window again, and
consumers drop the ids they know. Numbering goes on while the broker is down, so that read models do too.
"""

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta

from pymongo.errors import PyMongoError

from chassis import clock, logs, outbox, telemetry
from chassis.crash_points import reached
from chassis.documents import Document
from chassis.kafka import Broker, KafkaUnavailable, Partition
from chassis.leases import Lease, LeaseLost
from chassis.mongo import Database, ReplaceOne, Transaction, UpdateOne

STATE = outbox.STATE
INDEXES = {outbox.COLLECTION: outbox.INDEXES, STATE: ()}
NUMBERED_AT_ONCE = 50  # batches
SENT_AT_ONCE = 1000  # messages
MAX_RETRY_SECONDS = 5.0
log = logs.logger(__name__)


class Relay:
    """Publishes one service's outbox."""

    def __init__(self, database: Database, box: outbox.Outbox, broker: Broker, *, replay_hours: int) -> None:
        self._database, self._outbox, self._broker = database, box, broker
        self._producer = broker.producer()
        self._lease = Lease(database, "relay")
        self._replay = timedelta(hours=replay_hours)
        self._next = self._sent = 0  # as in the database, since this process holds the lease

    async def run(self) -> None:
        """Numbers and publishes until canceled, whenever this process holds the lease."""
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._lease.keep_alive())
                group.create_task(self._numbering())
                group.create_task(self._publishing())
        finally:
            await self._producer.abandon()
            await self._lease.release()

    async def _numbering(self) -> None:
        pace = outbox.Pace(self._outbox.appended)
        while True:
            pace.look()
            try:
                worked = self._lease.held and await self.number()
            except (PyMongoError, LeaseLost) as error:
                log.warning("relay_numbering_failed", error=type(error).__name__)
                worked = False
                await asyncio.sleep(0.2)
            await pace.rest(worked=worked)

    async def number(self) -> bool:
        """Gives the batches that are committed and unnumbered their numbers; False when there were none."""
        where = {"unnumbered": True}
        fields = ["count", "messages.subject", "messages.sequence"]
        batches = await self._database.collection(outbox.COLLECTION).find(where, fields=fields, limit=NUMBERED_AT_ONCE)
        if not batches:
            return False
        batches.sort(key=lambda row: str(row["_id"]))
        ordered = versions_in_order(batches)
        self._next = await self._database.transaction(lambda transaction: self._assign(transaction, ordered))
        self._outbox.numbered.give()
        return True

    async def _assign(self, transaction: Transaction, batches: list[Document]) -> int:
        await self._lease.check(transaction)
        state = await transaction.collection(STATE).find_one({"_id": "next_seq"})
        seq = state["value"] if state else 1
        updates = []
        for batch in batches:
            change = {"$set": {"first_seq": seq}, "$unset": {"unnumbered": ""}}
            updates.append(UpdateOne({"_id": batch["_id"]}, change))
            seq += batch["count"]
        await transaction.collection(outbox.COLLECTION).bulk_write(updates)
        row = {"_id": "next_seq", "value": seq}
        await transaction.collection(STATE).replace_one({"_id": "next_seq"}, row, upsert=True)
        return int(seq)

    async def _publishing(self) -> None:
        known_since, pause, tidied = 0, 0.1, clock.monotonic()
        pace = outbox.Pace(self._outbox.numbered)
        while True:
            pace.look()
            try:
                if self._lease.held and known_since != (fence := self._lease.fence):
                    await self._take_over()
                    known_since = fence
                worked = self._lease.held and await self.publish()
                if clock.monotonic() - tidied > 60:
                    await self._tidy()
                    tidied = clock.monotonic()
                pause = 0.1
            except (KafkaUnavailable, PyMongoError) as error:
                log.warning("relay_publishing_failed", error=type(error).__name__, reason=str(error)[:120])
                await asyncio.sleep(pause)
                pause, worked = min(pause * 2, MAX_RETRY_SECONDS), False
            await pace.rest(worked=worked)

    async def publish(self) -> bool:
        """Sends the next window and marks it sent; False when there was nothing to send."""
        sent, numbered = self._sent, self._next - 1
        telemetry.OUTBOX_DEPTH.set(numbered - sent)
        if sent >= numbered:
            telemetry.OUTBOX_AGE.set(0)
            return False
        window = await outbox.read(self._database, sent + 1, min(numbered, sent + SENT_AT_ONCE))
        if not window:  # tidied away meanwhile, or replaced by an import of an older state
            raise KafkaUnavailable("the outbox has no such window")
        telemetry.OUTBOX_AGE.set((clock.now() - window[0].message.time).total_seconds())
        messages = [entry.message for entry in window]
        offsets = await self._producer.send([(m.topic, m.key.encode(), m.payload(), m.headers()) for m in messages])
        reached("relay.acknowledged")
        await self._mark_sent(window[-1].seq, offsets)
        for message in messages:
            telemetry.MESSAGES_SENT.labels(message.topic).inc()
        return True

    async def _mark_sent(self, seq: int, offsets: Mapping[Partition, int]) -> None:
        values = {f"offset:{place.topic}:{place.partition}": offset for place, offset in offsets.items()}
        rows = [{"_id": name, "value": value} for name, value in {**values, "sent_seq": seq}.items()]
        writes = [ReplaceOne({"_id": row["_id"]}, row, upsert=True) for row in rows]
        await self._database.collection(STATE).bulk_write(writes)
        self._sent = seq

    async def _state(self, name: str, default: int = 0) -> int:
        row = await self._database.collection(STATE).find_one({"_id": name})
        return int(row["value"]) if row else default

    async def _take_over(self) -> None:
        """Goes on where the last holder of the lease stood; from now on both places move in this process alone."""
        await self._resend_what_the_broker_lost()
        self._sent = await self._state("sent_seq")
        self._next = max(self._next, await self._state("next_seq", 1))  # numbering may have gone on meanwhile

    async def _resend_what_the_broker_lost(self) -> None:
        """A topic that ends before our last acknowledged record has lost its log: what is retained is sent again."""
        rows = await self._database.collection(STATE).find({"_id": {"$gte": "offset:", "$lt": "offset;"}})
        known = {Partition(*_topic_and_partition(row["_id"])): int(row["value"]) for row in rows}
        for topic in {partition.topic for partition in known}:
            ends = await self._broker.end_offsets(topic)
            if any(ends.get(p, 0) <= offset for p, offset in known.items() if p.topic == topic):
                log.warning("broker_lost_its_log", topic=topic)
                oldest = await self._oldest_retained()
                await self._database.collection(STATE).delete_many({"_id": {"$gte": "offset:", "$lt": "offset;"}})
                row = {"_id": "sent_seq", "value": oldest - 1}
                await self._database.collection(STATE).replace_one({"_id": "sent_seq"}, row, upsert=True)
                return

    async def _oldest_retained(self) -> int:
        batches = await self._database.collection(outbox.COLLECTION).find(
            {"first_seq": {"$gte": 0}}, fields=["first_seq"], sort=[("first_seq", 1)], limit=1
        )
        return int(batches[0]["first_seq"]) if batches else await self._state("next_seq", 1)

    async def _tidy(self) -> None:
        """Removes batches that are sent, shown by the read models, and older than the replay window."""
        done = min(self._sent, await self._state("projected_seq", 2**53))
        cutoff: datetime = clock.now() - self._replay
        where = {"first_seq": {"$gte": 0, "$lte": done - outbox.MESSAGES_PER_BATCH}, "recorded_at": {"$lt": cutoff}}
        await self._database.collection(outbox.COLLECTION).delete_many(where)


def versions_in_order(batches: list[Document]) -> list[Document]:
    """Batches in the order of their ids, except that no version of a subject comes before an earlier one.

    Ids of different processes follow their clocks; a version is written only after the one before it is committed, so
    within one look at the outbox the versions themselves tell the order.
    """
    waiting, ordered = list(batches), []
    while waiting:
        lowest = _lowest_versions(waiting)
        ready = [batch for batch in waiting if _starts_with(batch, lowest)] or waiting[:1]
        ordered += ready
        waiting = [batch for batch in waiting if batch not in ready]
    return ordered


def _lowest_versions(batches: list[Document]) -> dict[str, int]:
    lowest: dict[str, int] = {}
    for row in (row for batch in batches for row in batch["messages"]):
        lowest[row["subject"]] = min(row["sequence"], lowest.get(row["subject"], row["sequence"]))
    return lowest


def _starts_with(batch: Document, lowest: Mapping[str, int]) -> bool:
    mine = _lowest_versions([batch])
    return all(lowest[subject] == version for subject, version in mine.items())


def _topic_and_partition(key: str) -> tuple[str, int]:
    _, topic, partition = key.split(":")
    return topic, int(partition)
