"""The log of the feed says that a place is gone, instead of passing over what was tidied away."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from chassis import clock, outbox, relay
from chassis.kafka import Broker
from chassis.mongo import Database, Transaction
from contracts.outreach.outreach_events import OutreachEventRecorded
from services.outreach.app import INDEXES, build
from services.outreach.settings import OutreachSettings
from tests.engines import fresh_database
from tests.gateway.upstream import event, row_of
from tests.running_service import Api, Running

ENTRIES = 300
PATH = "/v1/outreach-events/changes?after={}"


@pytest.fixture
async def database(mongo_url: str) -> Database:
    """A database of its own: what its log keeps is decided here."""
    made = fresh_database(mongo_url, "changes")
    await made.ensure_collections({**INDEXES, **relay.INDEXES})
    return made


@pytest.fixture
async def service(database: Database, jwks: Path) -> AsyncIterator[Api]:
    """The service."""
    settings = OutreachSettings(jwks=str(jwks), environment="development")
    async with Running(build(settings, mongo=database), {}) as api:
        yield api


async def recorded(database: Database, settings: OutreachSettings) -> relay.Relay:
    """Events in a log that was all sent, and the relay that will tidy it."""
    box = outbox.Outbox("outreach")

    async def write(transaction: Transaction) -> None:
        said = OutreachEventRecorded.model_validate(row_of(event(1)).model_dump())
        messages = [box.message(said, subject=f"e{n}", sequence=1) for n in range(ENTRIES)]
        await box.append(transaction, messages)

    await database.transaction(write)
    numbering = relay.Relay(database, box, Broker(settings), replay_hours=settings.replay_hours)
    await numbering._lease.acquire()
    assert await numbering.number()
    return numbering


async def test_a_place_that_is_kept_no_more_is_refused(
    service: Api, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = OutreachSettings()
    numbering = await recorded(database, settings)
    status, page = await service.ask(PATH.format(0) + "&limit=1000")
    assert (status, len(page["changes"]), page["end"]) == (200, ENTRIES, ENTRIES)
    numbering._sent = ENTRIES
    later = clock.now() + timedelta(hours=settings.replay_hours + 1)
    monkeypatch.setattr(clock, "now", lambda: later)
    await numbering._tidy()
    monkeypatch.undo()
    status, problem = await service.ask(PATH.format(0))
    assert (status, problem["code"]) == (400, "cursor-invalid")
    kept = 2 * outbox.MESSAGES_PER_BATCH  # the last batches stay
    assert (await service.ask(PATH.format(kept - 1)))[0] == 400
    assert len((await service.ask(PATH.format(kept)))[1]["changes"]) == ENTRIES - kept
    assert (await service.ask(PATH.format(ENTRIES)))[1]["changes"] == []
    assert (await service.ask(PATH.format(-1)))[1]["next_after"] == ENTRIES


async def test_a_place_that_the_log_never_had_is_refused(service: Api) -> None:
    status, problem = await service.ask(PATH.format(7))
    assert (status, problem["code"]) == (400, "cursor-invalid")
