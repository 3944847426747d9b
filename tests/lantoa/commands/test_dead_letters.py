"""An operator finds what a running service set aside, has it handled again or gives it up, by the command line."""

import asyncio
import time
from dataclasses import replace

import orjson
import pytest
from typer.testing import CliRunner, Result

from chassis import dead_letters, ids
from chassis.kafka import Broker, Record
from chassis.mongo import connect
from chassis.settings import ProcessSettings
from contracts.outreach.outreach_events import OutreachEventRetracted
from lantoa import letters
from lantoa.app import app
from lantoa.problems import CommandError
from tests.running import Stack
from tests.services.plans.test_reactions import told

TOPIC, SECRET = "lantoa.outreach", "ThuDoHaNoi-1010"


def dlq(stack: Stack, *arguments: str) -> Result:
    """What `lantoa dlq …` does."""
    return CliRunner().invoke(app, ["dlq", *arguments, "--data", str(stack.data)])


def listed(stack: Stack) -> dict[str, list[dict[str, object]]]:
    """The letters of each service."""
    found: dict[str, list[dict[str, object]]] = orjson.loads(dlq(stack, "list", "--json").stdout)
    return found


def decided(stack: Stack, verb: str, service: str, letter_id: str) -> tuple[int, dict[str, object]]:
    """The exit code of a replay or a discard, and its answer."""
    done = dlq(stack, verb, service, letter_id, "--json")
    return done.exit_code, orjson.loads(done.stdout)


def refusal(outcome: Result) -> str:
    """Why a command stopped."""
    assert isinstance(outcome.exception, CommandError), outcome.exception
    return outcome.exception.code


async def produce(stack: Stack, record: Record) -> None:
    """Puts a record on the stack's log."""
    producer = Broker(ProcessSettings(kafka_bootstrap=stack.kafka, kafka_idempotent=False)).producer()
    try:
        await producer.send([(record.topic, record.key, record.value or b"", list(record.headers.items()))])
    finally:
        await producer.abandon()


async def set_aside(stack: Stack, service: str, record: Record, *, reason: str) -> None:
    """Keeps a record as a letter of a service, as an older version of it that could not read it would have done."""
    engines = orjson.loads(stack.command("status", "--json"))["engines"]
    database = connect((engines.get(f"mongo-{service}") or engines["mongo"])["url"], f"lantoa_{service}")
    try:
        await dead_letters.set_aside(database, record, None, reason=reason)
    finally:
        database.close()


def test_a_malformed_message_is_shown_without_its_words_fails_again_and_is_discarded(stack: Stack) -> None:
    said = SECRET.encode()
    asyncio.run(produce(stack, Record(TOPIC, 0, 0, said, said, {SECRET: said}, 0)))
    deadline = time.monotonic() + 60
    while not all(listed(stack)[name] for name in ("plans", "tasks")):
        assert time.monotonic() < deadline, listed(stack)
        time.sleep(0.5)
    table = dlq(stack, "list").stdout
    for name in ("plans", "tasks"):  # both read this topic
        (letter,) = listed(stack)[name]
        letter_id = str(letter["id"])
        assert (letter["topic"], letter["reason"]) == (TOPIC, "malformed_message: data, time or sequence")
        shown = dlq(stack, "show", name, letter_id)
        assert letter_id in table and letter_id in shown.stdout
        assert SECRET not in table + shown.stdout + str(letter)
        again = {"outcome": "dead", "letter_id": letter_id, "reason": letter["reason"]}
        assert decided(stack, "replay", name, letter_id) == (1, again)
        assert decided(stack, "discard", name, letter_id) == (
            0,
            {"outcome": "discarded", "letter_id": None, "reason": None},
        )
        assert refusal(dlq(stack, "discard", name, letter_id)) == "dead_letter_not_found"
    assert dlq(stack, "list").stdout == "" and not any(listed(stack).values())


def test_what_the_service_understands_by_now_is_handled_and_gone(stack: Stack) -> None:
    record = told(OutreachEventRetracted, ids.random_id(), None, task_ids=("a task that nobody knows",))
    asyncio.run(set_aside(stack, "tasks", record, reason="malformed_message: by an older version"))
    (letter,) = listed(stack)["tasks"]
    done = dlq(stack, "replay", "tasks", str(letter["id"]))
    assert (done.exit_code, done.stdout) == (0, "handled\n")
    assert "Handled; the letter is gone." in " ".join(done.stderr.split())
    for verb in ("show", "replay", "discard"):
        assert refusal(dlq(stack, verb, "tasks", str(letter["id"]))) == "dead_letter_not_found"


def test_what_a_service_has_no_use_for_stays_until_it_is_discarded(stack: Stack) -> None:
    record = told(OutreachEventRetracted, ids.random_id(), None)
    asyncio.run(set_aside(stack, "honors", record, reason="failed: in an older version"))
    (letter,) = listed(stack)["honors"]
    code, answer = decided(stack, "replay", "honors", str(letter["id"]))
    assert (code, answer["outcome"]) == (1, "skipped")
    (kept,) = listed(stack)["honors"]
    assert decided(stack, "discard", "honors", str(kept["id"]))[0] == 0
    assert listed(stack)["honors"] == []


def test_the_list_is_read_to_its_end_or_says_that_there_is_more(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(letters, "PAGE", 2)

    async def plant() -> None:
        for offset in range(5):
            record = replace(told(OutreachEventRetracted, ids.random_id(), None), offset=offset)
            await set_aside(stack, "honors", record, reason="failed: in an older version")

    asyncio.run(plant())
    rows = listed(stack)["honors"]
    assert [row["offset"] for row in rows] == [4, 3, 2, 1, 0]
    for most, has_more in ((3, True), (5, False)):
        some = dlq(stack, "list", "honors", "--most", str(most), "--json")
        assert orjson.loads(some.stdout)["honors"] == rows[:most]
        assert ("Older ones are not shown (honors)" in some.stderr) is has_more
    for row in rows:
        assert decided(stack, "discard", "honors", str(row["id"]))[0] == 0


def test_who_is_no_operator_is_told_what_is_missing(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANTOA_TOKEN", stack.token("auditor"))
    assert refusal(dlq(stack, "list")) == "dead_letters_hidden"
    assert refusal(dlq(stack, "replay", "tasks", ids.random_id())) == "dead_letter_not_found"
    assert refusal(dlq(stack, "list", "mars")) == "unknown_service"
