"""What becomes of one record: handled once, parked, set aside, or tried again."""

import asyncio
from dataclasses import replace

import pytest

from chassis import dead_letters, parking
from chassis.consumer import Malformed, MessageConsumer, Outcome, Reaction, Subscription, TooEarly, Transient
from chassis.kafka import Broker
from chassis.messages import Message
from chassis.mongo import Database, Transaction
from tests.chassis.consumers import consumer, letters_of
from tests.chassis.messages import TYPE, effects, message, note, record


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
