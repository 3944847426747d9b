"""What a person does with a dead letter: looks, hands it in again once its cause is mended, or throws it away."""

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta

import pytest

from chassis import audit, dead_letters, ids, parking
from chassis.consumer import MessageConsumer, Outcome, TooEarly, Transient
from chassis.dead_letters import Summary
from chassis.identity import Grant, Viewer
from chassis.kafka import Broker
from chassis.messages import Message
from chassis.mongo import Database, Transaction, connect
from chassis.problems import Problem
from chassis.replay import Replayed, replay
from tests.chassis.consumers import consumer, letters_of
from tests.chassis.messages import effects, message, note, record
from tests.engines import INDEXES

VIEWER = Viewer("an operator", "An", (Grant("operator"),))


class Reaction:
    """Fails as it is told to, after it has written something, and works once `fault` is None."""

    def __init__(self, fault: type[Exception] | Exception | None = RuntimeError) -> None:
        self.fault = fault

    async def __call__(self, transaction: Transaction, seen: Message) -> None:
        """The reaction."""
        await note(transaction, seen)
        if self.fault is not None:
            raise self.fault


async def dead(handled: MessageConsumer, database: Database, subject: str) -> str:
    """The id of the letter of a new message that could not be handled."""
    assert await handled.handle(record(message(subject))) is Outcome.DEAD
    (letter,) = await letters_of(database, subject)
    return letter.id


async def audited(database: Database, letter_id: str) -> list[tuple[str, str, str]]:
    """Who did what to a letter and what became of it, in order."""
    rows = await database.collection(audit.ROWS).find({"subject": letter_id}, sort=[("_id", 1)])
    return [(row["actor"], row["action"], row["outcome"]) for row in rows]


async def is_absent(database: Database, handled: MessageConsumer, letter_id: str) -> bool:
    """Whether nobody finds the letter: to see, to replay or to discard."""
    for attempt in (
        lambda: dead_letters.summary(database, letter_id),
        lambda: replay(database, handled.handle, VIEWER, letter_id),
        lambda: dead_letters.discard(database, VIEWER, letter_id),
    ):
        with pytest.raises(Problem) as refused:
            await attempt()
        if refused.value.slug != "not-found":
            return False
    return True


async def test_what_was_poison_takes_effect_once_when_its_cause_is_mended(database: Database, broker: Broker) -> None:
    reaction = Reaction()
    handled = consumer(database, broker, reaction)
    letter_id = await dead(handled, database, "mended")
    assert await effects(database, "mended") == []
    reaction.fault = None
    assert await replay(database, handled.handle, VIEWER, letter_id) == Replayed(Outcome.HANDLED, None)
    assert await effects(database, "mended") == [1]
    done = [(VIEWER.subject, "REPLAY_DEAD_LETTER", outcome) for outcome in ("asked", "handled")]
    assert await audited(database, letter_id) == done
    assert await is_absent(database, handled, letter_id)
    assert await effects(database, "mended") == [1]
    assert await audited(database, letter_id) == done


async def test_what_fails_again_stays_with_its_new_reason(database: Database, broker: Broker) -> None:
    reaction = Reaction()
    handled = consumer(database, broker, reaction)
    letter_id = await dead(handled, database, "again")
    reaction.fault = LookupError
    again = await replay(database, handled.handle, VIEWER, letter_id)
    assert again == Replayed(Outcome.DEAD, letter_id, "failed: LookupError")
    assert [(letter.id, letter.reason) for letter in await letters_of(database, "again")] == [
        (letter_id, "failed: LookupError")
    ]
    assert await effects(database, "again") == []
    assert (await audited(database, letter_id))[-1] == (VIEWER.subject, "REPLAY_DEAD_LETTER", "dead")


async def test_a_letter_whose_message_was_handled_meanwhile_goes_without_a_second_effect(
    database: Database, broker: Broker
) -> None:
    reaction, sent = Reaction(None), message("overtaken")
    handled = consumer(database, broker, reaction)
    await handled.handle(record(sent))
    await dead_letters.set_aside(database, record(sent), sent, reason="failed: by another member")
    (letter,) = await letters_of(database, "overtaken")
    assert (await replay(database, handled.handle, VIEWER, letter.id)).outcome is Outcome.HANDLED
    assert await letters_of(database, "overtaken") == []
    assert await effects(database, "overtaken") == [1]


async def test_a_type_that_nobody_listens_to_any_more_is_skipped_and_its_letter_stays(
    database: Database, broker: Broker
) -> None:
    letter_id = await dead(consumer(database, broker, Reaction()), database, "orphan")
    deaf = MessageConsumer(database, broker, "g", topics=["t"])
    assert await replay(database, deaf.handle, VIEWER, letter_id) == Replayed(Outcome.SKIPPED, letter_id)
    assert (await dead_letters.summary(database, letter_id)).id == letter_id


async def test_a_parked_letter_goes_when_what_it_waits_for_comes(database: Database, broker: Broker) -> None:
    reaction = Reaction()
    handled = consumer(database, broker, reaction)
    letter_id = await dead(handled, database, "patient")
    reaction.fault = TooEarly("a parent")
    assert await replay(database, handled.handle, VIEWER, letter_id) == Replayed(Outcome.PARKED, letter_id)
    reaction.fault = None
    await handled.handle(record(message("a parent")))
    assert await effects(database, "patient") == [1]
    assert await is_absent(database, handled, letter_id)


async def test_discarded_it_is_gone_for_good_also_where_it_was_parked(database: Database, broker: Broker) -> None:
    reaction = Reaction()
    handled = consumer(database, broker, reaction)
    letter_id = await dead(handled, database, "given up")
    reaction.fault = TooEarly("another parent")
    await replay(database, handled.handle, VIEWER, letter_id)
    await dead_letters.discard(database, VIEWER, letter_id)
    assert (await audited(database, letter_id))[-1] == (VIEWER.subject, "DISCARD_DEAD_LETTER", "done")
    assert await is_absent(database, handled, letter_id)
    reaction.fault = None
    await handled.handle(record(message("another parent")))
    assert await effects(database, "given up") == []
    assert await parking.waiting_for(database, "another parent") == []


@pytest.mark.parametrize("then", [Outcome.HANDLED, Outcome.DEAD, Outcome.PARKED, Outcome.SKIPPED])
async def test_what_an_older_version_could_not_read_is_one_letter_by_what_it_says_once_it_can_be_read(
    database: Database, broker: Broker, then: Outcome
) -> None:
    faults: dict[Outcome, type[Exception] | Exception] = {
        Outcome.DEAD: ValueError,
        Outcome.PARKED: TooEarly(f"parent of {then}"),
    }
    reaction, subject = Reaction(faults.get(then)), f"unread, then {then}"
    sent = message(subject, concerns=then is not Outcome.SKIPPED)
    handled = consumer(database, broker, reaction)
    await dead_letters.set_aside(database, record(sent), None, reason="malformed_message: by an older version")
    (unread,) = await letters_of(database, subject)
    done = await replay(database, handled.handle, VIEWER, unread.id)
    kept = await letters_of(database, subject)
    assert done.outcome is then
    assert [letter.id for letter in kept] == ([] if then is Outcome.HANDLED else [done.letter_id])
    assert [(letter.message_id, letter.type) for letter in kept] == [(sent.id, sent.type)] * len(kept)
    reaction.fault = None
    await handled.handle(record(sent))
    await handled.handle(record(message(f"parent of {then}")))
    assert await effects(database, subject) == ([] if then is Outcome.SKIPPED else [1])
    assert len(await letters_of(database, subject)) == (then is Outcome.SKIPPED)


async def test_while_something_it_needs_does_not_answer_the_letter_stays_as_it_was(
    database: Database, broker: Broker
) -> None:
    reaction = Reaction()
    handled = consumer(database, broker, reaction)
    letter_id = await dead(handled, database, "later")
    before = await dead_letters.summary(database, letter_id)
    reaction.fault = Transient
    with pytest.raises(Problem) as refused:
        await replay(database, handled.handle, VIEWER, letter_id)
    assert refused.value.slug == "unavailable"
    assert await dead_letters.summary(database, letter_id) == before


@pytest.fixture
async def many(mongo_url: str) -> AsyncIterator[tuple[Database, list[str]]]:
    """A database with letters over a year, many of one instant, and their ids in the order of the list."""
    made = connect(mongo_url, f"test_{ids.random_id()[:8]}")
    await made.ensure_collections(INDEXES)
    start = datetime(2025, 10, 1, tzinfo=UTC)
    instants = [start] * 9 + [start + timedelta(hours=3**power) for power in range(8)]
    rows = [
        {"_id": ids.random_id(), "topic": "t", "partition": 0, "offset": place, "message_id": "m", "type": "",
         "reason": "failed", "at": at, "key": "k", "value": b"secret", "headers": []}
        for place, at in enumerate(instants)
    ]  # fmt: skip
    await made.collection(dead_letters.COLLECTION).insert_many(rows)
    yield made, [str(row["_id"]) for row in sorted(rows, key=lambda row: (row["at"], row["_id"]), reverse=True)]
    await made.drop()
    made.close()


async def pages(database: Database, first: int) -> list[Sequence[Summary]]:
    """All pages of so many letters, read on from the last of each."""
    found, after = [], None
    while True:
        page = await dead_letters.page(database, first=first, after=after)
        found.append(page.rows)
        if not page.has_next:
            return found
        after = page.rows[-1].cursor


@pytest.mark.parametrize("first", [1, 4, 16, 17, 200])
async def test_pages_show_each_letter_once_and_the_newest_first(many: tuple[Database, list[str]], first: int) -> None:
    database, wanted = many
    found = await pages(database, first)
    assert [letter.id for rows in found for letter in rows] == wanted
    assert [len(rows) for rows in found[:-1]] == [first] * (len(found) - 1)


async def test_a_letter_that_dies_again_while_one_pages_is_not_met_twice(many: tuple[Database, list[str]]) -> None:
    database, wanted = many
    page = await dead_letters.page(database, first=5)
    change = {"$set": {"at": datetime.now(UTC)}}
    await database.collection(dead_letters.COLLECTION).update_one({"_id": wanted[2]}, change)
    rest = await dead_letters.page(database, first=200, after=page.rows[-1].cursor)
    assert [letter.id for letter in rest.rows] == wanted[5:]
