"""A play that its province takes back is taken out of the figure again."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from chassis.clock import now
from chassis.mongo import Transaction
from contracts.vocabulary import OutreachChannel
from services.outreach.access_points import store as access_points
from services.outreach.access_points.domain import AccessPoint
from services.outreach.outreach_events.domain import device_key
from services.outreach.populations import store as populations
from services.outreach.populations.domain import CommunePopulation, Series
from tests.running import until
from tests.running_service import Api, Running
from tests.services.outreach.conftest import admitted, service
from tests.services.outreach.intake.records import news, play

HUE, COMMUNE = "46@2025-07-01", "19813@2025-07-01"
PEOPLE = 700


@pytest.fixture(scope="module")
async def following(mongo_url: str, jwks: Path, people: Mapping[str, str]) -> AsyncIterator[Api]:
    """The service with the loops that number and project; one device of Huế serves its whole commune."""
    database = await admitted(mongo_url)
    running = service(database, jwks)

    async def write(transaction: Transaction) -> None:
        key, since = device_key(HUE, "CL-1"), date(2025, 7, 1)
        channel = OutreachChannel.COMMUNE_LOUDSPEAKER
        point = AccessPoint("p", 1, now(), HUE, COMMUNE, channel, ("CL-1",), (key,), None, (), since, None)
        await access_points.save(transaction, [point])
        row = CommunePopulation(f"s|{COMMUNE}", "s", COMMUNE, HUE, PEOPLE, now())
        await populations.save(transaction, [row], [Series("s", 2025, False, now())])

    await database.transaction(write)
    loops = [asyncio.ensure_future(loop()) for name in ("relay", "project") for loop in running.loops[name]]
    async with Running(running, people) as api:
        yield api
        for loop in loops:
            loop.cancel()
        await asyncio.gather(*loops, return_exceptions=True)
        await database.drop()


async def covered(following: Api, people: int) -> None:
    """Waits until the figure counts so many people."""
    cell = {"measure": "PEOPLE_COVERED", "scope": {"kind": "province", "id": HUE}, "as_of": "2026-04-20"}

    async def check() -> Any:
        figure = (await following.call("/v1/figures:batch", {"cells": [cell]}))["figures"][0]
        return figure["numerator"] == people or figure

    await until(check, seconds=20)


@pytest.mark.parametrize("names", ["retracts", "corrects"])
async def test_the_figure_goes_down_when_the_only_play_is_taken_back(following: Api, names: str) -> None:
    counted = await following.call("/v1/play-log", play(), as_="H57")
    await covered(following, PEOPLE)
    taken_back = await following.call("/v1/outreach-events", news(**{names: counted["id"]}), as_="H57")
    assert taken_back["reason"] == ("retraction" if names == "retracts" else None)
    await covered(following, 0)


async def test_the_figure_follows_the_copy_that_is_taken(following: Api) -> None:
    silent = play(AmLuong=0)
    await following.call("/v1/play-log", silent, as_="H57")
    for volume, people in ((70, PEOPLE), (0.0, 0)):
        await following.call("/v1/play-log", silent | {"AmLuong": volume, "Moi": 1}, as_="H57")
        asked = {"lists": [{"source": "H57"}]}
        copies = await following.call("/v1/quarantined-events:batch-list", asked, as_="officer")
        path = f"/v1/quarantined-events/{copies['pages'][0]['rows'][0]['id']}:resolve"
        await following.call(path, {"accept": True, "reason": "Checked on site"}, as_="officer")
        await covered(following, people)
