"""`lantoa up` brings a stack up, keeps it alive and leaves nothing behind, however it ends."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import orjson
import pytest
from typer.testing import CliRunner

from chassis.clock import monotonic
from lantoa.app import app
from lantoa.problems import CommandError
from lantoa.stack import launch, state
from lantoa.stack.layout import DataFolder
from lantoa.stack.ports import StackPorts, accepts, is_free
from lantoa.stack.state import DATABASE, StackState
from tests.lantoa.free_ports import free_base


def _eventually(condition: Callable[[], bool], seconds: float = 60.0) -> None:
    deadline = monotonic() + seconds
    while not condition() and monotonic() < deadline:
        time.sleep(0.05)
    assert condition()


def _is_alive(pid: int) -> bool:
    status = Path(f"/proc/{pid}/stat")
    return status.exists() and status.read_text().rsplit(")", 1)[1].split()[0] != "Z"


def _up(data: Path, base: int, *options: str, extra: dict[str, str] | None = None) -> subprocess.Popen[bytes]:
    command = (sys.executable, "-m", "lantoa", "up", "--empty", "--data", str(data), "--port-base", str(base), *options)
    environment = os.environ | (extra or {})
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment)


def _found(data: Path) -> StackState:
    found = state.read(DataFolder(data))
    assert found is not None
    return found


@pytest.fixture
def foreground(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A stack in the foreground, ready."""
    command = _up(tmp_path, free_base(), "--json")
    assert command.stdout is not None and command.stdout.readline() == b"{\n"
    yield command
    command.kill()
    command.communicate()


def test_a_background_stack_is_shown_and_stopped(tmp_path: Path) -> None:
    base = free_base()
    command = _up(tmp_path, base, "--detach", "--json")
    report = orjson.loads(command.communicate()[0])
    try:
        assert command.returncode == 0
        assert report["graph"] == f"http://127.0.0.1:{base}/graphql"
        assert set(report["services"]) == {"plans", "tasks", "outreach", "honors"}
        assert "operator" in report["tokens"]
        shown = orjson.loads(CliRunner().invoke(app, ["status", "--json", "--data", str(tmp_path)]).stdout)
        assert {"graph", "live", "ingest", "kafka", "services"} <= set(shown)
        pids = _found(tmp_path).processes.values()
        assert all(_is_alive(pid) for pid in pids)
        again = CliRunner().invoke(app, ["up", "--data", str(tmp_path)])
        assert isinstance(again.exception, CommandError) and again.exception.code == "already_running"
    finally:
        stopped = CliRunner().invoke(app, ["down", "--json", "--data", str(tmp_path)])
    assert orjson.loads(stopped.stdout) == {"stopped": True}
    assert not any(_is_alive(pid) for pid in pids)
    assert all(is_free(port) for port in StackPorts.from_base(base).all())


def test_a_crashed_engine_returns(tmp_path: Path, foreground: subprocess.Popen[bytes]) -> None:
    before = _found(tmp_path)
    name = next(name for name in before.processes if name.startswith(DATABASE))
    port = urlsplit(before.engines[name].url).port or 0
    os.kill(before.processes[name], signal.SIGKILL)
    _eventually(lambda: _found(tmp_path).processes[name] != before.processes[name] and accepts(port))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_leaves_nothing_behind(
    tmp_path: Path, foreground: subprocess.Popen[bytes], number: signal.Signals
) -> None:
    found = _found(tmp_path)
    foreground.send_signal(number)
    foreground.wait(launch.STOP_SECONDS)
    assert not any(_is_alive(pid) for pid in (found.supervisor, *found.processes.values()))
    assert not DataFolder(tmp_path).is_locked()


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's promise exists on Linux only")
@pytest.mark.parametrize("victim", ["command", "supervisor"])
def test_a_killed_parent_takes_everything_along(
    tmp_path: Path, foreground: subprocess.Popen[bytes], victim: str
) -> None:
    found = _found(tmp_path)
    os.kill(found.supervisor if victim == "supervisor" else foreground.pid, signal.SIGKILL)
    _eventually(lambda: not any(_is_alive(pid) for pid in (found.supervisor, *found.processes.values())), 10)
    foreground.communicate(timeout=10)
    assert foreground.returncode != 0
    assert state.read(DataFolder(tmp_path)) is None


def test_a_taken_port_is_said_before_anything_starts(tmp_path: Path, foreground: subprocess.Popen[bytes]) -> None:
    base = _found(tmp_path).port_base
    second = _up(tmp_path / "second", base, "--json")
    _, errors = second.communicate(timeout=60)
    problem = orjson.loads(errors.splitlines()[-1])
    assert second.returncode == 1
    assert problem["code"] == "port_taken" and str(StackPorts.from_base(base).kafka) in problem["where"]


def test_a_service_that_cannot_start_is_named_with_its_reason(tmp_path: Path) -> None:
    command = _up(tmp_path, free_base(), "--json", extra={"LANTOA_LOG_LEVEL": "NOISE"})
    _, errors = command.communicate(timeout=90)
    problem = orjson.loads(errors.splitlines()[-1])
    assert command.returncode == 1
    assert problem["code"] == "service_keeps_failing" and "NOISE" in problem["en"]
    assert not DataFolder(tmp_path).is_locked()


def test_without_a_stack_status_says_how_to_start_one(tmp_path: Path) -> None:
    outcome = CliRunner().invoke(app, ["status", "--data", str(tmp_path)])
    assert isinstance(outcome.exception, CommandError)
    assert outcome.exception.code == "not_running" and "lantoa up" in outcome.exception.en
    stopped = CliRunner().invoke(app, ["down", "--json", "--data", str(tmp_path)])
    assert orjson.loads(stopped.stdout) == {"stopped": False}
