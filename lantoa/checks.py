"""What this machine has of what an embedded stack needs, and how to get the rest."""

import os
import shutil
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from lantoa.problems import CommandError
from lantoa.stack import given, kafka, mongo, programs
from lantoa.stack.layout import DataFolder
from lantoa.stack.ports import StackPorts, require_free

NEEDED_BYTES = 2 * 1024**3


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked for. `advice` says how to get it; only a `required` one stops the stack."""

    name: str
    ok: bool
    found: str
    advice_vi: str = ""
    advice_en: str = ""
    required: bool = True


def examine(data: DataFolder, port_base: int) -> Sequence[Check]:
    """All checks, in the order in which a start would trip over them."""
    return (
        _python(),
        _database(),
        _broker(),
        _kafka_home(),
        *_programs(),
        _disk(data),
        _ports(data, port_base),
        _docker(),
    )


def _python() -> Check:
    version = ".".join(map(str, sys.version_info[:3]))
    return Check("Python", sys.version_info >= (3, 11), version, "Cần Python 3.11 trở lên.", "Install Python 3.11+.")


def _database() -> Check:
    def find() -> str:
        if known := given.database():
            return f"{known.kind}: {known.url}"
        server = mongo.require_database()
        return f"{server.kind}: {server.program}"

    return _attempt("database", find)


def _broker() -> Check:
    def find() -> str:
        if known := given.broker():
            return f"{known.kind}: {known.url}"
        broker = kafka.require_broker()
        return f"{broker.kind}: {broker.program}"

    return _attempt("broker", find)


def _kafka_home() -> Check:
    home = os.environ.get("KAFKA_HOME")
    return Check(
        "KAFKA_HOME",
        home is not None,
        home or "not set",
        "Tùy chọn: Apache Kafka giữ dữ liệu qua lần khởi động lại; cần Java 17.",
        "Optional: Apache Kafka keeps its log over restarts, the embedded broker does not; it needs Java 17.",
        required=False,
    )


def _programs() -> tuple[Check, ...]:
    vi, en = "Cài đặt lại gói lantoa.", "Install the whole package lantoa again."
    found = {name: programs.is_installed(name) for name in programs.PROGRAMS}
    return tuple(Check(name, ok, "installed" if ok else "not installed", vi, en) for name, ok in found.items())


def _disk(data: DataFolder) -> Check:
    existing = next(folder for folder in (data.root, *data.root.absolute().parents) if folder.exists())
    free = shutil.disk_usage(existing).free
    vi, en = "Cần ít nhất 2 GB trống.", "At least 2 GB of free disk are needed."
    return Check("disk", free > NEEDED_BYTES, f"{free / 1024**3:.0f} GB free in {existing}", vi, en)


def _ports(data: DataFolder, port_base: int) -> Check:
    ports = StackPorts.from_base(port_base)
    span = f"{port_base}–{max(ports.all())}"
    if data.is_locked():
        return Check("ports", True, "a stack runs on this folder")

    def find() -> str:
        require_free(ports)
        return f"{span} free"

    return _attempt("ports", find)


def _docker() -> Check:
    program = shutil.which("docker")
    vi, en = "Tùy chọn: chỉ cần cho docker compose.", "Optional: only docker compose needs it."
    return Check("Docker", program is not None, program or "not found", vi, en, required=False)


def _attempt(name: str, find: Callable[[], str]) -> Check:
    try:
        return Check(name, True, find())
    except CommandError as problem:
        return Check(name, False, problem.where or "not found", problem.vi, problem.en)
