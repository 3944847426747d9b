"""Emitters and their copies held back in the graph: for officers of their province, and as absent for others."""

import itertools
from typing import Any

import pytest

from tests.gateway.conftest import Graph
from tests.services.outreach.intake.records import play

SCREEN = """{ provinceByCode(code: "46") { emitters { id name source isSilent lastEventAt last24hCount quarantinedCount
  province { code } quarantine(first: 1) { totalCount pageInfo { hasNextPage endCursor }
    nodes { id receivedAt excerpt reason { code text } conflictsWith { id durationSeconds } } } } } }"""
RESOLVE = """mutation($input: ResolveQuarantinedEventInput!) { resolveQuarantinedEvent(input: $input) {
  outreachEvent { id state durationSeconds corrects { id state replacedBy { id } } }
  userErrors { code field } } }"""
_keys = itertools.count(1)
REASON = "Đã kiểm tra với xã, bản ghi sau đúng"


async def held_back(graph: Graph, outreach_url: str) -> None:
    """Two plays, each sent with two contents."""
    for _ in range(2):
        first = play()
        for record in (first, first | {"ThoiLuong": 60}):
            headers = graph.bearer("emitter", "H57")
            async with graph.session.post(f"{outreach_url}/v1/play-log", json=record, headers=headers) as answer:
                assert answer.status == 202


async def emitters(graph: Graph, headers: dict[str, str]) -> list[Any]:
    """The emitters of Huế as somebody sees them."""
    found: list[Any] = (await graph.ask(SCREEN, headers=headers)).data["provinceByCode"]["emitters"]
    return found


async def resolved(graph: Graph, node_id: str, headers: dict[str, str], **given: object) -> dict[str, Any]:
    """The payload of a decision."""
    asked = {"idempotencyKey": f"key-{next(_keys):08d}", "id": node_id, "accept": True, "reason": REASON}
    payload: dict[str, Any] = (await graph.ask(RESOLVE, {"input": asked | given}, headers=headers)).data[
        "resolveQuarantinedEvent"
    ]
    return payload


async def test_an_officer_sees_copies_and_decides(graph: Graph, outreach_url: str) -> None:
    await held_back(graph, outreach_url)
    officer = graph.bearer("provincial_officer", "H57")
    (emitter,) = await emitters(graph, officer)
    assert (emitter["source"], emitter["quarantinedCount"], emitter["province"]["code"]) == ("H57", 2, "46")
    assert (emitter["isSilent"], emitter["last24hCount"], bool(emitter["lastEventAt"])) == (True, 0, True)
    page = emitter["quarantine"]
    (copy,) = page["nodes"]
    assert (page["totalCount"], page["pageInfo"]["hasNextPage"]) == (2, True)
    assert (copy["reason"]["code"], copy["conflictsWith"]["durationSeconds"]) == ("id_with_other_content", 195)
    assert '"ThoiLuong": 60' in copy["excerpt"]
    payload = await resolved(graph, copy["id"], officer)
    event = payload["outreachEvent"]
    assert (payload["userErrors"], event["state"], event["durationSeconds"]) == ([], "CURRENT", 60)
    assert event["corrects"] == {
        "id": copy["conflictsWith"]["id"], "state": "CORRECTED", "replacedBy": {"id": event["id"]}
    }  # fmt: skip
    assert (await emitters(graph, officer))[0]["quarantinedCount"] == 1
    again = await resolved(graph, copy["id"], officer, accept=False)
    assert (again["userErrors"], again["outreachEvent"]["state"]) == (
        [{"code": "STATE_CONFLICT", "field": None}],
        "CORRECTED",
    )


@pytest.mark.parametrize(
    ("role", "scope"), [(None, None), ("provincial_officer", "H26"), ("body_officer", "H57"), ("honors_council", None)]
)
async def test_to_others_there_is_no_emitter_and_no_copy(
    graph: Graph, outreach_url: str, role: str | None, scope: str | None
) -> None:
    await held_back(graph, outreach_url)
    (emitter,) = await emitters(graph, graph.bearer("provincial_officer", "H57"))
    copy = emitter["quarantine"]["nodes"][0]
    headers = graph.bearer(role, scope) if role else {}
    assert await emitters(graph, headers) == []
    found = await graph.ask(f'{{ nodes(ids: ["{emitter["id"]}", "{copy["id"]}"]) {{ id }} }}', headers=headers)
    assert found.data["nodes"] == [None, None]
    payload = await resolved(graph, copy["id"], headers)
    nothing = await resolved(graph, "Tm90aGluZzox", headers)
    assert payload == nothing == {"outreachEvent": None, "userErrors": [{"code": "NOT_FOUND", "field": None}]}


async def test_who_sees_and_may_not_decide_is_told_so(graph: Graph, outreach_url: str) -> None:
    await held_back(graph, outreach_url)
    auditor = graph.bearer("auditor")
    (emitter,) = await emitters(graph, auditor)
    copy = emitter["quarantine"]["nodes"][0]
    found = await graph.ask(f'{{ nodes(ids: ["{emitter["id"]}", "{copy["id"]}"]) {{ id }} }}', headers=auditor)
    assert found.data["nodes"] == [{"id": emitter["id"]}, {"id": copy["id"]}]
    payload = await resolved(graph, copy["id"], auditor)
    assert [error["code"] for error in payload["userErrors"]] == ["NOT_PERMITTED"]
    officer = graph.bearer("provincial_officer", "H57")
    short = await resolved(graph, copy["id"], officer, reason="ngắn")
    assert short["userErrors"] == [{"code": "INVALID", "field": ["reason"]}]


async def test_the_emitters_of_all_provinces_are_one_call(graph: Graph, outreach_url: str) -> None:
    query = "{ provinces { code emitters { name } } }"
    found = (await graph.ask(query, headers=graph.bearer("national_coordinator"))).data["provinces"]
    assert {row["code"]: len(row["emitters"]) for row in found if row["emitters"]} == {"46": 1, "01": 1}
