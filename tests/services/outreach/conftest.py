"""The outreach service, running on a database of its own and without its loops: what they owe stays owed."""

from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path

import pytest

from chassis.clock import now
from chassis.kafka import Broker
from chassis.mongo import Database, Transaction
from chassis.process import Service
from chassis.settings import ProcessSettings
from services.outreach.app import INDEXES, build
from services.outreach.emitters import store as emitters
from services.outreach.emitters.domain import Emitter
from services.outreach.settings import OutreachSettings
from tests.engines import fresh_database
from tests.running_service import Api, Running

NO_BROKER = Broker(ProcessSettings(kafka_bootstrap="127.0.0.1:9"))
EMITTERS = {"H57": "46@2025-07-01", "H26": "01@2025-07-01"}


@pytest.fixture(scope="session")
def people(token: Callable[..., str]) -> Mapping[str, str]:
    """Tokens by name: whom the tests act as."""
    return {
        "H57": token("emitter", "H57"),
        "H26": token("emitter", "H26"),
        "officer": token("provincial_officer", "H57"),
        "other_officer": token("provincial_officer", "H26"),
        "body_officer": token("body_officer", "H57"),
        "coordinator": token("national_coordinator"),
        "auditor": token("auditor"),
        "council": token("honors_council"),
        "operator": token("operator"),
    }


@pytest.fixture(scope="session")
async def outreach_database(mongo_url: str) -> Database:
    """The service's database, with the systems of two provinces admitted."""
    return await admitted(mongo_url)


@pytest.fixture(scope="session")
async def outreach(outreach_database: Database, jwks: Path, people: Mapping[str, str]) -> AsyncIterator[Api]:
    """The service."""
    async with Running(service(outreach_database, jwks), people) as api:
        yield api


async def admitted(mongo_url: str) -> Database:
    """A fresh database in which the systems of two provinces may send."""
    database = fresh_database(mongo_url, "outreach")
    await database.ensure_collections(INDEXES)

    async def write(transaction: Transaction) -> None:
        for e_id, province_id in EMITTERS.items():
            await emitters.save(transaction, Emitter(e_id, province_id, e_id, now()))

    await database.transaction(write)
    return database


def service(database: Database, jwks: Path) -> Service:
    """The service on a database; nothing listens where its broker would be."""
    settings = OutreachSettings(jwks=str(jwks), environment="development")
    return build(settings, mongo=database, broker=NO_BROKER)
