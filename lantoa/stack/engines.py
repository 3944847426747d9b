"""Engines that really run: a database and a broker, each one child process with an address.

Used by the supervisor and by the tests. Synchronous: a call returns when the engine answers, or has stopped.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from chassis import replica_set
from chassis.clock import monotonic
from lantoa.problems import CommandError
from lantoa.stack import kafka, mongo
from lantoa.stack.mongo import DatabaseKind
from lantoa.stack.ports import LOOPBACK, accepts, free_port
from lantoa.stack.processes import Child

START_SECONDS = 60.0
TRANSACTION_SECONDS = 10  # how long a killed service can hold up its successor; our transactions take under one
_POLL_SECONDS = 0.05


@dataclass
class Engine:
    """A running server. `url` is what its clients are given, `kind` says which engine it is."""

    kind: str
    url: str
    port: int
    child: Child
    is_ready: Callable[[], bool]
    is_idempotent: bool = True

    @property
    def is_running(self) -> bool:
        """Whether the process is alive."""
        return self.child.is_running

    def start(self) -> None:
        """Start the process and wait until it answers; `engine_failed` with the end of its log if it never does."""
        is_up = False
        self.child.start()
        try:
            is_up = self._answers_in_time()
        finally:
            if not is_up:
                self.child.stop()
        if not is_up:
            raise _failed(self.child)

    def _answers_in_time(self) -> bool:
        deadline = monotonic() + START_SECONDS
        while self.child.is_running and monotonic() < deadline:
            if self.is_ready():
                return True
            time.sleep(_POLL_SECONDS)
        return False

    def stop(self) -> None:
        """SIGTERM, SIGKILL after 10 s."""
        self.child.stop()

    def kill(self) -> None:
        """SIGKILL, as a crash would do it."""
        self.child.kill()

    def restart(self) -> None:
        """Stop it if it runs and start it again on the same port and data (Tansu has no data to keep)."""
        self.stop()
        self.start()


def start_database(folder: Path, port: int, *, name: str = "mongo", log: Path | None = None) -> Engine:
    """The first database of the ladder on `127.0.0.1:port`, its data in `folder/<kind>`, ready for transactions."""
    server = mongo.require_database()
    data = mongo.claim_folder(folder, server)
    child = Child(name, server.command(data, port), log or folder / "logs" / "mongo.log")
    engine = Engine(server.kind, server.url(port), port, child, lambda: takes_writes(server.kind, port))
    engine.start()
    return engine


def start_broker(folder: Path, port: int, *, controller_port: int | None = None, log: Path | None = None) -> Engine:
    """The first broker of the ladder on `127.0.0.1:port`; `url` is the bootstrap address without a scheme."""
    broker = kafka.require_broker()
    start = kafka.prepare(broker, folder, port, controller_port=controller_port or free_port())
    child = Child("kafka", start.command, log or folder / "logs" / "kafka.log", start.environment)
    engine = Engine(
        broker.kind, f"{LOOPBACK}:{port}", port, child, lambda: kafka.answers(port), is_idempotent=broker.is_idempotent
    )
    engine.start()
    return engine


def takes_writes(kind: DatabaseKind, port: int) -> bool:
    """Whether the server on the port is ready for transactions; a new `mongod` is made a replica set on the way."""
    if not accepts(port):
        return False
    address = f"{LOOPBACK}:{port}"
    if kind is DatabaseKind.MONGOD:
        replica_set.initiate(address, mongo.REPLICA_SET)
    if not replica_set.answers(address):
        return False
    replica_set.limit_transactions(address, seconds=TRANSACTION_SECONDS)
    return True


def _failed(child: Child) -> CommandError:
    return CommandError(
        "engine_failed",
        vi=f"{child.name} không khởi động được. Cuối tệp nhật ký: {child.last_lines()}",
        en=f"{child.name} did not start. The end of its log: {child.last_lines()}",
        where=str(child.log),
    )
