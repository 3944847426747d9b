"""Fixtures that any test may use, and the stack that they run on."""

from collections.abc import Iterator

import pytest

from tests.ladder import Ladder
from tests.running import Stack, lantoa, start

pytest_plugins = ["tests.engines"]


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--long` tries the faults harder, and those that take long too."""
    parser.addoption("--long", action="store_true", help="try faults harder, and those that take long")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Function]) -> None:
    """Leaves out what takes long unless it was asked for."""
    for item in items:
        if item.get_closest_marker("long") and not config.getoption("--long"):
            item.add_marker(pytest.mark.skip(reason="takes long: make faults"))


@pytest.fixture(scope="session")
def stack(ladder: Ladder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A whole running stack without data, on the best engines that this machine has."""
    folder = tmp_path_factory.mktemp("stack")
    data = folder / "data"
    with ladder.for_stack(folder) as environment:
        running = start(data, environment)
        yield running
        lantoa("down", "--data", str(data))
