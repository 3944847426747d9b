"""Fixtures that any test may use."""

import os
from collections.abc import Iterator

import pytest

from tests.running import Stack, lantoa, start, use_cached_kafka

pytest_plugins = ["tests.engines"]


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--long` tries the faults harder, and those that take long too."""
    parser.addoption("--long", action="store_true", help="try faults harder, and those that take long")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leaves out what takes long unless it was asked for, and what only a real broker can show where there is none."""
    use_cached_kafka()
    has_kafka = "KAFKA_HOME" in os.environ
    for item in items:
        if not has_kafka and ("faults" in item.path.parts or item.path.stem == "test_consumer_groups"):
            item.add_marker(pytest.mark.skip(reason="groups rebalance too slowly on Tansu: set KAFKA_HOME"))
        if item.get_closest_marker("long") and not config.getoption("--long"):
            item.add_marker(pytest.mark.skip(reason="takes long: make faults"))


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A whole running stack without data, on the best engines that this machine has."""
    data = tmp_path_factory.mktemp("stack") / "data"
    running = start(data)
    yield running
    lantoa("down", "--data", str(data))
