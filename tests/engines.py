"""Single engines for tests: one database server and one broker for a whole run, a fresh database for each module."""

from collections.abc import AsyncIterator, Iterator

import pytest
from pymongo import MongoClient

from chassis import audit, dead_letters, idempotency, inbox, leases, parking, relay
from chassis.ids import random_id
from chassis.kafka import Broker
from chassis.mongo import ASCENDING, Database, IndexModel, connect
from chassis.settings import ProcessSettings
from lantoa.stack.engines import Engine, start_broker, start_database
from lantoa.stack.ports import free_port
from tests.running import use_cached_kafka

INDEXES = {
    **relay.INDEXES,
    **audit.INDEXES,
    leases.COLLECTION: leases.INDEXES,
    inbox.COLLECTION: inbox.INDEXES,
    parking.COLLECTION: parking.INDEXES,
    dead_letters.COLLECTION: dead_letters.INDEXES,
    idempotency.COLLECTION: idempotency.INDEXES,
    "written": (IndexModel([("subject", ASCENDING)], name="by_subject"),),  # what the tests write
}


@pytest.fixture(scope="session")
def mongo_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a database of the ladder, for the whole session.

    Where the server can (secantusd-rs, mongod), it refuses every query that no index answers.
    """
    engine = start_database(tmp_path_factory.mktemp("mongo"), free_port())
    if engine.kind != "mongo-py":
        with MongoClient[dict[str, object]](engine.url) as client:
            client.admin.command("setParameter", 1, notablescan=True)
    yield engine.url
    engine.kill()


@pytest.fixture(scope="session")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """A broker of the ladder, for the whole session."""
    use_cached_kafka()
    engine = start_broker(tmp_path_factory.mktemp("kafka"), free_port())
    yield engine
    engine.kill()


@pytest.fixture(scope="session")
def broker(kafka: Engine) -> Broker:
    """How to reach that broker."""
    return broker_at(kafka)


@pytest.fixture(scope="module")
async def database(mongo_url: str) -> AsyncIterator[Database]:
    """A database of the module's own, with the collections of the chassis."""
    made = connect(mongo_url, f"test_{random_id()[:8]}")
    await made.ensure_collections(INDEXES)
    yield made
    await made.drop()
    made.close()


def broker_at(engine: Engine) -> Broker:
    """How to reach a broker that was started for a test."""
    return Broker(ProcessSettings(kafka_bootstrap=engine.url, kafka_idempotent=engine.is_idempotent))
