"""Up, a play log in, the figure through the graph, outreach scaled to three, a replica killed, and all of it down."""

import asyncio
import contextlib
import json
import os
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientError, ClientSession

from tests.running import PLAY_LOG, until

pytestmark = pytest.mark.skipif("LANTOA_COMPOSE_TEST" not in os.environ, reason="run by `make compose-test`")
ROOT = Path(__file__).parents[2]
PROJECT, PORT = "lantoa-test", 18080
BASE = f"http://127.0.0.1:{PORT}"
EXPECTED = json.loads((PLAY_LOG / "expected.json").read_text())
QUERY = """query ($code: String!, $asOf: Date!) { provinceByCode(code: $code) {
  figure(measure: PEOPLE_COVERED, asOf: $asOf, populationSeries: "sample-57") { numerator denominator } } }"""


def compose(*arguments: str) -> str:
    """What `docker compose …` prints; raises with its words when it fails."""
    environment = os.environ | {"LANTOA_PUBLISHED_PORT": str(PORT), "LANTOA_FILES": str(PLAY_LOG)}
    command = ["docker", "compose", "--project-name", PROJECT, *arguments]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{arguments}: {done.stdout[-3000:]}{done.stderr[-3000:]}"
    return done.stdout


def lantoa(*arguments: str) -> str:
    """What the command line prints inside the network."""
    return compose("run", "--rm", "--no-deps", "-T", "cli", *arguments)


def say(what: str, since: float) -> None:
    """A figure for the reader of `make compose-test`."""
    print(f"\n  {what}: {time.monotonic() - since:.1f} s", flush=True)


@pytest.fixture(scope="module")
def stack() -> Iterator[dict[str, str]]:
    """The stack from an empty machine; tokens of two provinces."""
    compose("down", "--volumes", "--timeout", "15")
    compose("build", "--quiet")
    started = time.monotonic()
    compose("up", "--wait", "--detach")
    say("up --wait", started)
    imported = time.monotonic()
    for kind, file in (
        ("access-points", "access_points"),
        ("populations", "population"),
        ("content-items", "content_items"),
    ):
        job = json.loads(lantoa("import", kind, f"/files/{file}.csv", "--json", "--data", "/state"))
        assert job["rejected_count"] == 0, job
    for e_id in ("H57", "H26"):
        lantoa("emitter", "add", e_id, "--data", "/state")
    say("three imports and two emitters", imported)
    yield {e_id: lantoa("token", "emitter", "--scope", e_id, "--data", "/state").strip() for e_id in ("H57", "H26")}
    compose("down", "--volumes", "--timeout", "15")


async def post(token: str, lines: bytes) -> Counter[str]:
    """How often each disposition came back from the published door."""
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/x-ndjson"}
    async with (
        ClientSession() as session,
        session.post(f"{BASE}/ingest/v1/play-log", data=lines, headers=headers) as answer,
    ):
        assert answer.status == 202, await answer.text()
        rows = [json.loads(line) for line in (await answer.text()).splitlines()]
    assert all("disposition" in row for row in rows), rows[-1]
    return Counter(row["disposition"] for row in rows)


async def figure_is(code: str) -> None:
    """Waits until the graph shows what must come out for a province."""
    wanted = EXPECTED["provinces"][code]

    async def check() -> object:
        variables = {"code": code, "asOf": EXPECTED["as_of"]}
        async with (
            ClientSession() as session,
            session.post(f"{BASE}/graphql", json={"query": QUERY, "variables": variables}) as answer,
        ):
            found: dict[str, Any] = await answer.json(content_type=None)
        shown = found.get("data", {}).get("provinceByCode", {}).get("figure")
        return shown == {"numerator": wanted["program"]["lower"], "denominator": wanted["population"]} or found

    await until(check)


def log(e_id: str) -> bytes:
    """The play log of a province."""
    return (PLAY_LOG / f"playlog-{e_id}.ndjson").read_bytes()


async def test_a_play_log_becomes_a_figure_behind_one_door(stack: dict[str, str]) -> None:
    started = time.monotonic()
    assert dict(await post(stack["H57"], log("H57"))) == EXPECTED["provinces"]["46"]["dispositions"]
    say("post of 484 records", started)
    await figure_is("46")
    say("from the post to the figure", started)


async def test_three_replicas_lose_and_double_nothing(stack: dict[str, str]) -> None:
    started = time.monotonic()
    compose("up", "--wait", "--detach", "--no-recreate", "--scale", "outreach=3")
    say("scaled to three", started)
    again = await post(stack["H57"], log("H57"))
    assert again["counted"] == again["unheard"] == 0

    async def kill_one() -> None:
        await asyncio.sleep(0.3)
        compose("kill", "--signal", "KILL", "outreach")  # all three: what was acknowledged is durable
        compose("up", "--wait", "--detach", "--no-recreate", "--scale", "outreach=3")

    async def send() -> None:
        with contextlib.suppress(ClientError, AssertionError):
            await post(stack["H26"], log("H26"))

    await asyncio.gather(send(), asyncio.to_thread(asyncio.run, kill_one()))
    posted = time.monotonic()

    async def sent_again() -> object:
        try:
            counts = await post(stack["H26"], log("H26"))
        except (ClientError, AssertionError) as error:
            return repr(error)[:200]
        return sum(counts.values()) == EXPECTED["provinces"]["01"]["records"]

    await until(sent_again)
    say("post of 1,751 records to three replicas after a kill", posted)
    for code in ("46", "01"):
        await figure_is(code)
    say("from the kill to both figures", posted)
