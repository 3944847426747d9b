"""Whom we believe: signed by a known key, for us, and not expired; everything else is a 401 and never a fault."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jwt
import orjson
import pytest

from chassis import identity
from chassis.identity import PUBLIC, DevelopmentIssuer, Grant, Verifier
from chassis.problems import Problem
from chassis.settings import ProcessSettings

HOUR = timedelta(hours=1)


@pytest.fixture
def issuer(tmp_path: Path) -> DevelopmentIssuer:
    """An issuer with a key of its own."""
    return DevelopmentIssuer(tmp_path / "issuer")


@pytest.fixture
def verifier(issuer: DevelopmentIssuer) -> Verifier:
    """Believes that issuer."""
    return Verifier(ProcessSettings(jwks=str(issuer.jwks_path)))


def token(issuer: DevelopmentIssuer, lifetime: timedelta = HOUR) -> str:
    """A token of an officer of Huế."""
    return issuer.token("body_officer", "H57", subject="s", name="n", lifetime=lifetime)


def signed(issuer: DevelopmentIssuer, *, key: Any = None, algorithm: str = "ES256", **claims: object) -> str:
    """A token with claims of one's own; None leaves a claim out."""
    kid = jwt.get_unverified_header(token(issuer))["kid"]
    usual = {"iss": "lantoa-development", "aud": "lantoa", "sub": "s", "exp": datetime.now(UTC) + HOUR, "grants": []}
    present = {name: value for name, value in (usual | claims).items() if value is not None}
    return jwt.encode(present, key or issuer._key, algorithm=algorithm, headers={"kid": kid})


async def is_refused(verifier: Verifier, authorization: str) -> bool:
    """Whether the header is answered with `unauthenticated`."""
    with pytest.raises(Problem) as refused:
        await verifier.viewer(authorization)
    return refused.value.slug == "unauthenticated"


async def test_a_good_token_makes_its_viewer_and_none_the_public(issuer: DevelopmentIssuer, verifier: Verifier) -> None:
    viewer = await verifier.viewer(f"Bearer {token(issuer)}")
    assert (viewer.subject, viewer.grants) == ("s", (Grant("body_officer", "H57"),))
    assert await verifier.viewer(None) is PUBLIC


async def test_an_expired_token_is_refused_also_when_it_was_known(
    issuer: DevelopmentIssuer, verifier: Verifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await is_refused(verifier, f"Bearer {token(issuer, timedelta(seconds=-60))}")
    known = token(issuer, timedelta(seconds=-10))  # within the leeway for clocks that differ
    assert (await verifier.verify(known)).subject == "s"
    aging = token(issuer, timedelta(seconds=1))
    await verifier.verify(aging)
    later = datetime.now(UTC) + timedelta(seconds=90)
    monkeypatch.setattr(identity.clock, "now", lambda: later)
    monkeypatch.setattr("jwt.api_jwt.datetime", _Later)
    assert await is_refused(verifier, f"Bearer {aging}")


class _Later(datetime):
    """Ninety seconds from now, for the library that checks tokens."""

    @classmethod
    def now(cls, tz: Any = None) -> "_Later":
        return super().now(tz) + timedelta(seconds=90)


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "somebody"},
        {"aud": "others"},
        {"exp": None},
        {"sub": None},
        {"grants": 5},
        {"grants": ["x"]},
        {"grants": [{}]},
    ],
)
async def test_claims_that_are_not_for_us_are_refused(
    issuer: DevelopmentIssuer, verifier: Verifier, claims: dict[str, object]
) -> None:
    assert await is_refused(verifier, f"Bearer {signed(issuer, **claims)}")


@pytest.mark.parametrize(
    "header", ["Bearer", "Bearer ", "Basic eDp5", "Bearer a.b.c", "Bearer é", "Bearer " + "x" * 9000]
)
async def test_a_header_that_holds_no_token_is_refused(verifier: Verifier, header: str) -> None:
    assert await is_refused(verifier, header)


async def test_another_key_and_a_weaker_algorithm_are_refused(
    issuer: DevelopmentIssuer, verifier: Verifier, tmp_path: Path
) -> None:
    stranger = DevelopmentIssuer(tmp_path / "stranger")
    assert await is_refused(verifier, f"Bearer {token(stranger)}")
    assert await is_refused(verifier, f"Bearer {signed(issuer, key=stranger._key)}")
    assert await is_refused(verifier, f"Bearer {signed(issuer, key='x' * 32, algorithm='HS256')}")
    assert await is_refused(verifier, f"Bearer {jwt.encode({'sub': 's'}, None, algorithm='none')}")


async def test_a_new_key_is_learned_and_an_old_one_kept_while_the_keys_cannot_be_read(
    issuer: DevelopmentIssuer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(identity, "KEYS_PAUSE_SECONDS", 0.0)
    successor, published = DevelopmentIssuer(tmp_path / "successor"), tmp_path / "published.json"
    published.write_bytes(issuer.jwks_path.read_bytes())
    verifier = Verifier(ProcessSettings(jwks=str(published)))
    assert (await verifier.verify(token(issuer))).subject == "s"
    keys = [orjson.loads(path.read_bytes())["keys"][0] for path in (issuer.jwks_path, successor.jwks_path)]
    published.write_bytes(orjson.dumps({"keys": keys}))
    assert (await verifier.verify(token(successor))).subject == "s"
    published.write_bytes(b"<html>maintenance</html>")
    assert await is_refused(verifier, f"Bearer {token(DevelopmentIssuer(tmp_path / 'unknown'))}")
    assert (await verifier.verify(token(successor))).subject == "s"
