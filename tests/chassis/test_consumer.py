"""The consumer: each message is handled once, and what an error means decides what becomes of it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from chassis import dead_letters
from chassis.consumer import FLOOD, Flooded, Malformed, MessageConsumer, Subscription, TooEarly, Transient
from chassis.ids import ordered_id
from chassis.kafka import Broker, Record
from chassis.messages import Message
from chassis.mongo import Database, Transaction
from chassis.settings import ProcessSettings

TYPE = "vn.lantoa.test.thing.happened.v1"


def message(subject: str, *, value: int = 1) -> Message:
    """A message about a subject."""
    at = datetime(2026, 1, 1, tzinfo=UTC)
    data = {"value": value}
    return Message(ordered_id(), "lantoa.test", TYPE, "/lantoa/test", subject, 1, subject, at, data)


def record(told: Message, *, offset: int = 0) -> Record:
    """The message as it stands on a topic."""
    return Record(told.topic, 0, offset, told.key.encode(), told.payload(), dict(told.headers()), 0)


class Reactions:
    """What a service does: it notes the subject, after failing as often and in the way that a test asks."""

    def __init__(self) -> None:
        self.failures: dict[str, list[Exception]] = {}
        self.skipped: set[str] = set()

    async def react(self, transaction: Transaction, told: Message) -> None:
        """Notes the subject. Raises the next failure that was asked for."""
        await transaction.collection("seen").insert_one({"_id": ordered_id(), "subject": told.subject})
        if waiting := self.failures.get(told.subject):
            raise waiting.pop(0)

    def subscription(self) -> Subscription:
        """The row of the table."""
        return Subscription(TYPE, self.react, concerns=lambda told: told.subject not in self.skipped)


@pytest.fixture
def reactions() -> Reactions:
    return Reactions()


@pytest.fixture
def consumer(database: Database, reactions: Reactions) -> MessageConsumer:
    made = MessageConsumer(database, Broker(ProcessSettings()), "lantoa.test", topics=["lantoa.test"])
    made.on([reactions.subscription()])
    return made


async def seen(database: Database) -> list[str]:
    """The subjects that were handled, in order."""
    return [row["subject"] for row in await database.collection("seen").find({}, sort=[("_id", 1)])]


async def reasons(database: Database) -> list[str]:
    """Why messages were set aside."""
    return [letter.reason for letter in await dead_letters.find(database)]


async def test_a_message_that_comes_twice_is_handled_once(consumer: MessageConsumer, database: Database) -> None:
    told = message("a")
    await consumer.handle(record(told))
    await consumer.handle(record(told, offset=7))
    assert await seen(database) == ["a"]


async def test_a_known_id_with_other_content_is_for_a_person(consumer: MessageConsumer, database: Database) -> None:
    told = message("a")
    await consumer.handle(record(told))
    await consumer.handle(record(replace(told, data={"value": 2}), offset=1))
    assert (await seen(database), await reasons(database)) == (["a"], ["content_differs"])


async def test_what_concerns_nobody_leaves_nothing(
    consumer: MessageConsumer, reactions: Reactions, database: Database
) -> None:
    reactions.skipped.add("a")
    await consumer.handle(record(message("a")))
    await consumer.handle(record(replace(message("b"), type="vn.lantoa.test.other.v1")))
    assert (await seen(database), await database.collection("inbox").count({})) == ([], 0)


@pytest.mark.parametrize(
    ("failure", "times", "outcome"),
    [
        (Malformed, 1, ["malformed: Malformed"]),
        (RuntimeError, 3, ["failed: RuntimeError"]),
        (RuntimeError, 2, []),  # the third try works
    ],
)
async def test_a_failure_undoes_the_reaction_and_ends_as_its_kind_says(
    consumer: MessageConsumer,
    reactions: Reactions,
    database: Database,
    failure: Callable[[], Exception],
    times: int,
    outcome: list[str],
) -> None:
    reactions.failures["a"] = [failure() for _ in range(times)]
    await consumer.handle(record(message("a")))
    assert await reasons(database) == outcome
    assert await seen(database) == ([] if outcome else ["a"])


async def test_a_transient_failure_is_the_callers_to_repeat(
    consumer: MessageConsumer, reactions: Reactions, database: Database
) -> None:
    reactions.failures["a"] = [Transient()]
    told = record(message("a"))
    with pytest.raises(Transient):
        await consumer.handle(told)
    assert (await seen(database), await reasons(database)) == ([], [])
    await consumer.handle(told)
    assert await seen(database) == ["a"]


async def test_bytes_that_are_no_message_are_set_aside(consumer: MessageConsumer, database: Database) -> None:
    await consumer.handle(Record("lantoa.test", 0, 3, None, b"{", {}, 0))
    assert (await reasons(database))[0].startswith("malformed_message")


async def test_what_came_too_early_waits_for_its_object(
    consumer: MessageConsumer, reactions: Reactions, database: Database
) -> None:
    reactions.failures["late"] = [TooEarly("object")]
    assert not await consumer.handle(record(message("late")))
    assert await seen(database) == []
    await consumer.handle(record(message("object"), offset=1))
    assert await seen(database) == ["object", "late"]
    assert await database.collection("parked").count({}) == 0


async def test_a_parked_message_survives_a_failure_while_it_is_handled(
    consumer: MessageConsumer, reactions: Reactions, database: Database
) -> None:
    reactions.failures["late"] = [TooEarly("object"), Transient(), TooEarly("another")]
    await consumer.handle(record(message("late")))
    cause = record(message("object"), offset=1)
    with pytest.raises(Transient):
        await consumer.handle(cause)
    await consumer.handle(cause)  # it still waits, now for another object
    await consumer.handle(record(message("another"), offset=2))
    assert await seen(database) == ["object", "another", "late"]


async def test_too_many_dead_letters_in_a_row_stop_the_reading(consumer: MessageConsumer, database: Database) -> None:
    for offset in range(FLOOD - 1):
        await consumer.handle(Record("lantoa.test", 0, offset, None, b"{", {}, 0))
    with pytest.raises(Flooded):
        await consumer.handle(Record("lantoa.test", 0, FLOOD, None, b"{", {}, 0))


async def test_a_process_that_does_not_consume_is_alive(
    consumer: MessageConsumer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chassis.clock.monotonic", lambda: 1e9)
    assert await consumer.alive()
