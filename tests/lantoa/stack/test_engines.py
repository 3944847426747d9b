"""Engines start, survive a kill with their data, stop, and die with the process that started them."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient

from lantoa.problems import CommandError
from lantoa.stack import kafka
from lantoa.stack.engines import Engine, start_broker, start_database
from lantoa.stack.kafka import BrokerKind
from lantoa.stack.ports import accepts, free_port


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Engine]:
    engine = start_database(tmp_path, free_port())
    yield engine
    engine.kill()


def test_a_database_keeps_what_it_acknowledged_over_a_kill(database: Engine) -> None:
    with MongoClient[dict[str, Any]](database.url) as client:
        client.probe.things.insert_one({"_id": "kept"})
    database.kill()
    assert not accepts(database.port)
    database.restart()
    with MongoClient[dict[str, Any]](database.url) as client:
        assert client.probe.things.find_one({"_id": "kept"}) is not None


def test_a_database_has_transactions(database: Engine) -> None:
    with MongoClient[dict[str, Any]](database.url) as client, client.start_session() as session:
        with session.start_transaction():
            client.probe.things.insert_one({"_id": "undone"}, session=session)
            session.abort_transaction()
        assert client.probe.things.count_documents({}) == 0


@pytest.mark.parametrize("home", [None, *filter(None, [os.environ.get("KAFKA_HOME")])])
def test_a_broker_answers_until_it_is_stopped(
    tmp_path: Path, home: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    if home is None:
        monkeypatch.delenv("KAFKA_HOME", raising=False)
    broker = start_broker(tmp_path, free_port())
    try:
        assert broker.kind == (BrokerKind.KAFKA if home else BrokerKind.TANSU)
        assert kafka.answers(broker.port)
        broker.kill()
        assert not kafka.answers(broker.port)
        broker.restart()
        assert kafka.answers(broker.port)
    finally:
        broker.stop()
    assert not accepts(broker.port)


def test_a_folder_of_another_engine_is_refused(database: Engine, tmp_path: Path) -> None:
    (tmp_path / f"{database.kind}.engine").write_text("another\n")
    with pytest.raises(CommandError, match="foreign_data_folder"):
        start_database(tmp_path, free_port())


def test_a_failing_engine_shows_the_end_of_its_log(database: Engine, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="engine_failed") as failure:
        start_database(tmp_path, free_port(), log=tmp_path / "second.log")
    assert failure.value.where == str(tmp_path / "second.log")


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's promise exists on Linux only")
def test_an_engine_dies_with_a_killed_parent(tmp_path: Path) -> None:
    port = free_port()
    code = (
        "import sys, time; from pathlib import Path; from lantoa.stack.engines import start_broker;"
        f"start_broker(Path({str(tmp_path)!r}), {port}); print('up', flush=True); time.sleep(60)"
    )
    environment = {name: value for name, value in os.environ.items() if name != "KAFKA_HOME"}
    parent = subprocess.Popen((sys.executable, "-c", code), stdout=subprocess.PIPE, env=environment)
    assert parent.stdout is not None and parent.stdout.readline() == b"up\n"
    assert accepts(port)
    parent.send_signal(signal.SIGKILL)
    parent.communicate()
    deadline = time.monotonic() + 5
    while accepts(port) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not accepts(port)
