"""`lantoa token` prints a token that services accept, and nothing else."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from chassis.identity import Grant, Verifier, Viewer
from chassis.settings import ProcessSettings
from contracts.vocabulary import Role
from lantoa.app import app
from lantoa.problems import CommandError
from lantoa.running import RunningStack
from lantoa.stack.layout import DataFolder
from lantoa.stack.state import StackState
from lantoa.tokens import parse_role


def _token(data: Path, *arguments: str) -> str:
    outcome = CliRunner().invoke(app, ["token", *arguments, "--data", str(data)])
    assert outcome.exit_code == 0, outcome.exception
    assert outcome.stderr == ""
    (line,) = outcome.stdout.splitlines()
    return line


def _refusal(data: Path, *arguments: str) -> CommandError:
    outcome = CliRunner().invoke(app, ["token", *arguments, "--data", str(data)])
    assert isinstance(outcome.exception, CommandError)
    assert outcome.stdout == ""
    return outcome.exception


async def _viewer(data: Path, token: str) -> Viewer:
    settings = ProcessSettings(jwks=str(data / "issuer" / "jwks.json"))
    return await Verifier(settings).viewer(f"Bearer {token}")


async def test_a_token_grants_the_role_for_the_place(tmp_path: Path) -> None:
    token = _token(tmp_path, "provincial-officer", "--scope", "H57", "--name", "Lê Thị An")
    viewer = await _viewer(tmp_path, token)
    assert viewer.grants == (Grant("provincial_officer", "H57"),)
    assert viewer.name == "Lê Thị An"


async def test_two_people_of_one_role_are_two_subjects(tmp_path: Path) -> None:
    first = await _viewer(tmp_path, _token(tmp_path, "auditor", "--name", "A"))
    second = await _viewer(tmp_path, _token(tmp_path, "auditor", "--name", "B"))
    assert first.subject != second.subject


async def test_a_token_lives_as_long_as_it_was_asked(tmp_path: Path) -> None:
    month = await _viewer(tmp_path, _token(tmp_path, "operator"))
    day = await _viewer(tmp_path, _token(tmp_path, "operator", "--days", "1"))
    assert month.expires_at is not None and day.expires_at is not None
    assert 28.5 * 86400 < month.expires_at - day.expires_at < 29.5 * 86400


def test_the_private_key_is_for_its_owner_only(tmp_path: Path) -> None:
    _token(tmp_path, "operator")
    private = [file for file in (tmp_path / "issuer").iterdir() if b"PRIVATE" in file.read_bytes()]
    assert [file.stat().st_mode & 0o777 for file in private] == [0o600]


@pytest.mark.parametrize("text", ["body-officer", "body_officer", "Body-Officer"])
def test_roles_are_written_either_way(text: str) -> None:
    assert parse_role(text) == "body_officer"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("minister",), "unknown_role"),
        (("public",), "unknown_role"),
        (("emitter",), "scope_missing"),
        (("emitter", "--scope", "57"), "scope_malformed"),
    ],
)
def test_a_token_that_would_be_useless_is_refused(tmp_path: Path, arguments: tuple[str, ...], code: str) -> None:
    assert _refusal(tmp_path, *arguments).code == code
    assert not (tmp_path / "issuer").exists()


def test_production_has_no_issuer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANTOA_ENVIRONMENT", "production")
    assert _refusal(tmp_path, "operator").code == "no_issuer_in_production"
    assert not (tmp_path / "issuer").exists()


def test_a_given_token_is_used_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stack = RunningStack(DataFolder(tmp_path), StackState(supervisor=0, port_base=8080))
    monkeypatch.setenv("LANTOA_ENVIRONMENT", "production")
    monkeypatch.setenv("LANTOA_TOKEN", "from-the-identity-provider")
    assert stack.token(Role.OPERATOR) == "from-the-identity-provider"
