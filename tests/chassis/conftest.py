"""One database for the tests of the chassis."""

from collections.abc import AsyncIterator, Iterator

import pytest

from chassis import dead_letters, inbox, parking
from chassis.ids import random_id
from chassis.mongo import Database, connect
from lantoa.stack.engines import start_database
from lantoa.stack.ports import free_port


@pytest.fixture(scope="session")
def chassis_mongo_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a database of the ladder."""
    engine = start_database(tmp_path_factory.mktemp("mongo"), free_port())
    yield engine.url
    engine.kill()


@pytest.fixture
async def database(chassis_mongo_url: str) -> AsyncIterator[Database]:
    """A database of its own, with what a consumer keeps."""
    found = connect(chassis_mongo_url, f"chassis_{random_id()[:8]}")
    collections = {
        inbox.COLLECTION: inbox.INDEXES,
        parking.COLLECTION: parking.INDEXES,
        dead_letters.COLLECTION: dead_letters.INDEXES,
        "seen": (),
    }
    await found.ensure_collections(collections)
    yield found
    found.close()
