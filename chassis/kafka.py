"""Kafka: the only module that imports aiokafka. Every call that could wait for ever is bounded.

Measured on the client: an idempotent send, `commit()` and `end_offsets()` hang while the broker is down, `getmany`
answers an empty dict (silence is no health signal), and admin calls return errors instead of raising.
"""

import asyncio
import ssl
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRebalanceListener, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import KafkaError

from chassis.settings import ProcessSettings

__all__ = ["Broker", "Consumer", "KafkaUnavailable", "Partition", "Producer", "Record", "Topic"]

TOPIC_EXISTS = 36
CALL_SECONDS = 10.0
MAX_MESSAGE_BYTES = 1_048_576


class Partition(NamedTuple):
    """One partition of a topic."""

    topic: str
    partition: int


class KafkaUnavailable(Exception):
    """The broker did not answer in time; whether a write arrived is unknown."""


@dataclass(frozen=True, slots=True)
class Record:
    """One record of a partition; `time_ms` is the broker's append time where the topic says so."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: Mapping[str, bytes]
    time_ms: int


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic to make: partitions, and settings such as retention."""

    name: str
    partitions: int
    settings: Mapping[str, str]


class Producer:
    """Sends records and waits until all replicas in sync have them."""

    def __init__(self, broker: "Broker") -> None:
        self._broker = broker
        self._inner: AIOKafkaProducer | None = None

    async def send(self, records: Sequence[tuple[str, bytes, bytes, list[tuple[str, bytes]]]]) -> dict[Partition, int]:
        """Sends (topic, key, value, headers) in order; answers with the last offset of each partition.

        Raises `KafkaUnavailable` when not all were acknowledged; the caller sends all of them again.
        """
        try:
            async with asyncio.timeout(CALL_SECONDS):
                return await self._send(records)
        except (KafkaError, TimeoutError, OSError) as error:
            await self.abandon()
            raise KafkaUnavailable(type(error).__name__) from error

    async def _send(self, records: Sequence[tuple[str, bytes, bytes, list[tuple[str, bytes]]]]) -> dict[Partition, int]:
        producer = await self._started()
        sent = [await producer.send(t, key=k, value=v, headers=h) for t, k, v, h in records]
        offsets: dict[Partition, int] = {}
        for acknowledged in await asyncio.gather(*sent):
            offsets[Partition(acknowledged.topic, acknowledged.partition)] = acknowledged.offset
        return offsets

    async def _started(self) -> AIOKafkaProducer:
        if self._inner is None:
            producer = AIOKafkaProducer(
                **self._broker.options(),
                acks="all",
                enable_idempotence=self._broker.idempotent,
                linger_ms=2,
                max_batch_size=262_144,
                max_request_size=MAX_MESSAGE_BYTES,
            )
            try:
                await producer.start()
            except BaseException:
                await _bounded(producer.stop())
                raise
            self._inner = producer
        return self._inner

    async def abandon(self) -> None:
        """Drops the connection; a refused idempotent producer stays broken, so the next send makes another."""
        producer, self._inner = self._inner, None
        if producer is not None:
            await _bounded(producer.stop())


class Consumer:
    """Reads partitions, as a member of a group or of none."""

    def __init__(self, inner: AIOKafkaConsumer, rebalance: "_Rebalance | None" = None) -> None:
        self._inner, self._rebalance = inner, rebalance
        self._next: dict[Partition, int] = {}

    async def poll(self, *, seconds: float, most: int) -> dict[Partition, list[Record]]:
        """Up to `most` records that have arrived, by partition; empty after `seconds`, and during a rebalance.

        Raises `KafkaUnavailable` where the broker refuses.
        """
        if self._rebalance and not await self._rebalance.over(seconds):
            return {}
        try:
            batch = await self._inner.getmany(timeout_ms=int(seconds * 1000), max_records=most)
        except KafkaError as error:
            raise KafkaUnavailable(type(error).__name__) from error
        if not self.assignment():  # a rebalance began: the next owners start at what was committed
            return {}
        records = {Partition(*partition): [_record(row) for row in rows] for partition, rows in batch.items()}
        self._next |= {partition: rows[-1].offset + 1 for partition, rows in records.items()}
        return records

    async def commit(self, offsets: Mapping[Partition, int]) -> None:
        """Stores the offsets to go on from; raises `KafkaUnavailable`."""
        try:
            async with asyncio.timeout(CALL_SECONDS):
                await self._inner.commit({TopicPartition(*p): offset for p, offset in offsets.items()})
        except (KafkaError, TimeoutError) as error:
            raise KafkaUnavailable(type(error).__name__) from error

    def assignment(self) -> set[Partition]:
        """The partitions that this member reads now: none from the begin of a rebalance to its end."""
        if self._rebalance and self._rebalance.is_running:
            return set()
        return {Partition(*p) for p in self._inner.assignment()}

    def seek(self, partition: Partition, offset: int) -> None:
        """Reads `partition` on from `offset`."""
        self._inner.seek(TopicPartition(*partition), offset)

    def pause(self, *partitions: Partition) -> None:
        """Stops fetching from these; their order is kept."""
        self._inner.pause(*[TopicPartition(*p) for p in partitions])

    def resume(self, *partitions: Partition) -> None:
        """Fetches from these again."""
        self._inner.resume(*[TopicPartition(*p) for p in partitions])

    def lag(self, partition: Partition) -> int | None:
        """How many records behind the end, as of the last fetch; None while unknown."""
        if partition not in self.assignment() or partition not in self._next:
            return None
        end = self._inner.highwater(TopicPartition(*partition))
        return None if end is None else max(0, end - self._next[partition])

    async def stop(self) -> None:
        """Leaves the group and closes; bounded, also while the broker is down."""
        await _bounded(self._inner.stop())


class _Rebalance(ConsumerRebalanceListener):  # type: ignore[misc]
    """Whether the group is dealing its partitions out anew; the client itself goes on handing out old ones."""

    def __init__(self, revoked: Callable[[set[Partition]], Awaitable[None]]) -> None:
        self._revoked = revoked
        self._over = asyncio.Event()

    @property
    def is_running(self) -> bool:
        return not self._over.is_set()

    async def over(self, seconds: float) -> bool:
        try:
            async with asyncio.timeout(seconds):
                return await self._over.wait()
        except TimeoutError:
            return False

    async def on_partitions_revoked(self, revoked: Iterable[Partition]) -> None:
        self._over.clear()
        await self._revoked({Partition(*p) for p in revoked})

    async def on_partitions_assigned(self, assigned: Iterable[Partition]) -> None:
        self._over.set()


class Broker:
    """How to reach Kafka, and what can be asked of it."""

    def __init__(self, settings: ProcessSettings) -> None:
        self._settings = settings
        self.idempotent = settings.kafka_idempotent

    def options(self) -> dict[str, Any]:
        """Connection options of every client."""
        options: dict[str, Any] = {"bootstrap_servers": self._settings.kafka_bootstrap, "request_timeout_ms": 8000}
        if self._settings.kafka_username:
            tls = self._settings.kafka_ca_file
            options |= {
                "security_protocol": "SASL_SSL" if tls else "SASL_PLAINTEXT",
                "sasl_mechanism": "SCRAM-SHA-512",
                "sasl_plain_username": self._settings.kafka_username,
                "sasl_plain_password": self._settings.kafka_password.get_secret_value(),
                "ssl_context": ssl.create_default_context(cafile=tls) if tls else None,
            }
        return options

    def producer(self) -> Producer:
        """A producer; it connects at its first send."""
        return Producer(self)

    async def member(
        self,
        group: str,
        *,
        topics: Sequence[str] = (),
        pattern: str | None = None,
        revoked: Callable[[set[Partition]], Awaitable[None]],
    ) -> Consumer:
        """Joins `group` for `topics`, or for all topics that match `pattern` (new ones follow within 5 s).

        `revoked` is awaited before partitions go to another member. Raises `KafkaUnavailable`.
        """
        inner = AIOKafkaConsumer(
            **self.options(),
            group_id=group,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            isolation_level="read_committed" if self.idempotent else "read_uncommitted",
            metadata_max_age_ms=5000,
            heartbeat_interval_ms=1000,
            session_timeout_ms=10_000,
            max_partition_fetch_bytes=4 * MAX_MESSAGE_BYTES,
        )
        rebalance = _Rebalance(revoked)
        if pattern:
            inner.subscribe(pattern=pattern, listener=rebalance)
        else:
            inner.subscribe(topics=list(topics), listener=rebalance)
        return await _start(inner, rebalance)

    async def reader(self, topics: Sequence[str]) -> Consumer:
        """Reads all partitions of `topics` from their present end, without a group. Raises `KafkaUnavailable`."""
        inner = AIOKafkaConsumer(*topics, **self.options(), enable_auto_commit=False, auto_offset_reset="latest")
        consumer = await _start(inner)
        try:
            async with asyncio.timeout(CALL_SECONDS):
                await inner.seek_to_end()
        except (KafkaError, TimeoutError, AssertionError) as error:
            await consumer.stop()
            raise KafkaUnavailable(type(error).__name__) from error
        return consumer

    async def end_offsets(self, topic: str) -> dict[Partition, int]:
        """The offset after the last record of each partition. Raises `KafkaUnavailable`."""
        inner = AIOKafkaConsumer(topic, **self.options(), enable_auto_commit=False)
        consumer = await _start(inner)
        try:
            async with asyncio.timeout(CALL_SECONDS):
                ends = await inner.end_offsets(inner.assignment())
        except (KafkaError, TimeoutError) as error:
            raise KafkaUnavailable(type(error).__name__) from error
        finally:
            await consumer.stop()
        return {Partition(*p): int(end) for p, end in ends.items()}

    async def ensure_topics(self, topics: Sequence[Topic]) -> list[str]:
        """Makes the topics that are missing and answers with their names. Raises `KafkaUnavailable`."""
        admin = AIOKafkaAdminClient(**self.options())
        try:
            async with asyncio.timeout(30):
                await admin.start()
                existing = set(await admin.list_topics())
                missing = [topic for topic in topics if topic.name not in existing]
                wanted = [self._new_topic(topic) for topic in missing]
                errors = (await admin.create_topics(wanted)).topic_errors if wanted else []
        except (KafkaError, TimeoutError, OSError) as error:
            raise KafkaUnavailable(type(error).__name__) from error
        finally:
            await _bounded(admin.close())
        failed = [row for row in errors if row[1] not in (0, TOPIC_EXISTS)]
        if failed:
            raise KafkaUnavailable(f"topic {failed[0][0]}: error {failed[0][1]}")
        return [topic.name for topic in missing]

    def _new_topic(self, topic: Topic) -> NewTopic:
        settings = dict(topic.settings) if self.idempotent else {}  # the embedded stand-in knows no topic settings
        return NewTopic(topic.name, topic.partitions, self._settings.kafka_replication, topic_configs=settings)

    async def ping(self) -> bool:
        """Whether a broker answers within a few seconds."""
        admin = AIOKafkaAdminClient(**self.options())
        try:
            async with asyncio.timeout(4):
                await admin.start()
        except (KafkaError, TimeoutError, OSError):
            return False
        finally:
            await _bounded(admin.close())
        return True


async def _start(inner: AIOKafkaConsumer, rebalance: _Rebalance | None = None) -> Consumer:
    consumer = Consumer(inner, rebalance)
    try:
        async with asyncio.timeout(CALL_SECONDS):
            await inner.start()
    except (KafkaError, TimeoutError, OSError) as error:
        await consumer.stop()
        raise KafkaUnavailable(type(error).__name__) from error
    return consumer


async def _bounded(closing: Awaitable[object]) -> None:
    try:
        async with asyncio.timeout(3):
            await closing
    except (KafkaError, TimeoutError, OSError, asyncio.CancelledError, AttributeError):
        task = asyncio.current_task()
        if task is not None and task.cancelling():
            raise


def _record(row: Any) -> Record:
    headers = {name: value or b"" for name, value in row.headers}  # Kafka allows a header without a value
    return Record(row.topic, row.partition, row.offset, row.key, row.value, headers, row.timestamp)
