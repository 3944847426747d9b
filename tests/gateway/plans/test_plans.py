"""Plans in the graph, before the real service: screens, steps, refusals, and how many calls they take."""

import itertools
from pathlib import Path
from typing import Any

from gateway.schema.ids import global_id
from tests.gateway.conftest import Answer, Graph
from tests.gateway.plans.conftest import Counted

OPERATIONS = Path(__file__).parent.parent / "operations"
HUE, HANOI, CAN_THO = "H57@2025-07-01", "H26@2025-07-01", "H13@2025-07-01"
CODES = {HUE: "H57", HANOI: "H26", CAN_THO: "H13"}
REASON = "Cần bổ sung mục tiêu về đào tạo cán bộ"
_keys = itertools.count(1)


def operation(name: str) -> str:
    """What a front end sends."""
    return (OPERATIONS / f"{name}.graphql").read_text(encoding="utf-8")


async def step(graph: Graph, body: str, role: str, name: str, kind: str, shown: str, **given: object) -> dict[str, Any]:
    """The payload of a mutation that somebody of a body makes; `kind` is the type of its input."""
    query = f"mutation($input: {kind}!) {{ {name}(input: $input) {{ {shown} userErrors {{ code field message }} }} }}"
    variables = {"input": {"idempotencyKey": f"key-{next(_keys):08d}", **given}}
    answer = await graph.ask(query, variables, headers=graph.bearer(role, CODES[body]))
    payload: dict[str, Any] = answer.data[name]
    return payload


async def draft(graph: Graph, body: str = HUE) -> str:
    """The id of a new draft."""
    payload = await step(
        graph, body, "body_officer", "createPlan", "CreatePlanInput", "plan { id }",
        bodyId=global_id("Body", body), title={"vi": "Kế hoạch truyền thông", "en": "Communication plan"},
        startsOn="2025-07-01", endsOn="2030-12-31",
        objectives=[{"text": {"vi": "Mọi xã có bản tin"}, "target": "T3", "year": 2026, "goal": 0.8}],
    )  # fmt: skip
    assert payload["userErrors"] == []
    found: str = payload["plan"]["id"]
    return found


async def activity(graph: Graph, plan_id: str, body: str = HUE, **more: object) -> str:
    """The id of a new activity of a plan."""
    payload = await step(
        graph, body, "body_officer", "addActivity", "AddActivityInput", "activity { id }",
        planId=plan_id, title={"vi": "Tập huấn kỹ năng số"}, tags={"stageCode": "2025", "audienceCodes": ["farmers"]},
        channels=["PORTAL"], startsOn="2025-10-01", dueOn="2025-12-15", budget=2**40, **more,
    )  # fmt: skip
    assert payload["userErrors"] == []
    found: str = payload["activity"]["id"]
    return found


async def transition(graph: Graph, body: str, role: str, name: str, plan_id: str, version: int) -> None:
    """A plain step that must succeed."""
    payload = await step(
        graph, body, role, name, "TransitionInput", "plan { version }", id=plan_id, expectedVersion=version
    )
    assert payload == {"plan": {"version": version + 1}, "userErrors": []}


async def promulgate(graph: Graph, plan_id: str, body: str, number: str, signed_on: str, **more: object) -> Answer:
    """The answer to a front end's PromulgatePlan, after the steps before it."""
    await transition(graph, body, "body_officer", "submitPlan", plan_id, 1)
    await transition(graph, body, "body_approver", "approvePlan", plan_id, 2)
    document = {"number": number, "signedOn": signed_on, "url": "https://example.vn/ke-hoach"}
    given = {"id": plan_id, "expectedVersion": 3, "idempotencyKey": f"key-{next(_keys):08d}", "document": document}
    approver = graph.bearer("body_approver", CODES[body])
    return await graph.ask(operation("PromulgatePlan"), {"input": {**given, **more}}, headers=approver)


async def test_the_screens_of_a_plan(graph: Graph) -> None:
    plan_id = await draft(graph)
    await activity(graph, plan_id)
    query, variables = operation("PlanDetail"), {"id": plan_id}
    assert (await graph.ask(query, variables)).data == {"plan": None}  # a draft does not exist for the public
    shown = (await promulgate(graph, plan_id, HUE, "192/KH-UBND", "2025-09-30")).data["promulgatePlan"]
    assert shown["userErrors"] == []
    assert (shown["plan"]["state"], shown["plan"]["isOnTime"]) == ("PROMULGATED", True)
    assert shown["plan"]["body"]["onTime"]["numerator"] == shown["plan"]["body"]["now"]["denominator"] == 1
    plan = (await graph.ask(query, {**variables, "locale": "EN"})).data["plan"]
    assert (plan["title"], plan["promulgatedOn"]) == ("Communication plan", "2025-09-30")
    assert plan["documents"][0]["documentId"] == "000.00.00.H57,2025/09/30,192/KH-UBND"
    assert plan["objectives"] == [{"text": "Mọi xã có bản tin", "target": "T3", "year": 2026, "goal": 0.8}]
    (work,) = plan["activities"]["nodes"]
    assert (work["state"], work["budget"], plan["activities"]["totalCount"]) == ("OVERDUE", 2**40, 1)
    assert plan["history"]["nodes"] == [] and plan["viewerCan"] == []
    officer = graph.bearer("body_officer", "H57")
    history = (await graph.ask(query, variables, headers=officer)).data["plan"]["history"]["nodes"]
    assert [change["action"] for change in history] == ["PROMULGATE_PLAN", "APPROVE_PLAN", "SUBMIT_PLAN", "CREATE_PLAN"]
    page = (await graph.ask(operation("BodyPage"), {"eId": "H57"})).data["body"]
    assert page["plan"]["id"] == plan_id and page["plan"]["activityCounts"]["overdue"] == 1
    assert [node["id"] for node in page["overdue"]["nodes"]] == [work["id"]]
    assert page["drafts"]["nodes"] == []


async def test_what_a_person_can_mend_is_a_user_error_with_its_field(graph: Graph) -> None:
    first, second = await draft(graph, HANOI), await draft(graph, HANOI)
    assert (await promulgate(graph, first, HANOI, "1/KH-UBND", "2025-09-30")).data["promulgatePlan"]["plan"]
    answer = await promulgate(graph, second, HANOI, "2/KH-UBND", "2025-10-30")
    payload = answer.data["promulgatePlan"]
    assert [(e["code"], e["field"]) for e in payload["userErrors"]] == [("PLAN_IN_FORCE", ["supersedesId"])]
    assert payload["plan"]["state"] == "APPROVED"

    async def refused(role: str, **given: object) -> list[tuple[str, object]]:
        shown = await step(
            graph, HANOI, role, "promulgatePlan", "PromulgatePlanInput", "plan { state }", id=second, **given
        )
        return [(error["code"], error["field"]) for error in shown["userErrors"]]

    signed = {"number": "1/KH-UBND", "signedOn": "2025-09-30"}
    taken = {"expectedVersion": 3, "document": signed, "supersedesId": first}
    assert await refused("body_approver", **taken) == [("DOCUMENT_TAKEN", ["document", "number"])]
    future = {**taken, "document": {**signed, "signedOn": "2999-01-01"}}
    assert await refused("body_approver", **future) == [("SIGNING_DAY_INVALID", ["document", "signedOn"])]
    assert await refused("body_approver", **{**taken, "expectedVersion": 1}) == [
        ("VERSION_CONFLICT", ["expectedVersion"])
    ]
    assert await refused("body_officer", **taken) == [("NOT_PERMITTED", None)]
    late = {**taken, "document": {"number": "3/KH-UBND", "signedOn": "2026-01-30"}}
    assert await refused("body_approver", **late) == []
    query = "query($id: ID!) { plan(id: $id) { state supersededBy { id isOnTime supersedes { id } } } }"
    ended = (await graph.ask(query, {"id": first})).data["plan"]
    assert ended == {
        "state": "SUPERSEDED",
        "supersededBy": {"id": second, "isOnTime": False, "supersedes": {"id": first}},
    }


async def test_others_and_what_is_not_there_get_the_same_refusal(graph: Graph) -> None:
    hidden, nothing = await draft(graph), global_id("Plan", "0b2c6f0e-0000-4000-8000-000000000000")

    async def refused(plan_id: str) -> dict[str, Any]:
        return await step(
            graph, HANOI, "body_officer", "submitPlan", "TransitionInput", "plan { id }", id=plan_id, expectedVersion=1
        )

    found = await refused(hidden)
    assert found == await refused(nothing)
    assert (found["plan"], found["userErrors"][0]["code"]) == (None, "NOT_FOUND")


async def test_an_activity_is_done_with_evidence(graph: Graph) -> None:
    made = await activity(graph, await draft(graph), coordinatingBodyIds=[global_id("Body", CAN_THO)])
    shown = "activity { state version isMoved dueOn firstDueOn stateReason coordinatingBodies { eId } }"

    async def act(name: str, kind: str, **given: object) -> dict[str, Any]:
        return await step(graph, HUE, "body_officer", name, kind, shown, id=made, **given)

    bare = await act("completeActivity", "CompleteActivityInput", expectedVersion=1, doneOn="2025-12-01", evidence=[])
    assert bare["userErrors"][0]["code"] == "EVIDENCE_REQUIRED"
    assert bare["activity"]["coordinatingBodies"] == [{"eId": "H13"}]
    moved = await act("moveActivity", "MoveActivityInput", expectedVersion=1, dueOn="2026-01-31", reason=REASON)
    assert moved["activity"] == bare["activity"] | {
        "version": 2, "isMoved": True, "dueOn": "2026-01-31", "stateReason": REASON,
    }  # fmt: skip
    proof = [{"title": "Ảnh lớp học", "url": "https://example.vn/anh"}]
    late = {"expectedVersion": 2, "doneOn": "2026-02-02", "evidence": proof}
    assert (await act("completeActivity", "CompleteActivityInput", **late))["activity"]["state"] == "DONE_LATE"
    gone = await act("cancelActivity", "TransitionWithReasonInput", expectedVersion=3, reason=REASON)
    assert gone["userErrors"][0]["code"] == "STATE_CONFLICT"


async def test_a_plan_is_found_by_its_document_and_its_activities_by_their_tags(graph: Graph) -> None:
    plan_id = await draft(graph)
    made = await activity(graph, plan_id)
    await promulgate(graph, plan_id, HUE, "192/KH-UBND", "2025-09-30")
    query = "query($document: String!) { planByDocument(documentId: $document) { id } }"
    for written, found in (("000.00.00.H57,2025/09/30,0192/kh-ubnd", {"id": plan_id}), ("192/KH-UBND", None)):
        assert (await graph.ask(query, {"document": written})).data == {"planByDocument": found}
    lists = """query($other: [String!]) {
      tagged: activities(filter: {tags: {audienceCodes: ["farmers"]}, isJoint: false}) { nodes { id } }
      others: activities(filter: {tags: {audienceCodes: $other}}) { nodes { id } } }"""
    data = (await graph.ask(lists, {"other": ["youth"]})).data
    assert ([node["id"] for node in data["tagged"]["nodes"]], data["others"]["nodes"]) == ([made], [])
    node = "query($id: ID!) { node(id: $id) { __typename id } }"
    assert (await graph.ask(node, {"id": made})).data["node"] == {"__typename": "Activity", "id": made}


async def test_a_level_of_the_graph_is_one_call(graph: Graph, service: Counted) -> None:
    for body in CODES:
        plan_id = await draft(graph, body)
        await activity(graph, plan_id, body)
        await promulgate(graph, plan_id, body, "7/KH-UBND", "2025-09-30")
    service.calls.clear()
    query = """{ bodies(first: 100, filter: {obligatedOn: "2026-01-01"}) { nodes {
      plan { version } plans(first: 1) { nodes { id } } figure(measure: PLAN_PROMULGATED) { numerator } } } }"""
    nodes = (await graph.ask(query)).data["bodies"]["nodes"]
    assert len(nodes) == 56
    assert sum(node["plan"] is not None for node in nodes) == sum(node["figure"]["numerator"] for node in nodes) == 3
    assert service.calls == {"/v1/plans:of-bodies": 1, "/v1/plans:batch-list": 1, "/v1/figures:batch": 1}
    service.calls.clear()
    query = """{ plans { nodes { history(first: 5) { nodes { action } }
      activities(first: 5) { nodes { leadBody { eId } history { nodes { action } } plan { id } } } } } }"""
    data = (await graph.ask(query, headers=graph.bearer("national_coordinator"))).data
    assert all(node["activities"]["nodes"][0]["history"]["nodes"] for node in data["plans"]["nodes"])
    assert service.calls == {
        "/v1/plans:batch-list": 1,
        "/v1/activities:batch-list": 1,
        "/v1/history:batch-list": 2,  # of plans and of activities: two levels
        "/v1/plans:batch-get": 1,
    }
