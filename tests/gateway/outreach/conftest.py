"""A gateway before the real outreach service; the other services are the upstream of all tests."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from chassis.identity import DevelopmentIssuer
from gateway.settings import GatewaySettings
from tests.gateway.upstream import served
from tests.services.outreach.conftest import admitted, service


@pytest.fixture
async def outreach_url(mongo_url: str, tmp_path: Path) -> AsyncIterator[str]:
    """Where the outreach service answers, on a database in which two provinces may send."""
    running = service(await admitted(mongo_url), DevelopmentIssuer(tmp_path).jwks_path)
    async with served(running.app) as url:
        yield url
    await running.close()


@pytest.fixture
def settings(settings: GatewaySettings, outreach_url: str) -> GatewaySettings:
    """Outreach is asked for at the real service, which gets more time than a stand-in."""
    return settings.model_copy(update={"outreach_url": outreach_url, "call_seconds": 5.0})
