"""Databases for the tests of the chassis."""

from collections.abc import AsyncIterator

import pytest

from chassis import dead_letters, inbox, parking
from chassis.ids import random_id
from chassis.mongo import Database, connect


@pytest.fixture
async def database(mongo_url: str) -> AsyncIterator[Database]:
    """A database of its own, with what a consumer keeps."""
    found = connect(mongo_url, f"chassis_{random_id()[:8]}")
    collections = {
        inbox.COLLECTION: inbox.INDEXES,
        parking.COLLECTION: parking.INDEXES,
        dead_letters.COLLECTION: dead_letters.INDEXES,
        "seen": (),
    }
    await found.ensure_collections(collections)
    yield found
    found.close()
