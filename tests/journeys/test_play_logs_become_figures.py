"""A province's play log becomes a figure that a front end reads: over HTTP and Kafka, repeated, and through a crash.

What must come out stands in `tests/data/playlog/expected*`; the steps build on each other and run in their order.
"""

import asyncio
import collections
import csv
import json
import os
import signal
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from aiohttp import ClientError, ClientSession
from aiokafka import AIOKafkaProducer
from websockets.asyncio.client import connect

from tests.running import PLAY_LOG, Stack, until

EXPECTED = json.loads((PLAY_LOG / "expected.json").read_text())
AS_OF, SERIES = EXPECTED["as_of"], EXPECTED["population_series"]
PROVINCES = {"H57": "46", "H26": "01", "H38": "15"}
MEASURES = {"program": "PEOPLE_COVERED", "alive": "PEOPLE_WITH_LIVE_CHANNEL"}


def play_log(e_id: str) -> bytes:
    """The file that a province sends."""
    return (PLAY_LOG / f"playlog-{e_id}.ndjson").read_bytes()


def counts(results: list[dict[str, Any]], key: str = "disposition") -> dict[str, int]:
    """How often each value stands in the results."""
    return dict(collections.Counter(result[key] for result in results if result.get(key)))


def cell(scope_id: str | None, question: str) -> dict[str, object]:
    """The figure of a province or of the nation on the day of the expectations."""
    kind = "program" if scope_id is None else "commune" if len(scope_id) == len("00000@2025-07-01") else "province"
    return {"measure": MEASURES[question], "scope": {"kind": kind, "id": scope_id}, "as_of": AS_OF, "series": SERIES}


async def shown(stack: Stack, scope_id: str | None) -> dict[str, tuple[int, int]]:
    """Lower and upper of both questions as the service answers."""
    found = await stack.figures([cell(scope_id, question) for question in MEASURES])
    return {q: (f["numerator"], f["upper_numerator"]) for q, f in zip(MEASURES, found, strict=True)}


def expected(row: Mapping[str, Any]) -> dict[str, tuple[int, int]]:
    """The same from the file of expectations."""
    return {question: (row[question]["lower"], row[question]["upper"]) for question in MEASURES}


async def province_is_right(stack: Stack, e_id: str) -> None:
    """Waits until a province's figures are what they must be."""
    code = PROVINCES[e_id]

    async def check() -> object:
        found = await shown(stack, f"{code}@2025-07-01")
        return found == expected(EXPECTED["provinces"][code]) or found

    await until(check)


@pytest.fixture(scope="module")
def emitters(stack: Stack) -> dict[str, str]:
    """Tokens of the three provinces' systems, with the register of access points and populations imported."""
    for kind, file in (("access-points", "access_points.csv"), ("populations", "population.csv")):
        job = json.loads(stack.command("import", kind, str(PLAY_LOG / file), "--json"))
        assert job["rejected_count"] == 0
    for e_id in PROVINCES:
        stack.command("emitter", "add", e_id)
    return {e_id: stack.token("emitter", e_id) for e_id in PROVINCES}


async def test_each_record_ends_in_one_disposition(stack: Stack, emitters: dict[str, str]) -> None:
    wanted = EXPECTED["provinces"]["46"]
    results = await stack.post_play_log(emitters["H57"], play_log("H57"))
    assert len(results) == wanted["records"]
    assert counts(results) == wanted["dispositions"]
    assert counts([r for r in results if r["disposition"] == "rejected"], "reason") == wanted["rejected_by_reason"]
    assert [{"line": r["line"], "id": r["id"]} for r in results[:3]] == wanted["event_ids"]
    assert all(r["TrangThaiGui"] == (r["disposition"] in ("rejected", "quarantined")) for r in results)


async def test_tags_that_come_after_the_plays_still_count(stack: Stack, emitters: dict[str, str]) -> None:
    before = await shown(stack, "46@2025-07-01")
    job = json.loads(stack.command("import", "content-items", str(PLAY_LOG / "content_items.csv"), "--json"))
    assert (job["accepted_count"], job["rejected_count"]) == (40, 0)
    await province_is_right(stack, "H57")
    assert before["program"] != expected(EXPECTED["provinces"]["46"])["program"]


async def test_a_front_end_reads_the_figure(stack: Stack, emitters: dict[str, str]) -> None:
    query = """query ($asOf: Date!, $series: String!) { provinceByCode(code: "46") {
      figure(measure: PEOPLE_COVERED, asOf: $asOf, populationSeries: $series) { numerator denominator status } } }"""
    answer = await stack.ask(query, {"asOf": AS_OF, "series": SERIES})
    assert "errors" not in answer
    assert answer["data"]["provinceByCode"]["figure"] == {
        "numerator": 517718,
        "denominator": 1226552,
        "status": "ON_TRACK",
    }


async def test_sending_the_file_again_changes_nothing(stack: Stack, emitters: dict[str, str]) -> None:
    wanted = EXPECTED["provinces"]["46"]
    again = counts(await stack.post_play_log(emitters["H57"], play_log("H57")))
    once = wanted["dispositions"]
    assert {key: once.get(key, 0) + again.get(key, 0) for key in once} == wanted[
        "dispositions_when_the_file_is_sent_twice"
    ] | {"quarantined": wanted["dispositions"]["quarantined"]}
    await province_is_right(stack, "H57")


async def test_kafka_gives_the_same_receipts_and_figures(stack: Stack, emitters: dict[str, str]) -> None:
    lines = play_log("H26").splitlines()
    producer = AIOKafkaProducer(bootstrap_servers=stack.kafka)
    await producer.start()
    try:
        for line in [*lines, *lines]:
            await producer.send("lantoa.inbox.H26", value=line, key=device_of(line))
        await producer.flush()
    finally:
        await producer.stop()
    wanted = EXPECTED["provinces"]["01"]["dispositions_when_the_file_is_sent_twice"]
    found: list[dict[str, Any]] = []

    async def all_came() -> object:
        found[:] = await receipts(stack, emitters["H26"])
        return len(found) == 2 * len(lines) or len(found)

    await until(all_came)
    assert counts(found) == wanted
    assert len({(row["partition"], row["offset"]) for row in found}) == 2 * len(lines)
    await province_is_right(stack, "H26")


async def test_killed_in_the_middle_of_a_post_nothing_is_lost_or_doubled(
    stack: Stack, emitters: dict[str, str]
) -> None:
    lines = play_log("H38").splitlines(keepends=True)

    async def slowly() -> Any:
        for at in range(0, len(lines), 50):
            yield b"".join(lines[at : at + 50])
            await asyncio.sleep(0.05)

    async def kill_soon() -> None:
        await asyncio.sleep(0.9)
        os.kill(stack.process_id("outreach"), signal.SIGKILL)

    killing = asyncio.create_task(kill_soon())
    with pytest.raises((ClientError, AssertionError)):
        await stack.post_play_log(emitters["H38"], slowly())
    await killing

    async def sent_again() -> object:
        try:
            results = await stack.post_play_log(emitters["H38"], play_log("H38"))
        except (ClientError, OSError) as error:
            return type(error).__name__
        return len(results) == len(lines) or len(results)

    await until(sent_again)
    await province_is_right(stack, "H38")


async def test_every_commune_and_the_nation_are_right(stack: Stack, emitters: dict[str, str]) -> None:
    with (PLAY_LOG / "expected_communes.csv").open() as file:
        rows = list(csv.DictReader(file))
    for question in MEASURES:
        for at in range(0, len(rows), 200):
            part = rows[at : at + 200]
            found = await stack.figures([cell(f"{row['commune_code']}@2025-07-01", question) for row in part])
            right = [(int(row[f"{question}_lower"]), int(row[f"{question}_upper"])) for row in part]
            assert [(f["numerator"], f["upper_numerator"]) for f in found] == right
    assert await shown(stack, None) == expected(EXPECTED["all"])
    nation = (await stack.figures([cell(None, "program")]))[0]
    assert nation["denominator"] == EXPECTED["all"]["population"]


async def test_the_map_adds_up_to_the_figure_and_names_what_was_cut(stack: Stack, emitters: dict[str, str]) -> None:
    query = """query ($code: String!, $asOf: Date!) { provinceByCode(code: $code) { coverageMap(asOf: $asOf) {
      commune { code } status peopleCovered peopleCoveredUpper isCapped activeChannels population { people } } } }"""
    maps = {}
    for code in (*PROVINCES.values(), "48"):
        answer = await stack.ask(query, {"code": code, "asOf": AS_OF})
        assert "errors" not in answer
        maps[code] = answer["data"]["provinceByCode"]["coverageMap"]
    for code, province in EXPECTED["provinces"].items():
        communes = maps[code]
        assert sum(row["peopleCovered"] or 0 for row in communes) == province["program"]["lower"]
        assert sum(row["peopleCoveredUpper"] or 0 for row in communes) == province["program"]["upper"]
        assert sum(row["isCapped"] for row in communes) == province["program"]["capped_communes"]
        for row in communes:
            whole = row["population"] and row["peopleCovered"] == row["population"]["people"]
            assert (row["status"] == "COVERED") == bool(whole), row
            assert bool(row["activeChannels"]) == (row["status"] in ("COVERED", "PARTLY_COVERED")), row
    assert {row["status"] for row in maps["48"]} == {"NEVER_COVERED"}  # nothing of Đà Nẵng is registered here


async def test_devices_that_nobody_registered_are_shown_to_their_province_alone(
    stack: Stack, emitters: dict[str, str]
) -> None:
    query = """query ($code: String!, $after: String) { provinceByCode(code: $code) {
      unregisteredDevices(first: 20, after: $after) { totalCount pageInfo { hasNextPage endCursor }
        nodes { deviceId eventCount firstSeenAt lastSeenAt } } } }"""
    for e_id, code in PROVINCES.items():
        token, after, found = stack.token("provincial_officer", e_id), None, []
        while True:
            answer = await stack.ask(query, {"code": code, "after": after}, token)
            assert "errors" not in answer, answer
            page = answer["data"]["provinceByCode"]["unregisteredDevices"]
            found += page["nodes"]
            if not page["pageInfo"]["hasNextPage"]:
                break
            after = page["pageInfo"]["endCursor"]
        assert len({row["deviceId"] for row in found}) == len(found) == page["totalCount"]
        assert len(found) == EXPECTED["provinces"][code]["unregistered_devices"]
        assert all(row["eventCount"] >= 1 and row["firstSeenAt"] <= row["lastSeenAt"] for row in found)
        assert [row["lastSeenAt"][:7] for row in found]
    foreign = await stack.ask(query, {"code": "46", "after": None}, stack.token("provincial_officer", "H26"))
    assert foreign["data"]["provinceByCode"]["unregisteredDevices"] is None


async def test_charts_count_what_was_counted(stack: Stack, emitters: dict[str, str]) -> None:
    query = """query ($by: OutreachDimension!) { provinceByCode(code: "46") {
      outreachTotals(during: {from: "2025-07-01"}, by: $by) { key label eventCount } } }"""
    for by in ("CHANNEL", "MONTH"):
        answer = await stack.ask(query, {"by": by})
        rows = answer["data"]["provinceByCode"]["outreachTotals"]
        assert sum(row["eventCount"] for row in rows) >= EXPECTED["provinces"]["46"]["dispositions"]["counted"]
        assert all(row["label"] for row in rows)


async def test_an_officer_records_by_hand_what_no_system_emitted(stack: Stack, emitters: dict[str, str]) -> None:
    found = await stack.ask('{ provinceByCode(code: "46") { id communes(first: 1) { nodes { id } } } }')
    province = found["data"]["provinceByCode"]
    query = """mutation ($input: RecordOutreachEventInput!) { recordOutreachEvent(input: $input) {
      outreachEvent { entry isCounted communes { id coverage { status } } viewerCan }
      userErrors { code field message } } }"""
    given = {
        "idempotencyKey": "by-hand-0001",
        "provinceId": province["id"],
        "communeIds": [province["communes"]["nodes"][0]["id"]],
        "channel": "PUBLIC_NOTICE_BOARD",
        "title": "Bảng tin: chuyển đổi số đến từng nhà",
        "themeCodes": ["digital_transformation"],
        "occurredAt": "2026-10-30T08:00:00+07:00",
        "evidenceUrl": "https://example.vn/bang-tin.jpg",
    }
    token = stack.token("provincial_officer", "H57")
    first = await stack.ask(query, {"input": given}, token)
    assert first["data"]["recordOutreachEvent"]["userErrors"] == []
    assert first["data"]["recordOutreachEvent"]["outreachEvent"]["entry"] == "HAND"
    again = await stack.ask(query, {"input": given}, token)
    assert again == first
    wrong = given | {"idempotencyKey": "by-hand-0002", "themeCodes": ["astrology"]}
    refused = (await stack.ask(query, {"input": wrong}, token))["data"]["recordOutreachEvent"]
    assert [(e["code"], e["field"]) for e in refused["userErrors"]] == [("UNKNOWN_TERM", ["themeCodes"])]
    foreign = await stack.ask(
        query, {"input": given | {"idempotencyKey": "by-hand-0003"}}, stack.token("provincial_officer", "H26")
    )
    assert [e["code"] for e in foreign["data"]["recordOutreachEvent"]["userErrors"]] == ["NOT_PERMITTED"]


async def test_a_play_shows_in_a_subscription_within_seconds(stack: Stack, emitters: dict[str, str]) -> None:
    province = (await stack.ask('{ provinceByCode(code: "46") { id } }'))["data"]["provinceByCode"]["id"]
    query = """subscription ($p: ID!) { outreachEventRecorded(filter: {provinceIds: [$p]}) {
      kind outreachEventId event { title communes { code } } } }"""
    async with connect(stack.live, subprotocols=["graphql-transport-ws"]) as socket:
        await socket.send(json.dumps({"type": "connection_init"}))
        assert json.loads(await socket.recv())["type"] == "connection_ack"
        subscribe = {"id": "1", "type": "subscribe", "payload": {"query": query, "variables": {"p": province}}}
        await socket.send(json.dumps(subscribe))
        await asyncio.sleep(1)
        record = json.loads(play_log("H57").splitlines()[0]) | {"ThoiDiemBatDau": int(datetime.now(UTC).timestamp())}
        result = await stack.post_play_log(emitters["H57"], json.dumps(record).encode())
        message = json.loads(await asyncio.wait_for(socket.recv(), 15))
    update = message["payload"]["data"]["outreachEventRecorded"]
    assert (update["kind"], update["event"]["title"]) == ("RECORDED", record["TieuDe"])
    assert result[0]["disposition"] == "counted"


def device_of(line: bytes) -> bytes:
    """The key by which copies of one record keep their order: its device, where it can be read."""
    try:
        record = {key.lower(): value for key, value in json.loads(line).items()}
    except ValueError:
        return b""
    return str(record.get("cumloaid", "")).encode()


async def receipts(stack: Stack, token: str) -> list[dict[str, Any]]:
    """All receipts of an emitter, page by page."""
    rows: list[dict[str, Any]] = []
    after: str | None = None
    async with ClientSession(headers={"Authorization": f"Bearer {token}"}) as session:
        while True:
            params = {"after": after} if after else {}
            async with session.get(f"{stack.ingest}/v1/receipts", params=params) as answer:
                page = await answer.json(content_type=None)
            if not page["receipts"]:
                return rows
            rows += page["receipts"]
            after = page["next_after"]
