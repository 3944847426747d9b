"""The outreach service, running on a database of its own and without its loops: what they owe stays owed."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from chassis.mongo import Database
from services.outreach.app import INDEXES, build
from services.outreach.settings import OutreachSettings
from tests.engines import fresh_database
from tests.running_service import Api, Running


@pytest.fixture(scope="session")
async def outreach_database(mongo_url: str) -> Database:
    """The service's database."""
    database = fresh_database(mongo_url, "outreach")
    await database.ensure_collections(INDEXES)
    return database


@pytest.fixture(scope="session")
async def outreach(outreach_database: Database, jwks: Path) -> AsyncIterator[Api]:
    """The service."""
    settings = OutreachSettings(jwks=str(jwks), environment="development")
    async with Running(build(settings, mongo=outreach_database), {}) as api:
        yield api
