"""The tasks service, running on a database of its own."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from chassis.mongo import Database
from services.tasks.app import INDEXES, build
from services.tasks.settings import TasksSettings
from tests.engines import fresh_database
from tests.running_service import Api, Running


@pytest.fixture(scope="session")
async def tasks_database(mongo_url: str) -> Database:
    """The service's database."""
    database = fresh_database(mongo_url, "tasks")
    await database.ensure_collections(INDEXES)
    return database


@pytest.fixture(scope="session")
async def tasks(tasks_database: Database, jwks: Path, token: Callable[..., str]) -> AsyncIterator[Api]:
    """The service; `as_` names the people of its tests."""
    settings = TasksSettings(jwks=str(jwks), environment="development")
    tokens = {
        "officer": token("body_officer", "G06"),
        "approver": token("body_approver", "G06"),
        "hue": token("body_officer", "H57"),
        "hue_approver": token("body_approver", "H57"),
        "coordinator": token("national_coordinator"),
    }
    async with Running(build(settings, mongo=tasks_database), tokens) as api:
        yield api
