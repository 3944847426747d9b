"""What the pages of a front end cost: CPU of the gateway and of the services per request, on a stack with demo data.

`python -m tests.bench.bench_pages [DATA]` asks the stack that runs on a data folder, or one started for this, in
interleaved rounds, and prints medians as JSON. `{ __typename }` is the measure of all: what a request costs before it
asks for anything.
"""

import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

from aiohttp import ClientSession

from chassis import clock
from lantoa.running import RunningStack
from lantoa.stack.layout import DataFolder
from reference.calendars import vietnam_day
from tests.running import free_base

OPERATIONS = Path(__file__).parents[1] / "gateway" / "operations"
ROUNDS, REQUESTS, AT_ONCE = 7, 40, 4
TICKS = os.sysconf("SC_CLK_TCK")


def questions() -> dict[str, dict[str, object]]:
    """The requests by name."""
    since = (vietnam_day(clock.now()) - timedelta(days=30)).isoformat()
    province = {"code": "46", "last30Days": {"from": since}}
    return {
        "nothing": {"query": "{ __typename }"},
        "national overview": {"query": (OPERATIONS / "NationalOverview.graphql").read_text("utf-8"), "variables": {}},
        "province page": {
            "query": (OPERATIONS / "ProvincePage.graphql").read_text("utf-8"),
            "variables": province,
        },
    }


def cpu_of(processes: Mapping[str, int]) -> dict[str, float]:
    """Milliseconds of CPU that each part has used: gateway, services, engines."""
    used: dict[str, float] = {"gateway": 0.0, "services": 0.0, "engines": 0.0}
    for name, process in processes.items():
        fields = Path(f"/proc/{process}/stat").read_text("utf-8").rsplit(")", 1)[1].split()
        part = name if name == "gateway" else "services" if name in SERVICES else "engines"
        used[part] += (int(fields[11]) + int(fields[12])) * 1000 / TICKS
    return used


SERVICES = ("plans", "tasks", "outreach", "honors")


async def ask(session: ClientSession, url: str, body: Mapping[str, object]) -> None:
    """One request, which must be answered whole."""
    async with session.post(url, json=body) as answer:
        found = await answer.json(content_type=None)
        assert answer.status == 200 and "errors" not in found, found


async def one_round(session: ClientSession, stack: RunningStack, body: Mapping[str, object]) -> dict[str, float]:
    """Milliseconds of CPU per request, by part, and the wall time of a request."""
    before, started = cpu_of(stack.state.processes), clock.monotonic()
    left = iter(range(REQUESTS))

    async def client() -> None:
        for _ in left:
            await ask(session, stack.state.graph, body)

    await asyncio.gather(*(client() for _ in range(AT_ONCE)))
    after = cpu_of(stack.state.processes)
    costs = {part: (after[part] - before[part]) / REQUESTS for part in before}
    return costs | {"wall": (clock.monotonic() - started) * 1000 / REQUESTS}


async def main(folder: str) -> None:
    """Prints the medians."""
    stack, asked = RunningStack.on(DataFolder(Path(folder))), questions()
    found: dict[str, list[dict[str, float]]] = {name: [] for name in asked}
    async with ClientSession() as session:
        for body in asked.values():
            await ask(session, stack.state.graph, body)
        for _ in range(ROUNDS):
            for name, body in asked.items():
                found[name].append(await one_round(session, stack, body))
    medians = {
        name: {part: round(statistics.median(row[part] for row in rows), 2) for part in rows[0]}
        for name, rows in found.items()
    }
    sys.stdout.write(json.dumps({"milliseconds_per_request": medians}, indent=1) + "\n")


def measured(folder: str | None) -> None:
    """Measures on the stack of a data folder, or on one started for this."""
    if folder:
        asyncio.run(main(folder))
        return
    with tempfile.TemporaryDirectory() as own:
        command = (sys.executable, "-m", "lantoa")
        try:
            up = (*command, "up", "--demo", "--detach", "--data", own, "--port-base", str(free_base()))
            subprocess.run(up, check=True, stdout=subprocess.DEVNULL)
            asyncio.run(main(own))
        finally:
            subprocess.run((*command, "down", "--data", own), check=False)


if __name__ == "__main__":
    measured(sys.argv[1] if len(sys.argv) > 1 else None)
