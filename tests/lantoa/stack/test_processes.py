"""A child stops politely, is killed when it will not, writes to its log, and never outlives its parent."""

import sys
import time
from pathlib import Path

from chassis.clock import monotonic
from lantoa.stack.processes import Child

STUBBORN = "import signal, time; signal.signal(15, signal.SIG_IGN); print('deaf', flush=True); time.sleep(60)"


def _await_log(child: Child, text: str) -> None:
    deadline = monotonic() + 10
    while text not in child.last_lines() and monotonic() < deadline:
        time.sleep(0.02)
    assert text in child.last_lines()


def _await_end(child: Child) -> None:
    deadline = monotonic() + 10
    while child.is_running and monotonic() < deadline:
        time.sleep(0.02)
    assert not child.is_running


def test_a_child_sees_its_environment_and_writes_its_log(tmp_path: Path) -> None:
    code = "import os; print(os.environ['LANTOA_PORT'])"
    child = Child("probe", (sys.executable, "-c", code), tmp_path / "logs" / "probe.log", {"LANTOA_PORT": "4711"})
    child.start()
    _await_log(child, "4711")
    _await_end(child)
    assert child.exit_code == 0


def test_a_stubborn_child_is_killed_after_its_grace(tmp_path: Path) -> None:
    child = Child("stubborn", (sys.executable, "-c", STUBBORN), tmp_path / "log")
    child.start()
    _await_log(child, "deaf")
    began = monotonic()
    child.stop(grace=0.3)
    assert child.exit_code == -9
    assert 0.3 <= monotonic() - began < 5


def test_starting_a_running_child_changes_nothing(tmp_path: Path) -> None:
    child = Child("sleeper", ("sleep", "60"), tmp_path / "log")
    child.start()
    first = child.pid
    child.start()
    assert child.pid == first
    child.kill()
    child.start()
    assert child.is_running and child.pid != first
    child.kill()
