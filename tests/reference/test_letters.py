"""Dead letters over HTTP, in a process that runs no consumer: only operators know that they are there."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from chassis import dead_letters, web
from chassis.consumer import MessageConsumer, Outcome
from chassis.dead_letters import DeadLetter
from chassis.identity import DevelopmentIssuer, Verifier
from chassis.kafka import Broker
from chassis.messages import Message
from chassis.mongo import Database, Transaction
from chassis.outbox import Outbox
from chassis.process import Service
from chassis.settings import ProcessSettings
from contracts.dead_letters import DeadLetterOutcome, DeadLetterView
from contracts.vocabulary import Role
from reference import catalog, letters
from reference.resources import Resources
from tests.chassis.consumers import consumer, letters_of
from tests.chassis.messages import effects, message, note, record
from tests.running_service import Api, Running

PATH, SECRET = "/v1/dead-letters", "ThuDoHaNoi-1010"
KNOWING = {Role.OPERATOR, Role.SYSTEM}  # by the table of permissions
poisoned: set[str] = set()


async def react(transaction: Transaction, seen: Message) -> None:
    """A reaction that fails with the words of the message, as careless ones do."""
    await note(transaction, seen)
    if seen.subject in poisoned:
        raise ValueError(seen.data["said"])


@pytest.fixture
def handled(database: Database) -> MessageConsumer:
    """The service's consumer; nothing runs its loop."""
    return consumer(database, Broker(ProcessSettings()), react)


@pytest.fixture
async def api(database: Database, handled: MessageConsumer, tmp_path: Path) -> AsyncIterator[Api]:
    """A service that has nothing but dead letters; `as_` is a role, or nobody."""
    issuer = DevelopmentIssuer(tmp_path)
    tokens = {
        role.value: issuer.token(role.value, "H57", subject=f"a {role}", name="An", lifetime=timedelta(hours=1))
        for role in Role
    }
    app = web.create_app("test", Verifier(ProcessSettings(jwks=str(issuer.jwks_path))), ready={})
    app.include_router(letters.routes(Resources(database, Outbox("test"), catalog.default()), handled.handle))

    async def nothing() -> None:
        return

    async with Running(Service("test", app, nothing, nothing), tokens) as running:
        yield running


async def set_aside(database: Database, handled: MessageConsumer, subject: str) -> DeadLetter:
    """The letter of a message whose words nobody may see."""
    poisoned.add(subject)
    await handled.handle(record(message(subject, said=SECRET, **{SECRET: 1})))
    (letter,) = await letters_of(database, subject)
    return letter


async def test_an_operator_sees_where_it_stood_and_why_and_nothing_that_it_says(
    api: Api, database: Database, handled: MessageConsumer
) -> None:
    letter = await set_aside(database, handled, f"about {SECRET}")
    said = SECRET.encode()
    await handled.handle(replace(record(message("unreadable")), key=said, value=said, headers={SECRET: said}))
    status, page = await api.ask(PATH, as_="operator")
    assert status == 200 and SECRET not in str(page)
    assert {name for row in page["rows"] for name in row} == set(DeadLetterView.model_fields)
    (shown,) = [row for row in page["rows"] if row["id"] == letter.id]
    assert (shown["topic"], shown["partition"], shown["offset"]) == ("t", 0, letter.offset)
    assert (shown["message_id"], shown["type"], shown["reason"]) == (letter.message_id, letter.type, letter.reason)
    assert await api.ask(f"{PATH}/{letter.id}", as_="operator") == (200, shown)


async def test_it_is_read_on_page_by_page(api: Api, database: Database, handled: MessageConsumer) -> None:
    wanted = {(await set_aside(database, handled, f"page {number}")).id for number in range(3)}
    found, after = [], ""
    while True:
        status, page = await api.ask(f"{PATH}?first=2{after}", as_="operator")
        assert status == 200 and len(page["rows"]) == len(page["cursors"]) <= 2
        found += [row["id"] for row in page["rows"]]
        if not page["has_next"]:
            break
        after = f"&after={page['cursors'][-1]}"
    assert len(found) == len(set(found)) and wanted <= set(found)


@pytest.mark.parametrize("query", ["first=0", "first=201", "first=x", "after=x", "after=WyIyMDI2LTAxLTAxIiwieCJd"])
async def test_a_page_that_nobody_can_ask_for_is_refused(api: Api, query: str) -> None:
    status, answer = await api.ask(f"{PATH}?{query}", as_="operator")
    assert (status, answer["code"]) == (400, "cursor-invalid" if "after" in query else "invalid-request")


async def test_it_is_replayed_once_mended_and_then_gone(api: Api, database: Database, handled: MessageConsumer) -> None:
    letter = await set_aside(database, handled, "replayed")
    address = f"{PATH}/{letter.id}"
    again = {"outcome": "dead", "letter_id": letter.id, "reason": "failed: ValueError"}
    assert await api.send(f"{address}:replay", None, as_="operator") == (200, again)
    poisoned.remove("replayed")
    done = {"outcome": "handled", "letter_id": None, "reason": None}
    assert await api.send(f"{address}:replay", None, as_="operator") == (200, done)
    assert await effects(database, "replayed") == [1]
    absent = await api.ask("/v1/nothing", as_="operator")
    assert absent[0] == 404
    assert await api.ask(address, as_="operator") == absent
    for verb in ("replay", "discard"):
        assert await api.send(f"{address}:{verb}", None, as_="operator") == absent
    assert await effects(database, "replayed") == [1]


async def test_it_is_discarded_without_effect(api: Api, database: Database, handled: MessageConsumer) -> None:
    letter = await set_aside(database, handled, "discarded")
    status, done = await api.send(f"{PATH}/{letter.id}:discard", None, as_="operator")
    assert (status, done["outcome"]) == (200, "discarded")
    assert (await api.send(f"{PATH}/{letter.id}:discard", None, as_="operator"))[0] == 404
    assert await effects(database, "discarded") == []


@pytest.mark.parametrize("role", ["", *(role.value for role in Role)])
async def test_whom_the_table_does_not_let_run_the_command_line_finds_nothing(
    api: Api, database: Database, handled: MessageConsumer, role: str
) -> None:
    letter = await set_aside(database, handled, f"hidden from {role}")
    absent = await api.ask("/v1/nothing", as_=role)
    asked = [await api.ask(f"{PATH}{rest}", as_=role) for rest in ("", "?first=x", "?after=x", f"/{letter.id}")]
    acted = [await api.send(f"{PATH}/{letter.id}:{verb}", None, as_=role) for verb in ("replay", "discard")]
    if role in KNOWING:
        assert [status for status, _ in asked + acted] == [200, 400, 400, 200, 200, 200]
    else:
        assert asked + acted == [absent] * 6
        assert (await dead_letters.summary(database, letter.id)).reason == "failed: ValueError"


def test_every_outcome_of_the_consumer_has_its_word_in_the_contract() -> None:
    outcomes = {outcome.value for outcome in Outcome}
    assert {outcome.value for outcome in DeadLetterOutcome} == outcomes | {"discarded"}
