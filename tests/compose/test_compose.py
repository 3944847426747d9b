"""The compose file for real: up, a play log in, the figure out, outreach scaled to three, one killed, all of it down.

What is printed are the figures of the run; the steps build on each other and run in their order.
"""

import asyncio
import json
import os
import subprocess
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientError, ClientSession
from websockets.asyncio.client import connect

from tests.running import PLAY_LOG, free_base, until

pytestmark = pytest.mark.skipif("LANTOA_COMPOSE_TEST" not in os.environ, reason="run by `make compose-test`")
ROOT = Path(__file__).parents[2]
PORT = free_base()
PROJECT = f"lantoa-test-{PORT}"
DOOR = f"127.0.0.1:{PORT}"
EXPECTED = json.loads((PLAY_LOG / "expected.json").read_text())
PROVINCES = {"H57": "46", "H26": "01"}
IMPORTS = {"access-points": "access_points", "populations": "population", "content-items": "content_items"}
FIGURE = """query ($code: String!, $asOf: Date!) { provinceByCode(code: $code) { id
  figure(measure: PEOPLE_COVERED, asOf: $asOf, populationSeries: "sample-57") { numerator denominator } } }"""
PLAYS = """subscription ($province: ID!) { outreachEventRecorded(filter: {provinceIds: [$province]}) {
  kind event { title } } }"""


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
    """A figure of this run."""
    print(f"\n  {what}: {time.monotonic() - since:.2f} s", flush=True)


@pytest.fixture(scope="module", autouse=True)
def stack() -> Iterator[None]:
    """The stack from empty volumes to nothing left."""
    building = time.monotonic()
    compose("build", "--quiet")
    say("build", building)
    try:
        started = time.monotonic()
        compose("up", "--wait", "--detach")
        say("up --wait, from empty volumes", started)
        yield
    finally:
        stopping = time.monotonic()
        compose("down", "--volumes")
        say("down", stopping)


@pytest.fixture(scope="module")
def tokens(stack: None) -> dict[str, str]:
    """Tokens of two provinces' systems, with the register of access points, populations and items imported."""
    started = time.monotonic()
    for kind, file in IMPORTS.items():
        job = json.loads(lantoa("import", kind, f"/files/{file}.csv", "--json"))
        assert job["rejected_count"] == 0, job
    admitted = {e_id: json.loads(lantoa("emitter", "add", e_id, "--json")) for e_id in PROVINCES}
    say("three imports and two emitters, a container each", started)
    return {e_id: answer["token"] for e_id, answer in admitted.items()}


def play_log(e_id: str) -> bytes:
    """The file that a province sends."""
    return (PLAY_LOG / f"playlog-{e_id}.ndjson").read_bytes()


async def slowly(raw: bytes) -> AsyncIterator[bytes]:
    """The same lines over some seconds."""
    lines = raw.splitlines(keepends=True)
    for at in range(0, len(lines), 100):
        yield b"".join(lines[at : at + 100])
        await asyncio.sleep(0.2)


async def post(token: str, lines: object) -> Counter[str]:
    """How often each disposition came back from the published door."""
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/x-ndjson"}
    async with (
        ClientSession() as session,
        session.post(f"http://{DOOR}/ingest/v1/play-log", data=lines, headers=headers) as answer,
    ):
        assert answer.status == 202, await answer.text()
        rows = [json.loads(line) for line in (await answer.text()).splitlines()]
    assert all("disposition" in row for row in rows), rows[-1]
    return Counter(row["disposition"] for row in rows)


async def ask(query: str, variables: dict[str, object]) -> dict[str, Any]:
    """The answer of the graph."""
    async with (
        ClientSession() as session,
        session.post(f"http://{DOOR}/graphql", json={"query": query, "variables": variables}) as answer,
    ):
        found: dict[str, Any] = await answer.json(content_type=None)
        return found


async def figure_is_right(e_id: str) -> None:
    """Waits until the graph shows what must come out for a province."""
    code = PROVINCES[e_id]
    wanted = EXPECTED["provinces"][code]

    async def check() -> object:
        found = await ask(FIGURE, {"code": code, "asOf": EXPECTED["as_of"]})
        shown = ((found.get("data") or {}).get("provinceByCode") or {}).get("figure")
        return shown == {"numerator": wanted["program"]["lower"], "denominator": wanted["population"]} or found

    await until(check)


async def test_a_play_log_becomes_a_figure_behind_one_door(tokens: dict[str, str]) -> None:
    started = time.monotonic()
    assert dict(await post(tokens["H57"], play_log("H57"))) == EXPECTED["provinces"]["46"]["dispositions"]
    say(f"post of {EXPECTED['provinces']['46']['records']} records", started)
    await figure_is_right("H57")
    say("from the post to the figure, 517,718 of 1,226,552", started)


async def test_a_play_reaches_a_socket_through_the_door(tokens: dict[str, str]) -> None:
    found = await ask(FIGURE, {"code": "46", "asOf": EXPECTED["as_of"]})
    async with connect(f"ws://{DOOR}/graphql", subprotocols=["graphql-transport-ws"]) as socket:
        await socket.send(json.dumps({"type": "connection_init"}))
        assert json.loads(await socket.recv())["type"] == "connection_ack"
        payload = {"query": PLAYS, "variables": {"province": found["data"]["provinceByCode"]["id"]}}
        await socket.send(json.dumps({"id": "1", "type": "subscribe", "payload": payload}))
        await asyncio.sleep(2)  # a subscription is not acknowledged: nothing else tells that it stands
        record = json.loads(play_log("H57").splitlines()[0]) | {"ThoiDiemBatDau": int(time.time())}
        started = time.monotonic()
        assert await post(tokens["H57"], json.dumps(record).encode()) == {"counted": 1}
        message = json.loads(await asyncio.wait_for(socket.recv(), 15))
        say("from the post to the socket", started)
    assert message["payload"]["data"]["outreachEventRecorded"]["event"]["title"] == record["TieuDe"]


@pytest.mark.parametrize("path", ["/metrics", "/ingest/metrics", "/ingest/v1/figures:batch", "/ingest/v1/emitters"])
async def test_the_door_leads_nowhere_else(path: str) -> None:
    async with ClientSession() as session, session.post(f"http://{DOOR}{path}", json={}) as answer:
        assert (answer.status, (await answer.json(content_type=None))["code"]) == (404, "not-found")


async def test_uploads_reach_the_service(tokens: dict[str, str]) -> None:
    address = f"http://{DOOR}/uploads/v1/imports/none/file?key=none"
    async with ClientSession() as session, session.put(address, data=b"a") as answer:
        assert answer.status == 404
        assert "errors" in await answer.json(content_type=None)  # the service's own words, not the door's


async def test_three_replicas_take_the_next_province(tokens: dict[str, str]) -> None:
    started = time.monotonic()
    compose("up", "--wait", "--detach", "--no-recreate", "--scale", "outreach=3")
    say("scaled outreach to three", started)
    assert len(compose("ps", "--quiet", "outreach").split()) == 3
    again = await post(tokens["H57"], play_log("H57"))
    assert again["counted"] == again["unheard"] == 0 and again["duplicate"] > 0
    await figure_is_right("H57")


async def test_one_replica_killed_in_the_middle_of_posts(tokens: dict[str, str]) -> None:
    victim = compose("ps", "--quiet", "outreach").split()[0]
    posts = [asyncio.create_task(post(tokens["H26"], slowly(play_log("H26")))) for _ in range(6)]
    await asyncio.sleep(2)
    assert not any(task.done() for task in posts), "the kill comes in the middle"
    kill = ["docker", "kill", "--signal", "KILL", victim]
    await asyncio.to_thread(subprocess.run, kill, check=True, capture_output=True)
    killed = time.monotonic()
    ended = await asyncio.gather(*posts, return_exceptions=True)
    broken = [answer for answer in ended if isinstance(answer, BaseException)]
    assert all(isinstance(answer, ClientError | AssertionError) for answer in broken), broken
    print(f"\n  of six posts at once {len(broken)} broke with the replica", flush=True)
    counts = await post(tokens["H26"], play_log("H26"))
    assert sum(counts.values()) == EXPECTED["provinces"]["01"]["records"]
    for e_id in PROVINCES:
        await figure_is_right(e_id)
    say("from the kill to both figures", killed)


async def test_all_come_back_after_a_restart(tokens: dict[str, str]) -> None:
    started = time.monotonic()
    compose("restart", "mongo", "kafka")
    compose("up", "--wait", "--detach", "--no-recreate", "--scale", "outreach=3")
    for e_id in PROVINCES:
        await figure_is_right(e_id)
    say("database and broker restarted, figures read again", started)
