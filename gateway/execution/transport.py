"""Calls of services over HTTP/JSON: one pool per service, a time limit for each call and one for the whole request."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeVar

import msgspec
from aiohttp import ClientError, ClientSession, ClientTimeout, TCPConnector
from pydantic import BaseModel

from gateway.errors import Code, Fault, of_problem, too_late, unavailable
from gateway.execution.rows import rows_of

Answer = TypeVar("Answer", bound=BaseModel)
POOL = 100
LARGEST_ANSWER = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Call:
    """What every call of one request carries: who asks, in which language, in which trace, and until when.

    `deadline` is an instant of the event loop's clock.
    """

    deadline: float
    headers: Mapping[str, str] = field(default_factory=dict)


class Client:
    """One service. `section` is its name in errors; `seconds` is how long one call may take."""

    def __init__(self, section: str, base_url: str, *, seconds: float) -> None:
        self.section = section
        self._base, self._seconds = base_url.rstrip("/"), seconds
        self._session: ClientSession | None = None

    async def get(self, call: Call, path: str, *, into: type[Answer], query: Mapping[str, str] | None = None) -> Answer:
        """The answer to a GET as rows. Raises `Fault`."""
        raw = await self._request(call, "GET", path, query=query)
        return _decoded(raw, into)

    async def post(
        self, call: Call, path: str, body: BaseModel, *, into: type[Answer], headers: Mapping[str, str] | None = None
    ) -> Answer:
        """The answer to a POST as rows. Raises `Fault`."""
        raw = await self._request(call, "POST", path, body=body.model_dump_json().encode(), headers=headers)
        return _decoded(raw, into)

    async def is_ready(self) -> bool:
        """Whether the service says that it can answer."""
        try:
            async with self._open().get(self._base + "/readyz", timeout=ClientTimeout(self._seconds)) as answer:
                return answer.status == 200
        except (ClientError, TimeoutError, OSError):
            return False

    async def close(self) -> None:
        """Closes the pool."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    def _open(self) -> ClientSession:
        if self._session is None:
            self._session = ClientSession(connector=TCPConnector(limit=POOL, ttl_dns_cache=10), auto_decompress=True)
        return self._session

    async def _request(
        self,
        call: Call,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> bytes:
        remaining = call.deadline - asyncio.get_running_loop().time()
        if remaining <= 0:
            raise too_late(self.section)
        seconds = min(self._seconds, remaining)
        sent = {**call.headers, **(headers or {}), "lantoa-deadline": str(int(seconds * 1000))}
        if body is not None:
            sent["content-type"] = "application/json"
        try:
            async with (
                asyncio.timeout(seconds),
                self._open().request(method, self._base + path, params=query, data=body, headers=sent) as answer,
            ):
                raw = await answer.read()
        except (ClientError, TimeoutError, OSError) as error:
            raise unavailable(self.section) from error
        if answer.status >= 400:
            raise self._fault(answer.status, raw, answer.headers.get("retry-after", ""))
        return raw

    def _fault(self, status: int, raw: bytes, retry_after: str) -> Fault:
        try:
            problem = msgspec.json.decode(raw, type=dict[str, object])
        except msgspec.MsgspecError:
            problem = {}
        wait = int(retry_after) if retry_after.isdigit() else None
        fault = of_problem(status, problem, section=self.section, retry_after=wait)
        if fault.code is Code.SERVICE_UNAVAILABLE:
            return unavailable(self.section, retry_after=wait or 1)
        return fault


def _decoded(raw: bytes, into: type[Answer]) -> Answer:
    return msgspec.json.decode(raw, type=rows_of(into))
