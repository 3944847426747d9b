"""From the outbox to the broker: dense numbers, versions in order, each message acknowledged, and again when lost."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import ClassVar

import pytest

from chassis import clock, ids, outbox, relay
from chassis.kafka import Broker, Partition, Record
from chassis.leases import Lease
from chassis.messages import MessageData
from chassis.mongo import Database, Transaction
from chassis.relay import Relay
from lantoa.stack.ports import free_port
from tests.chassis.messages import topic_for
from tests.engines import broker_at, fresh_database
from tests.ladder import Ladder
from tests.running import until


class Thing(MessageData):
    """Data of the messages of these tests."""

    type: ClassVar[str] = "vn.lantoa.test.thing.changed.v1"
    topic: ClassVar[str] = "replaced in each test"
    text: str = ""


@pytest.fixture
async def empty(mongo_url: str) -> AsyncIterator[Database]:
    """A database without any message."""
    made = fresh_database(mongo_url, "outbox")
    await made.ensure_collections({**relay.INDEXES, "leases": (), "things": ()})
    yield made
    await made.drop()
    made.close()


async def change(database: Database, box: outbox.Outbox, subject: str, topic: str, *, times: int = 1) -> None:
    """Raises a thing's version in a transaction of its own, with a message for each time."""

    async def work(transaction: Transaction) -> None:
        known = await transaction.collection("things").find_one({"_id": subject})
        version = int(known["version"]) if known else 0
        messages = [
            box.message(Thing(), subject=subject, sequence=version + step, topic=topic) for step in range(1, times + 1)
        ]
        row = {"_id": subject, "version": version + times}
        await transaction.collection("things").replace_one({"_id": subject}, row, upsert=True)
        await box.append(transaction, messages)

    await database.transaction(work)


async def read_all(broker: Broker, topic: str, *, seconds: float = 1.0) -> list[Record]:
    """Every record of a topic, until none came for a while."""

    async def ignore(_revoked: set[Partition]) -> None:
        return

    consumer = await broker.member(ids.random_id(), topics=[topic], revoked=ignore)
    found: list[Record] = []
    try:
        while True:
            batch = await consumer.poll(seconds=seconds, most=500)
            if not batch and found:
                return found
            found += [record for records in batch.values() for record in records]
    finally:
        await consumer.stop()


async def number_all(database: Database, box: outbox.Outbox, broker: Broker) -> None:
    """Gives every committed batch its number, as the holder of the lease does."""
    numbering = Relay(database, box, broker, replay_hours=1)
    assert await numbering._lease.acquire()
    while await numbering.number():
        pass


async def test_concurrent_commits_get_dense_numbers_and_each_version_follows_the_one_before(
    empty: Database, broker: Broker
) -> None:
    boxes = [outbox.Outbox("test") for _ in range(3)]
    subjects = [f"thing-{number % 5}" for number in range(60)]
    writes = [change(empty, boxes[at % 3], subject, "t", times=at % 3 + 1) for at, subject in enumerate(subjects)]
    await asyncio.gather(*writes)
    await number_all(empty, boxes[0], broker)
    found = await outbox.read(empty, 1, 10_000)
    assert [entry.seq for entry in found] == list(range(1, 121))
    assert await outbox.last_numbered(empty) == 120
    for subject in set(subjects):
        versions = [entry.message.sequence for entry in found if entry.message.subject == subject]
        assert versions == list(range(1, len(versions) + 1))


async def test_a_window_may_begin_and_end_inside_a_batch(empty: Database, broker: Broker) -> None:
    box = outbox.Outbox("test")
    for times in (70, 250, 1):
        await change(empty, box, "thing", "t", times=times)
    await number_all(empty, box, broker)
    for first, last in ((1, 1), (69, 72), (100, 321), (171, 171), (321, 400), (322, 400)):
        assert [entry.seq for entry in await outbox.read(empty, first, last)] == list(range(first, min(last, 321) + 1))


async def test_a_message_that_is_too_large_is_a_fault_of_ours(empty: Database) -> None:
    with pytest.raises(outbox.MessageTooLarge):
        outbox.Outbox("test").message(Thing(text="x" * 49_152), subject="thing", sequence=1)


async def test_what_commits_is_published_once_and_in_order_and_what_aborts_is_not(
    empty: Database, broker: Broker
) -> None:
    box, topic = outbox.Outbox("test"), await topic_for(broker)

    async def aborted(transaction: Transaction) -> None:
        await box.append(transaction, [box.message(Thing(), subject="aborted", sequence=1, topic=topic)])
        raise ValueError

    running = [asyncio.create_task(Relay(empty, box, broker, replay_hours=1).run()) for _ in range(2)]
    try:
        with pytest.raises(ValueError):
            await empty.transaction(aborted)
        for number in range(30):
            await change(empty, box, f"thing-{number % 3}", topic, times=number % 4 + 1)
        await until(lambda: sent(empty, 73), seconds=20)
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
    records = await read_all(broker, topic)
    numbered = [entry.message.id for entry in await outbox.read(empty, 1, 73)]
    assert [record.headers["ce_id"].decode() for record in records] == numbered


async def sent(database: Database, seq: int) -> object:
    """Whether everything up to `seq` was acknowledged."""
    row = await database.collection(relay.STATE).find_one({"_id": "sent_seq"})
    return bool(row and row["value"] == seq) or row


async def test_a_relay_that_lost_its_lease_numbers_nothing(empty: Database, broker: Broker) -> None:
    box = outbox.Outbox("test")
    paused = Relay(empty, box, broker, replay_hours=1)
    assert await paused._lease.acquire()
    await empty.collection("leases").update_one({"_id": "relay"}, {"$set": {"until": clock.now()}})
    assert await Lease(empty, "relay").acquire()
    await change(empty, box, "thing", "t")
    with pytest.raises(relay.LeaseLost):
        await paused.number()
    assert await outbox.last_numbered(empty) == 0


async def test_a_broker_that_lost_its_log_is_sent_everything_that_is_retained(
    empty: Database, ladder: Ladder, tmp_path: Path
) -> None:
    box, topic, port = outbox.Outbox("test"), f"test.{ids.random_id()[:8]}", free_port()
    engine = ladder.own_broker(tmp_path / "first", port)
    try:
        broker = broker_at(engine)
        await change(empty, box, "thing", topic, times=150)
        await publish_all(empty, box, broker, topic, 150)
        engine.kill()
        engine = ladder.own_broker(tmp_path / "second", port)
        await change(empty, box, "thing", topic, times=10)
        await publish_all(empty, box, broker, topic, 160)
        versions = [int(record.headers["ce_sequence"]) for record in await read_all(broker, topic)]
    finally:
        engine.kill()
    assert versions == list(range(1, 161))


async def publish_all(database: Database, box: outbox.Outbox, broker: Broker, topic: str, last: int) -> None:
    """Runs a relay on a broker that has the topic until everything was acknowledged."""
    await topic_for(broker, name=topic)
    running = asyncio.create_task(Relay(database, box, broker, replay_hours=1).run())
    try:
        await until(lambda: sent(database, last), seconds=30)
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
