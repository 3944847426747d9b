"""The harder rules of plans, through the service's own API: adoption, races, days of signing, lists, what was known."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

from chassis import clock
from contracts.plans.activities import ActivityOrder
from contracts.plans.plans import PlanOrder
from tests.running_service import Api
from tests.services.plans.test_plans import DAYS, REASON, TITLE, draft, figure, in_force

AN_GIANG, KIEN_GIANG = "H01@2025-07-01", "H33@2008-08-01"
BAC_NINH, CAN_THO, HUE = "H05@2025-07-01", "H13@2025-07-01", "H57@2025-07-01"


async def approved(plans: Api, body: str, people: tuple[str, str], *, parent: str | None = None) -> str:
    """The path of a plan that waits for its document."""
    given = {"body_id": body, "title": TITLE, **DAYS, "parent_id": parent}
    path = f"/v1/plans/{(await plans.call('/v1/plans', given, as_=people[0]))['id']}"
    await plans.call(f"{path}:submit", {"expected_version": 1}, as_=people[0])
    await plans.call(f"{path}:approve", {"expected_version": 2}, as_=people[1])
    return path


def document(number: str, signed_on: str) -> dict[str, str]:
    """A document as people enter it."""
    return {"number": number, "signed_on": signed_on}


async def reason(plans: Api, body: str, as_of: str) -> str:
    """Why a body has a plan or none on a day."""
    cell = {"measure": "PLAN_PROMULGATED", "scope": {"kind": "body", "id": body}, "as_of": as_of}
    items = (await plans.call("/v1/figures:items", {"cell": cell}))["items"]
    found: str = next(item["reason"] for item in items if item["subject"]["id"] == body)
    return found


async def test_a_province_adopts_the_plan_of_one_that_it_absorbed(plans: Api) -> None:
    people = ("an_giang", "an_giang_approver")
    former = await in_force(plans, KIEN_GIANG, number="5/KH-UBND", signed_on="2025-06-20", people=people)
    assert await figure(plans, "PLAN_PROMULGATED", "body", AN_GIANG, "2025-12-31") == (0, 1)
    assert await reason(plans, AN_GIANG, "2025-12-31") == "plan_of_predecessor_not_adopted"
    adoption = {"body_id": AN_GIANG, "plan_id": former["id"], "document": document("71/QĐ-UBND", "2025-08-01")}
    assert await plans.refused("/v1/plans:adopt", {**adoption, "body_id": BAC_NINH}, as_="bac_ninh_approver") == (
        422,
        ["NOT_PREDECESSOR"],
    )
    early = {**adoption, "document": document("71/QĐ-UBND", "2025-06-30")}  # the new province was not there yet
    assert (await plans.refused("/v1/plans:adopt", early, as_=people[1]))[1] == ["SIGNING_DAY_INVALID"]
    assert (await plans.refused("/v1/plans:adopt", adoption, as_=people[0]))[0] == 403
    own = await plans.call("/v1/plans:adopt", adoption, as_=people[1])
    assert (own["adopted_from_id"], own["body_id"], own["title"]) == (former["id"], AN_GIANG, former["title"])
    assert await figure(plans, "PLAN_PROMULGATED_ON_TIME", "body", AN_GIANG, "2025-12-31") == (1, 1)
    assert await figure(plans, "PLAN_PROMULGATED", "body", AN_GIANG, "2025-07-31") == (0, 1)
    assert await reason(plans, AN_GIANG, "2025-12-31") == "plan_adopted"
    again = {**adoption, "document": document("72/QĐ-UBND", "2025-08-02")}
    assert (await plans.refused("/v1/plans:adopt", again, as_=people[1]))[1] == ["PLAN_IN_FORCE"]


async def test_of_two_plans_promulgated_at_once_one_is_in_force(plans: Api) -> None:
    people = ("bac_ninh", "bac_ninh_approver")
    paths = [await approved(plans, BAC_NINH, people) for _ in range(4)]
    answers = await asyncio.gather(
        *(
            plans.send(
                f"{path}:promulgate",
                {"expected_version": 3, "document": document(f"{40 + n}/KH-UBND", "2025-10-01")},
                as_=people[1],
            )
            for n, path in enumerate(paths)
        )
    )
    refusals = [body["errors"][0]["code"] for status, body in answers if status != 200]
    assert refusals == ["PLAN_IN_FORCE"] * 3
    wanted = {"filter": {"body_ids": [BAC_NINH], "states": ["promulgated"]}, "with_total": True}
    assert (await plans.call("/v1/plans:batch-list", {"lists": [wanted]}))["pages"][0]["total"] == 1


async def test_documents_come_after_what_they_end(plans: Api) -> None:
    people = ("can_tho", "can_tho_approver")
    plan = await in_force(plans, CAN_THO, number="9/KH-UBND", signed_on="2025-11-01", people=people)
    path = f"/v1/plans/{plan['id']}"
    before = {"expected_version": 4, "reason": REASON, "document": document("8/QĐ-UBND", "2025-10-31")}
    assert (await plans.refused(f"{path}:amend", before, as_=people[1]))[1] == ["SIGNING_DAY_INVALID"]
    assert (await plans.refused(f"{path}:revoke", before, as_=people[1]))[1] == ["SIGNING_DAY_INVALID"]
    successor = await approved(plans, CAN_THO, people)
    given = {"expected_version": 3, "document": before["document"], "supersedes_id": plan["id"]}
    assert (await plans.refused(f"{successor}:promulgate", given, as_=people[1]))[1] == ["SIGNING_DAY_INVALID"]
    after = {**before, "document": document("8/QĐ-UBND", "2026-01-15"), "title": {"vi": "Kế hoạch điều chỉnh"}}
    amended = await plans.call(f"{path}:amend", after, as_=people[1])
    assert (amended["state"], amended["title"]["vi"]) == ("amended", "Kế hoạch điều chỉnh")
    assert (amended["promulgated_on"], amended["is_on_time"], len(amended["documents"])) == ("2025-11-01", True, 2)
    yearly = await approved(plans, CAN_THO, people, parent=plan["id"])  # serves the other: both are in force
    lower = {"expected_version": 3, "document": document("10/KH-UBND", "2026-01-20")}
    assert (await plans.call(f"{yearly}:promulgate", lower, as_=people[1]))["parent_id"] == plan["id"]
    (held,) = (await plans.call("/v1/plans:of-bodies", {"body_ids": [CAN_THO]}))["rows"]
    assert held["id"] == plan["id"]
    asked = ["000.00.00.H13, 2025/11/01, 09/kh-ubnd", "000.00.00.H13,2026/01/15,8/QĐ-UBND", "nothing"]
    by_document = (await plans.call("/v1/plans:by-documents", {"document_ids": asked}))["rows"]
    assert [row and row["id"] for row in by_document] == [plan["id"], None, None]


async def activity(plans: Api, plan_id: str, as_: str, **changes: object) -> dict[str, Any]:
    """A new activity."""
    given = {
        "plan_id": plan_id,
        "title": {"vi": "Tuần lễ chuyển đổi số"},
        "channels": ["portal"],
        "starts_on": "2025-10-01",
        "due_on": "2025-12-15",
        **changes,
    }
    found: dict[str, Any] = await plans.call("/v1/activities", given, as_=as_)
    return found


async def ids_of(plans: Api, noun: str, wanted: dict[str, object], *, as_: str = "") -> list[str]:
    """The ids of a list."""
    (page,) = (await plans.call(f"/v1/{noun}:batch-list", {"lists": [{"filter": wanted}]}, as_=as_))["pages"]
    return [row["id"] for row in page["rows"]]


async def test_lists_hold_what_fits_and_hide_what_is_not_public(plans: Api) -> None:
    plan = await draft(plans, HUE, "officer")
    joint = await activity(plans, plan["id"], "officer", coordinating_body_ids=[CAN_THO], audiences=["farmers"])
    alone = await activity(plans, plan["id"], "officer", industries=["A"], title={"vi": "Đào tạo cán bộ"})
    mine: dict[str, object] = {"plan_id": plan["id"]}
    assert set(await ids_of(plans, "activities", mine, as_="officer")) == {joint["id"], alone["id"]}
    assert await ids_of(plans, "activities", mine) == []
    assert await ids_of(plans, "activities", mine, as_="can_tho") == [joint["id"]]  # it takes part
    for wanted, found in (
        ({"is_joint": True}, [joint["id"]]),
        ({"is_joint": False}, [alone["id"]]),
        ({"audiences": ["farmers"]}, [joint["id"]]),
        ({"industries": ["A"]}, [alone["id"]]),
        ({"text": "dao tao"}, [alone["id"]]),
        ({"states": []}, []),
        ({"channels": ["portal"], "due_from": "2025-12-16"}, []),
    ):
        assert await ids_of(plans, "activities", {**mine, **wanted}, as_="officer") == found, wanted
    assert plan["id"] not in await ids_of(plans, "plans", {"body_ids": [HUE]})
    for wanted, is_there in (
        ({"province_id": "46@2025-07-01", "states": ["draft"]}, True),
        ({"body_kinds": ["ministry"]}, False),
        ({"text": "truyen thong"}, True),
        ({"is_on_time": True}, False),
        ({"parent_id": "none"}, False),
    ):
        assert (plan["id"] in await ids_of(plans, "plans", wanted, as_="officer")) is is_there, wanted


async def test_what_was_known_then_can_be_asked_later(plans: Api) -> None:
    plan = (await plans.call("/v1/plans:of-bodies", {"body_ids": [CAN_THO]}))["rows"][0]
    before = clock.now() - timedelta(milliseconds=1)
    made = await activity(plans, plan["id"], "can_tho", due_on="2025-12-20")
    added = clock.now()
    await asyncio.sleep(0.005)
    proof = {"expected_version": 1, "done_on": "2025-12-19", "evidence": [{"url": "https://example.vn/bao-cao"}]}
    await plans.call(f"/v1/activities/{made['id']}:complete", proof, as_="can_tho")

    async def known(at: datetime | None) -> dict[str, tuple[int, int]]:
        scope = {"kind": "body", "id": CAN_THO}
        names = ("ACTIVITY_DONE_ON_TIME", "ACTIVITY_JOINT", "PLAN_CARRIED_OUT", "PLAN_PROMULGATED")
        cells = [
            {"measure": name, "scope": scope, "as_of": "2026-03-31", "known_at": at.isoformat() if at else None}
            for name in names
        ]
        found = (await plans.call("/v1/figures:batch", {"cells": cells}))["figures"]
        return {row["measure"]: (row["numerator"], row["denominator"]) for row in found}

    now = await known(None)
    assert now["ACTIVITY_DONE_ON_TIME"] == (1, 1)
    assert now["ACTIVITY_JOINT"] == (0, 1)
    assert (now["PLAN_CARRIED_OUT"], now["PLAN_PROMULGATED"]) == ((1, 1), (1, 1))
    assert await known(added) == now | {"ACTIVITY_DONE_ON_TIME": (0, 1), "PLAN_CARRIED_OUT": (0, 1)}
    earlier = await known(before)
    assert (earlier["ACTIVITY_DONE_ON_TIME"], earlier["PLAN_PROMULGATED"]) == ((0, 0), (1, 1))
    assert (await known(datetime(2025, 1, 1, tzinfo=UTC)))["PLAN_PROMULGATED"] == (0, 1)


async def test_the_34_provinces_are_answered_together_and_reports_are_not_measured(plans: Api) -> None:
    cells = [{"measure": "REPORT_ON_TIME", "scope": {"kind": "program", "id": None}}]
    assert (await plans.call("/v1/figures:batch", {"cells": cells}))["figures"] == [None]
    commune = {"measure": "PLAN_PROMULGATED", "scope": {"kind": "commune", "id": "19753@2025-07-01"}}
    assert (await plans.call("/v1/figures:batch", {"cells": [commune]}))["figures"] == [None]


async def test_bad_input_is_answered_with_its_place(plans: Api) -> None:
    for path, body, code in (
        ("/v1/plans", {"body_id": HUE, "title": TITLE, "starts_on": "2026-01-01", "ends_on": "2025-01-01"}, "INVALID"),
        ("/v1/plans", {"body_id": "X99@2020-01-01", "title": TITLE, **DAYS}, "NOT_FOUND"),
        ("/v1/plans", {"body_id": HUE, "title": TITLE, **DAYS, "parent_id": "none"}, "NOT_FOUND"),
        ("/v1/plans", {"body_id": HUE, "title": {"vi": ""}, **DAYS}, "STRING_TOO_SHORT"),
    ):
        status, codes = await plans.refused(path, body, as_="officer")
        assert (status in (400, 422), codes) == (True, [code])
    wrong = {"lists": [{"after": "x"}]}
    assert (await plans.refused("/v1/plans:batch-list", wrong))[1] == ["CURSOR_INVALID"]


async def test_no_question_scans_a_collection(plans: Api) -> None:
    """The questions alone: that an index answers each is what the watcher of the whole run looks at."""
    filters: list[dict[str, object]] = [
        {},
        {"text": "ke hoach"},
        {"states": ["draft", "promulgated"]},
        {"body_ids": [HUE]},
    ]
    of_plans = [*filters, {"province_id": "46@2025-07-01"}, {"is_on_time": False}, {"parent_id": "p"}]
    of_activities = [
        *filters[:2],
        filters[3],
        {"plan_id": "p"},
        {"states": ["overdue", "done_late"]},
        {"is_joint": True},
    ]
    for as_ in ("", "officer", "coordinator"):
        for order in PlanOrder:
            lists = [{"filter": wanted, "order": order, "with_total": True} for wanted in of_plans]
            await plans.call("/v1/plans:batch-list", {"lists": lists}, as_=as_)
        for activity_order in ActivityOrder:
            lists = [{"filter": wanted, "order": activity_order, "with_total": True} for wanted in of_activities]
            await plans.call("/v1/activities:batch-list", {"lists": lists}, as_=as_)
        await plans.call("/v1/history:batch-list", {"lists": [{"id": "p"}]}, as_=as_)
    names = ("PLAN_PROMULGATED", "PLAN_CARRIED_OUT", "ACTIVITY_DONE_ON_TIME", "ACTIVITY_JOINT")
    cells = [{"measure": name, "scope": {"kind": "program", "id": None}} for name in names]
    await plans.call("/v1/figures:batch", {"cells": cells})
    people = ("officer", "approver")
    path = await approved(plans, HUE, people)
    await activity(plans, path.rsplit("/", 1)[1], "officer")
    held = (await plans.call("/v1/plans:of-bodies", {"body_ids": [HUE]}))["rows"][0]
    given = {
        "expected_version": 3,
        "document": document("300/KH-UBND", "2026-05-01"),
        "supersedes_id": held and held["id"],
    }
    await plans.call(f"{path}:promulgate", given, as_="approver")
