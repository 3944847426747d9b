"""A figure that does not show yet what is known says so; it is never quietly half of itself."""

import asyncio
from typing import Any

from chassis.clock import now
from chassis.mongo import Database
from chassis.outbox import STATE
from reference.calendars import vietnam_day
from reference.catalog import default
from services.outreach.coverage import store
from services.outreach.coverage.records import Coverage, LastHeard
from services.outreach.coverage.table import REFRESH_SECONDS, WINDOW
from services.outreach.populations import store as populations
from services.outreach.populations.domain import Series
from tests.running_service import Api

HUE = "46@2025-07-01"


async def figure(outreach: Api) -> dict[str, Any]:
    """People covered in Huế, after every process that answers has looked again."""
    await asyncio.sleep(REFRESH_SECONDS * 1.5)
    cell = {"measure": "PEOPLE_COVERED", "scope": {"kind": "province", "id": HUE}}
    found: dict[str, Any] = (await outreach.call("/v1/figures:batch", {"cells": [cell]}))["figures"][0]
    return found


async def test_while_communes_wait_to_be_counted_the_figure_is_marked_stale_and_blames_no_population(
    outreach: Api, outreach_database: Database
) -> None:
    commune = default().places.communes_of(HUE, vietnam_day(now()))[0].id
    counted = Coverage(f"s|{commune}", "s", commune, HUE, people=100, revision=1)
    heard = LastHeard(f"{commune}|x", commune, HUE, vietnam_day(now()), now(), now())

    async def write(transaction: Any) -> None:
        await populations.save(transaction, [], [Series("s", 2025, False, now())])
        await store.save_coverage(transaction, [counted])
        await store.set_state(transaction, "revision", 1)
        await store.replace_last_heard(transaction, [heard])
        await store.add_pending(transaction, "commune", ["another"])

    await outreach_database.transaction(write)
    waiting = await figure(outreach)
    assert (waiting["denominator"], waiting["is_stale"], waiting["excluded"]) == (100, True, [])
    await outreach_database.transaction(lambda tx: store.remove_pending(tx, "commune", ["another"]))
    whole = await figure(outreach)
    assert (whole["denominator"], whole["is_stale"]) == (100, False)
    assert [row["reason"] for row in whole["excluded"]] == ["no_population"]


async def test_far_behind_its_own_log_the_figure_is_marked_stale(outreach: Api, outreach_database: Database) -> None:
    state = outreach_database.collection(STATE)
    await state.replace_one({"_id": "next_seq"}, {"_id": "next_seq", "value": WINDOW + 2}, upsert=True)
    assert (await figure(outreach))["is_stale"]
    await state.replace_one({"_id": "projected_seq"}, {"_id": "projected_seq", "value": 1}, upsert=True)
    assert not (await figure(outreach))["is_stale"]
    assert not await store.is_pending(outreach_database)
