"""Copies held back: seen by officers of the province, decided once, and the copy that is taken is a correction."""

from typing import Any

import pytest

from chassis.mongo import Database
from tests.running_service import Api
from tests.services.outreach.intake.records import news, play

COPIES, EVENTS = "/v1/quarantined-events", "/v1/outreach-events"
REASON = {"reason": "Checked with the commune"}


async def held_back(outreach: Api, **changes: Any) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """A play, another record of the same play, and the copy as an officer sees it."""
    first = play()
    second = first | {"ThoiLuong": 60} | changes
    counted = await outreach.call("/v1/play-log", first, as_="H57")
    receipt = await outreach.call("/v1/play-log", second, as_="H57")
    assert (receipt["disposition"], receipt["id"]) == ("quarantined", counted["id"])
    return counted, second, (await waiting(outreach))[0]


async def waiting(outreach: Api, who: str = "officer", first: int = 20) -> list[dict[str, Any]]:
    """The copies of Huế that wait, newest first."""
    answer = await outreach.call(f"{COPIES}:batch-list", {"lists": [{"source": "H57", "first": first}]}, as_=who)
    rows: list[dict[str, Any]] = answer["pages"][0]["rows"]
    return rows


async def seen(outreach: Api, event_id: str) -> dict[str, Any]:
    """An event as an officer sees it."""
    found: dict[str, Any] = (await outreach.call(f"{EVENTS}:batch-get", {"ids": [event_id]}, as_="officer"))["rows"][0]
    return found


async def test_copies_are_seen_by_whom_the_table_says(outreach: Api) -> None:
    counted, second, copy = await held_back(outreach)
    assert (copy["event_id"], copy["reason"]) == (counted["id"], "id_with_other_content")
    assert second["BanTinID"] in copy["excerpt"]
    for who in ("officer", "coordinator", "auditor"):
        assert copy in await waiting(outreach, who)
        assert (await outreach.call(f"{COPIES}:batch-get", {"ids": [copy["id"]]}, as_=who))["rows"] == [copy]
    for who in ("", "other_officer", "body_officer", "H57", "operator"):
        assert await waiting(outreach, who) == []
        assert (await outreach.call(f"{COPIES}:batch-get", {"ids": [copy["id"]]}, as_=who))["rows"] == [None]
    _, answer = await outreach.ask("/v1/emitters", as_="officer")
    assert answer["rows"][0]["quarantined_count"] == len(await waiting(outreach, first=100))


@pytest.mark.parametrize("who", ["", "other_officer", "H57", "operator"])
async def test_to_others_there_is_nothing_to_decide(outreach: Api, who: str) -> None:
    _, _, copy = await held_back(outreach)
    asked = {"accept": True, **REASON}
    hidden = await outreach.send(f"{COPIES}/{copy['id']}:resolve", asked, as_=who)
    assert hidden == await outreach.send(f"{COPIES}/nothing:resolve", asked, as_=who)
    assert hidden[0] == 404


async def test_who_sees_a_copy_and_may_not_decide_is_told_so(outreach: Api) -> None:
    _, _, copy = await held_back(outreach)
    status, _ = await outreach.refused(f"{COPIES}/{copy['id']}:resolve", {"accept": True, **REASON}, as_="auditor")
    assert status == 403


async def test_a_copy_that_is_taken_replaces_the_first_as_a_correction(
    outreach: Api, outreach_database: Database
) -> None:
    counted, second, copy = await held_back(outreach)
    asked, path = {"accept": True, **REASON}, f"{COPIES}/{copy['id']}:resolve"
    taken = await outreach.call(path, asked, as_="officer", key="resolve-0001")
    assert (taken["corrects"], taken["state"], taken["duration_seconds"]) == (counted["id"], "current", 60)
    first = await seen(outreach, counted["id"])
    assert (first["state"], first["replaced_by"], first["duration_seconds"]) == ("corrected", taken["id"], 195)
    assert copy not in await waiting(outreach)
    assert await outreach.call(path, asked, as_="officer", key="resolve-0001") == taken
    status, codes = await outreach.refused(path, asked, as_="officer")
    assert (status, codes) == (409, ["STATE_CONFLICT"])
    assert (await outreach.call("/v1/play-log", second, as_="H57"))["disposition"] == "duplicate"
    rows = await outreach_database.collection("audit").find({"subject": copy["id"]})
    assert [(row["action"], row["outcome"]) for row in rows] == [("RESOLVE_QUARANTINED_EVENT", "accepted")]


async def test_a_copy_that_is_thrown_away_changes_nothing(outreach: Api) -> None:
    counted, second, copy = await held_back(outreach)
    stands = await outreach.call(f"{COPIES}/{copy['id']}:resolve", {"accept": False, **REASON}, as_="officer")
    assert (stands["id"], stands["state"]) == (counted["id"], "current")
    assert copy not in await waiting(outreach)
    assert (await outreach.call("/v1/play-log", second, as_="H57"))["disposition"] == "duplicate"


async def test_the_emitter_takes_back_by_the_one_name_it_knows_whatever_copy_stands(outreach: Api) -> None:
    counted, _, copy = await held_back(outreach)
    asked = {"accept": True, **REASON}
    taken = await outreach.call(f"{COPIES}/{copy['id']}:resolve", asked, as_="officer")
    retraction = await outreach.call(EVENTS, news(retracts=counted["id"]), as_="H57")
    assert retraction["reason"] == "retraction"
    assert (await seen(outreach, taken["id"]))["state"] == "retracted"


async def test_a_second_copy_replaces_the_one_that_was_taken(outreach: Api) -> None:
    counted, second, copy = await held_back(outreach)
    await outreach.call("/v1/play-log", second | {"ThoiLuong": 61}, as_="H57")
    later = (await waiting(outreach))[0]
    asked = {"accept": True, **REASON}
    taken = await outreach.call(f"{COPIES}/{copy['id']}:resolve", asked, as_="officer")
    last = await outreach.call(f"{COPIES}/{later['id']}:resolve", asked, as_="officer")
    assert (last["corrects"], last["duration_seconds"]) == (taken["id"], 61)
    assert (await seen(outreach, counted["id"]))["replaced_by"] == taken["id"]


async def test_where_the_first_was_taken_back_a_copy_cannot_replace_it(outreach: Api) -> None:
    counted, _, copy = await held_back(outreach)
    await outreach.call(EVENTS, news(retracts=counted["id"]), as_="H57")
    path = f"{COPIES}/{copy['id']}:resolve"
    assert (await outreach.refused(path, {"accept": True, **REASON}, as_="officer"))[0] == 409
    assert copy in await waiting(outreach)
    await outreach.call(path, {"accept": False, **REASON}, as_="officer")


async def test_a_copy_that_takes_something_back_does_so_when_it_is_taken(outreach: Api) -> None:
    victim, record = news(), news()
    named, _ = (await outreach.call(EVENTS, [victim, record], as_="H57"))["results"]
    await outreach.call(EVENTS, record | {"retracts": victim["id"]}, as_="H57")
    copy = (await waiting(outreach))[0]
    await outreach.call(f"{COPIES}/{copy['id']}:resolve", {"accept": True, **REASON}, as_="officer")
    assert (await seen(outreach, named["id"]))["state"] == "retracted"


async def test_copies_are_paged_newest_first(outreach: Api) -> None:
    for _ in range(3):
        await held_back(outreach)
    everything = await waiting(outreach, first=100)
    found: list[Any] = []
    after = None
    while True:
        asked = {"source": "H57", "first": 2, "after": after, "with_total": True}
        page = (await outreach.call(f"{COPIES}:batch-list", {"lists": [asked]}, as_="officer"))["pages"][0]
        assert page["total"] == len(everything)
        found += page["rows"]
        if not page["has_next"]:
            break
        after = page["cursors"][-1]
    assert found == everything
