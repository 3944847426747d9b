"""Bad input never gets a 500; at intake a bad record is answered with what is wrong with it."""

import json
import random
from collections.abc import Callable, Mapping

import pytest

from chassis import clock
from chassis.mongo import Database
from services.outreach.emitters import store as emitters
from services.outreach.emitters.domain import Emitter
from tests.running import PLAY_LOG
from tests.running_service import Api
from tests.services.bad_input import bodies, spoiled, survives

RECORD = json.loads((PLAY_LOG / "playlog-H57.ndjson").read_bytes().splitlines()[0])
EMITTED = {
    "id": "bad-input",
    "channel": "portal",
    "title": "Bản tin kiểm thử",
    "occurred_at": "2026-03-01T05:00:00Z",
    "commune_codes": ["19813"],
}
BY_HAND = {
    "province_id": "46@2025-07-01",
    "commune_ids": [],
    "channel": "portal",
    "title": "Bản tin kiểm thử",
    "occurred_at": "2026-03-01T05:00:00Z",
    "evidence_url": "https://hue.example.vn/ban-tin",
}


NUMBERS = (
    "1e400",
    "-1e400",
    "NaN",
    "-0",
    "1E5",
    "1e-400",
    "9" * 30,
    "9" * 5_000,
    "0.1",
    "1e15",
    "-1e15",
    "253402300800",
)


@pytest.fixture(scope="module")
async def registered(outreach_database: Database) -> None:
    """The system of the province."""
    hue = Emitter("H57", "46@2025-07-01", "Huế", clock.now())
    await outreach_database.transaction(lambda transaction: emitters.save(transaction, hue))


async def test_bad_input_is_answered(outreach: Api, registered: None, token: Callable[..., str]) -> None:
    people = [token("emitter", "H57"), token("provincial_officer", "H57"), token("operator"), token("auditor")]
    key = {"authorization": f"Bearer {people[1]}", "idempotency-key": "bad-input-by-hand"}
    async with outreach.session.post(f"{outreach.url}/v1/outreach-events:record", json=BY_HAND, headers=key) as answer:
        event = await answer.json()
    await survives(
        outreach,
        "outreach",
        tokens=people,
        known=[event["id"]],
        forms={"/v1/play-log": RECORD, "/v1/outreach-events": BY_HAND, "/v1/outreach-events:record": BY_HAND},
    )


def spoiled_records(good: Mapping[str, object]) -> list[bytes]:
    """The record with something nasty in one place, and with each number where there was a value."""
    chance = random.Random(1169)
    spoiled_ones = [json.dumps(spoiled(good, chance)) for _ in range(200)]
    numbered = [json.dumps(good | {name: "#"}).replace('"#"', number) for name in good for number in NUMBERS]
    return [record.encode() for record in spoiled_ones + numbered] + [
        body for _, body in bodies(json.dumps(good).encode())
    ]


@pytest.mark.parametrize(("path", "good"), [("/v1/play-log", RECORD), ("/v1/outreach-events", EMITTED)])
async def test_a_bad_record_is_answered_in_its_place(
    outreach: Api, registered: None, token: Callable[..., str], path: str, good: dict[str, object]
) -> None:
    records = [record for record in spoiled_records(good) if b"\n" not in record and record.strip()]
    kind = {"authorization": f"Bearer {token('emitter', 'H57')}", "content-type": "application/x-ndjson"}
    async with outreach.session.post(outreach.url + path, data=b"\n".join(records), headers=kind) as answer:
        results = [json.loads(line) for line in (await answer.read()).splitlines()]
    assert [row.get("line") for row in results] == list(range(1, len(records) + 1)), results[-1]
    assert {row["disposition"] for row in results} >= {"rejected"}
