"""The outreach service as a process of its own that can be killed, and an emitter that keeps a journal."""

import asyncio
import json
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from aiohttp import ClientError, ClientSession, ClientTimeout

from chassis.identity import DevelopmentIssuer
from lantoa.api import Api
from lantoa.import_jobs import bring_in, describe, parse_kind
from lantoa.stack.ports import free_port
from lantoa.stack.processes import Child
from tests.ladder import Server, database_name
from tests.running import PLAY_LOG, until

COMMUNE, AS_OF = "19753", "2026-04-16"
PLAYED_AT = 1776248342  # 2026-04-15 in Vietnam
BATCH = 10
PATIENCE = ClientTimeout(total=20)


def plays(name: str, count: int) -> list[bytes]:
    """Play-log records of different devices, each of which reaches one person."""
    with (PLAY_LOG / "playlog-H57.ndjson").open() as file:
        pattern = json.loads(file.readline())
    return [json.dumps(pattern | _differs(name, number), ensure_ascii=False).encode() for number in range(count)]


def _differs(name: str, number: int) -> dict[str, object]:
    device = f"H57-{name}-{number}"
    return {"CumLoaId": device, "BanTinID": device, "DichID": COMMUNE, "ThoiDiemBatDau": PLAYED_AT + number}


@dataclass
class Journal:
    """What an emitter sent and what was acknowledged; nothing acknowledged is ever sent again."""

    acknowledged: list[str] = field(default_factory=list)  # ids of events
    failures: int = 0


class Outreach:
    """One service on engines that others may share, with a database of its own."""

    def __init__(self, folder: Path, mongo_url: str, kafka: Server, told: Mapping[str, str]) -> None:
        self._folder, self._issuer = folder, DevelopmentIssuer(folder / "issuer")
        self._port = free_port()
        self.url = f"http://127.0.0.1:{self._port}"
        self._environment = {
            **told,
            "LANTOA_MONGO_URL": mongo_url,
            "LANTOA_DATABASE_PREFIX": database_name("faults") + "_",
            "LANTOA_KAFKA_BOOTSTRAP": kafka.url,
            "LANTOA_KAFKA_IDEMPOTENT": str(kafka.is_idempotent).lower(),
            "LANTOA_JWKS": str(self._issuer.jwks_path),
            "LANTOA_PORT": str(self._port),
        }
        self.child = self._made("")

    def _made(self, crash_at: str) -> Child:
        command = (sys.executable, "-m", "services.outreach", "all")
        environment = self._environment | {"LANTOA_CRASH_AT": crash_at}
        return Child("outreach", command, self._folder / "outreach.log", environment)

    def start(self, *, crash_at: str = "") -> None:
        """Starts it, so that it dies at a named place."""
        self.child = self._made(crash_at)
        self.child.start()

    async def start_and_wait(self, *, crash_at: str = "") -> None:
        """Starts it and waits until it answers."""
        self.start(crash_at=crash_at)
        await until(self._is_ready, seconds=60)

    async def _is_ready(self) -> object:
        try:
            async with ClientSession(timeout=PATIENCE) as session, session.get(f"{self.url}/readyz") as answer:
                return answer.status == 200
        except (ClientError, TimeoutError) as error:
            return f"{type(error).__name__}: {self.child.last_lines(3)}"

    async def until_dead(self) -> None:
        """Waits until it has died."""

        async def is_dead() -> object:
            return not self.child.is_running

        await until(is_dead, seconds=60)

    def token(self, role: str, scope: str | None = None) -> str:
        """A token that this service believes."""
        return self._issuer.token(role, scope, subject=role, name=role, lifetime=timedelta(hours=1))

    async def know(self, name: str, count: int) -> None:
        """Registers Huế's emitter and the devices of `plays(name, count)`, with one person at each."""
        async with ClientSession() as session:
            headers = {"Authorization": f"Bearer {self.token('operator')}"}
            async with session.post(f"{self.url}/v1/emitters", json={"e_id": "H57"}, headers=headers) as answer:
                assert answer.status == 201, await answer.text()
        rows = [f"46,{COMMUNE},AP-{name}-{at},1,H57-{name}-{at},1,,2025-07-01," for at in range(count)]
        columns = (PLAY_LOG / "access_points.csv").read_text().splitlines()[0]
        await self._import("access-points", "\n".join([columns, *rows]))
        await self._import("populations", (PLAY_LOG / "population.csv").read_text())

    async def _import(self, kind: str, text: str) -> None:
        with _file(text) as file:
            async with Api(self.url, self.token("national_coordinator")) as api:
                job = await bring_in(api, file, describe(parse_kind(kind), file, None), lambda _job: None)
        assert job.rejected_count == 0

    async def emit(self, journal: Journal, records: Sequence[bytes], *, pause: float = 0.0) -> None:
        """Posts records in small batches, each again until it is acknowledged."""
        headers = {"Authorization": f"Bearer {self.token('emitter', 'H57')}", "Content-Type": "application/json"}
        async with ClientSession(headers=headers, timeout=PATIENCE) as session:
            for at in range(0, len(records), BATCH):
                body = b"[" + b",".join(records[at : at + BATCH]) + b"]"
                while not await self._acknowledged(session, journal, body):
                    journal.failures += 1
                    await asyncio.sleep(0.1)
                await asyncio.sleep(pause)

    async def _acknowledged(self, session: ClientSession, journal: Journal, body: bytes) -> bool:
        try:
            async with session.post(f"{self.url}/v1/play-log", data=body) as answer:
                if answer.status != 202:
                    return False
                results = (await answer.json())["results"]
        except (ClientError, TimeoutError, OSError):
            return False
        assert {result["disposition"] for result in results} <= {"counted", "duplicate", "unheard"}, results
        journal.acknowledged += [result["id"] for result in results]
        return True

    async def people(self) -> int:
        """The figure: the most people of the commune that may have a live channel, one for each device heard."""
        scope = {"kind": "commune", "id": f"{COMMUNE}@2025-07-01"}
        cell = {"measure": "PEOPLE_WITH_LIVE_CHANNEL", "scope": scope, "as_of": AS_OF}
        return int((await self._ask("/v1/figures:batch", {"cells": [cell]}))["figures"][0]["upper_numerator"])

    async def events(self) -> int:
        """How many events are listed."""
        request = {"lists": [{"with_total": True, "first": 1}]}
        return int((await self._ask("/v1/outreach-events:batch-list", request))["pages"][0]["total"])

    async def _ask(self, path: str, body: object) -> Any:
        async with ClientSession(timeout=PATIENCE) as session, session.post(self.url + path, json=body) as answer:
            assert answer.status == 200, await answer.text()
            return await answer.json()

    async def shows(self, count: int) -> None:
        """Waits until figure and list say exactly `count`, and makes sure that they stay there."""

        async def check() -> object:
            found = (await self.people(), await self.events())
            return found == (count, count) or found

        await until(check, seconds=60)
        await asyncio.sleep(1)
        assert await check() is True


@contextmanager
def _file(text: str) -> Iterator[Path]:
    with tempfile.NamedTemporaryFile("w", suffix=".csv") as file:
        file.write(text)
        file.flush()
        yield Path(file.name)
