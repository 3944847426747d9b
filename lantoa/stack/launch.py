"""Starting and stopping the supervisor from a command, and waiting until the stack is ready."""

import contextlib
import os
import signal
import sys
import time
from collections.abc import Callable

from chassis.clock import monotonic
from lantoa.problems import CommandError
from lantoa.stack import state
from lantoa.stack.layout import DataFolder, already_running
from lantoa.stack.processes import Child
from lantoa.stack.state import StackState

READY_SECONDS = 180.0
# The supervisor gives its services 10 s side by side, then 10 s to each engine.
STOP_SECONDS = 35.0
_POLL_SECONDS = 0.1

Report = Callable[[StackState], None]


def launch(data: DataFolder, port_base: int, *, detached: bool) -> Child:
    """Start the supervisor in a process of its own; a detached one stays when this process ends."""
    if data.is_locked():
        raise already_running(data)
    command = (sys.executable, "-m", "lantoa.stack.supervisor", str(data.root.absolute()), str(port_base))
    supervisor = Child("supervisor", command, data.log("supervisor"), is_tied=not detached)
    supervisor.start()
    return supervisor


def await_ready(data: DataFolder, supervisor: Child, report: Report) -> StackState:
    """The state once everything that is installed is ready; `report` is told each state on the way.

    Raises what stopped the supervisor, or `not_ready_in_time` after three minutes.
    """
    deadline = monotonic() + READY_SECONDS
    while monotonic() < deadline:
        found = state.read(data)
        if found and found.supervisor == supervisor.pid:
            report(found)
            if found.phase == "ready":
                return found
        if not supervisor.is_running:
            raise CommandError.from_json(supervisor.last_lines(1)) or _ended(supervisor)
        time.sleep(_POLL_SECONDS)
    raise _not_ready(data, state.read(data))


def stop(data: DataFolder) -> bool:
    """Stop the stack on this folder and wait until it is gone; false when none ran."""
    found = state.read(data)
    if found is None:
        return False
    _signal(found.supervisor, signal.SIGTERM)
    deadline = monotonic() + STOP_SECONDS
    while data.is_locked():
        if monotonic() > deadline:
            _signal(found.supervisor, signal.SIGKILL)
        time.sleep(_POLL_SECONDS)
    return True


def _signal(pid: int, number: signal.Signals) -> None:
    """A process that ended in the meantime needs no signal."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)


def _ended(supervisor: Child) -> CommandError:
    return CommandError(
        "supervisor_ended",
        vi=f"Tiến trình giám sát đã dừng. Cuối tệp nhật ký: {supervisor.last_lines()}",
        en=f"The supervisor ended. The end of its log: {supervisor.last_lines()}",
        where=str(supervisor.log),
    )


def _not_ready(data: DataFolder, found: StackState | None) -> CommandError:
    names = ", ".join(found.waiting_for) if found else "supervisor"
    return CommandError(
        "not_ready_in_time",
        vi=f"Chưa sẵn sàng sau {READY_SECONDS:.0f} giây: {names}. Xem nhật ký.",
        en=f"Not ready after {READY_SECONDS:.0f} seconds: {names}. See the logs.",
        where=str(data.log("supervisor").parent),
    )
