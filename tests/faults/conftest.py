"""How hard the faults are tried, and a service to try them on."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from lantoa.stack.engines import Engine
from tests.faults.outreach import Outreach

Started = Callable[[Engine], Outreach]


@pytest.fixture(scope="session")
def rounds(request: pytest.FixtureRequest) -> int:
    """How often a fault is repeated: more often with `--long`."""
    return 5 if request.config.getoption("--long") else 2


@pytest.fixture
async def outreach(tmp_path: Path, mongo_url: str) -> AsyncIterator[Started]:
    """Makes a service on a broker, and ends it after the test."""
    made: list[Outreach] = []

    def make(kafka: Engine) -> Outreach:
        made.append(Outreach(tmp_path, mongo_url, kafka))
        return made[-1]

    yield make
    for service in made:
        service.child.kill()
