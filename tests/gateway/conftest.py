"""A gateway over real HTTP before an upstream that speaks the contracts. Nothing listens where Kafka would be."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
from aiohttp import ClientSession, ClientWebSocketResponse

from chassis.identity import DevelopmentIssuer
from gateway.app import build
from gateway.settings import GatewaySettings
from reference.catalog import default
from tests.gateway.upstream import Upstream, served

NOWHERE = "http://127.0.0.1:9"


@dataclass
class Answer:
    """Status, body and media type of an answer."""

    status: int
    body: dict[str, Any]
    media_type: str
    headers: Mapping[str, str]

    @property
    def data(self) -> dict[str, Any]:
        """The data, where nothing went wrong."""
        assert "errors" not in self.body, self.body["errors"]
        found: dict[str, Any] = self.body["data"]
        return found

    @property
    def codes(self) -> list[str]:
        """The codes of the errors."""
        return [error["extensions"]["code"] for error in self.body.get("errors", [])]


@dataclass
class Graph:
    """Asks one gateway."""

    url: str
    session: ClientSession
    issuer: DevelopmentIssuer

    async def ask(
        self, query: str, variables: Mapping[str, object] | None = None, *, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Posts a question."""
        raw = orjson.dumps({"query": query, "variables": variables or {}})
        return await self.post(raw, headers={"content-type": "application/json", **(headers or {})})

    async def post(self, raw: bytes, *, headers: Mapping[str, str]) -> Answer:
        """Posts bytes."""
        async with self.session.post(self.url + "/graphql", data=raw, headers=headers) as answer:
            return Answer(answer.status, orjson.loads(await answer.read()), answer.content_type, answer.headers)

    def bearer(self, role: str, scope: str | None = None, *, days: float = 1) -> dict[str, str]:
        """The header of somebody with a role."""
        token = self.issuer.token(role, scope, subject=role, name=role, lifetime=timedelta(days=days))
        return {"authorization": f"Bearer {token}"}

    async def socket(self, payload: Mapping[str, str] | None = None, **options: Any) -> ClientWebSocketResponse:
        """An initialized socket."""
        socket = await self.session.ws_connect(self.url + "/graphql", protocols=["graphql-transport-ws"], **options)
        await socket.send_json({"type": "connection_init", "payload": payload or {}})
        return socket


@pytest.fixture
async def upstream() -> AsyncIterator[Upstream]:
    """The services."""
    one = Upstream()
    async with served(one.app) as url:
        one.url = url
        yield one


@pytest.fixture
def settings(upstream: Upstream, tmp_path: Path) -> GatewaySettings:
    """Plans, tasks and outreach answer; honors is down."""
    return GatewaySettings(
        environment="test",
        jwks=str(DevelopmentIssuer(tmp_path).jwks_path),
        plans_url=upstream.url,
        tasks_url=upstream.url,
        outreach_url=upstream.url,
        honors_url=NOWHERE,
        kafka_bootstrap="127.0.0.1:9",
        call_seconds=0.5,
    )


@pytest.fixture
async def graph(settings: GatewaySettings, tmp_path: Path) -> AsyncIterator[Graph]:
    """A running gateway."""
    service = build(settings, reference=default())
    await service.prepare()
    loops = [asyncio.ensure_future(loop()) for loop in service.loops["api"]]
    async with served(service.app) as url, ClientSession() as session:
        yield Graph(url, session, DevelopmentIssuer(tmp_path))
    for loop in loops:
        loop.cancel()
    await asyncio.gather(*loops, return_exceptions=True)
    await service.close()
