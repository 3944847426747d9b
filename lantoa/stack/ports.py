"""Ports of the embedded stack: each process has a fixed distance from the base, all on the loopback address."""

import socket
from dataclasses import dataclass

from lantoa.problems import CommandError

LOOPBACK = "127.0.0.1"
DEFAULT_BASE = 8570


@dataclass(frozen=True, slots=True)
class StackPorts:
    """The port of every process, in the order a person meets them: the gateway has the base itself."""

    gateway: int
    plans: int
    tasks: int
    outreach: int
    honors: int
    mongo: int
    kafka: int
    kafka_controller: int

    @classmethod
    def from_base(cls, base: int) -> "StackPorts":
        """Eight consecutive ports, the first of which is `base`."""
        return cls(*range(base, base + 8))

    def of(self, process: str) -> int:
        """The port of one process by its name; KeyError-like AttributeError for a name that is none."""
        port: int = getattr(self, process)
        return port

    def all(self) -> tuple[int, ...]:
        """Every port, in order."""
        return tuple(getattr(self, name) for name in self.__slots__)


def free_port() -> int:
    """A port that nobody listened on a moment ago; another process may still take it first."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
        return port


def is_free(port: int) -> bool:
    """Whether a server could bind the port now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
        return True


def accepts(port: int) -> bool:
    """Whether somebody accepts connections on the port."""
    try:
        with socket.create_connection((LOOPBACK, port), timeout=1):
            return True
    except OSError:
        return False


def require_free(ports: StackPorts) -> None:
    """Refuse with `port_taken`, naming every port that is in use, before anything is started."""
    taken = [port for port in ports.all() if not is_free(port)]
    if taken:
        raise CommandError(
            "port_taken",
            vi="Cổng đang được dùng; hãy dừng tiến trình đó hoặc chọn --port-base khác.",
            en="The port is in use; stop what uses it or choose another --port-base.",
            where=", ".join(map(str, taken)),
        )
