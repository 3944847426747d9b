"""Tokens of whom the tests of services act as."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from chassis.identity import DevelopmentIssuer


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
