"""The honors service, running on a database of its own."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from services.honors.app import INDEXES, build
from services.honors.settings import HonorsSettings
from tests.engines import fresh_database
from tests.running_service import Api, Running


@pytest.fixture(scope="session")
async def honors(mongo_url: str, jwks: Path, token: Callable[..., str]) -> AsyncIterator[Api]:
    """The service; `as_` names the people of its tests."""
    settings = HonorsSettings(jwks=str(jwks), environment="development")
    database = fresh_database(mongo_url, "honors")
    await database.ensure_collections(INDEXES)
    tokens = {
        "officer": token("body_officer", "H57"),
        "other": token("body_officer", "H26"),
        "council": token("honors_council"),
        "auditor": token("auditor"),
    }
    async with Running(build(settings, mongo=database), tokens) as api:
        yield api
