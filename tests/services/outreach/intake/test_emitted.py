"""Events in the platform's own format: what no vocabulary has is refused by name, and costs only itself."""

from typing import Any

import pytest

from tests.running_service import Api
from tests.services.outreach.intake.records import BY_HAND, news, play

GOOD = {
    "themes": ["digital_transformation"],
    "language": "vi",
}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"themes": ["astrology"]}, "/themes"),
        ({"stage": "astrology"}, "/stage"),
        ({"audiences": ["astrology"]}, "/audiences"),
        ({"industries": ["astrology"]}, "/industries"),
        ({"fields": ["astrology"]}, "/fields"),
        ({"language": "xx"}, "/language"),
        ({"language": ""}, "/language"),
        ({"stage": ""}, "/stage"),
        ({"channel": "astrology"}, "/channel"),
    ],
)
async def test_a_term_of_no_vocabulary_is_refused_by_its_field(
    outreach: Api, changes: dict[str, Any], field: str
) -> None:
    records = [news(**GOOD), news(**GOOD | changes), news(**GOOD)]
    found = (await outreach.call("/v1/outreach-events", records, as_="H57"))["results"]
    assert [row["disposition"] for row in found] == ["counted", "rejected", "counted"]
    assert (found[1]["reason"], found[1]["field"]) == ("unknown_term", field)
    assert "field" not in found[0]


async def test_by_hand_the_same_terms_are_refused(outreach: Api) -> None:
    for field in ("themes", "audiences", "industries", "fields", "stage", "language"):
        wrong: object = "astrology" if field in ("stage", "language") else ["astrology"]
        status, problem = await outreach.send("/v1/outreach-events:record", BY_HAND | {field: wrong}, as_="officer")
        assert status == 422
        assert [(fault["code"], fault["pointer"]) for fault in problem["errors"]] == [("UNKNOWN_TERM", f"/{field}")]


@pytest.mark.parametrize(
    ("changes", "reason", "field"),
    [
        ({"DichID": None}, "missing_field", "DichID"),
        ({"ThoiLuong": -1}, "malformed", "ThoiLuong"),
        ({"DichID": "00070"}, "place_not_in_province", "DichID"),
    ],
)
async def test_a_refused_play_names_its_field_too(
    outreach: Api, changes: dict[str, Any], reason: str, field: str
) -> None:
    found = await outreach.call("/v1/play-log", play(**changes), as_="H57")
    assert (found["reason"], found["field"], found["TrangThaiGui"]) == (reason, field, 1)
