"""The plans service, running on a database of its own."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from chassis.mongo import Database
from services.plans.app import INDEXES, build
from services.plans.settings import PlansSettings
from tests.engines import fresh_database
from tests.running_service import Api, Running


@pytest.fixture(scope="session")
async def plans_database(mongo_url: str) -> Database:
    """The service's database."""
    database = fresh_database(mongo_url, "plans")
    await database.ensure_collections(INDEXES)
    return database


@pytest.fixture(scope="session")
async def plans(plans_database: Database, jwks: Path, token: Callable[..., str]) -> AsyncIterator[Api]:
    """The service; `as_` names the people of its tests."""
    settings = PlansSettings(jwks=str(jwks), environment="development")
    tokens = {
        "officer": token("body_officer", "H57"),
        "approver": token("body_approver", "H57"),
        "other": token("body_officer", "H26"),
        "other_approver": token("body_approver", "H26"),
        "ministry": token("body_officer", "G06"),
        "ministry_approver": token("body_approver", "G06"),
        "an_giang": token("body_officer", "H01"),
        "an_giang_approver": token("body_approver", "H01"),
        "bac_ninh": token("body_officer", "H05"),
        "bac_ninh_approver": token("body_approver", "H05"),
        "can_tho": token("body_officer", "H13"),
        "can_tho_approver": token("body_approver", "H13"),
        "coordinator": token("national_coordinator"),
    }
    async with Running(build(settings, mongo=plans_database), tokens) as api:
        yield api
