"""The services and the gateway as commands: which are installed, and the environment each is started with."""

import importlib.util
import sys
from pathlib import Path

from lantoa.stack.layout import DataFolder
from lantoa.stack.mongo import DatabaseKind
from lantoa.stack.ports import LOOPBACK
from lantoa.stack.processes import GRACE_SECONDS, Child
from lantoa.stack.state import GATEWAY, SERVICES, StackState

PROGRAMS = (*SERVICES, GATEWAY)


def is_installed(program: str) -> bool:
    """Whether `python -m` would find it. Looked up by file: a service's code is never imported here."""
    if program not in PROGRAMS:
        return False
    package = importlib.util.find_spec("services" if program in SERVICES else GATEWAY)
    folders = package.submodule_search_locations if package else None
    inside = Path(program, "__main__.py") if program in SERVICES else Path("__main__.py")
    return any((Path(folder) / inside).exists() for folder in folders or ())


def child(program: str, *, data: DataFolder, state: StackState, jwks: Path) -> Child:
    """The process of one service or of the gateway, not yet started."""
    own = {"LANTOA_PORT": state.url_of(program).rsplit(":", 1)[1]}
    environment = _shared_environment(state, jwks) | _started_engines(program, state) | own
    return Child(program, command(program), data.log(program), environment)


def command(program: str) -> tuple[str, ...]:
    """How it is run."""
    module = f"services.{program}" if program in SERVICES else GATEWAY
    return (sys.executable, "-m", module, *(("all",) if program in SERVICES else ()))


def _shared_environment(state: StackState, jwks: Path) -> dict[str, str]:
    """What every process is told: the keys that sign tokens, and where the others stand."""
    urls = {f"LANTOA_{name.upper()}_URL": state.url_of(name) for name in SERVICES}
    return {
        **urls,
        "LANTOA_ENVIRONMENT": "development",
        "LANTOA_HOST": LOOPBACK,
        "LANTOA_JWKS": str(jwks.absolute()),
        "LANTOA_STOP_SECONDS": f"{GRACE_SECONDS - 2:.0f}",
        "LANTOA_PUBLIC_URL": state.url_of(GATEWAY),
    }


def _started_engines(program: str, state: StackState) -> dict[str, str]:
    """How to reach what was started here; of an engine that is given, processes inherit what we were told."""
    broker = state.engines["kafka"]
    told: dict[str, str] = {}
    if program in SERVICES and not (database := state.database_of(program)).is_given:
        in_turns = str(database.kind == DatabaseKind.SECANTUS_PY).lower()
        told |= {"LANTOA_MONGO_URL": database.url, "LANTOA_MONGO_IN_TURNS": in_turns}
    if not broker.is_given:
        told |= {
            "LANTOA_KAFKA_BOOTSTRAP": broker.url,
            "LANTOA_KAFKA_IDEMPOTENT": str(broker.is_idempotent).lower(),
        }
    return told
