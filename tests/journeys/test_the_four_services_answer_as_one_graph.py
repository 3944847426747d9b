"""Plans, tasks and honors as their users live them, on a whole running stack: every step through the graph."""

import itertools
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession

from chassis import clock
from gateway.schema.ids import parsed
from reference.calendars import vietnam_day
from tests.running import Stack, until

OPERATIONS = Path(__file__).parents[1] / "gateway" / "operations"
ASKED = r'^lantoa_request_seconds_count\{[^}]*method="POST",route="/v1/[^}]*\} (\S+)'
_keys = itertools.count(1)


def operation(name: str) -> str:
    """A query that front ends run."""
    return (OPERATIONS / f"{name}.graphql").read_text(encoding="utf-8")


def key() -> str:
    """A fresh idempotency key."""
    return f"journey-key-{next(_keys):04d}"


def day(back: int) -> str:
    """So many days ago, as days are cut in Viet Nam: its day turns while it is still yesterday elsewhere."""
    return (vietnam_day(clock.now()) - timedelta(days=back)).isoformat()


async def change(stack: Stack, name: str, given: dict[str, Any], token: str, fields: str) -> dict[str, Any]:
    """The payload of a mutation without user errors."""
    kind = name[0].upper() + name[1:] + "Input!"
    if name in ("submitPlan", "approvePlan", "verifyPublication", "startActivity"):
        kind = "TransitionInput!"
    query = f"mutation ($input: {kind}) {{ {name}(input: $input) {{ {fields} userErrors {{ code field message }} }} }}"
    answer = await stack.ask(query, {"input": {"idempotencyKey": key(), **given}}, token)
    assert "errors" not in answer, answer
    payload: dict[str, Any] = answer["data"][name]
    assert payload["userErrors"] == [], payload
    return payload


@pytest.fixture(scope="module")
async def ids(stack: Stack) -> dict[str, str]:
    """Global ids of the bodies that act."""
    query = (
        '{ h57: bodyByEId(eId: "H57") { id } g06: bodyByEId(eId: "G06") { id } p: provinceByCode(code: "46") { id } }'
    )
    data = (await stack.ask(query))["data"]
    return {name: row["id"] for name, row in data.items()}


async def test_a_plan_is_promulgated_and_t1_follows(stack: Stack, ids: dict[str, str]) -> None:
    officer, approver = stack.token("body_officer", "H57"), stack.token("body_approver", "H57")
    draft = {
        "bodyId": ids["h57"],
        "title": {"vi": "Kế hoạch truyền thông về chuyển đổi số"},
        "startsOn": "2025-07-01",
        "endsOn": "2030-12-31",
        "objectives": [{"text": {"vi": "100 % xã có đài truyền thanh"}, "target": "T3", "year": 2026, "goal": 1}],
    }
    plan = (await change(stack, "createPlan", draft, officer, "plan { id version viewerCan }"))["plan"]
    assert set(plan["viewerCan"]) == {"EDIT_PLAN", "SUBMIT_PLAN", "ADD_ACTIVITY"}
    tags = {"stageCode": "2025", "audienceCodes": ["communicators"]}
    activity = {
        "planId": plan["id"],
        "title": {"vi": "Chiến dịch truyền thông"},
        "tags": tags,
        "channels": ["PORTAL"],
        "startsOn": day(30),
        "dueOn": day(-30),
    }
    made = await change(stack, "addActivity", activity, officer, "activity { id state tags { stage { code } } }")
    assert made["activity"]["state"] == "PLANNED"
    submit = {"id": plan["id"], "expectedVersion": 1}
    submitted = await stack.ask(operation("SubmitPlan"), {"input": {"idempotencyKey": key(), **submit}}, officer)
    assert submitted["data"]["submitPlan"]["plan"]["state"] == "SUBMITTED"
    late = await stack.ask(operation("SubmitPlan"), {"input": {"idempotencyKey": key(), **submit}}, officer)
    refused = late["data"]["submitPlan"]
    assert refused["userErrors"][0]["code"] == "VERSION_CONFLICT" and refused["plan"]["version"] == 2
    await change(stack, "approvePlan", {"id": plan["id"], "expectedVersion": 2}, approver, "plan { state }")
    document = {"number": "192/KH-UBND", "signedOn": "2025-09-30"}
    given = {"idempotencyKey": key(), "id": plan["id"], "expectedVersion": 3, "document": document}
    answer = await stack.ask(operation("PromulgatePlan"), {"input": given}, approver)
    assert "errors" not in answer, answer
    shown = answer["data"]["promulgatePlan"]["plan"]
    assert (shown["state"], shown["isOnTime"], shown["promulgatedOn"]) == ("PROMULGATED", True, "2025-09-30")
    assert (shown["body"]["onTime"]["numerator"], shown["body"]["now"]["denominator"]) == (1, 1)

    public = await stack.ask(operation("PlanDetail"), {"id": plan["id"]})
    assert "errors" not in public, public
    detail = public["data"]["plan"]
    assert detail["documents"][0]["documentId"] == "000.00.00.H57,2025/09/30,192/KH-UBND"
    assert detail["activities"]["totalCount"] == 1 and detail["viewerCan"] == []
    own = (await stack.ask(operation("PlanDetail"), {"id": plan["id"]}, officer))["data"]["plan"]
    assert own["history"]["nodes"][0]["action"] == "PROMULGATE_PLAN"
    assert all(row["actor"]["label"] for row in own["history"]["nodes"])

    # Outreach that names the activity is progress of it: message, reaction, transaction.
    stack.command("emitter", "add", "H57")
    event = {
        "id": "ev-activity-1",
        "channel": "newspaper",
        "title": "Báo đưa tin về chiến dịch",
        "occurred_at": f"{day(1)}T08:00:00+07:00",
        "activity_id": _key_of(made["activity"]["id"]),
    }
    await send_event(stack, event)

    async def is_under_way() -> object:
        query = "query ($id: ID!) { activity(id: $id) { state outreachEvents { nodes { title } } } }"
        found = (await stack.ask(query, {"id": made["activity"]["id"]}))["data"]["activity"]
        return (found["state"] == "UNDER_WAY" and len(found["outreachEvents"]["nodes"]) == 1) or found

    await until(is_under_way)


async def test_a_task_is_told_by_an_event_and_leaves_no_trace_when_classified(
    stack: Stack, ids: dict[str, str]
) -> None:
    officer, approver = stack.token("body_officer", "G06"), stack.token("body_approver", "G06")
    task = {
        "isUnclassified": True,
        "scheme": "KC.01/21-30",
        "code": "KC.01.05/21-30",
        "title": {"vi": "Cảm biến cho đài truyền thanh thông minh"},
        "level": "NATIONAL",
        "formCode": "project",
        "fieldCodes": ["2"],
        "state": "UNDER_WAY",
        "managingBodyId": ids["g06"],
        "hosts": [{"name": "Đại học Huế", "bodyId": ids["h57"]}],
        "funding": [{"name": "Ngân sách trung ương", "isStateBudget": True, "amount": 2_500_000_000}],
        "endsOn": "2027-12-31",
    }
    secret = {**task, "isUnclassified": False}
    query = """mutation ($input: RegisterTaskInput!) { registerTask(input: $input) { task { id }
      userErrors { code field } } }"""
    refused = (await stack.ask(query, {"input": {"idempotencyKey": key(), **secret}}, officer))["data"]["registerTask"]
    assert refused["userErrors"] == [{"code": "CLASSIFICATION_REQUIRED", "field": ["isUnclassified"]}]
    made = (await change(stack, "registerTask", task, officer, "task { id }"))["task"]
    waiting = await stack.ask(operation("TasksNotCommunicated"), {"bodyIds": [ids["g06"]]}, officer)
    assert [row["code"] for row in waiting["data"]["tasks"]["nodes"]] == ["KC.01.05/21-30"]
    assert (await stack.ask(operation("TasksNotCommunicated")))["data"]["tasks"]["totalCount"] == 0

    stack.command("emitter", "add", "H57")
    event = {
        "id": "ev-task-1",
        "channel": "newspaper",
        "title": "Báo viết về cảm biến",
        "occurred_at": f"{day(1)}T08:00:00+07:00",
        "task_ids": [_key_of(made["id"]), "unknown"],
        "evidence_url": "https://bao.example.vn/cam-bien",
    }
    await send_event(stack, event)
    queue: dict[str, Any] = {}

    async def is_pending() -> object:
        answer = await stack.ask(operation("PublicationQueue"), {"bodyIds": [ids["g06"]]}, approver)
        queue.update(answer["data"]["publications"] if "errors" not in answer else {"nodes": [], "fault": answer})
        return len(queue["nodes"]) == 1 or queue

    await until(is_pending)
    (pending,) = queue["nodes"]
    assert (pending["channelGroup"], pending["outreachEvent"]["channel"]) == ("MASS_MEDIA", "NEWSPAPER")
    assert [row["code"] for row in pending["tasks"]["nodes"]] == ["KC.01.05/21-30"]
    step = {"idempotencyKey": key(), "id": pending["id"], "expectedVersion": pending["version"]}
    verified = await stack.ask(operation("VerifyPublication"), {"input": step}, approver)
    assert verified["data"]["verifyPublication"]["publication"]["state"] == "VERIFIED", verified
    figure = """query { program { any: figure(measure: TASK_COMMUNICATED) { numerator denominator }
      all: figure(measure: TASK_COMMUNICATED_ALL_GROUPS) { numerator denominator } }
      provinceByCode(code: "46") { figure(measure: TASK_COMMUNICATED) { numerator denominator } } }"""
    both = (await stack.ask(figure))["data"]
    assert both["program"] == {
        "any": {"numerator": 1, "denominator": 1},
        "all": {"numerator": 0, "denominator": 1},
    }
    assert both["provinceByCode"]["figure"] == {"numerator": 1, "denominator": 1}
    named = await stack.ask("query ($id: ID!) { task(id: $id) { title outreachEvents { nodes { title } } } }", made)
    assert named["data"]["task"]["outreachEvents"]["nodes"] == [{"title": "Báo viết về cảm biến"}]

    classify = (
        "mutation ($input: ClassifyTaskInput!) { classifyTask(input: $input) { task { id } userErrors { code } } }"
    )
    given = {"idempotencyKey": key(), "id": made["id"]}
    gone = await stack.ask(classify, {"input": given}, approver)
    never = await stack.ask(classify, {"input": {"idempotencyKey": key(), "id": "VGFzazpub25l"}}, approver)
    assert gone == never == {"data": {"classifyTask": {"task": None, "userErrors": []}}}
    assert (await stack.ask("query ($id: ID!) { task(id: $id) { title } }", made, approver))["data"]["task"] is None
    assert (await stack.ask(figure))["data"]["program"]["any"] == {"numerator": 0, "denominator": 0}
    assert (await stack.ask(operation("PublicationQueue"), {}, approver))["data"]["publications"]["nodes"] == []

    # The event was public and still is; only its link goes, in the outreach service too.
    async def is_unlinked() -> object:
        found = await stack.ask('{ outreachEvents(filter: {text: "cam bien"}) { nodes { title tasks { id } } } }')
        return found["data"]["outreachEvents"]["nodes"] == [{"title": "Báo viết về cảm biến", "tasks": []}] or found

    await until(is_unlinked)

    async def link_is_gone() -> object:
        body = {"filter": {"task_id": _key_of(made["id"])}}
        async with (
            ClientSession() as session,
            session.post(f"{stack.ingest}/v1/outreach-events:list", json=body) as answer,
        ):
            return (await answer.json(content_type=None))["rows"] == []

    await until(link_is_gone)


async def test_an_achievement_is_honored_in_time(stack: Stack, ids: dict[str, str]) -> None:
    officer, council = stack.token("body_officer", "H57"), stack.token("honors_council")
    given = {
        "nominatorId": ids["h57"],
        "recipient": {"kind": "COLLECTIVE", "name": "Đài truyền thanh phường Thuận Hóa", "provinceId": ids["p"]},
        "achievement": {
            "category": "COMMUNICATION_MODEL",
            "title": {"vi": "Bản tin chuyển đổi số mỗi sáng"},
            "description": {"vi": "Mười phút mỗi ngày, do thanh niên thực hiện"},
            "achievedOn": day(10),
            "evidence": [{"url": "https://example.vn/ban-tin"}],
        },
        "formCode": "program_recognition",
        "kindCode": "irregular",
    }
    row = (await change(stack, "createNomination", given, officer, "nomination { id version state }"))["nomination"]
    assert (await stack.ask("query ($id: ID!) { nomination(id: $id) { id } }", row))["data"]["nomination"] is None
    for to in ("COMPLETENESS_CHECKED", "APPRAISED", "SUBMITTED"):
        step = {"idempotencyKey": key(), "id": row["id"], "expectedVersion": row["version"], "to": to}
        answer = await stack.ask(operation("AdvanceNomination"), {"input": step}, council)
        assert answer["data"]["advanceNomination"]["userErrors"] == [], answer
        row = answer["data"]["advanceNomination"]["nomination"]
    board = await stack.ask(operation("HonorPipeline"), {}, council)
    assert "errors" not in board and board["data"]["honorPipeline"]["openCount"] == 1
    decide = {
        "id": row["id"],
        "expectedVersion": row["version"],
        "decision": {"number": "11/QĐ-BKHCN", "signedOn": day(0)},
        "decidedById": ids["g06"],
    }
    fields = "nomination { version state honor { id state isOnTime daysToDecision } }"
    decided = (await change(stack, "decideNomination", decide, council, fields))["nomination"]
    assert decided["honor"]["isOnTime"] and decided["honor"]["daysToDecision"] == 10
    honor = "query ($id: ID!) { honor(id: $id) { state recipient { name } nomination { id } } }"
    assert (await stack.ask(honor, {"id": decided["honor"]["id"]}))["data"]["honor"] is None
    announce = {"id": row["id"], "expectedVersion": decided["version"], "to": "ANNOUNCED"}
    await change(stack, "advanceNomination", announce, council, "nomination { state }")
    shown = (await stack.ask(honor, {"id": decided["honor"]["id"]}))["data"]["honor"]
    assert shown == {
        "state": "ANNOUNCED",
        "recipient": {"name": "Đài truyền thanh phường Thuận Hóa"},
        "nomination": None,
    }
    figure = '{ bodyByEId(eId: "G06") { figure(measure: HONOR_DECIDED_ON_TIME) { numerator denominator value } } }'
    found = (await stack.ask(figure))["data"]["bodyByEId"]["figure"]
    assert found == {"numerator": 1, "denominator": 1, "value": 1.0}


async def test_the_province_page_asks_each_service_a_few_times(stack: Stack) -> None:
    variables = {"code": "46", "last30Days": {"from": day(30)}}
    assert "errors" not in await stack.ask(operation("ProvincePage"), variables)
    before = await calls(stack)
    answer = await stack.ask(operation("ProvincePage"), variables)
    assert "errors" not in answer, answer
    made = {name: count - before[name] for name, count in (await calls(stack)).items()}
    # plans: figures, plan in force; tasks: figures; honors: figures, list; outreach: figures, list, totals.
    assert made == {"plans": 2, "tasks": 1, "honors": 2, "outreach": 3}


async def calls(stack: Stack) -> dict[str, int]:
    """How many requests each service has answered, besides health and metrics."""
    counts: dict[str, int] = {}
    async with ClientSession() as session:
        for name in ("plans", "tasks", "outreach", "honors"):
            async with session.get(f"{stack.service(name)}/metrics") as answer:
                lines = re.findall(ASKED, await answer.text(), re.M)
            counts[name] = int(sum(float(value) for value in lines))
    return counts


async def send_event(stack: Stack, event: dict[str, Any]) -> None:
    """An emitter of Huế tells of an event."""
    headers = {"Authorization": f"Bearer {stack.token('emitter', 'H57')}"}
    async with (
        ClientSession(headers=headers) as session,
        session.post(f"{stack.ingest}/v1/outreach-events", json=event) as answer,
    ):
        assert answer.status == 202, await answer.text()
        receipt = await answer.json(content_type=None)
        assert receipt["disposition"] in ("counted", "duplicate"), receipt


def _key_of(node_id: str) -> str:
    found = parsed(node_id)
    assert found is not None
    return found[1]
