"""The client of the command line: problems become refusals, tokens stay at home, streams run both ways."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from pydantic import BaseModel

from chassis.problems import Fault, Kind, Problem
from chassis.web import problem_response
from lantoa.api import Api
from lantoa.problems import CommandError
from lantoa.stack.ports import free_port


class Seen(BaseModel):
    """What the server saw of a request."""

    key: str | None = None
    token: str | None = None


TAKEN = web.AppKey("taken", list[tuple[bytes, str | None]])


async def _refuse(_request: web.Request) -> web.Response:
    fault = Fault("REQUIRED", "/name", "Thiếu tên.", "Name is missing.")
    answer = problem_response(Problem("invalid-request", Kind.INVALID, vi="Sai.", en="Wrong.", faults=(fault,)))
    return web.Response(status=answer.status_code, body=bytes(answer.body), content_type="application/problem+json")


async def _see(request: web.Request) -> web.Response:
    seen = Seen(key=request.headers.get("Idempotency-Key"), token=request.headers.get("Authorization"))
    return web.json_response(seen.model_dump())


async def _take(request: web.Request) -> web.Response:
    request.app[TAKEN].append((await request.read(), request.headers.get("Authorization")))
    return web.Response(status=204)


async def _echo(request: web.Request) -> web.StreamResponse:
    answer = web.StreamResponse()
    await answer.prepare(request)
    async for line in request.content:
        await answer.write(line)
    return answer


@pytest.fixture
async def server() -> AsyncIterator[TestServer]:
    application = web.Application()
    application[TAKEN] = []
    application.router.add_get("/refused", _refuse)
    application.router.add_post("/seen", _see)
    application.router.add_put("/file", _take)
    application.router.add_post("/echo", _echo)
    server = TestServer(application)
    await server.start_server()
    yield server
    await server.close()


@pytest.fixture
async def api(server: TestServer) -> AsyncIterator[Api]:
    async with Api(str(server.make_url("")), "secret") as api:
        yield api


async def test_a_problem_is_said_in_both_languages(api: Api) -> None:
    with pytest.raises(CommandError) as refusal:
        await api.get("/refused", Seen)
    assert (refusal.value.code, refusal.value.vi, refusal.value.en) == ("invalid-request", "Sai.", "Wrong.")
    assert refusal.value.faults[0].where == "/name"


async def test_a_service_that_is_down_is_named() -> None:
    address = f"http://127.0.0.1:{free_port()}"
    async with Api(address, "secret") as api:
        with pytest.raises(CommandError, match="service_unreachable") as refusal:
            await api.get("/v1/emitters", Seen)
    assert refusal.value.where == f"{address}/v1/emitters"


async def test_every_post_has_a_key_of_its_own(api: Api) -> None:
    first, second = await api.post("/seen", None, Seen), await api.post("/seen", None, Seen)
    assert first.key and second.key and first.key != second.key
    assert first.token == "Bearer secret"


async def test_the_token_goes_to_its_own_service_only(api: Api, server: TestServer, tmp_path: Path) -> None:
    file = tmp_path / "points.csv"
    file.write_bytes(b"a,b\n")
    await api.put_file("/file", file)
    await api.put_file(str(server.make_url("/file").with_host("localhost")), file)
    assert server.app[TAKEN] == [(b"a,b\n", "Bearer secret"), (b"a,b\n", None)]


async def test_an_answer_of_another_form_is_no_crash(api: Api) -> None:
    class Strict(BaseModel):
        id: str

    with pytest.raises(CommandError, match="answer_not_understood"):
        await api.post("/seen", None, Strict)


async def test_lines_come_back_while_the_body_still_goes(api: Api) -> None:
    heard: list[bytes] = []

    async def body() -> AsyncIterator[bytes]:
        for number in range(3):
            yield b"line %d\n" % number
        yield b"last\n"

    async for line in api.stream_lines("/echo", body()):
        heard.append(line)
    assert heard == [b"line 0\n", b"line 1\n", b"line 2\n", b"last\n"]
