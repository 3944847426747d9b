"""Kafka intake: each emitter writes to a topic of its own, and every record ends in exactly one receipt.

A chunk's events, receipts and place in the partition commit together, so a chunk that comes again after a crash is
passed over. When a record was received is the broker's append time.
"""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import groupby

from chassis import clock, logs
from chassis.crash_points import reached
from chassis.identity import Grant, Viewer
from chassis.kafka import Broker, Consumer, KafkaUnavailable, Partition, Record
from chassis.mongo import DatabaseError, IndexModel, Transaction
from chassis.problems import Problem
from contracts.outreach.emitters import ReceiptRow
from contracts.outreach.outreach_events import Receipt
from reference.resources import Resources
from services.outreach.emitters import queries as emitters
from services.outreach.emitters.domain import Emitter, inbox_topic, receipts_topic
from services.outreach.intake import emitted, play_log, receipts
from services.outreach.intake.command import Arrival, take_in

GROUP, PATTERN = "lantoa-outreach-intake", r"^lantoa\.inbox\.[A-Z][0-9]+$"
PLACES = "inbox_places"
INDEXES: dict[str, tuple[IndexModel, ...]] = {PLACES: (), **receipts.INDEXES}
CHUNK = 500
STUCK_SECONDS = 120.0
log = logs.logger(__name__)


class InboxStream:
    """Follows the inbox topics of all emitters."""

    def __init__(self, resources: Resources, broker: Broker) -> None:
        self._resources, self._broker = resources, broker
        self._busy = asyncio.Lock()
        self._moved_at = clock.monotonic()
        self._running = False

    async def alive(self) -> bool:
        """Whether the stream moves; true also in a process that does not run it."""
        return not self._running or clock.monotonic() - self._moved_at < STUCK_SECONDS

    async def run(self) -> None:
        """Consumes until canceled; joins again whenever the broker went away."""
        self._running = True
        while True:
            self._moved_at = clock.monotonic()
            try:
                consumer = await self._broker.member(GROUP, pattern=PATTERN, revoked=self._revoked)
            except KafkaUnavailable:
                await asyncio.sleep(1)
                continue
            try:
                await self._consume(consumer)
            except (KafkaUnavailable, DatabaseError) as error:
                log.warning("inbox_rejoins", error=type(error).__name__)
                await asyncio.sleep(0.5)
            finally:
                await consumer.stop()

    async def _revoked(self, _partitions: set[Partition]) -> None:
        async with self._busy:
            return

    async def _consume(self, consumer: Consumer) -> None:
        while True:
            for partition, records in (await consumer.poll(seconds=0.5, most=CHUNK)).items():
                async with self._busy:
                    if partition in consumer.assignment():
                        await self._chunk(consumer, partition, records)
            self._moved_at = clock.monotonic()

    async def _chunk(self, consumer: Consumer, partition: Partition, records: Sequence[Record]) -> None:
        e_id = partition.topic.removeprefix(inbox_topic(""))
        viewer = Viewer(f"emitter:{e_id}", e_id, (Grant("emitter", e_id),))
        emitter = await emitters.emitter(self._resources.database, viewer, e_id)
        if emitter is None:
            log.warning("inbox_without_emitter", topic=partition.topic)
        else:
            done = await self._done_before(partition, records)
            await self._take_in(viewer, emitter, [record for record in records if record.offset >= done])
        reached("inbox.taken_in")
        await consumer.commit({partition: records[-1].offset + 1})

    async def _done_before(self, partition: Partition, records: Sequence[Record]) -> int:
        """The offset below which all is done; a place of a log that the broker lost since says nothing."""
        row = await self._resources.database.collection(PLACES).find_one({"_id": _place_id(partition)})
        if row is None:
            return 0
        stamp = row.get("last_time_ms", 0)
        behind = records[-1].offset < row["next_offset"] and records[-1].time_ms > stamp
        return 0 if behind else int(row["next_offset"])

    async def _take_in(self, viewer: Viewer, emitter: Emitter, records: Sequence[Record]) -> None:
        """Takes in runs of one format, in their order: a place must never stand behind a record not yet taken in."""
        for is_event, run in groupby(records, key=_is_cloud_event):
            chosen = list(run)
            arrivals = [Arrival(_payload(record), _received(record)) for record in chosen]

            async def also(transaction: Transaction, found: Sequence[Receipt], rows: Sequence[Record] = chosen) -> None:
                await self._keep(transaction, emitter, rows, found)

            read = emitted.read if is_event else play_log.read
            await take_in(self._resources, viewer, emitter, arrivals, read, also=also)

    async def _keep(
        self, transaction: Transaction, emitter: Emitter, records: Sequence[Record], found: Sequence[Receipt]
    ) -> None:
        rows = [_row(record, receipt) for record, receipt in zip(records, found, strict=True)]
        await receipts.save(transaction, emitter.id, rows)
        topic, outbox = receipts_topic(emitter.id), self._resources.outbox
        messages = [outbox.message(_sent(row), subject=row.seq, sequence=1, key=row.topic, topic=topic) for row in rows]
        await outbox.append(transaction, messages)
        last = records[-1]
        place = {
            "_id": _place_id(Partition(last.topic, last.partition)),
            "next_offset": last.offset + 1,
            "last_time_ms": last.time_ms,
        }
        await transaction.collection(PLACES).replace_one({"_id": place["_id"]}, place, upsert=True)


def _row(record: Record, receipt: Receipt) -> ReceiptRow:
    return ReceiptRow(
        seq=f"{record.topic}|{record.partition}|{record.offset:020d}|{record.time_ms}",
        topic=record.topic,
        partition=record.partition,
        offset=record.offset,
        disposition=receipt.disposition.value,
        id=receipt.id,
        reason=receipt.reason,
        field=receipt.field,
    )


def _sent(row: ReceiptRow) -> receipts.ReceiptSent:
    return receipts.ReceiptSent(**row.model_dump(include=set(receipts.ReceiptSent.model_fields)))


def _is_cloud_event(record: Record) -> bool:
    kind = record.headers.get("content-type", b"").decode(errors="replace").partition(";")[0]
    return kind in emitted.CLOUD_EVENTS or "ce_specversion" in record.headers


def _payload(record: Record) -> bytes:
    if not _is_cloud_event(record):
        return record.value or b""
    kind = record.headers.get("content-type", b"").decode(errors="replace").partition(";")[0]
    headers = {name.replace("ce_", "ce-", 1): value.decode(errors="replace") for name, value in record.headers.items()}
    try:
        return emitted.unwrap(record.value or b"", kind, headers)
    except Problem:
        return emitted.UNREADABLE


def _received(record: Record) -> datetime:
    return datetime.fromtimestamp(record.time_ms / 1000, UTC)


def _place_id(partition: Partition) -> str:
    return f"{partition.topic}|{partition.partition}"
