"""Bad input gets a clear, typed error that names what is wrong; never a 500, and never at its neighbors' cost."""

import json
import time

import pytest
from aiohttp import ClientSession

from tests.running import PLAY_LOG, Stack


@pytest.fixture(scope="module")
def emitter(stack: Stack) -> str:
    """The token of the province's system."""
    stack.command("emitter", "add", "H57")
    return stack.token("emitter", "H57")


async def posted(
    stack: Stack, body: bytes, token: str, kind: str = "application/json"
) -> tuple[int, dict[str, object]]:
    """Status and answer of a post to the ingest endpoint."""
    headers = {"Content-Type": kind} | ({"Authorization": f"Bearer {token}"} if token else {})
    async with (
        ClientSession() as session,
        session.post(f"{stack.ingest}/v1/play-log", data=body, headers=headers) as answer,
    ):
        return answer.status, await answer.json(content_type=None)


@pytest.mark.parametrize(
    ("body", "kind", "status", "code"),
    [
        (b"[{]", "application/json", 400, "malformed-json"),
        (b"{}", "text/plain", 415, "unsupported-media-type"),
        (b" " * 1_100_000, "application/json", 413, "body-too-large"),
    ],
)
async def test_a_body_that_cannot_be_read(
    stack: Stack, emitter: str, body: bytes, kind: str, status: int, code: str
) -> None:
    found, problem = await posted(stack, body, emitter, kind)
    assert (found, problem["code"]) == (status, code)
    assert problem["vi"]
    assert problem["en"]


async def test_who_may_not_send(stack: Stack, emitter: str) -> None:
    assert (await posted(stack, b"{}", ""))[0] == 403
    assert (await posted(stack, b"{}", "nonsense"))[0] == 401
    assert (await posted(stack, b"{}", stack.token("emitter", "H01")))[0] == 403
    header, payload, signature = emitter.split(".")
    assert (await posted(stack, b"{}", f"{header}.{payload[:-4]}AAAA.{signature}"))[1]["code"] == "unauthenticated"


async def test_a_bad_record_costs_only_itself(stack: Stack, emitter: str) -> None:
    good = json.loads((PLAY_LOG / "playlog-H57.ndjson").read_bytes().splitlines()[0])
    texts = [json.dumps(good | {"BanTinID": f"neighbor-{n}-{time.time_ns()}"}) for n in range(2)]
    body = f'[{texts[0]}, {{"a": NaN}}, {{"a": 1, "A": 2}}, 7, {texts[1]}]'.encode()
    status, answer = await posted(stack, body, emitter)
    results = answer["results"]
    assert isinstance(results, list)
    assert status == 202
    assert [result["disposition"] for result in results] == ["counted", "rejected", "rejected", "rejected", "counted"]
    assert {result["reason"] for result in results[1:4]} == {"malformed_json"}


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("{ program {", "GRAPHQL_PARSE_FAILED"),
        ("{ nothing }", "GRAPHQL_VALIDATION_FAILED"),
        ("{ outreachEvents(first: 1000) { nodes { id } } }", "BAD_USER_INPUT"),
        ('{ outreachEvents(after: "forged") { nodes { id } } }', "CURSOR_INVALID"),
    ],
)
async def test_the_graph_says_what_is_wrong(stack: Stack, query: str, code: str) -> None:
    answer = await stack.ask(query)
    assert {error["extensions"]["code"] for error in answer["errors"]} == {code}


async def test_a_bad_token_is_no_public_viewer(stack: Stack) -> None:
    answer = await stack.ask("{ program { name } }", token="nonsense")
    assert answer["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"


async def test_nested_fragments_are_measured_in_a_moment(stack: Stack) -> None:
    bomb = "".join(f"fragment f{n} on Program {{ ...f{n + 1} ...f{n + 1} }} " for n in range(40))
    started = time.monotonic()
    answer = await stack.ask("{ program { ...f0 } } " + bomb + "fragment f40 on Program { a: name b: name }")
    assert answer["errors"][0]["extensions"]["code"] in ("GRAPHQL_VALIDATION_FAILED", "COST_LIMIT_EXCEEDED")
    assert time.monotonic() - started < 5


async def test_a_section_that_is_down_leaves_the_rest(stack: Stack) -> None:
    answer = await stack.ask("{ program { name targets { target { code } headline { value } } } }")
    targets = {row["target"]["code"]: row["headline"] for row in answer["data"]["program"]["targets"]}
    assert list(targets) == ["T1", "T2", "T3", "T4", "T5"]
    assert targets["T3"] is not None
    for error in answer.get("errors", ()):
        assert error["extensions"]["code"] == "SERVICE_UNAVAILABLE"
        assert error["extensions"]["section"] in ("plans", "tasks", "honors")


async def test_what_cannot_be_known_is_refused_not_guessed(stack: Stack) -> None:
    now = {"measure": "PEOPLE_COVERED", "scope": {"kind": "program"}}
    then = {**now, "known_at": "2026-01-01T00:00:00Z"}
    async with (
        ClientSession() as session,
        session.post(f"{stack.ingest}/v1/figures:batch", json={"cells": [then, now]}) as answer,
    ):
        told = await answer.json(content_type=None)
    assert [figure is None for figure in told["figures"]] == [True, False]
    assert [(refusal["position"], refusal["code"]) for refusal in told["refusals"]] == [(0, "known-at-unsupported")]
