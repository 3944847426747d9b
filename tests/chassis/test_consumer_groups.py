"""Consumers on a real broker: order, waiting, taking over, and when to stop."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager

import pytest

from chassis import consumer as consumer_module
from chassis import ids
from chassis.consumer import FLOOD, Malformed, MessageConsumer, Outcome, Reaction, Transient
from chassis.kafka import Broker
from chassis.messages import Message
from chassis.mongo import Database, Transaction
from tests.chassis.consumers import consumer, letters_of
from tests.chassis.messages import effects, message, note, publish, record, topic_for
from tests.running import until


@asynccontextmanager
async def running(*consumers: MessageConsumer) -> AsyncIterator[None]:
    """Runs consumers side by side, and ends them."""
    tasks = [asyncio.create_task(each.run()) for each in consumers]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def saw(database: Database, subject: str, wanted: Sequence[int]) -> Callable[[], Awaitable[object]]:
    """A check: these versions took effect, in this order."""

    async def check() -> object:
        found = await effects(database, subject)
        return found == list(wanted) or found

    return check


async def test_a_topic_is_read_in_order_from_where_the_last_process_stopped(database: Database, broker: Broker) -> None:
    topic, group = await topic_for(broker), ids.random_id()
    await publish(broker, [message("read", version, topic=topic) for version in range(1, 51)])
    async with running(consumer(database, broker, topic=topic, group=group)):
        await until(saw(database, "read", range(1, 51)), seconds=60)
    await publish(broker, [message("read", version, topic=topic) for version in range(51, 61)])
    async with running(consumer(database, broker, topic=topic, group=group)):
        await until(saw(database, "read", range(1, 61)), seconds=60)


async def test_a_transient_fault_pauses_its_partition_and_keeps_the_order(database: Database, broker: Broker) -> None:
    topic, faults = await topic_for(broker), 3

    async def shaky(transaction: Transaction, seen: Message) -> None:
        nonlocal faults
        if seen.sequence == 3 and faults:
            faults -= 1
            raise Transient
        await note(transaction, seen)

    await publish(broker, [message("paused", version, topic=topic) for version in range(1, 6)])
    async with running(consumer(database, broker, shaky, topic=topic)):
        await until(saw(database, "paused", [1, 2, 3, 4, 5]), seconds=60)
    assert (faults, await letters_of(database, "paused")) == (0, [])


async def test_a_partition_that_waits_does_not_hold_up_the_others(database: Database, broker: Broker) -> None:
    topic = await topic_for(broker, partitions=4)

    async def one_waits(transaction: Transaction, seen: Message) -> None:
        if seen.subject == "waiting":
            raise Transient
        await note(transaction, seen)

    subjects = [f"free-{number}" for number in range(40)]
    await publish(broker, [message("waiting", topic=topic)])
    waiting = consumer(database, broker, one_waits, topic=topic)
    async with running(waiting):
        await asyncio.sleep(0.5)
        await publish(broker, [message(subject, topic=topic) for subject in subjects])

        async def most_came() -> object:
            found = [subject for subject in subjects if await effects(database, subject)]
            return len(found) >= 20 or len(found)

        await until(most_came, seconds=60)
        assert await waiting.alive()


async def test_a_second_member_takes_over_partitions_and_every_message_takes_effect_once(
    database: Database, broker: Broker
) -> None:
    topic, group = await topic_for(broker, partitions=4), ids.random_id()
    handled_by: list[set[str]] = [set(), set()]

    def slowly(member: int) -> Reaction:
        async def reaction(transaction: Transaction, seen: Message) -> None:
            await note(transaction, seen)
            await asyncio.sleep(0.005)
            handled_by[member].add(seen.id)

        return reaction

    subjects = [f"shared-{number}" for number in range(16)]
    first = consumer(database, broker, slowly(0), topic=topic, group=group)
    second = consumer(database, broker, slowly(1), topic=topic, group=group)
    versions = 0

    async def another_round() -> None:
        nonlocal versions
        versions += 1
        await publish(broker, [message(subject, versions, topic=topic) for subject in subjects])

    async def second_takes_part() -> object:
        await another_round()  # the log goes on while the group rebalances, however long that takes
        return bool(handled_by[1])

    async def all_came() -> object:
        count = await database.collection("written").count({"subject": {"$in": subjects}})
        return count == versions * len(subjects) or count

    await another_round()
    async with running(first):
        await until(saw_some(database, subjects[0]), seconds=60)
        async with running(second):
            await until(second_takes_part, seconds=40)
            await another_round()
            await until(all_came, seconds=40)
    for subject in subjects:
        assert await effects(database, subject) == list(range(1, versions + 1))
    assert handled_by[0] and handled_by[1]


def saw_some(database: Database, subject: str) -> Callable[[], Awaitable[object]]:
    """A check: some version took effect."""

    async def check() -> object:
        return bool(await effects(database, subject))

    return check


async def test_a_flood_of_dead_letters_stops_the_reading_and_a_restart_goes_on_behind_them(
    database: Database, broker: Broker
) -> None:
    topic, group = await topic_for(broker), ids.random_id()

    async def rejects(transaction: Transaction, seen: Message) -> None:
        if seen.sequence <= FLOOD + 10:
            raise Malformed
        await note(transaction, seen)

    await publish(broker, [message("flood", version, topic=topic) for version in range(1, FLOOD + 21)])
    stopped = consumer(database, broker, rejects, topic=topic, group=group)
    async with running(stopped):

        async def is_dead() -> object:
            return not await stopped.alive()

        await until(is_dead, seconds=60)
        await asyncio.sleep(0.5)
        assert len(await letters_of(database, "flood")) == FLOOD
        assert await stopped.handle(record(message("replayed", FLOOD + 100, topic=topic))) is Outcome.HANDLED
        assert not await stopped.alive()  # what a person replays in it meanwhile does not set its reading going again
    async with running(consumer(database, broker, rejects, topic=topic, group=group)):
        await until(saw(database, "flood", range(FLOOD + 11, FLOOD + 21)), seconds=60)
    assert len(await letters_of(database, "flood")) == FLOOD + 10


async def test_only_a_consumer_that_is_stuck_in_a_message_is_not_alive(
    database: Database, broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    topic, has_joined = await topic_for(broker), asyncio.Event()

    async def hangs_at_the_second(_transaction: Transaction, message: Message) -> None:
        if has_joined.is_set():
            await asyncio.sleep(60)
        has_joined.set()

    idle, stuck = consumer(database, broker), consumer(database, broker, hangs_at_the_second, topic=topic)
    async with running(stuck):
        await publish(broker, [message("stuck", 1, topic=topic)])
        async with asyncio.timeout(60):
            await has_joined.wait()
        monkeypatch.setattr(consumer_module, "STUCK_SECONDS", 2.0)
        await asyncio.sleep(3)
        assert await stuck.alive(), "a consumer that has nothing to do is well"
        await publish(broker, [message("stuck", 2, topic=topic)])

        async def is_dead() -> object:
            return not await stuck.alive()

        await until(is_dead, seconds=60)
    assert await idle.alive()
