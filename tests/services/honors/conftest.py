"""The honors service, running on a database of its own."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from chassis.ids import random_id
from chassis.mongo import connect
from services.honors.app import INDEXES, build
from services.honors.settings import HonorsSettings
from tests.running_service import Api, Running


@pytest.fixture(scope="session")
async def honors(mongo_url: str, jwks: Path, token: Callable[..., str]) -> AsyncIterator[Api]:
    """The service; `as_` names the people of its tests."""
    settings = HonorsSettings(jwks=str(jwks), environment="development")
    database = connect(mongo_url, f"honors_{random_id()[:8]}")
    await database.ensure_collections(INDEXES)
    tokens = {
        "officer": token("body_officer", "H57"),
        "other": token("body_officer", "H26"),
        "council": token("honors_council"),
        "auditor": token("auditor"),
    }
    async with Running(build(settings, mongo=database), tokens) as api:
        yield api
