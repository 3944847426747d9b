"""What becomes of a record: handled once, parked, set aside, or tried again; alone and in a group on a real broker."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from chassis import consumer as consumer_module
from chassis import dead_letters, ids, parking
from chassis.consumer import FLOOD, Malformed, MessageConsumer, Outcome, Reaction, Subscription, TooEarly, Transient
from chassis.dead_letters import DeadLetter
from chassis.kafka import Broker
from chassis.messages import Message
from chassis.mongo import Database, Transaction
from tests.chassis.messages import TYPE, effects, message, note, publish, record, topic_for
from tests.running import until


def consumer(
    database: Database, broker: Broker, reaction: Reaction = note, *, topic: str = "t", group: str = ""
) -> MessageConsumer:
    """A consumer that listens to the one type of these tests."""
    made = MessageConsumer(database, broker, group or ids.random_id(), topics=[topic])
    made.on([Subscription(TYPE, reaction, lambda found: found.data.get("concerns", True) is True)])
    return made


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


async def letters_of(database: Database, subject: str) -> list[DeadLetter]:
    """The dead letters of a key."""
    return [letter for letter in await dead_letters.find(database, most=1000) if letter.key == subject]


def saw(database: Database, subject: str, wanted: Sequence[int]) -> Callable[[], Awaitable[object]]:
    """A check: these versions took effect, in this order."""

    async def check() -> object:
        found = await effects(database, subject)
        return found == list(wanted) or found

    return check


async def test_the_same_message_takes_effect_once(database: Database, broker: Broker) -> None:
    handled, sent = consumer(database, broker), message("once")
    assert [await handled.handle(record(sent)) for _ in range(3)] == [Outcome.HANDLED] * 3
    assert await effects(database, "once") == [1]


async def test_two_members_that_get_the_same_message_at_once_let_it_take_effect_once(
    database: Database, broker: Broker
) -> None:
    members, sent = [consumer(database, broker) for _ in range(4)], message("raced")
    outcomes = await asyncio.gather(*(member.handle(record(sent)) for member in members))
    assert set(outcomes) == {Outcome.HANDLED}
    assert await effects(database, "raced") == [1]


async def test_a_known_id_with_other_data_is_set_aside_and_changes_nothing(database: Database, broker: Broker) -> None:
    handled = consumer(database, broker)
    await handled.handle(record(message("differs", number="one-id", said=1)))
    assert await handled.handle(record(message("differs", number="one-id", said=2))) is Outcome.DEAD
    assert await effects(database, "differs") == [1]
    assert [letter.reason for letter in await letters_of(database, "differs")] == ["content_differs"]
    await handled.handle(record(message("differs", number="one-id", said=1)))
    assert len(await letters_of(database, "differs")) == 1


async def test_what_concerns_nobody_leaves_no_trace(database: Database, broker: Broker) -> None:
    handled = consumer(database, broker)
    assert await handled.handle(record(message("skipped", concerns=False))) is Outcome.SKIPPED
    other = MessageConsumer(database, broker, "g", topics=["t"])
    assert await other.handle(record(message("skipped"))) is Outcome.SKIPPED
    assert await effects(database, "skipped") == []


@pytest.mark.parametrize(
    "broken",
    [
        {"value": b"{"},
        {"value": None},
        {"value": b"[]"},
        {"headers": {}},
        {"headers": {"ce_id": b"\xff"}},
        {"key": None, "headers": {"ce_id": b"", "nul\x00": b""}},
    ],
)
async def test_bytes_that_are_no_message_are_set_aside_as_they_came(
    database: Database, broker: Broker, broken: dict[str, object]
) -> None:
    good = record(message("garbage"))
    bad = replace(good, **broken)  # type: ignore[arg-type]
    assert await consumer(database, broker).handle(bad) is Outcome.DEAD
    kept = [letter for letter in await dead_letters.find(database, most=1000) if letter.offset == bad.offset]
    assert [(letter.value, dict(letter.headers)) for letter in kept] == [(bad.value or b"", dict(bad.headers))]
    assert kept[0].reason.startswith("malformed_message")


async def test_a_malformed_message_is_tried_once_and_an_unexpected_fault_three_times(
    database: Database, broker: Broker
) -> None:
    tries: list[str] = []

    async def fails(transaction: Transaction, seen: Message) -> None:
        await note(transaction, seen)
        tries.append(seen.subject)
        raise Malformed if seen.subject == "malformed" else RuntimeError

    handled = consumer(database, broker, fails)
    for subject in ("malformed", "unexpected"):
        assert await handled.handle(record(message(subject))) is Outcome.DEAD
        assert await effects(database, subject) == []
    assert tries == ["malformed", "unexpected", "unexpected", "unexpected"]
    assert [letter.reason for letter in await letters_of(database, "unexpected")] == ["failed: RuntimeError"]


async def test_a_fault_while_asking_whether_it_concerns_us_is_set_aside_too(database: Database, broker: Broker) -> None:
    def fails(_message: Message) -> bool:
        raise KeyError("missing")

    handled = MessageConsumer(database, broker, "g", topics=["t"])
    handled.on([Subscription(TYPE, note, fails)])
    assert await handled.handle(record(message("asked"))) is Outcome.DEAD


async def test_copies_of_one_poisoned_message_are_one_letter_which_is_gone_once_it_is_handled(
    database: Database, broker: Broker
) -> None:
    is_mended = False

    async def mended(transaction: Transaction, seen: Message) -> None:
        if not is_mended:
            raise RuntimeError
        await note(transaction, seen)

    handled, sent = consumer(database, broker, mended), message("poisoned")
    for _ in range(5):
        await handled.handle(record(sent))
    (letter,) = await letters_of(database, "poisoned")
    is_mended = True
    assert await handled.handle(letter.record()) is Outcome.HANDLED
    assert await letters_of(database, "poisoned") == []
    assert await handled.handle(letter.record()) is Outcome.HANDLED
    assert await effects(database, "poisoned") == [1]


def waits_for(parents: set[str]) -> Reaction:
    """A reaction to children, whose parent must be known."""

    async def reaction(transaction: Transaction, seen: Message) -> None:
        parent = seen.data.get("parent")
        if isinstance(parent, str) and parent not in parents:
            raise TooEarly(parent)
        parents.add(seen.subject)
        await note(transaction, seen)

    return reaction


async def test_what_came_too_early_is_handled_in_order_when_its_parent_comes(
    database: Database, broker: Broker
) -> None:
    handled = consumer(database, broker, waits_for(set()))
    for version in range(1, 12):
        early = record(message("child", version, parent="parent"))
        assert await handled.handle(early) is Outcome.PARKED
    assert await effects(database, "child") == []
    assert await handled.handle(record(message("parent"))) is Outcome.HANDLED
    assert await effects(database, "child") == list(range(1, 12))
    assert await parking.waiting_for(database, "parent") == []


async def test_a_parked_message_that_then_waits_for_another_stays_parked(database: Database, broker: Broker) -> None:
    known: set[str] = set()

    async def needs_two(transaction: Transaction, seen: Message) -> None:
        if seen.subject == "needy":
            for needed in ("first", "second"):
                if needed not in known:
                    raise TooEarly(needed)
        known.add(seen.subject)
        await note(transaction, seen)

    handled = consumer(database, broker, needs_two)
    await handled.handle(record(message("needy")))
    await handled.handle(record(message("first")))
    assert len(await parking.waiting_for(database, "second")) == 1
    await handled.handle(record(message("second")))
    assert await effects(database, "needy") == [1]
    assert await parking.waiting_for(database, "second") == []


async def test_a_transient_fault_while_the_parked_are_handled_loses_none(database: Database, broker: Broker) -> None:
    faults = ["once"]
    inner = waits_for(set())

    async def shaky(transaction: Transaction, seen: Message) -> None:
        if seen.subject == "shaken" and "parent-2" in known and faults:
            faults.pop()
            raise Transient
        await inner(transaction, seen)

    known: set[str] = set()
    handled = consumer(database, broker, shaky)
    await handled.handle(record(message("shaken", parent="parent-2")))
    known.add("parent-2")
    parent = record(message("parent-2"))
    with pytest.raises(Transient):
        await handled.handle(parent)
    assert await handled.handle(parent) is Outcome.HANDLED
    assert await effects(database, "shaken") == [1]


async def test_a_parent_that_comes_while_the_child_is_being_parked_is_not_missed(
    database: Database, broker: Broker
) -> None:
    parents: set[str] = set()
    inner = waits_for(parents)

    async def just_missed(transaction: Transaction, seen: Message) -> None:
        try:
            await inner(transaction, seen)
        finally:
            parents.add("late-parent")  # as another member would, whose look at the parked came too early

    handled = consumer(database, broker, just_missed)
    assert await handled.handle(record(message("late-child", parent="late-parent"))) is Outcome.HANDLED
    assert await effects(database, "late-child") == [1]
    assert await parking.waiting_for(database, "late-parent") == []


async def test_a_topic_is_read_in_order_from_where_the_last_process_stopped(database: Database, broker: Broker) -> None:
    topic, group = await topic_for(broker), ids.random_id()
    await publish(broker, [message("read", version, topic=topic) for version in range(1, 51)])
    async with running(consumer(database, broker, topic=topic, group=group)):
        await until(saw(database, "read", range(1, 51)), seconds=20)
    await publish(broker, [message("read", version, topic=topic) for version in range(51, 61)])
    async with running(consumer(database, broker, topic=topic, group=group)):
        await until(saw(database, "read", range(1, 61)), seconds=20)


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
        await until(saw(database, "paused", [1, 2, 3, 4, 5]), seconds=20)
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

        await until(most_came, seconds=20)
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
    sent = [message(subject, version, topic=topic) for version in range(1, 41) for subject in subjects]
    await publish(broker, sent)
    first = consumer(database, broker, slowly(0), topic=topic, group=group)
    second = consumer(database, broker, slowly(1), topic=topic, group=group)

    async def all_came() -> object:
        count = await database.collection("written").count({"subject": {"$in": subjects}})
        return count == len(sent) or count

    async with running(first):
        await until(saw_some(database, subjects[0]), seconds=20)
        async with running(second):
            await until(all_came, seconds=40)
    for subject in subjects:
        assert await effects(database, subject) == list(range(1, 41))
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

        await until(is_dead, seconds=20)
        await asyncio.sleep(0.5)
        assert len(await letters_of(database, "flood")) == FLOOD
    async with running(consumer(database, broker, rejects, topic=topic, group=group)):
        await until(saw(database, "flood", range(FLOOD + 11, FLOOD + 21)), seconds=20)
    assert len(await letters_of(database, "flood")) == FLOOD + 10


async def test_only_a_consumer_that_is_stuck_in_a_message_is_not_alive(
    database: Database, broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consumer_module, "STUCK_SECONDS", 1.0)
    topic = await topic_for(broker)

    async def hangs(_transaction: Transaction, _message: Message) -> None:
        await asyncio.sleep(60)

    idle, stuck = consumer(database, broker), consumer(database, broker, hangs, topic=topic)
    async with running(stuck):
        await asyncio.sleep(2)
        assert await stuck.alive()
        await publish(broker, [message("stuck", topic=topic)])

        async def is_dead() -> object:
            return not await stuck.alive()

        await until(is_dead, seconds=10)
    assert await idle.alive()
