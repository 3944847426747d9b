"""One database for the tests of services, and tokens of whom they act as."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from chassis.identity import DevelopmentIssuer
from lantoa.stack.engines import start_database
from lantoa.stack.ports import free_port


@pytest.fixture(scope="session")
def mongo_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a database of the ladder, for the whole session."""
    engine = start_database(tmp_path_factory.mktemp("mongo"), free_port())
    yield engine.url
    engine.kill()


@pytest.fixture(scope="session")
def issuer(tmp_path_factory: pytest.TempPathFactory) -> DevelopmentIssuer:
    """Signs tokens that the services under test accept."""
    return DevelopmentIssuer(tmp_path_factory.mktemp("issuer"))


@pytest.fixture(scope="session")
def token(issuer: DevelopmentIssuer) -> Callable[..., str]:
    """A token of a role; people of one role and scope with different names are different subjects."""

    def sign(role: str, scope: str | None = None, name: str = "a") -> str:
        subject = f"{role}:{scope}:{name}"
        return issuer.token(role, scope, subject=subject, name=subject, lifetime=timedelta(hours=1))

    return sign


@pytest.fixture(scope="session")
def jwks(issuer: DevelopmentIssuer) -> Path:
    """The file of public keys."""
    return issuer.jwks_path
