"""Plans through the service's own API: from draft to the figure of T1."""

from typing import Any

from tests.running_service import Api

H57, H26, G06 = "H57@2025-07-01", "H26@2025-07-01", "G06@2025-03-01"
TITLE = {"vi": "Kế hoạch truyền thông thực hiện Nghị quyết 57"}
DAYS = {"starts_on": "2025-07-01", "ends_on": "2030-12-31"}
REASON = "Cần bổ sung mục tiêu về đào tạo cán bộ"


async def draft(plans: Api, body: str, as_: str) -> dict[str, Any]:
    """A new draft."""
    found: dict[str, Any] = await plans.call("/v1/plans", {"body_id": body, "title": TITLE, **DAYS}, as_=as_)
    return found


async def in_force(
    plans: Api, body: str, *, number: str, signed_on: str, people: tuple[str, str], supersedes: str | None = None
) -> dict[str, Any]:
    """A plan carried through to its promulgation."""
    plan = await draft(plans, body, people[0])
    path = f"/v1/plans/{plan['id']}"
    await plans.call(f"{path}:submit", {"expected_version": 1}, as_=people[0])
    await plans.call(f"{path}:approve", {"expected_version": 2}, as_=people[1])
    given = {"expected_version": 3, "document": {"number": number, "signed_on": signed_on}, "supersedes_id": supersedes}
    found: dict[str, Any] = await plans.call(f"{path}:promulgate", given, as_=people[1])
    return found


async def figure(plans: Api, measure: str, kind: str, scope: str | None, as_of: str) -> tuple[int, int]:
    """Numerator and denominator."""
    cell = {"measure": measure, "scope": {"kind": kind, "id": scope}, "as_of": as_of}
    found = (await plans.call("/v1/figures:batch", {"cells": [cell]}))["figures"][0]
    return found["numerator"], found["denominator"]


async def test_a_plan_lives_from_draft_to_revocation(plans: Api) -> None:
    people = ("officer", "approver")
    plan = await draft(plans, H57, "officer")
    path = f"/v1/plans/{plan['id']}"
    assert (plan["state"], set(plan["may"])) == ("draft", {"EDIT_PLAN", "SUBMIT_PLAN", "ADD_ACTIVITY"})
    # Hidden is absent: the public and another body get the same answer as for what is not there.
    assert (await plans.call("/v1/plans:batch-get", {"ids": [plan["id"], "nothing"]}))["rows"] == [None, None]
    assert (await plans.call("/v1/plans:batch-get", {"ids": [plan["id"]]}, as_="other"))["rows"] == [None]
    assert await plans.refused(f"{path}:submit", {"expected_version": 1}, as_="other") == await plans.refused(
        "/v1/plans/nothing:submit", {"expected_version": 1}, as_="other"
    )

    assert (await plans.refused(f"{path}:approve", {"expected_version": 1}, as_="officer"))[0] == 403
    await plans.call(f"{path}:submit", {"expected_version": 1}, as_="officer")
    stale = await plans.refused(f"{path}:return", {"expected_version": 1, "reason": REASON}, as_="approver")
    assert stale == (409, ["VERSION_CONFLICT"])
    returned = await plans.call(f"{path}:return", {"expected_version": 2, "reason": REASON}, as_="approver")
    assert (returned["state"], returned["state_reason"]["vi"]) == ("returned", REASON)
    await plans.call(f"{path}:edit", {"expected_version": 3, "title": {"vi": "Kế hoạch sửa"}}, as_="officer")
    await plans.call(f"{path}:submit", {"expected_version": 4}, as_="officer")
    early = await plans.refused(
        f"{path}:promulgate",
        {"expected_version": 5, "document": {"number": "1/KH-UBND", "signed_on": "2025-09-30"}},
        as_="approver",
    )
    assert early == (409, ["STATE_CONFLICT"])
    await plans.call(f"{path}:approve", {"expected_version": 5}, as_="approver")
    future = {"expected_version": 6, "document": {"number": "1/KH-UBND", "signed_on": "2999-01-01"}}
    assert (await plans.refused(f"{path}:promulgate", future, as_="approver"))[1] == ["SIGNING_DAY_INVALID"]
    document = {"number": "192/KH-UBND", "signed_on": "2025-09-30"}
    assert await figure(plans, "PLAN_PROMULGATED_ON_TIME", "body", H57, "2026-06-30") == (0, 1)
    given = {"expected_version": 6, "document": document}
    done = await plans.call(f"{path}:promulgate", given, as_="approver", key="the-same-key")
    again = await plans.call(f"{path}:promulgate", given, as_="approver", key="the-same-key")
    assert done == again
    assert done["documents"][0]["document_id"] == "000.00.00.H57,2025/09/30,192/KH-UBND"
    assert (done["is_on_time"], done["promulgated_on"]) == (True, "2025-09-30")
    assert (await plans.call("/v1/plans:of-bodies", {"body_ids": [H57, H26]}))["rows"][0]["id"] == plan["id"]
    for scope in (("body", H57), ("province", "46@2025-07-01")):
        assert await figure(plans, "PLAN_PROMULGATED_ON_TIME", *scope, "2026-06-30") == (1, 1)
    assert await figure(plans, "PLAN_PROMULGATED", "body", H57, "2025-09-29") == (0, 1)

    second = await in_force_refused(plans, people)
    assert second == ["PLAN_IN_FORCE"]
    new = await in_force(plans, H57, number="7/KH-UBND", signed_on="2026-02-01", people=people, supersedes=plan["id"])
    # Superseded by one in force: the first signing still counts for "on time".
    assert await figure(plans, "PLAN_PROMULGATED_ON_TIME", "body", H57, "2026-06-30") == (1, 1)
    revoke = {
        "expected_version": new["version"],
        "reason": "Thay đổi cơ cấu tổ chức của tỉnh",
        "document": {"number": "9/QĐ-UBND", "signed_on": "2026-03-01"},
    }
    await plans.call(f"/v1/plans/{new['id']}:revoke", revoke, as_="approver")
    assert await figure(plans, "PLAN_PROMULGATED", "body", H57, "2026-06-30") == (0, 1)
    assert await figure(plans, "PLAN_PROMULGATED", "body", H57, "2026-02-28") == (1, 1)

    history = await plans.call("/v1/history:batch-list", {"lists": [{"id": plan["id"]}]}, as_="officer")
    actions = [row["action"] for row in history["pages"][0]["rows"]]
    assert actions[:2] == ["PROMULGATE_PLAN", "PROMULGATE_PLAN"] and actions[-1] == "CREATE_PLAN"
    public = await plans.call("/v1/history:batch-list", {"lists": [{"id": plan["id"]}]})
    assert public["pages"][0]["rows"] == []


async def in_force_refused(plans: Api, people: tuple[str, str]) -> list[str]:
    """The codes when a second plan is promulgated without naming the first."""
    plan = await draft(plans, H57, people[0])
    path = f"/v1/plans/{plan['id']}"
    await plans.call(f"{path}:submit", {"expected_version": 1}, as_=people[0])
    await plans.call(f"{path}:approve", {"expected_version": 2}, as_=people[1])
    given = {"expected_version": 3, "document": {"number": "8/KH-UBND", "signed_on": "2026-02-01"}}
    return (await plans.refused(f"{path}:promulgate", given, as_=people[1]))[1]


async def test_a_document_promulgates_one_plan_however_it_is_written(plans: Api) -> None:
    people = ("other", "other_approver")
    first = await in_force(plans, H26, number="0192/KH-UBND", signed_on="2025-09-30", people=people)
    plan = await draft(plans, H26, "other")
    path = f"/v1/plans/{plan['id']}"
    await plans.call(f"{path}:submit", {"expected_version": 1}, as_="other")
    await plans.call(f"{path}:approve", {"expected_version": 2}, as_="other_approver")
    same = {
        "expected_version": 3,
        "document": {"number": " 192 / kh-ubnd", "signed_on": "2025-09-30"},
        "supersedes_id": first["id"],
    }
    assert await plans.refused(f"{path}:promulgate", same, as_="other_approver") == (422, ["DOCUMENT_TAKEN"])
    untouched = (await plans.call("/v1/plans:batch-get", {"ids": [first["id"]]}))["rows"][0]
    assert untouched["state"] == "promulgated"


async def test_a_late_plan_is_not_a_missing_one(plans: Api) -> None:
    people = ("ministry", "ministry_approver")
    await in_force(plans, G06, number="12/KH-BKHCN", signed_on="2026-01-05", people=people)
    assert await figure(plans, "PLAN_PROMULGATED_ON_TIME", "body", G06, "2026-06-30") == (0, 1)
    assert await figure(plans, "PLAN_PROMULGATED", "body", G06, "2026-06-30") == (1, 1)
    cell = {
        "measure": "PLAN_PROMULGATED_ON_TIME",
        "scope": {"kind": "body", "id": G06},
        "as_of": "2026-06-30",
    }
    items = (await plans.call("/v1/figures:items", {"cell": cell}))["items"]
    assert [(item["outcome"], item["reason"]) for item in items] == [("not_counted", "plan_signed_late")]
    assert (await figure(plans, "PLAN_PROMULGATED", "program", None, "2026-06-30"))[1] == 56


async def test_activities_are_done_with_evidence_or_not_at_all(plans: Api) -> None:
    plan = await draft(plans, G06, "ministry")
    path = f"/v1/plans/{plan['id']}"
    given = {
        "plan_id": plan["id"],
        "title": {"vi": "Tập huấn kỹ năng số"},
        "channels": ["portal"],
        "starts_on": "2026-01-01",
        "due_on": "2026-03-31",
        "budget": 500_000_000,
    }
    unknown = await plans.refused("/v1/activities", {**given, "audiences": ["astrologers"]}, as_="ministry")
    assert unknown == (422, ["INVALID"])
    first, second = [await plans.call("/v1/activities", given, as_="ministry") for _ in range(2)]
    assert first["state"] == "overdue"
    step = f"/v1/activities/{first['id']}"
    none = {"expected_version": 1, "done_on": "2026-03-01", "evidence": []}
    assert await plans.refused(f"{step}:complete", none, as_="ministry") == (422, ["EVIDENCE_REQUIRED"])
    proof = {"expected_version": 1, "done_on": "2026-03-01", "evidence": [{"url": "https://example.vn/anh.jpg"}]}
    assert (await plans.call(f"{step}:complete", proof, as_="ministry"))["state"] == "done"
    move = {"expected_version": 1, "due_on": "2026-04-30", "reason": "Chờ kinh phí được phân bổ"}
    moved = await plans.call(f"/v1/activities/{second['id']}:move", move, as_="ministry")
    assert (moved["is_moved"], moved["first_due_on"], moved["due_on"]) == (True, "2026-03-31", "2026-04-30")
    assert (await plans.call("/v1/activities:batch-get", {"ids": [first["id"]]}))["rows"] == [None]
    counts = (await plans.call("/v1/plans:batch-get", {"ids": [plan["id"]]}, as_="ministry"))["rows"][0]
    assert counts["activity_counts"] == {
        "total": 2, "planned": 0, "under_way": 0, "done": 1, "done_late": 0, "overdue": 1, "canceled": 0, "moved": 1,
    }  # fmt: skip
    before = await figure(plans, "ACTIVITY_DONE_ON_TIME", "body", G06, "2026-06-30")
    await plans.call(f"{path}:submit", {"expected_version": 1}, as_="ministry")
    await plans.call(f"{path}:approve", {"expected_version": 2}, as_="ministry_approver")
    present = (await plans.call("/v1/plans:of-bodies", {"body_ids": [G06]}))["rows"][0]
    given_document = {"number": "99/KH-BKHCN", "signed_on": "2026-02-05"}
    promulgate = {
        "expected_version": 3,
        "document": given_document,
        "supersedes_id": present["id"] if present else None,
    }
    await plans.call(f"{path}:promulgate", promulgate, as_="ministry_approver")
    after = await figure(plans, "ACTIVITY_DONE_ON_TIME", "body", G06, "2026-06-30")
    assert (after[0] - before[0], after[1] - before[1]) == (1, 2)
    assert await figure(plans, "PLAN_CARRIED_OUT", "body", G06, "2026-06-30") == (1, 1)
    assert await figure(plans, "PLAN_CARRIED_OUT", "body", G06, "2027-06-30") == (0, 1)
    lists = [
        {"filter": {"plan_id": plan["id"], "states": ["overdue"]}, "first": 1, "with_total": True},
        {"filter": {"plan_id": plan["id"]}, "first": 1},
    ]
    late, everything = (await plans.call("/v1/activities:batch-list", {"lists": lists}))["pages"]
    assert ([row["id"] for row in late["rows"]], late["total"]) == ([second["id"]], 1)
    rest = {"filter": {"plan_id": plan["id"]}, "first": 1, "after": everything["cursors"][0]}
    following = (await plans.call("/v1/activities:batch-list", {"lists": [rest]}))["pages"][0]
    assert {everything["rows"][0]["id"], following["rows"][0]["id"]} == {first["id"], second["id"]}
    assert (everything["has_next"], following["has_next"]) == (True, False)
