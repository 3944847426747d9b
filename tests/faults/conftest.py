"""How hard the faults are tried, and a service to try them on."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from tests.faults.outreach import Outreach
from tests.ladder import Ladder, Server
from tests.scans import watched

Started = Callable[[Server], Outreach]


@pytest.fixture(scope="session")
def rounds(request: pytest.FixtureRequest) -> int:
    """How often a fault is repeated: more often with `--long`."""
    return 5 if request.config.getoption("--long") else 2


@pytest.fixture
async def outreach(tmp_path: Path, ladder: Ladder, mongo_url: str) -> AsyncIterator[Started]:
    """Makes a service on a broker, and ends it after the test."""
    made: list[Outreach] = []

    def make(kafka: Server) -> Outreach:
        made.append(Outreach(tmp_path, mongo_url, kafka, watched(ladder.scans)))
        return made[-1]

    yield make
    for service in made:
        service.child.kill()
