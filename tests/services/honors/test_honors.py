"""Dossiers through the service's own API: from nomination to a public honor, and the clock of T5."""

from datetime import date, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from chassis import clock
from contracts.honors.nominations import Achievement, AchievementCategory, NominationState, Recipient, RecipientKind
from contracts.vocabulary import FigureItemOutcome, LocalizedText
from reference.figures import today
from services.honors.figures import judged
from services.honors.nominations.domain import Nomination, Stage
from tests.running_service import Api

H57, H26, G06 = "H57@2025-07-01", "H26@2025-07-01", "G06@2025-03-01"
REASON = "Bổ sung minh chứng về kết quả"


def day(back: int) -> str:
    """So many days ago."""
    return (today() - timedelta(days=back)).isoformat()


def dossier(name: str, back: int, **changes: Any) -> dict[str, Any]:
    """A nomination as its body enters it."""
    evidence = [{"url": "https://example.vn/ket-qua"}]
    achievement = {
        "category": "contribution",
        "title": {"vi": "Ứng dụng AI cho đài truyền thanh"},
        "description": {"vi": "Giảm một nửa thời gian biên tập bản tin"},
        "achieved_on": day(back),
        "evidence": evidence,
    }
    return {
        "nominator_id": H57,
        "recipient": {"kind": "individual", "name": name, "title": "Kỹ sư", "work_unit": "Sở KH&CN Huế"},
        "achievement": achievement | changes.pop("achievement", {}),
        "form": "program_recognition",
        "kind": "merit",
        "nominated_on": day(back),
        **changes,
    }


async def advance(honors: Api, nomination: dict[str, Any], to: str, **more: Any) -> dict[str, Any]:
    """The dossier in its next stage."""
    given_step = {"expected_version": nomination["version"], "to": to, **more}
    path = f"/v1/nominations/{nomination['id']}:advance"
    found: dict[str, Any] = await honors.call(path, given_step, as_="council")
    return found


async def submitted(honors: Api, name: str, back: int, **changes: Any) -> dict[str, Any]:
    """A dossier brought to the one who decides."""
    row = await honors.call("/v1/nominations", dossier(name, back, **changes), as_="officer")
    for to in ("completeness_checked", "appraised"):
        row = await advance(honors, row, to, on=day(back - 1))
    vote = {"in_favor": 7, "against": 1, "abstained": 0}
    row = await advance(honors, row, "council_voted", on=day(back - 2), council_vote=vote)
    return await advance(honors, row, "submitted", on=day(back - 3))


async def decide(honors: Api, row: dict[str, Any], number: str, back: int, body: str = G06) -> tuple[int, Any]:
    """Status and answer of a decision."""
    body_given = {
        "expected_version": row["version"],
        "decision": {"number": number, "signed_on": day(back)},
        "decided_by_id": body,
    }
    return await honors.send(f"/v1/nominations/{row['id']}:decide", body_given, as_="council")


async def figure(honors: Api, kind: str = "program", scope: str | None = None) -> tuple[int, int]:
    """T5 now."""
    cell = {"measure": "HONOR_DECIDED_ON_TIME", "scope": {"kind": kind, "id": scope}}
    found = (await honors.call("/v1/figures:batch", {"cells": [cell]}))["figures"][0]
    return found["numerator"], found["denominator"]


async def test_what_was_known_earlier_is_refused_for_its_cell_alone(honors: Api) -> None:
    now = {"measure": "HONOR_DECIDED_ON_TIME", "scope": {"kind": "program"}}
    then = {**now, "known_at": "2026-01-01T00:00:00Z"}
    answer = await honors.call("/v1/figures:batch", {"cells": [now, then, now]})
    assert [figure is None for figure in answer["figures"]] == [False, True, False]
    assert [(refusal["position"], refusal["code"]) for refusal in answer["refusals"]] == [(1, "known-at-unsupported")]
    assert (await honors.send("/v1/figures:items", {"cell": then}))[0] == 422


async def test_a_dossier_becomes_a_public_honor(honors: Api) -> None:
    start, of_ministry = await figure(honors), await figure(honors, "body", G06)
    row = await honors.call("/v1/nominations", dossier("Trần Thị Lan", 20), as_="officer")
    assert (row["state"], row["held_by_id"], row["skips_council_vote"]) == ("nominated", G06, False)
    assert (await honors.call("/v1/nominations:batch-get", {"ids": [row["id"]]}))["rows"] == [None]
    assert (await honors.call("/v1/nominations:batch-get", {"ids": [row["id"]]}, as_="other"))["rows"] == [None]
    path = f"/v1/nominations/{row['id']}"
    assert (await honors.refused(f"{path}:advance", {"expected_version": 1, "to": "appraised"}, as_="council")) == (
        409,
        ["STATE_CONFLICT"],
    )
    row = await advance(honors, row, "completeness_checked", on=day(18))
    row = await advance(honors, row, "appraised", on=day(15))
    for to in ("submitted", "council_voted"):
        refused = await honors.refused(f"{path}:advance", {"expected_version": 3, "to": to}, as_="council")
        assert refused == (422, ["COUNCIL_VOTE_REQUIRED"])
    vote = {"in_favor": 7, "against": 1, "abstained": 0}
    row = await advance(honors, row, "council_voted", on=day(12), council_vote=vote)
    row = await advance(honors, row, "submitted", on=day(10))
    assert row["council_vote"]["in_favor"] == 7
    assert (await honors.refused(f"{path}:decide", {}, as_="officer"))[0] == 400
    status, row = await decide(honors, row, "11/QĐ-BKHCN", 5)
    assert (status, row["state"], row["clock"]["days_total"]) == (200, "decided", 15)
    assert await figure(honors) == (start[0] + 1, start[1] + 1)
    assert await figure(honors, "body", G06) == (of_ministry[0] + 1, of_ministry[1] + 1)
    ids = {"ids": [row["honor_id"]]}
    assert (await honors.call("/v1/honors:batch-get", ids))["rows"] == [None]
    row = await advance(honors, row, "announced", on=day(3))
    honor = (await honors.call("/v1/honors:batch-get", ids))["rows"][0]
    assert (honor["state"], honor["is_on_time"], honor["days_to_decision"]) == ("announced", True, 15)
    assert honor["nomination_id"] is None and honor["announced_on"] == day(3)
    assert set(honor["recipient"]) == {"kind", "name", "title", "work_unit", "province_id", "body_id"}

    revoke = {
        "expected_version": honor["version"],
        "reason": "Phát hiện thành tích không đúng sự thật",
        "document": {"number": "99/QĐ-BKHCN", "signed_on": day(1)},
    }
    assert (await honors.refused(f"/v1/honors/{honor['id']}:revoke", revoke, as_="officer"))[0] == 403
    await honors.call(f"/v1/honors/{honor['id']}:revoke", revoke, as_="council")
    public = (await honors.call("/v1/honors:batch-get", ids))["rows"][0]
    assert (public["state"], public["state_reason"]["vi"]) == ("revoked", revoke["reason"])
    assert await figure(honors) == start


async def test_one_achievement_has_one_honor(honors: Api) -> None:
    first = await submitted(honors, "Hợp tác xã Thủy Biều", 20)
    second = await submitted(honors, "HỢP TÁC XÃ  Thủy Biều", 20)
    shown = (await honors.call("/v1/nominations:batch-get", {"ids": [first["id"]]}, as_="council"))["rows"][0]
    assert shown["possible_duplicate_ids"] == [second["id"]]
    assert (await decide(honors, first, "12/QĐ-BKHCN", 10))[0] == 200
    status, problem = await decide(honors, second, "13/QĐ-BKHCN", 10)
    assert (status, [fault["code"] for fault in problem["errors"]]) == (422, ["ALREADY_HONORED"])
    third = await submitted(honors, "Hợp tác xã Phú Mậu", 20)
    merge = {"merge_ids": [second["id"]], "reason": "Cùng một thành tích của hợp tác xã"}
    await honors.call(f"/v1/nominations/{third['id']}:merge", merge, as_="council")
    joined = (await honors.call("/v1/nominations:batch-get", {"ids": [second["id"]]}, as_="council"))["rows"][0]
    assert (joined["state"], joined["merged_into_id"]) == ("withdrawn", third["id"])


async def test_an_undecided_dossier_whose_time_ran_out_counts_against_its_holder(honors: Api) -> None:
    before = await figure(honors, "province", "46@2025-07-01")
    own = dossier("Đội truyền thông xã", 40, form="certificate_of_merit_province")
    late = await honors.call("/v1/nominations", own, as_="officer")
    assert late["held_by_id"] == H57
    assert (late["clock"]["is_stuck"], late["clock"]["days_in_state"]) == (True, 40)
    assert await figure(honors, "province", "46@2025-07-01") == (before[0], before[1] + 1)
    returned = await honors.call(
        f"/v1/nominations/{late['id']}:return", {"expected_version": 1, "reason": REASON}, as_="council"
    )
    assert (returned["clock"]["is_paused"], returned["held_by_id"], returned["state"]) == (True, H57, "returned")
    assert await figure(honors, "province", "46@2025-07-01") == before
    again = await honors.call(f"/v1/nominations/{late['id']}:resubmit", {"expected_version": 2}, as_="officer")
    assert again["state"] == "nominated"
    board = await honors.call("/v1/nominations:pipeline", {}, as_="council")
    assert board["open_count"] >= 1
    assert {stage["state"] for stage in board["stages"]} >= {"nominated", "returned"}
    lists = [{"filter": {"is_stuck": True}, "with_total": True}]
    page = (await honors.call("/v1/nominations:batch-list", {"lists": lists}, as_="auditor"))["pages"][0]
    assert page["total"] == len(page["rows"])
    public = (await honors.call("/v1/nominations:batch-list", {"lists": lists}))["pages"][0]
    assert (public["rows"], public["total"]) == ([], 0)


async def test_the_irregular_kind_skips_the_vote_and_evidence_is_needed(honors: Api) -> None:
    bare = dossier("Nguyễn Văn An", 5, kind="irregular", achievement={"evidence": []})
    row = await honors.call("/v1/nominations", bare, as_="officer")
    path = f"/v1/nominations/{row['id']}"
    step = {"expected_version": 1, "to": "completeness_checked"}
    assert await honors.refused(f"{path}:advance", step, as_="council") == (422, ["EVIDENCE_REQUIRED"])
    given_achievement = dossier("Nguyễn Văn An", 5)["achievement"]
    row = await honors.call(f"{path}:edit", {"expected_version": 1, "achievement": given_achievement}, as_="officer")
    for to in ("completeness_checked", "appraised", "submitted"):
        row = await advance(honors, row, to)
    assert row["state"] == "submitted" and row["council_vote"] is None


def nomination(stages: list[tuple[NominationState, int, int | None]], *, decided: int | None) -> Nomination:
    """A dossier whose stages are given in days after its achievement on 2026-01-01."""
    zero, now = date(2026, 1, 1), clock.now()
    text = LocalizedText(vi="Thành tích")
    made = tuple(
        Stage(
            state, G06, zero + timedelta(days=first), now, "x",
            left_on=None if last is None else zero + timedelta(days=last),
        )
        for state, first, last in stages
    )  # fmt: skip
    return Nomination(
        id="n", version=1, updated_at=now, recorded_at=now, nominator_id=H57,
        recipient=Recipient(kind=RecipientKind.BUSINESS, name="X"), folded_recipient="x", folded_text="x",
        achievement=Achievement(
            category=AchievementCategory.CONTRIBUTION, title=text, description=text, achieved_on=zero
        ),
        achieved_on=zero, form="order", kind="merit", service_level_days=30, state=made[-1].state, held_by_id=G06,
        handler_id=G06, stages=made, entered_state_at=now,
        decided_on=None if decided is None else zero + timedelta(days=decided),
        decided_by_id=None if decided is None else G06,
    )  # fmt: skip


@given(st.integers(0, 20), st.integers(0, 60), st.integers(0, 60))
def test_time_with_the_nominator_does_not_count(before: int, away: int, after: int) -> None:
    decided = before + away + after
    row = nomination(
        [
            (NominationState.NOMINATED, 0, before),
            (NominationState.RETURNED, before, before + away),
            (NominationState.NOMINATED, before + away, decided),
            (NominationState.DECIDED, decided, None),
        ],
        decided=decided,
    )
    assert row.days_to(date(2026, 1, 1) + timedelta(days=decided)) == before + after
    found = judged(row, date(2026, 6, 30))
    assert found is not None
    assert (found.outcome is FigureItemOutcome.COUNTED) == (before + after <= 30)


@given(st.integers(0, 500))
def test_a_dossier_is_at_most_one_of_decided_and_overdue(days: int) -> None:
    row = nomination([(NominationState.NOMINATED, 0, None)], decided=None)
    found = judged(row, date(2026, 1, 1) + timedelta(days=days))
    assert (found is not None) == (31 <= days <= 395)
    assert found is None or found.reason == "undecided_overdue"
