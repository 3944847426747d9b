"""The data folder of an embedded stack: what lies where in `.lantoa/`, and the lock that says whether it runs."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from chassis.clock import monotonic
from lantoa.problems import CommandError


@dataclass(frozen=True, slots=True)
class DataFolder:
    """Paths inside one data folder. Nothing is made before it is needed."""

    root: Path

    @property
    def state(self) -> Path:
        """The state file that the supervisor writes and every other command reads."""
        return self.root / "stack.json"

    @property
    def engines(self) -> Path:
        """Data of the engines, one folder per kind."""
        return self.root / "data"

    @property
    def issuer(self) -> Path:
        """Keys of the development issuer; readable by the owner only."""
        return self.root / "issuer"

    def log(self, process: str) -> Path:
        """The log of one process."""
        return self.root / "logs" / f"{process}.log"

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the folder for one supervisor; `already_running` when another holds it. The kernel lets go at death."""
        self.root.mkdir(parents=True, exist_ok=True)
        handle = os.open(self._lock, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            if not _lock_soon(handle):
                raise already_running(self)
            yield
        finally:
            os.close(handle)

    def is_locked(self) -> bool:
        """Whether a supervisor lives on this folder."""
        if not self._lock.exists():
            return False
        handle = os.open(self._lock, os.O_RDWR)
        try:
            return not _lock(handle)
        finally:
            os.close(handle)

    @property
    def _lock(self) -> Path:
        return self.root / "supervisor.lock"


def already_running(data: DataFolder) -> CommandError:
    """What is said when a second supervisor is asked for."""
    return CommandError(
        "already_running",
        vi="Ngăn xếp đang chạy trên thư mục này; xem `lantoa status`, dừng bằng `lantoa down`.",
        en="A stack already runs on this folder; see `lantoa status`, stop it with `lantoa down`.",
        where=str(data.root),
    )


def _lock_soon(handle: int) -> bool:
    """Try for a second: `is_locked` of another command holds the lock for a moment while it looks."""
    deadline = monotonic() + 1.0
    while not _lock(handle):
        if monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def _lock(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
