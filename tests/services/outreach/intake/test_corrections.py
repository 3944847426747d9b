"""Corrections and retractions name an event by its own id or by the one we answered with, and only of their source."""

from typing import Any

import pytest

from chassis.ids import named_id
from tests.running_service import Api
from tests.services.outreach.intake.records import BY_HAND, news, play

PLAYS, NEWS, GET = "/v1/play-log", "/v1/outreach-events", "/v1/outreach-events:batch-get"
UNKNOWN = "0d9c1a53-5f0b-5f0e-8c0c-6a4b8f1d2e37"


async def sent(outreach: Api, path: str, record: object, *, as_: str = "H57") -> Any:
    """The receipt of a record, or the receipts of several."""
    answer = await outreach.call(path, record, as_=as_)
    return answer["results"] if isinstance(record, list) else answer


async def kept(outreach: Api, event_id: str) -> dict[str, Any]:
    """An event as an officer sees it."""
    found: dict[str, Any] = (await outreach.call(GET, {"ids": [event_id]}, as_="officer"))["rows"][0]
    return found


@pytest.mark.parametrize("spelled", [str.lower, str.upper])
async def test_a_play_is_taken_back_by_the_id_of_its_receipt(outreach: Api, spelled: Any) -> None:
    counted = await sent(outreach, PLAYS, play())
    retraction = await sent(outreach, NEWS, news(retracts=spelled(counted["id"])))
    assert (retraction["disposition"], retraction["reason"]) == ("unheard", "retraction")
    gone = await kept(outreach, counted["id"])
    assert (gone["state"], gone["replaced_by"]) == ("retracted", retraction["id"])
    assert (await kept(outreach, retraction["id"]))["corrects"] == counted["id"]


async def test_a_play_is_replaced_by_its_correction(outreach: Api) -> None:
    counted = await sent(outreach, PLAYS, play())
    correction = await sent(outreach, NEWS, news(corrects=counted["id"]))
    assert (correction["disposition"], correction["reason"]) == ("counted", None)
    assert (await kept(outreach, counted["id"]))["state"] == "corrected"


async def test_an_event_is_named_by_either_of_its_ids(outreach: Api) -> None:
    for name in ("own", "given"):
        record = news()
        counted = await sent(outreach, NEWS, record)
        named = record["id"] if name == "own" else counted["id"]
        assert (await sent(outreach, NEWS, news(retracts=named)))["reason"] == "retraction"
        assert (await kept(outreach, counted["id"]))["state"] == "retracted"


async def test_an_own_id_that_looks_like_one_of_ours_is_still_its_own(outreach: Api) -> None:
    counted = await sent(outreach, NEWS, news(id=UNKNOWN))
    assert (await sent(outreach, NEWS, news(retracts=UNKNOWN)))["reason"] == "retraction"
    assert (await kept(outreach, counted["id"]))["state"] == "retracted"


async def test_what_another_province_sent_is_as_unknown_as_what_nobody_sent(outreach: Api) -> None:
    foreign = await sent(outreach, PLAYS, play("H26"), as_="H26")
    unknown = "6a0c1a53-5f0b-5f0e-8c0c-6a4b8f1d2e37"
    found = await sent(outreach, NEWS, [news(retracts=foreign["id"]), news(retracts=unknown)])
    assert {(row["disposition"], row["reason"]) for row in found} == {("unheard", "retraction_of_unknown")}
    found = await sent(outreach, NEWS, [news(corrects=foreign["id"]), news(corrects=unknown)])
    assert {(row["disposition"], row["reason"]) for row in found} == {("counted", "correction_of_unknown")}
    assert (await kept(outreach, foreign["id"]))["state"] == "current"


async def test_what_an_officer_recorded_is_not_the_emitters(outreach: Api) -> None:
    recorded = await outreach.call("/v1/outreach-events:record", BY_HAND, as_="officer")
    assert (await sent(outreach, NEWS, news(retracts=recorded["id"])))["reason"] == "retraction_of_unknown"
    assert (await kept(outreach, recorded["id"]))["state"] == "current"


@pytest.mark.parametrize(
    ("names", "said", "state"),
    [
        ("retracts", ("unheard", "retraction_of_unknown"), "retracted"),
        ("corrects", ("counted", "correction_of_unknown"), "corrected"),
    ],
)
async def test_what_comes_before_what_it_names_says_so_and_applies_then(
    outreach: Api, names: str, said: tuple[str, str], state: str
) -> None:
    record = play()
    first = await sent(outreach, PLAYS, record)
    late = {**record, "ThoiDiemBatDau": record["ThoiDiemBatDau"] + 3600}
    named = _id_of(late)
    assert _id_of(record) == first["id"]
    cause = await sent(outreach, NEWS, news(**{names: named}))
    assert (cause["disposition"], cause["reason"]) == said
    arrived = await sent(outreach, PLAYS, late)
    assert (arrived["id"], arrived["disposition"], arrived["reason"]) == (named, "unheard", f"{state}_by_source")
    assert (await kept(outreach, named))["state"] == state
    assert (await kept(outreach, cause["id"]))["corrects"] == named
    assert (await sent(outreach, PLAYS, late))["disposition"] == "duplicate"


async def test_what_ended_before_is_not_ended_again_and_the_receipt_says_so(outreach: Api) -> None:
    counted = await sent(outreach, PLAYS, play())
    retraction = news(retracts=counted["id"])
    assert (await sent(outreach, NEWS, retraction))["reason"] == "retraction"
    again = await sent(outreach, NEWS, [retraction, news(retracts=counted["id"]), news(corrects=counted["id"])])
    assert [(row["disposition"], row["reason"]) for row in again] == [
        ("duplicate", None),
        ("unheard", "retraction_of_ended"),
        ("counted", "correction_of_ended"),
    ]


async def test_inside_a_batch_the_order_decides_what_the_receipts_say(outreach: Api) -> None:
    one, two = news(), news()
    found = await sent(outreach, NEWS, [one, news(retracts=one["id"]), news(retracts=two["id"]), two])
    assert [(row["disposition"], row["reason"]) for row in found] == [
        ("counted", None),
        ("unheard", "retraction"),
        ("unheard", "retraction"),
        ("unheard", "retracted_by_source"),
    ]
    own = news()
    itself = await sent(outreach, NEWS, own | {"corrects": own["id"]})
    assert itself["reason"] == "correction_of_unknown"
    assert (await kept(outreach, itself["id"]))["state"] == "current"


def _id_of(record: dict[str, Any]) -> str:
    """The id that the platform gives a play, as anybody can derive it."""
    parts = (record["NguonID"], record["CumLoaID"], record["BanTinID"], str(record["ThoiDiemBatDau"]))
    return named_id("809e8da9-1227-5110-aae8-d3ac2481cdd8", *parts)
