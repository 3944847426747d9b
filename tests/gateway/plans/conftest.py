"""A gateway before the real plans service, which counts its calls; the other services are the upstream of all tests."""

from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from starlette.types import ASGIApp, Receive, Scope, Send

from chassis.identity import DevelopmentIssuer
from gateway.settings import GatewaySettings
from services.plans.app import INDEXES, build
from services.plans.settings import PlansSettings
from tests.engines import fresh_database
from tests.gateway.upstream import served


@dataclass
class Counted:
    """A service that counts what it is asked, by path."""

    app: ASGIApp
    url: str = ""
    calls: Counter[str] = field(default_factory=Counter)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI entry."""
        self.calls[scope["path"]] += 1
        await self.app(scope, receive, send)


@pytest.fixture
async def service(mongo_url: str, tmp_path: Path) -> AsyncIterator[Counted]:
    """The plans service on an empty database."""
    database = fresh_database(mongo_url, "graph")
    await database.ensure_collections(INDEXES)
    jwks = DevelopmentIssuer(tmp_path).jwks_path
    running = build(PlansSettings(jwks=str(jwks), environment="development"), mongo=database)
    counted = Counted(running.app)
    async with served(counted) as url:
        counted.url = url
        yield counted
    await running.close()


@pytest.fixture
def settings(settings: GatewaySettings, service: Counted) -> GatewaySettings:
    """Plans are asked for at the real service, which gets more time than a stand-in."""
    return settings.model_copy(update={"plans_url": service.url, "call_seconds": 5.0})
