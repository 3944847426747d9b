"""`lantoa doctor` finds what is there and says how to get what is not."""

from pathlib import Path

import orjson
import pytest
from typer.testing import CliRunner

from lantoa.app import app
from lantoa.checks import examine
from lantoa.stack.layout import DataFolder


def _check(tmp_path: Path, name: str) -> dict[str, object]:
    outcome = CliRunner().invoke(app, ["doctor", "--json", "--data", str(tmp_path)])
    checks = {check["name"]: check for check in orjson.loads(outcome.stdout)}
    found: dict[str, object] = checks[name]
    return found


def test_what_a_stack_needs_is_found_here(tmp_path: Path) -> None:
    checks = {check.name: check for check in examine(DataFolder(tmp_path), 8570)}
    assert checks["Python"].ok and checks["database"].ok and checks["broker"].ok


def test_a_wrong_path_to_the_database_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANTOA_MONGOD", "/nowhere/mongod")
    check = _check(tmp_path, "database")
    assert check["ok"] is False and check["found"] == "/nowhere/mongod"
    assert "LANTOA_MONGOD" in str(check["advice_en"]) and "LANTOA_MONGOD" in str(check["advice_vi"])


def test_a_wrong_kafka_home_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAFKA_HOME", str(tmp_path))
    assert _check(tmp_path, "broker")["ok"] is False


def test_kafka_itself_is_optional(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KAFKA_HOME", raising=False)
    check = _check(tmp_path, "KAFKA_HOME")
    assert check["ok"] is False and check["required"] is False
