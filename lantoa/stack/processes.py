"""One child process: started with its own log file, tied to the life of its parent, stopped politely and then firmly.

A child never outlives the process that started it, not even when that one is killed: on Linux the kernel is asked to
kill the child with its parent (PR_SET_PDEATHSIG). That promise counts from the *thread* that started the child, so
start children from the main thread. On other systems only an orderly stop takes the children along.
"""

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

GRACE_SECONDS = 10.0
_SET_PARENT_DEATH_SIGNAL = 1
_LIBC = ctypes.CDLL(None)


def _die_with(parent: int) -> None:
    """Runs in the child before exec. A parent that died before the request is noticed by its changed id."""
    if sys.platform == "linux":
        _LIBC.prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


@dataclass
class Child:
    """A command that runs while its parent runs. `environment` is added to the parent's own.

    Only a child that is meant to stay when a command returns is not `is_tied`.
    """

    name: str
    command: tuple[str, ...]
    log: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    is_tied: bool = True
    _process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @property
    def pid(self) -> int | None:
        """Process id of the latest start, None before the first."""
        return self._process.pid if self._process else None

    @property
    def exit_code(self) -> int | None:
        """Exit code of the latest start, None while it runs or before the first."""
        return self._process.poll() if self._process else None

    @property
    def is_running(self) -> bool:
        """Whether the process is alive."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Start it unless it runs; output is appended to the log. Its own session keeps Ctrl-C for the parent."""
        if self.is_running:
            return
        self.log.parent.mkdir(parents=True, exist_ok=True)
        parent = os.getpid()
        with self.log.open("ab") as output:
            self._process = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env={**os.environ, **self.environment},
                start_new_session=True,
                preexec_fn=(lambda: _die_with(parent)) if self.is_tied else None,
            )

    def ask_to_stop(self) -> None:
        """Send SIGTERM and return at once, so that several children stop side by side."""
        if self._process and self.is_running:
            self._process.terminate()

    def stop(self, grace: float = GRACE_SECONDS) -> None:
        """SIGTERM, then SIGKILL after `grace` seconds; returns when the process is gone."""
        if self._process is None:
            return
        self.ask_to_stop()
        try:
            self._process.wait(grace)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """SIGKILL; returns when the process is gone."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def last_lines(self, count: int = 5) -> str:
        """The end of the log, to show beside a failure."""
        if not self.log.exists():
            return ""
        return "\n".join(self.log.read_text("utf-8", "replace").splitlines()[-count:])
