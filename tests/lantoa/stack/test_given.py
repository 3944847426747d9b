"""Engines that run already are used where the environment names them, and refused when nothing answers there."""

from pathlib import Path

import pytest

from lantoa.problems import CommandError
from lantoa.stack import given
from lantoa.stack.engines import start_broker, start_database
from lantoa.stack.ports import free_port


@pytest.fixture(autouse=True)
def nothing_given(monkeypatch: pytest.MonkeyPatch) -> None:
    """Begins without any."""
    for name in (given.DATABASE, given.BROKER, given.IDEMPOTENT):
        monkeypatch.delenv(name, raising=False)


def test_without_a_name_nothing_is_given() -> None:
    assert (given.database(), given.broker()) == (None, None)


def test_a_database_and_a_broker_that_answer_are_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    database, broker = start_database(tmp_path, free_port()), start_broker(tmp_path, free_port())
    monkeypatch.setenv(given.DATABASE, database.url)
    monkeypatch.setenv(given.BROKER, f"127.0.0.1:1,{broker.url}")
    monkeypatch.setenv(given.IDEMPOTENT, "false")
    try:
        known, spoken = given.database(), given.broker()
    finally:
        database.kill()
        broker.kill()
    assert known and (known.kind, known.url, known.is_given) == ("given", database.url, True)
    assert spoken and (spoken.is_idempotent, spoken.is_given) == (False, True)


@pytest.mark.parametrize(("name", "value"), [(given.DATABASE, "mongodb://u:p@127.0.0.1:1/"), (given.BROKER, "x:1,y")])
def test_what_does_not_answer_is_named_without_its_password(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    monkeypatch.setattr(given, "PATIENCE_SECONDS", 0.5)
    with pytest.raises(CommandError) as problem:
        given.database()
        given.broker()
    assert problem.value.code == "engine_unreachable"
    assert name in problem.value.en and ":p@" not in str(problem.value.where)
