"""Every command and document that README and the guides show is run against a real stack, and answers as shown.

A command that cannot run here stands in `ELSEWHERE`, with the reason and what is checked of it instead.
"""

import contextlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml
from aiohttp import ClientSession
from graphql import GraphQLSchema, OperationDefinitionNode, OperationType, build_schema, parse, validate

from lantoa.app import app
from tests.markdown import ROOT, Block, blocks, commands, inline_code, links, pages, without_comment
from tests.running import Stack

PAGES = ("README.md", "CONTRIBUTING.md", "docs/guides/front-end.md", "docs/guides/vendor.md")
RUN = {"lantoa", "curl", "printf", "gzip", "export"}
ANYTHING = "…"  # stands in a shown answer for what differs from time to time
LISTEN_SECONDS = 2.0
ANSWER_KEYS = {"data", "errors"}
HEARD_BY_NOBODY = (  # too short to count, so that no figure of other tests moves
    '{"NguonID":"H57","DichID":"19753","CumLoaID":"D-README","BanTinID":"BT-1","ThoiDiemBatDau":1764018000,'
    '"ThoiLuong":2}\n'
)


def _target_exists(command: str) -> None:
    done = subprocess.run(["make", "--dry-run", *command.split()[1:]], cwd=ROOT, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()


def _compose_file_parses(command: str) -> None:
    names = re.findall(r"-f (\S+)", command) or ["docker-compose.yml"]
    for name in names:
        assert yaml.safe_load((ROOT / name).read_text("utf-8"))["services"]


def _nothing(command: str) -> None:
    del command


# What this suite cannot run: why, and what is checked of it here.
ELSEWHERE: dict[str, tuple[str, Callable[[str], None]]] = {
    "git clone … && cd lantoa": ("needs the repository's address", _nothing),
    "make install": ("installs what is installed", _target_exists),
    "make up": ("a second stack, in the foreground: tests/lantoa/commands/test_up.py", _target_exists),
    "make test": ("runs this very suite", _target_exists),
    "make check": ("a step of its own in continuous integration", _target_exists),
    "make gen": ("writes files; `make check` fails where they differ", _target_exists),
    "make faults": ("takes long", _target_exists),
    "make compose-test": ("needs Docker", _target_exists),
    "docker compose up --wait": ("needs Docker: tests/compose", _compose_file_parses),
}


@dataclass
class Reading:
    """One page as a reader goes through it: variables of the shell, files, and the answer seen last."""

    stack: Stack
    folder: Path
    environment: dict[str, str]
    answer: object = None

    def run(self, block: Block) -> None:
        """Runs those commands of a shell block that can run here; exported variables stay."""
        wanted = [command for command in commands(block) if command not in ELSEWHERE]
        for command in commands(block):
            assert command in ELSEWHERE or _program(command) in RUN, f"the test does not know: {command}"
        if not wanted:
            return
        state = self.folder / ".environment"
        script = "\n".join(["set -euo pipefail", *wanted, f"env --null > {state}"])
        done = subprocess.run(
            ["bash", "-c", script], cwd=self.folder, env=self.environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{wanted}: {done.stdout}{done.stderr}"
        self.environment = dict(entry.split("=", 1) for entry in state.read_text().split("\0") if "=" in entry)
        self.answer = done.stdout

    def run_python(self, block: Block) -> None:
        """Runs a Python block as a program of its own."""
        command = [sys.executable, "-c", block.text]
        done = subprocess.run(
            command, cwd=self.folder, env=self.environment, capture_output=True, text=True, check=False, timeout=60
        )
        assert done.returncode == 0, done.stderr
        self.answer = done.stdout

    async def ask(self, text: str, variables: dict[str, Any], expected: object) -> None:
        """Asks the graph; without an expected answer there must be no error."""
        role = re.match(r"# as (\S+)(?: (\S+))?\n", text)
        token = self.stack.token(role[1], role[2]) if role else ""
        answer = await self.stack.ask(text, _filled(variables, self.answer), token)
        if expected is None:
            assert "errors" not in answer, answer
            assert not re.search(r'"userErrors": \[\{', json.dumps(answer)), answer
        else:
            _compare(expected, answer, "")
        self.answer = answer

    async def follow(self, text: str, variables: dict[str, Any]) -> None:
        """Subscribes as the public; the first message within a moment must be no error."""
        started = {"id": "1", "type": "subscribe", "payload": {"query": text, "variables": variables}}
        async with (
            ClientSession() as session,
            session.ws_connect(self.stack.live, protocols=("graphql-transport-ws",)) as socket,
        ):
            await socket.send_json({"type": "connection_init"})
            assert (await socket.receive_json())["type"] == "connection_ack"
            await socket.send_json(started)
            with contextlib.suppress(TimeoutError):
                message = await socket.receive_json(timeout=LISTEN_SECONDS)
                assert message["type"] == "next" and "errors" not in message["payload"], message


def _program(command: str) -> str:
    return command.split()[0]


def _filled(variables: Any, answer: object) -> Any:
    """The variables, with the id of the answer before in place of `…`."""
    if isinstance(variables, dict):
        return {key: _filled(value, answer) for key, value in variables.items()}
    return _first_id(answer) if variables == ANYTHING else variables


def _first_id(answer: object) -> object:
    if not isinstance(answer, dict):
        return None
    found = [answer.get("id"), *(_first_id(value) for value in answer.values())]
    return next((value for value in found if value is not None), None)


def _compare(expected: Any, actual: Any, where: str) -> None:
    """Fails where a value shown differs; keys not shown don't matter, `…` is any value."""
    if isinstance(expected, dict) and isinstance(actual, dict):
        for key, value in expected.items():
            assert key in actual, f"{where}/{key} is missing in {actual}"
            _compare(value, actual[key], f"{where}/{key}")
    elif isinstance(expected, list) and isinstance(actual, list) and expected != [ANYTHING]:
        assert len(expected) == len(actual), (where, actual)
        for place, (one, other) in enumerate(zip(expected, actual, strict=True)):
            _compare(one, other, f"{where}/{place}")
    elif expected != ANYTHING and expected != [ANYTHING]:
        assert expected == actual, (where, expected, actual)


def _documents(text: str) -> list[object]:
    """The JSON documents in a text, one after another."""
    found, decoder, at = [], json.JSONDecoder(), 0
    text = text.strip()
    while at < len(text):
        value, at = decoder.raw_decode(text, at)
        found.append(value)
        at += len(text[at:]) - len(text[at:].lstrip())
    return found


@pytest.fixture(scope="module")
def schema() -> GraphQLSchema:
    """The graph as it is served."""
    return build_schema((ROOT / "gateway" / "schema.graphql").read_text("utf-8"))


@pytest.fixture
def reading(stack: Stack, tmp_path: Path) -> Reading:
    """A reader in a folder of their own, with the stack's addresses at hand."""
    stack.command("emitter", "add", "H57")
    (tmp_path / "playlog.ndjson").write_text(HEARD_BY_NOBODY)
    programs = str(Path(sys.executable).parent)
    mine = {
        "LANTOA_DATA": str(stack.data),
        "GRAPH": stack.graph,
        "INGEST": stack.ingest,
        "KAFKA": stack.kafka,
        "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
    }
    return Reading(stack, tmp_path, {**os.environ, **mine})


@pytest.mark.parametrize("name", PAGES)
async def test_what_a_page_shows_is_what_happens(name: str, reading: Reading, schema: GraphQLSchema) -> None:
    found = blocks(ROOT / name)
    at = 0
    while at < len(found):
        block, at = found[at], at + 1
        shown = []
        while block.kind in ("sh", "python", "graphql") and at < len(found) and found[at].kind == "json":
            shown.append(_documents(found[at].text))
            at += 1
        if block.kind in ("sh", "python"):
            run = reading.run if block.kind == "sh" else reading.run_python
            run(block)
            for expected in shown:
                assert isinstance(reading.answer, str)
                _compare(expected, _documents(reading.answer), name)
        elif block.kind == "graphql":
            await _try(reading, schema, block, [documents[0] for documents in shown])


async def _try(reading: Reading, schema: GraphQLSchema, block: Block, shown: list[Any]) -> None:
    answers = [document for document in shown if ANSWER_KEYS & document.keys()]
    variables = [document for document in shown if not ANSWER_KEYS & document.keys()]
    document = parse(block.text)
    assert not validate(schema, document), validate(schema, document)
    operation = document.definitions[0]
    given = variables[0] if variables else {}
    if isinstance(operation, OperationDefinitionNode) and operation.operation is OperationType.SUBSCRIPTION:
        await reading.follow(block.text, given)
    else:
        await reading.ask(block.text, given, answers[0] if answers else None)


@pytest.mark.parametrize("command", ELSEWHERE)
def test_what_cannot_run_here_is_there(command: str) -> None:
    shown = {
        command for page in PAGES for block in blocks(ROOT / page) if block.kind == "sh" for command in commands(block)
    }
    inline = {without_comment(code) for page in PAGES for code in inline_code(ROOT / page)}
    assert command in shown | inline, "no page shows it: take it off the table"
    ELSEWHERE[command][1](command)


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_pages_name_commands_and_files_that_exist(page: Path) -> None:
    root = typer.main.get_command(app)
    for code in inline_code(page):
        words = without_comment(code).split()
        if words[:1] == ["make"] and len(words) > 1 and words[1] != "…":
            _target_exists(" ".join(words[:2]))
        if words[:1] == ["lantoa"]:
            _assert_command(root, words[1:])
    for target in links(page):
        path = target.partition("#")[0]
        assert (page.parent / path).exists(), f"{target} leads nowhere"


def _assert_command(group: Any, words: list[str]) -> None:
    if words and words[0] != "…" and hasattr(group, "commands"):
        for name in words[0].split("|"):
            assert name in group.commands, f"there is no `{name}` among {sorted(group.commands)}"
            _assert_command(group.commands[name], words[1:])
