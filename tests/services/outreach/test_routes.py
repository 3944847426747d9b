"""Who may call which route of the service: what is hidden is answered like what is not there."""

import gzip
from typing import Any

import orjson
import pytest

from chassis.clock import now
from chassis.mongo import Database, Transaction
from contracts.outreach.content_items import ContentKind, ContentState
from contracts.vocabulary import LocalizedText
from services.outreach.content_items import store as content_items
from services.outreach.content_items.domain import ContentItem
from tests.running_service import Api
from tests.services.outreach.intake.records import play

ABSENT = "/v1/nothing-here"


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("officer", ["H57"]),
        ("other_officer", ["H26"]),
        ("coordinator", ["H26", "H57"]),
        ("auditor", ["H26", "H57"]),
        ("operator", ["H26", "H57"]),
    ],
)
async def test_emitters_are_shown_to_whom_the_table_says(outreach: Api, who: str, seen: list[str]) -> None:
    status, answer = await outreach.ask("/v1/emitters", as_=who)
    assert (status, [row["e_id"] for row in answer["rows"]]) == (200, seen)


@pytest.mark.parametrize("who", ["", "body_officer", "council", "H57"])
async def test_to_all_others_emitters_are_absent(outreach: Api, who: str) -> None:
    assert await outreach.ask("/v1/emitters", as_=who) == await outreach.ask(ABSENT, as_=who)
    for asked in ({"e_id": "H57", "name": "x"}, {"what": "ever"}):
        assert await outreach.send("/v1/emitters", asked, as_=who) == await outreach.send(ABSENT, asked, as_=who)


async def test_who_sees_emitters_and_may_not_admit_one_is_told_so(outreach: Api) -> None:
    assert (await outreach.send("/v1/emitters", {"e_id": "H57"}, as_="officer"))[0] == 403


async def test_content_is_shown_to_its_body_and_not_to_the_public(outreach: Api, outreach_database: Database) -> None:
    item = ContentItem(
        id="item", key="H57|item", version=1, updated_at=now(), recorded_at=now(), body_id="H57@2025-07-01",
        kind=ContentKind.GUIDANCE, title=LocalizedText(vi="t", en=None), folded_title="t", state=ContentState.IN_USE,
        themes=(),
    )  # fmt: skip

    async def write(transaction: Transaction) -> None:
        await content_items.save(transaction, [item])

    await outreach_database.transaction(write)

    async def seen(who: str) -> Any:
        return (await outreach.call("/v1/content-items:batch-get", {"ids": ["item"]}, as_=who))["rows"][0]

    assert [bool(await seen(who)) for who in ("body_officer", "coordinator", "auditor")] == [True] * 3
    assert [await seen(who) for who in ("", "H57", "operator", "other_officer")] == [None] * 4


async def test_an_import_is_shown_to_those_who_may_make_such_a_one(outreach: Api) -> None:
    file = {"file_name": "p.csv", "file_size": 1, "content_hash": "0" * 64}
    national = await outreach.call("/v1/imports", file | {"kind": "populations", "scope": None}, as_="coordinator")
    provincial = await outreach.call("/v1/imports", file | {"kind": "access_points", "scope": "H57"}, as_="officer")

    async def statuses(job: dict[str, Any]) -> dict[str, int]:
        everybody = ("officer", "coordinator", "auditor", "", "H57", "operator", "council", "other_officer")
        return {who: (await outreach.ask(f"/v1/imports/{job['id']}", as_=who))[0] for who in everybody}

    hidden = dict.fromkeys(("", "H57", "operator", "council", "other_officer"), 404)
    assert await statuses(provincial) == {"officer": 200, "coordinator": 200, "auditor": 200} | hidden
    assert await statuses(national) == {"officer": 404, "coordinator": 200, "auditor": 200} | hidden


PUBLIC = {
    "/v1/figures:batch": {"cells": []},
    "/v1/figures:trend": {"trends": []},
    "/v1/coverage:batch-list": {"questions": []},
    "/v1/outreach-events:batch-get": {"ids": []},
    "/v1/outreach-events:batch-list": {"lists": []},
    "/v1/outreach-events:list": {},
    "/v1/outreach-events:totals": {"questions": []},
}


@pytest.mark.parametrize("path", PUBLIC)
async def test_outreach_figures_and_coverage_are_public(outreach: Api, path: str) -> None:
    assert (await outreach.send(path, PUBLIC[path]))[0] == 200


@pytest.mark.parametrize("path", ["/v1/populations", "/v1/outreach-events/changes"])
async def test_so_are_populations_and_the_feed(outreach: Api, path: str) -> None:
    assert (await outreach.ask(path))[0] == 200


@pytest.mark.parametrize("kind", ["application/json", "application/x-ndjson"])
@pytest.mark.parametrize(
    ("encoding", "status"), [("br", 415), ("deflate", 415), ("gzip, gzip", 415), ("GZIP", 202), ("identity", 202)]
)
async def test_intake_reads_gzip_and_says_so_of_all_else(outreach: Api, kind: str, encoding: str, status: int) -> None:
    body = orjson.dumps(play())
    headers = {"authorization": f"Bearer {outreach.tokens['H57']}", "content-type": kind, "content-encoding": encoding}
    sent = gzip.compress(body) if "gzip" in encoding.lower() else body
    url = outreach.url + "/v1/play-log"
    async with outreach.session.post(url, data=sent, headers=headers, compress=False) as answer:
        told = orjson.loads(await answer.read())
    assert answer.status == status
    assert told.get("code") == ("unsupported-content-encoding" if status == 415 else None)
    assert told.get("disposition") == (None if status == 415 else "counted")


@pytest.mark.parametrize("path", ["/v1/play-log", "/v1/outreach-events"])
@pytest.mark.parametrize("who", ["", "officer", "coordinator", "operator"])
async def test_only_emitters_send(outreach: Api, path: str, who: str) -> None:
    assert (await outreach.send(path, {}, as_=who))[0] == 403
    assert (await outreach.ask("/v1/receipts", as_=who))[0] == 403
