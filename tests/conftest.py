"""Fixtures that any test may use."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from lantoa.stack.engines import start_database
from lantoa.stack.ports import free_port
from tests.running import Stack, lantoa, start

CACHED_KAFKA = Path.home() / ".cache" / "lantoa" / "kafka"


@pytest.fixture(scope="session")
def mongo_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a database of the ladder, for the whole session."""
    engine = start_database(tmp_path_factory.mktemp("mongo"), free_port())
    yield engine.url
    engine.kill()


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A whole running stack without data, on the best engines that this machine has."""
    data = tmp_path_factory.mktemp("stack") / "data"
    if "KAFKA_HOME" not in os.environ and CACHED_KAFKA.is_dir():
        os.environ["KAFKA_HOME"] = str(CACHED_KAFKA)
    running = start(data)
    yield running
    lantoa("down", "--data", str(data))
