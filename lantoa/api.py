"""HTTP to the services as the command line uses it: typed answers, problems as refusals a person can read."""

from collections.abc import AsyncIterable, AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Self, TypeVar
from urllib.parse import urljoin

import aiohttp
import stamina
from pydantic import BaseModel, ConfigDict, ValidationError

from chassis.ids import random_id
from lantoa.problems import CommandError, Fault

Answer = TypeVar("Answer", bound=BaseModel)
_TIMEOUT = aiohttp.ClientTimeout(total=60, connect=5)
_STREAM_TIMEOUT = aiohttp.ClientTimeout(total=None, connect=5, sock_read=60)
_PASSING = ("service_unreachable", "unavailable", "idempotency-key-in-flight")


class _FaultBody(BaseModel):
    code: str = ""
    pointer: str = ""
    vi: str = ""
    en: str = ""


class _ProblemBody(BaseModel):
    model_config = ConfigDict(extra="ignore")

    code: str = "http_error"
    title: str = ""
    vi: str = ""
    en: str = ""
    errors: tuple[_FaultBody, ...] = ()


class Api:
    """A service at a base address, asked with one token."""

    def __init__(self, base: str, token: str) -> None:
        self._base = base.rstrip("/") + "/"
        self._headers = {"Authorization": f"Bearer {token}"}
        self._session = aiohttp.ClientSession(timeout=_TIMEOUT)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._session.close()

    async def get(self, path: str, answer: type[Answer]) -> Answer:
        """GET, parsed."""
        async with self._send("GET", path, headers=self._headers) as response:
            return await _parsed(response, answer)

    async def post(self, path: str, body: BaseModel | None, answer: type[Answer]) -> Answer:
        """POST with an idempotency key of its own, parsed; what may have passed in a moment is sent again under it."""
        raw = body.model_dump_json().encode() if body else b"{}"
        headers = self._headers | {"Content-Type": "application/json", "Idempotency-Key": random_id()}
        async for attempt in stamina.retry_context(on=_may_pass, attempts=3, wait_max=2.0):
            with attempt:
                async with self._send("POST", path, headers=headers, data=raw) as response:
                    return await _parsed(response, answer)
        raise AssertionError("unreachable")

    async def put_file(self, location: str, file: Path) -> None:
        """PUT a file's bytes to an upload address, absolute or a path of this service; no token goes elsewhere."""
        with file.open("rb") as content:
            own = urljoin(self._base, location.removeprefix("/")).startswith(self._base)
            headers = (self._headers if own else {}) | {"Content-Type": "application/octet-stream"}
            async with self._send("PUT", location, headers=headers, data=content):
                return

    async def stream_lines(self, path: str, body: AsyncIterable[bytes]) -> AsyncIterator[bytes]:
        """POST NDJSON while it is read, and give the lines of the answer as they come."""
        headers = self._headers | {"Content-Type": "application/x-ndjson"}
        async with self._send("POST", path, headers=headers, data=body, timeout=_STREAM_TIMEOUT) as response:
            async for line in response.content:
                yield line

    @asynccontextmanager
    async def _send(
        self,
        method: str,
        path: str,
        *,
        headers: dict[str, str],
        data: object = None,
        timeout: aiohttp.ClientTimeout = _TIMEOUT,
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        url = urljoin(self._base, path.removeprefix("/"))
        try:
            async with self._session.request(method, url, headers=headers, data=data, timeout=timeout) as response:
                if response.status >= 400:
                    raise _refusal(url, response.status, await response.read())
                yield response
        except (aiohttp.ClientError, TimeoutError) as error:
            raise _unreachable(url, error) from error


def _may_pass(error: Exception) -> bool:
    return isinstance(error, CommandError) and error.code in _PASSING


async def _parsed(response: aiohttp.ClientResponse, answer: type[Answer]) -> Answer:
    try:
        return answer.model_validate_json(await response.read())
    except ValidationError as error:
        raise CommandError(
            "answer_not_understood",
            vi="Dịch vụ trả lời theo dạng mà lệnh này không hiểu; hai bên có cùng phiên bản không?",
            en="The service's answer has another form than this command expects; are both of one version?",
            where=str(response.url),
        ) from error


def _refusal(url: str, status: int, raw: bytes) -> CommandError:
    try:
        body = _ProblemBody.model_validate_json(raw)
    except ValidationError:
        body = _ProblemBody()
    text = body.en or body.title or f"HTTP {status}"
    faults = tuple(Fault(fault.code, fault.pointer, fault.vi, fault.en) for fault in body.errors)
    return CommandError(body.code, vi=body.vi or text, en=text, where=url, faults=faults)


def _unreachable(url: str, error: Exception) -> CommandError:
    return CommandError(
        "service_unreachable",
        vi="Không liên lạc được với dịch vụ; xem `lantoa status`.",
        en=f"The service could not be reached ({type(error).__name__}); see `lantoa status`.",
        where=url,
    )
