"""The supervisor: one process that starts engines, services and gateway, keeps them alive and takes them down.

Run as `python -m lantoa.stack.supervisor DATA PORT_BASE`; its state file tells the rest of the world how far it is.
A signal ends it in order: gateway, services, broker, database. Killed, it takes its children along at once.
"""

import os
import signal
import sys
import time
from pathlib import Path
from types import FrameType

from chassis.clock import monotonic
from chassis.identity import DevelopmentIssuer
from lantoa.problems import CommandError
from lantoa.stack import given, programs, state
from lantoa.stack.engines import Engine, start_broker, start_database
from lantoa.stack.layout import DataFolder
from lantoa.stack.mongo import require_database
from lantoa.stack.ports import StackPorts, free_port, require_free
from lantoa.stack.processes import GRACE_SECONDS, Child
from lantoa.stack.readiness import is_ready
from lantoa.stack.state import DATABASE, SERVICES, EngineState, StackState, database_name
from lantoa.stack.watch import Watch

CRASHES_AT_START = 4
_LOOK_SECONDS = 0.2


class Supervisor:
    """The processes of one data folder, from the first start to the last stop."""

    def __init__(self, data: DataFolder, port_base: int) -> None:
        self._data = data
        self._ports = StackPorts.from_base(port_base)
        self._engines: list[Engine] = []
        self._watches: list[Watch] = []
        self._state = StackState(supervisor=os.getpid(), port_base=port_base)

    def run(self) -> None:
        """Start everything and look after it until a signal comes. Whatever happens, nothing is left running."""
        with self._data.locked():
            require_free(self._ports)
            try:
                self._publish(waiting_for=("mongo", "kafka"))
                self._start_engines()
                self._start_programs()
                self._look_after()
            finally:
                _ignore_signals()
                self._stop()

    def _start_engines(self) -> None:
        if found := given.database():
            self._know(DATABASE, found)
        elif require_database().is_shared:
            self._start_database(DATABASE, self._data.engines, self._ports.mongo)
        else:
            for service in SERVICES:
                self._start_database(database_name(service), self._data.engines / service, free_port())
        self._publish(waiting_for=("kafka",))
        self._know("kafka", given.broker() or self._adopt(self._start_broker()))

    def _start_database(self, name: str, folder: Path, port: int) -> None:
        self._know(name, self._adopt(start_database(folder, port, name=name, log=self._data.log(name))))

    def _start_broker(self) -> Engine:
        controller, log = self._ports.kafka_controller, self._data.log("kafka")
        return start_broker(self._data.engines, self._ports.kafka, controller_port=controller, log=log)

    def _adopt(self, engine: Engine) -> EngineState:
        self._engines.append(engine)
        self._watches.append(Watch(engine.child, started_at=monotonic()))
        return EngineState(kind=engine.kind, url=engine.url, is_idempotent=engine.is_idempotent)

    def _know(self, name: str, engine: EngineState) -> None:
        self._state = self._state.model_copy(update={"engines": {**self._state.engines, name: engine}})

    def _start_programs(self) -> None:
        installed = [name for name in programs.PROGRAMS if programs.is_installed(name)]
        missing = tuple(name for name in programs.PROGRAMS if name not in installed)
        jwks = DevelopmentIssuer(self._data.issuer).jwks_path
        for name in installed:
            watch = Watch(programs.child(name, data=self._data, state=self._state, jwks=jwks))
            self._watches.append(watch)
            watch.start(monotonic())
        self._publish(missing=missing, waiting_for=tuple(sorted(installed)))

    def _look_after(self) -> None:
        while True:
            restarted = {watch.child.name for watch in self._watches if watch.tend(monotonic())}
            if self._state.phase == "starting":
                self._give_up_on_failing()
            pending = {*self._state.waiting_for, *restarted} & {*programs.PROGRAMS}
            waiting = tuple(name for name in sorted(pending) if not is_ready(self._state.url_of(name)))
            if restarted or waiting != self._state.waiting_for or self._state.phase == "starting":
                self._publish(waiting_for=waiting, phase=self._state.phase if waiting else "ready")
            time.sleep(_LOOK_SECONDS)

    def _give_up_on_failing(self) -> None:
        """A service that never came up will not by waiting; one that crashes later is started again for ever."""
        for watch in self._watches:
            if watch.crashes >= CRASHES_AT_START:
                raise _keeps_failing(watch.child)

    def _stop(self) -> None:
        """Services first and side by side, so that they can still say good-bye to the engines; then the engines."""
        self._publish(phase="stopping")
        engines = [engine.child for engine in self._engines]
        services = [watch.child for watch in self._watches if watch.child not in engines]
        for service in services:
            service.ask_to_stop()
        deadline = monotonic() + GRACE_SECONDS
        for service in services:
            service.stop(max(0.1, deadline - monotonic()))
        for engine in reversed(self._engines):
            engine.stop()
        self._data.state.unlink(missing_ok=True)

    def _publish(self, **changes: object) -> None:
        processes = {watch.child.name: watch.child.pid for watch in self._watches if watch.child.pid}
        self._state = self._state.model_copy(update={"processes": processes, **changes})
        state.write(self._data, self._state)


def _keeps_failing(child: Child) -> CommandError:
    return CommandError(
        "service_keeps_failing",
        vi=f"{child.name} không khởi động được. Cuối tệp nhật ký: {child.last_lines()}",
        en=f"{child.name} does not start. The end of its log: {child.last_lines()}",
        where=str(child.log),
    )


def _ignore_signals() -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)


def _leave(_number: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)


def main() -> None:
    """Entry of the process. A problem goes to its standard error, which is its log."""
    folder, port_base = sys.argv[1:]
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _leave)
    try:
        Supervisor(DataFolder(Path(folder)), int(port_base)).run()
    except CommandError as problem:
        sys.stderr.write(problem.to_json() + "\n")
        raise SystemExit(1) from problem


if __name__ == "__main__":
    main()
