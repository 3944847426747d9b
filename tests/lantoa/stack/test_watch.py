"""A crashed child is started again, later and later; a steady minute forgets."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from lantoa.stack.processes import Child
from lantoa.stack.watch import LONGEST_DELAY_SECONDS, STEADY_SECONDS, Watch, delay


@pytest.fixture
def watch(tmp_path: Path) -> Iterator[Watch]:
    watch = Watch(Child("sleeper", ("sleep", "60"), tmp_path / "log"))
    watch.start(now=0.0)
    yield watch
    watch.child.kill()


def test_a_running_child_is_left_alone(watch: Watch) -> None:
    pid = watch.child.pid
    assert not watch.tend(now=1.0)
    assert watch.child.pid == pid and watch.crashes == 0


def test_a_crashed_child_returns_after_its_delay(watch: Watch) -> None:
    watch.child.kill()
    assert not watch.tend(now=1.0)
    assert not watch.tend(now=1.4)
    assert watch.tend(now=1.5)
    assert watch.child.is_running
    watch.child.kill()
    assert not watch.tend(now=2.0)
    assert not watch.tend(now=2.9)
    assert watch.tend(now=3.0)
    assert watch.crashes == 2


def test_a_steady_minute_forgets_old_crashes(watch: Watch) -> None:
    watch.crashes = 7
    watch.child.kill()
    watch.tend(now=STEADY_SECONDS + 1)
    assert watch.crashes == 1


def test_delays_grow_and_are_bounded() -> None:
    assert [delay(n) for n in (1, 2, 3, 4)] == [0.5, 1.0, 2.0, 4.0]
    assert delay(50) == LONGEST_DELAY_SECONDS
