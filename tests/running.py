"""A whole stack for tests, started by the project's own command, and the calls that its users make."""

import asyncio
import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp import ClientSession

from lantoa.stack import given
from tests.scans import refuse_scans

PLAY_LOG = Path(__file__).parent / "data" / "playlog"
WAIT_SECONDS = 120.0


@dataclass(frozen=True)
class Stack:
    """A running stack: its folder and where its doors are."""

    data: Path
    graph: str
    live: str
    ingest: str
    kafka: str

    def command(self, *arguments: str) -> str:
        """What `lantoa …` prints."""
        return lantoa(*arguments, "--data", str(self.data))

    def token(self, role: str, scope: str | None = None) -> str:
        """A token of a role."""
        return self.command("token", role, *(["--scope", scope] if scope else [])).strip()

    def service(self, name: str) -> str:
        """Where a service answers."""
        found = json.loads(self.command("status", "--json"))["services"][name]["url"]
        assert isinstance(found, str)
        return found

    def process_id(self, name: str) -> int:
        """The process of a service."""
        found = subprocess.run(["pgrep", "-f", f"services.{name} all"], capture_output=True, text=True, check=False)
        mine = [int(line) for line in found.stdout.split() if self._owns(int(line))]
        return mine[0]

    def _owns(self, process_id: int) -> bool:
        port = self.ingest.rsplit(":", 1)[1].encode()
        try:
            return b"LANTOA_PORT=" + port + b"\0" in Path(f"/proc/{process_id}/environ").read_bytes()
        except OSError:
            return False

    async def ask(self, query: str, variables: Mapping[str, object] | None = None, token: str = "") -> dict[str, Any]:
        """The answer of the graph: data and errors."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        body = {"query": query, "variables": variables or {}}
        async with ClientSession() as session, session.post(self.graph, json=body, headers=headers) as answer:
            result: dict[str, Any] = await answer.json(content_type=None)
            return result

    async def post_play_log(self, token: str, lines: bytes) -> list[dict[str, Any]]:
        """The result lines of an NDJSON post."""
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/x-ndjson"}
        async with (
            ClientSession() as session,
            session.post(f"{self.ingest}/v1/play-log", data=lines, headers=headers) as answer,
        ):
            assert answer.status == 202, await answer.text()
            return [json.loads(line) for line in (await answer.text()).splitlines()]

    async def figures(self, cells: Iterable[Mapping[str, object]]) -> list[dict[str, Any]]:
        """Figures straight from the service."""
        body = {"cells": list(cells)}
        async with ClientSession() as session, session.post(f"{self.ingest}/v1/figures:batch", json=body) as answer:
            found: list[dict[str, Any]] = (await answer.json(content_type=None))["figures"]
            return found


def lantoa(*arguments: str, environment: Mapping[str, str] | None = None) -> str:
    """What the command line prints; raises with its words when it fails. `environment` is added to our own."""
    done = _run(*arguments, environment=environment)
    assert done.returncode == 0, f"lantoa {arguments[0]}: {done.stdout[-2000:]}{done.stderr[-2000:]}"
    return done.stdout


def _run(*arguments: str, environment: Mapping[str, str] | None = None) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "lantoa", *arguments]
    told = {**os.environ, **(environment or {})}
    return subprocess.run(command, capture_output=True, text=True, check=False, env=told)


def start(data: Path, environment: Mapping[str, str]) -> Stack:
    """An empty stack on ports of its own, on the engines that `environment` names, else on new ones.

    Where a database of its own can, it refuses every query that no index answers.
    """
    lantoa("up", "--empty", "--data", str(data), "--port-base", str(free_base()), "--detach", environment=environment)
    status = json.loads(_run("status", "--json", "--data", str(data)).stdout)
    assert status["services"]["outreach"]["ready"] and status["gateway"]["ready"], status
    for name, engine in status["engines"].items():
        if name.startswith("mongo") and engine["kind"] != given.KIND:
            refuse_scans(engine["url"])
    return Stack(data, status["graph"], status["live"], status["ingest"], status["kafka"])


def free_base() -> int:
    """A port from which on a stack finds room."""
    for base in range(23000, 45000, 40):
        if all(_is_free(base + offset) for offset in range(12)):
            return base
    raise AssertionError("no free ports")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


async def until(check: Callable[[], Any], *, seconds: float = WAIT_SECONDS) -> None:
    """Awaits `check()` until it is true; fails with its last answer."""
    answer: object = None
    for _ in range(int(seconds / 0.25)):
        answer = await check()
        if answer is True:
            return
        await asyncio.sleep(0.25)
    raise AssertionError(f"still {answer!r} after {seconds} s")
