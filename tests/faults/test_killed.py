"""Processes killed at the worst moment: nothing that was acknowledged is lost, and nothing counts twice."""

import asyncio
import random
import sys
from collections.abc import Callable
from pathlib import Path

from chassis import ids
from chassis.consumer import MessageConsumer, Subscription
from chassis.kafka import Broker
from chassis.mongo import Database
from contracts.outreach.outreach_events import OutreachEventRecorded
from lantoa.stack.processes import Child
from tests.chassis.messages import effects, message, note, publish, topic_for
from tests.faults.outreach import Journal, Outreach, plays
from tests.ladder import Ladder, Server
from tests.running import until
from tests.scans import watched

EMITTERS = 3


async def test_killed_under_load_every_acknowledged_record_counts_once(
    outreach: Callable[[Server], Outreach], kafka: Server, rounds: int
) -> None:
    service, journal, each = outreach(kafka), Journal(), 60 * rounds
    await service.start_and_wait()
    await service.know("load", EMITTERS * each)
    records = plays("load", EMITTERS * each)
    shares = [records[at::EMITTERS] for at in range(EMITTERS)]
    emitting = asyncio.gather(*(service.emit(journal, share, pause=0.3) for share in shares))
    for _ in range(rounds):
        await asyncio.sleep(random.uniform(0.3, 1.2))
        service.child.kill()
        service.start()
        await until(service._is_ready, seconds=60)
    assert not emitting.done(), "the load must outlast the kills"
    await emitting
    assert journal.failures >= rounds
    assert len(journal.acknowledged) == len(set(journal.acknowledged)) == EMITTERS * each
    await service.shows(EMITTERS * each)


async def test_a_relay_killed_after_the_acknowledgment_sends_again_and_consumers_see_one_effect(
    outreach: Callable[[Server], Outreach], kafka: Server, database: Database, broker: Broker, rounds: int
) -> None:
    service, journal = outreach(kafka), Journal()
    await service.start_and_wait()
    await service.know("relay", 40)
    copies: list[str] = []
    consumer = MessageConsumer(database, broker, ids.random_id(), topics=["lantoa.outreach"])
    consumer.on([Subscription(OutreachEventRecorded.type, note, lambda seen: copies.append(seen.subject) is None)])
    consuming = asyncio.create_task(consumer.run())
    emitting = asyncio.create_task(service.emit(journal, plays("relay", 40), pause=0.5))
    try:
        await until(lambda: has_begun(journal), seconds=60)  # else it may die each time with what `know` left to send
        for _ in range(rounds):  # the first dies with what came, each later one with what was not marked
            service.child.kill()
            service.start(crash_at="relay.acknowledged")
            await service.until_dead()
        await service.start_and_wait()
        await emitting
        await until(lambda: all_once(database, journal.acknowledged), seconds=60)
        await service.shows(40)
    finally:
        for task in (consuming, emitting):
            task.cancel()
        await asyncio.gather(consuming, emitting, return_exceptions=True)
    sent = [subject for subject in copies if subject in journal.acknowledged]
    assert len(sent) > len(journal.acknowledged), "the relay must have sent something twice"
    assert await all_once(database, journal.acknowledged) is True


async def has_begun(journal: Journal) -> object:
    """Whether something was acknowledged."""
    return bool(journal.acknowledged)


async def all_once(database: Database, subjects: list[str]) -> object:
    """Whether each subject took effect exactly once."""
    found = [await effects(database, subject) for subject in subjects]
    return all(found_one == [1] for found_one in found) or found


async def test_a_consumer_killed_between_transaction_and_commit_repeats_without_effect(
    tmp_path: Path, ladder: Ladder, database: Database, broker: Broker, rounds: int
) -> None:
    topic, group, subject = await topic_for(broker), ids.random_id(), ids.random_id()
    environment = {
        **watched(ladder.scans),
        "LANTOA_MONGO_URL": ladder.database.url,
        "LANTOA_KAFKA_BOOTSTRAP": ladder.broker.url,
        "LANTOA_KAFKA_IDEMPOTENT": str(ladder.broker.is_idempotent).lower(),
    }
    command = (sys.executable, "-m", "tests.faults.consume", database.name, topic, group)
    for number in range(rounds):
        versions = range(number * 30 + 1, number * 30 + 31)
        await publish(broker, [message(subject, version, topic=topic) for version in versions])
        dying = Child("consume", command, tmp_path / "log", environment | {"LANTOA_CRASH_AT": "consumer.handled"})
        dying.start()
        await until(lambda child=dying: has_ended(child), seconds=60)
        assert dying.exit_code == -9
    lasting = Child("consume", command, tmp_path / "log", environment)
    lasting.start()
    try:
        await publish(broker, [message(subject, rounds * 30 + 1, topic=topic)])
        await until(lambda: came(database, subject, rounds * 30 + 1), seconds=60)
    finally:
        lasting.kill()


async def has_ended(child: Child) -> object:
    """Whether the process is gone."""
    return not child.is_running


async def came(database: Database, subject: str, last: int) -> object:
    """Whether all versions took effect, once and in order."""
    found = await effects(database, subject)
    return found == list(range(1, last + 1)) or found
