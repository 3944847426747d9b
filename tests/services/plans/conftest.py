"""The plans service, running on a database of its own."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from chassis.ids import random_id
from chassis.mongo import connect
from services.plans.app import INDEXES, build
from services.plans.settings import PlansSettings
from tests.running_service import Api, Running


@pytest.fixture(scope="session")
async def plans(mongo_url: str, jwks: Path, token: Callable[..., str]) -> AsyncIterator[Api]:
    """The service; `as_` names the people of its tests."""
    settings = PlansSettings(jwks=str(jwks), environment="development")
    database = connect(mongo_url, f"plans_{random_id()[:8]}")
    await database.ensure_collections(INDEXES)
    tokens = {
        "officer": token("body_officer", "H57"),
        "approver": token("body_approver", "H57"),
        "other": token("body_officer", "H26"),
        "other_approver": token("body_approver", "H26"),
        "ministry": token("body_officer", "G06"),
        "ministry_approver": token("body_approver", "G06"),
        "coordinator": token("national_coordinator"),
    }
    async with Running(build(settings, mongo=database), tokens) as api:
        yield api
