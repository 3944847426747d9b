"""Which database server the embedded stack runs, with which flags, and in which folder.

The first that is found: the one LANTOA_MONGOD names, `mongod`, `secantusd-rs`, and SecantusDB from PyPI
(`secantusd-py`, GPL, always a process of its own). One engine must never open another's folder: a SecantusDB folder
opened by the wrong kind shows its documents with empty indexes and no error. So each kind has a folder and a marker.

Of `secantusd-py` each service has one for itself and takes turns on it. A page of its storage that anybody stands on
cannot be split; beyond 5 MB each reader sleeps at each look at it, holding the lock for which the others wait where
they stand. Four services on one new server held each other up for minutes, and so did one under reads (measured).
"""

import os
import shutil
import sys
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from lantoa.problems import CommandError
from lantoa.stack.ports import LOOPBACK

REPLICA_SET = "rs0"


class DatabaseKind(StrEnum):
    """The engines that were tried; the value names the data folder."""

    MONGOD = "mongod"
    SECANTUS_RS = "mongo-rs"
    SECANTUS_PY = "mongo-py"


@dataclass(frozen=True, slots=True)
class DatabaseServer:
    """A server program on this machine."""

    kind: DatabaseKind
    program: str

    @property
    def is_shared(self) -> bool:
        """Whether one server carries all services."""
        return self.kind is not DatabaseKind.SECANTUS_PY

    def command(self, folder: Path, port: int) -> tuple[str, ...]:
        """The command line. Every commit reaches the disk before it is acknowledged, on each kind."""
        if self.kind is DatabaseKind.MONGOD:
            return (
                self.program,
                "--replSet",
                REPLICA_SET,
                "--bind_ip",
                LOOPBACK,
                "--port",
                str(port),
                "--dbpath",
                str(folder),
            )
        common = ("--host", LOOPBACK, "--port", str(port), "--storage-path", str(folder), "--sync-on-commit")
        small_log = ("--log-file-max", "16MB") if self.kind is DatabaseKind.SECANTUS_RS else ()
        return (self.program, *common, "--cache-size", "1G", "--log-level", "WARNING", *small_log)

    def url(self, port: int) -> str:
        """What drivers connect to; SecantusDB's replica set is found by itself.

        `secantusd-py` walks every retryable write it remembers of the last half hour at each write, under one lock, and
        so grows slower by the minute. On loopback there is no election to retry after: the driver is told not to ask.
        """
        options = {
            DatabaseKind.MONGOD: f"?replicaSet={REPLICA_SET}",
            DatabaseKind.SECANTUS_RS: "",
            DatabaseKind.SECANTUS_PY: "?retryWrites=false&serverMonitoringMode=poll",
        }
        return f"mongodb://{LOOPBACK}:{port}/{options[self.kind]}"


def find_database() -> DatabaseServer | None:
    """The first server of the ladder, None where there is none. LANTOA_MONGOD must exist when it is set."""
    named = os.environ.get("LANTOA_MONGOD")
    if named:
        return DatabaseServer(_kind_of(named), _require_program(named))
    for name in ("mongod", "secantusd-rs"):
        if program := shutil.which(name):
            return DatabaseServer(_kind_of(name), program)
    if program := _beside_python("secantusd-py"):
        return DatabaseServer(DatabaseKind.SECANTUS_PY, program)
    return None


def require_database() -> DatabaseServer:
    """The first server of the ladder, or the problem `database_missing` that says how to get one."""
    found = find_database()
    if found is None:
        raise CommandError(
            "database_missing",
            vi="Không có máy chủ cơ sở dữ liệu: cài `pip install lantoa[embedded]`, hoặc đặt LANTOA_MONGOD.",
            en="No database server: run `pip install lantoa[embedded]`, or set LANTOA_MONGOD.",
        )
    return found


def claim_folder(folder: Path, server: DatabaseServer) -> Path:
    """Make `folder/<kind>` and mark it; refuse with `foreign_data_folder` one that another kind has marked."""
    data = folder / server.kind
    data.mkdir(parents=True, exist_ok=True)
    marker = folder / f"{server.kind}.engine"
    owner = marker.read_text("utf-8").strip() if marker.exists() else server.kind
    if owner != server.kind:
        raise CommandError(
            "foreign_data_folder",
            vi=f"Thư mục dữ liệu này của {owner}; {server.kind} không được mở.",
            en=f"This data folder belongs to {owner}; {server.kind} must not open it.",
            where=str(data),
        )
    marker.write_text(f"{server.kind}\n", "utf-8")
    return data


def _kind_of(program: str) -> DatabaseKind:
    name = Path(program).name
    if name.startswith("secantusd-py"):
        return DatabaseKind.SECANTUS_PY
    return DatabaseKind.SECANTUS_RS if name.startswith("secantusd") else DatabaseKind.MONGOD


def _require_program(named: str) -> str:
    program = shutil.which(named)
    if program is None:
        raise CommandError(
            "database_missing",
            vi="LANTOA_MONGOD không trỏ tới một chương trình chạy được.",
            en="LANTOA_MONGOD does not name a program that can be run.",
            where=named,
        )
    return program


def _beside_python(name: str) -> str | None:
    """A script of this very environment, which need not be on the path."""
    beside = Path(sys.executable).parent / name
    return str(beside) if beside.exists() else shutil.which(name)
