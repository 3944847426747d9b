"""One service run for tests: its real app over real HTTP semantics, on a database of its own."""

import asyncio
import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from aiohttp import ClientSession

from chassis.process import Service

_keys = itertools.count(1)


@dataclass
class Api:
    """A running service as its callers see it; `token` acts as whom."""

    url: str
    session: ClientSession
    tokens: Mapping[str, str] = field(default_factory=dict)

    async def ask(self, path: str, *, as_: str = "") -> tuple[int, Any]:
        """Status and body of a GET."""
        headers = {"authorization": f"Bearer {self.tokens[as_]}"} if as_ else {}
        async with self.session.get(self.url + path, headers=headers) as answer:
            return answer.status, await answer.json(content_type=None)

    async def call(self, path: str, body: object = None, *, as_: str = "", key: str | None = None) -> Any:
        """The answer of a POST, which must be a success."""
        status, answer = await self.send(path, body, as_=as_, key=key)
        assert status < 300, (path, status, answer)
        return answer

    async def refused(self, path: str, body: object, *, as_: str = "", key: str | None = None) -> tuple[int, list[str]]:
        """The status and the codes of a refusal."""
        status, answer = await self.send(path, body, as_=as_, key=key)
        assert status >= 400, (path, status, answer)
        return status, [fault["code"] for fault in answer.get("errors", [])]

    async def send(self, path: str, body: object, *, as_: str = "", key: str | None = None) -> tuple[int, Any]:
        """Status and body of a POST; without a key of its own it gets a fresh one."""
        headers = {"idempotency-key": key or f"test-key-{next(_keys):06d}"}
        if as_:
            headers["authorization"] = f"Bearer {self.tokens[as_]}"
        async with self.session.post(self.url + path, json=body if body is not None else {}, headers=headers) as answer:
            return answer.status, await answer.json(content_type=None)


class Running:
    """A service's HTTP server in this process, on a free port."""

    def __init__(self, service: Service, tokens: Mapping[str, str]) -> None:
        self._service, self._tokens = service, tokens
        config = uvicorn.Config(service.app, port=0, log_config=None, lifespan="off", ws="none")
        self._server = uvicorn.Server(config)

    async def __aenter__(self) -> Api:
        self._serving = asyncio.create_task(self._server.serve())
        while not self._server.started:  # noqa: ASYNC110 - uvicorn has no event for it
            await asyncio.sleep(0.01)
        port = self._server.servers[0].sockets[0].getsockname()[1]
        self._session = ClientSession()
        return Api(f"http://127.0.0.1:{port}", self._session, self._tokens)

    async def __aexit__(self, *_: object) -> None:
        await self._session.close()
        self._server.should_exit = True
        await self._serving
        await self._service.close()
