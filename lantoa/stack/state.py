"""The state file of a running stack: addresses and process ids, written by the supervisor, read by every command."""

import os
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from lantoa.problems import CommandError
from lantoa.stack.layout import DataFolder
from lantoa.stack.ports import LOOPBACK, StackPorts

SERVICES = ("plans", "tasks", "outreach", "honors")
GATEWAY = "gateway"
DATABASE = "mongo"


class EngineState(BaseModel):
    """One engine: which kind was found, and where clients reach it. One that is given was not started here."""

    model_config = ConfigDict(frozen=True)

    kind: str
    url: str
    is_idempotent: bool = True
    is_given: bool = False


class StackState(BaseModel):
    """What is known of one stack. `waiting_for` names processes that are not ready yet.

    `missing` names services that are not installed and were left out; `urls` say where the parts of a stack are that
    was not started here (containers).
    """

    model_config = ConfigDict(frozen=True)

    phase: Literal["starting", "ready", "stopping"] = "starting"
    supervisor: int
    port_base: int
    processes: dict[str, int] = {}
    engines: dict[str, EngineState] = {}
    waiting_for: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    urls: dict[str, str] = {}

    def url_of(self, process: str) -> str:
        """Base address of a service or the gateway."""
        if process in self.urls:
            return self.urls[process]
        return f"http://{LOOPBACK}:{StackPorts.from_base(self.port_base).of(process)}"

    def database_of(self, service: str) -> EngineState:
        """The database that a service is on: its own, or the one that all share."""
        return self.engines.get(database_name(service)) or self.engines[DATABASE]

    @property
    def graph(self) -> str:
        """Where queries and mutations are posted."""
        return f"{self.url_of(GATEWAY)}/graphql"

    @property
    def live(self) -> str:
        """Where subscriptions connect."""
        return self.graph.replace("http://", "ws://", 1)

    @property
    def graphiql(self) -> str:
        """The page to try queries on."""
        return f"{self.url_of(GATEWAY)}/graphiql"

    @property
    def ingest(self) -> str:
        """Base address for machine intake."""
        return self.url_of("outreach")

    @property
    def kafka(self) -> str:
        """Bootstrap address of the broker."""
        if "kafka" in self.engines:
            return self.engines["kafka"].url
        return self.urls.get("kafka") or f"{LOOPBACK}:{StackPorts.from_base(self.port_base).kafka}"


def database_name(service: str) -> str:
    """The engine's name where a service has a database server for itself."""
    return f"{DATABASE}-{service}"


def write(data: DataFolder, state: StackState) -> None:
    """Replace the state file in one step: a reader sees the old state or the new one."""
    data.root.mkdir(parents=True, exist_ok=True)
    draft = data.state.with_suffix(".draft")
    draft.write_text(state.model_dump_json(indent=2), "utf-8")
    draft.replace(data.state)


def read(data: DataFolder) -> StackState | None:
    """The state of a stack that runs; None when none runs, whatever an old file says.

    Inside containers nothing is started here: `LANTOA_STACK` names the file that says where everything is.
    """
    if elsewhere := os.environ.get("LANTOA_STACK"):
        return StackState.model_validate_json(Path(elsewhere).read_bytes())
    if not data.is_locked() or not data.state.exists():
        return None
    try:
        return StackState.model_validate_json(data.state.read_bytes())
    except ValidationError:
        return None


def require(data: DataFolder) -> StackState:
    """The state of a stack that runs, or the problem `not_running`."""
    state = read(data)
    if state is None:
        raise CommandError(
            "not_running",
            vi="Không có ngăn xếp nào chạy trên thư mục này; khởi động bằng `lantoa up`.",
            en="No stack runs on this folder; start one with `lantoa up`.",
            where=str(data.root),
        )
    return state
