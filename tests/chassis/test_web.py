"""What every service's HTTP answers when something is wrong: words for people, the right status, and never a leak."""

import gzip
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import ClientSession
from fastapi import Request, Response
from pydantic import BaseModel
from pymongo.errors import ServerSelectionTimeoutError

from chassis.identity import Verifier
from chassis.problems import refused, version_conflict
from chassis.process import Service
from chassis.settings import ProcessSettings
from chassis.web import MAX_BODY, JsonResponse, create_app, read_body
from tests.running_service import Api, Running


class Thing(BaseModel):
    """A request body."""

    name: str
    size: int


async def nothing() -> None:
    """Neither to prepare nor to close."""


def service() -> Service:
    """A service whose routes fail in every way."""

    async def missing() -> bool:
        return False

    app = create_app("test", Verifier(ProcessSettings()), ready={"database": missing})

    @app.post("/v1/things")
    async def things(thing: Thing) -> Response:
        if thing.name == "refused":
            raise refused("NAME_TAKEN", "/name", vi="Tên đã có.", en="The name is taken.")
        if thing.name == "changed":
            raise version_conflict(1, 2)
        if thing.name == "database":
            raise ServerSelectionTimeoutError("10.1.2.3:27017: connection refused")
        raise RuntimeError(f"secret {thing.size}")

    @app.post("/v1/bytes")
    async def count(request: Request) -> Response:
        return JsonResponse({"count": len(await read_body(request))})

    return Service("test", app, nothing, nothing)


@pytest.fixture(scope="module")
async def api() -> AsyncIterator[Api]:
    """That service, running."""
    async with Running(service(), {}) as running:
        yield running


async def post(api: Api, path: str, data: Any, **headers: str) -> tuple[int, dict[str, Any], dict[str, str]]:
    """Status, body and headers of a POST of bytes."""
    found = {"content-type": "application/json", **headers}
    async with ClientSession() as session, session.post(api.url + path, data=data, headers=found) as answer:
        return answer.status, await answer.json(content_type=None), dict(answer.headers)


@pytest.mark.parametrize(
    ("body", "status", "code", "pointer"),
    [
        (b'{"name": "refused", "size": 1}', 422, "name-taken", "/name"),
        (b'{"name": "changed", "size": 1}', 409, "version-conflict", "/expected_version"),
        (b'{"name": "x"}', 400, "invalid-request", "/size"),
        (b'{"name": "x", "size": "many"}', 400, "invalid-request", "/size"),
        (b"[]", 400, "invalid-request", ""),
        (b"", 400, "invalid-request", ""),
    ],
)
async def test_a_problem_says_what_and_where_in_two_languages(
    api: Api, body: bytes, status: int, code: str, pointer: str
) -> None:
    found, problem, headers = await post(api, "/v1/things", body)
    assert (found, problem["status"], problem["code"]) == (status, status, code)
    assert headers["Content-Type"] == "application/problem+json"
    assert [fault["pointer"] for fault in problem["errors"]] == [pointer]
    assert all(fault["vi"] and fault["en"] for fault in problem["errors"])
    assert problem["vi"] and problem["en"]


@pytest.mark.parametrize("body", [b"{", b"\xff\xfe", b"[" * 100_000, b'{"name": "\\ud800", "size": 1e999}'])
async def test_no_bytes_at_all_are_a_fault_of_ours(api: Api, body: bytes) -> None:
    status, problem, _ = await post(api, "/v1/things", body)
    assert 400 <= status < 500, problem


async def test_a_fault_of_ours_names_a_number_and_tells_nothing(api: Api) -> None:
    status, problem, _ = await post(api, "/v1/things", b'{"name": "fault", "size": 12345}')
    assert (status, problem["code"]) == (500, "internal")
    assert problem["instance"].startswith("urn:uuid:")
    assert "12345" not in str(problem)


async def test_a_missing_database_is_worth_another_try(api: Api) -> None:
    status, problem, headers = await post(api, "/v1/things", b'{"name": "database", "size": 1}')
    assert (status, headers["Retry-After"]) == (503, "1")
    assert "10.1.2.3" not in str(problem)


async def test_an_unknown_path_method_and_token_are_problems_too(api: Api) -> None:
    for method, path, status in (("GET", "/v1/nothing", 404), ("GET", "/v1/things", 405)):
        async with api.session.request(method, api.url + path) as answer:
            assert (answer.status, answer.content_type) == (status, "application/problem+json")


async def test_a_method_that_an_address_does_not_take_is_refused_in_both_languages(api: Api) -> None:
    async with api.session.get(api.url + "/v1/things") as answer:
        problem = await answer.json(content_type=None)
        assert answer.headers["Allow"] == "POST"
    assert (problem["code"], problem["vi"]) == ("method", "Địa chỉ này không nhận phương thức HTTP đó.")
    assert problem["en"] != problem["vi"]


async def test_a_body_ends_at_its_limit_whether_its_size_is_told_or_not(api: Api) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(20):
            yield b"x" * 65_536

    assert (await post(api, "/v1/bytes", b"x" * MAX_BODY))[:2] == (200, {"count": MAX_BODY})
    assert (await post(api, "/v1/bytes", b"x" * (MAX_BODY + 1)))[1]["code"] == "body-too-large"
    assert (await post(api, "/v1/bytes", pieces()))[1]["code"] == "body-too-large"


async def test_a_bomb_is_not_unpacked_for_a_route_that_asked_for_plain_bytes(api: Api) -> None:
    bomb = gzip.compress(b"\0" * 50_000_000)
    status, answer, _ = await post(api, "/v1/bytes", bomb, **{"content-encoding": "gzip"})
    assert (status, answer["count"]) == (200, len(bomb))


async def test_a_service_that_misses_something_says_what(api: Api) -> None:
    async with api.session.get(api.url + "/readyz") as answer:
        assert (answer.status, await answer.json()) == (503, {"ready": False, "missing": ["database"]})
    async with api.session.get(api.url + "/livez") as answer:
        assert answer.status == 200
