"""A batch of figures answers cell by cell: what is wrong with one is said of that one."""

from typing import Any

from tests.running_service import Api

THEN = "2026-01-01T00:00:00Z"


def cell(measure: str, **more: object) -> dict[str, object]:
    """A cell of the whole program."""
    return {"measure": measure, "scope": {"kind": "program"}, **more}


def refused(answer: dict[str, Any]) -> list[tuple[int, str]]:
    """Position and code of each refusal."""
    return [(refusal["position"], refusal["code"]) for refusal in answer["refusals"]]


async def test_a_refused_cell_costs_no_other(outreach: Api) -> None:
    cells = [cell("PEOPLE_COVERED", known_at=THEN), cell("STAFF_TRAINED", known_at=THEN), cell("PEOPLE_COVERED")]
    answer = await outreach.call("/v1/figures:batch", {"cells": cells})
    assert [figure and figure["measure"] for figure in answer["figures"]] == [None, "STAFF_TRAINED", "PEOPLE_COVERED"]
    assert refused(answer) == [(0, "known-at-unsupported")]
    assert answer["refusals"][0]["vi"] and answer["refusals"][0]["en"]


async def test_a_refused_trend_costs_no_other(outreach: Api) -> None:
    days = ["2026-01-31", "2026-02-28"]
    trends = [
        {"cell": cell("STAFF_TRAINED"), "days": days},
        {"cell": cell("PEOPLE_COVERED", known_at=THEN), "days": days},
    ]
    answer = await outreach.call("/v1/figures:trend", {"trends": trends})
    assert [trend and len(trend) for trend in answer["trends"]] == [2, None]
    assert refused(answer) == [(1, "known-at-unsupported")]


async def test_items_are_refused_where_their_figure_is(outreach: Api) -> None:
    status, problem = await outreach.send("/v1/figures:items", {"cell": cell("PEOPLE_COVERED", known_at=THEN)})
    assert (status, problem["code"]) == (422, "known-at-unsupported")


async def test_nothing_is_behind_a_figure_without_a_series(outreach: Api) -> None:
    asked = cell("PEOPLE_COVERED", series="none-such")
    (figure,) = (await outreach.call("/v1/figures:batch", {"cells": [asked]}))["figures"]
    assert (figure["numerator"], figure["denominator"]) == (0, 0)
    items = await outreach.call("/v1/figures:items", {"cell": asked})
    assert items == {"items": [], "has_next": False, "total": 0}
