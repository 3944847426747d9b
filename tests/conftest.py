"""Fixtures that any test may use."""

from collections.abc import Iterator

import pytest

from tests.running import Stack, lantoa, start

pytest_plugins = ["tests.engines"]


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A whole running stack without data, on the best engines that this machine has."""
    data = tmp_path_factory.mktemp("stack") / "data"
    running = start(data)
    yield running
    lantoa("down", "--data", str(data))
