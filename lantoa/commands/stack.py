"""`lantoa up`, `status` and `down`: the embedded stack as a whole."""

import importlib
import importlib.util
import signal
import time
from types import FrameType
from typing import Annotated

import typer

from lantoa import console, welcome
from lantoa.options import DEFAULT_DATA, Data, Json, folder
from lantoa.problems import CommandError
from lantoa.running import RunningStack
from lantoa.stack import launch, state
from lantoa.stack.layout import DataFolder
from lantoa.stack.ports import DEFAULT_BASE
from lantoa.stack.processes import Child
from lantoa.stack.readiness import is_ready
from lantoa.stack.state import GATEWAY, SERVICES, StackState

_DEMO = "lantoa.demo"
PortBase = Annotated[int, typer.Option(min=1024, max=65500, help="First of eight consecutive ports; the gateway's.")]
Demo = Annotated[bool, typer.Option("--demo/--empty", help="Load demo data, or start with reference data only.")]
Detach = Annotated[bool, typer.Option("--detach", help="Return when all is ready; stop with [bold]lantoa down[/].")]


def up(
    *,
    demo: Demo = True,
    data: Data = DEFAULT_DATA,
    port_base: PortBase = DEFAULT_BASE,
    detach: Detach = False,
    json: Json = False,
) -> None:
    """Start everything on this machine: database, broker, four services and the gateway.

    [dim]Khởi động toàn bộ hệ thống trên máy này.[/] Loopback only; Ctrl-C leaves nothing behind.
    A database or a broker that runs already is used where LANTOA_MONGO_URL or LANTOA_KAFKA_BOOTSTRAP names it.
    """
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _leave)
    home = folder(data)
    supervisor = launch.launch(home, port_base, detached=detach)
    is_up = False
    try:
        stack = RunningStack(home, _wait(home, supervisor))
        _present(stack, as_json=json)  # all is up; demo data come in while one looks around
        if demo:
            _load_demo(stack)
        is_up = True
        if not detach:
            _stay(supervisor)
    except KeyboardInterrupt:
        console.note("Stopping… / Đang dừng…")
    finally:
        if not (detach and is_up):
            supervisor.stop(launch.STOP_SECONDS)


def status(*, data: Data = DEFAULT_DATA, json: Json = False) -> None:
    """Show where everything is and whether it is ready. Exit code 0 only when all is.

    [dim]Trạng thái của hệ thống.[/]
    """
    found = state.require(folder(data))
    ready = {name: is_ready(found.url_of(name)) for name in (*SERVICES, GATEWAY)}
    if json:
        console.show_json(_report(found, ready))
    else:
        console.show(welcome.status_table(found, ready))
    raise typer.Exit(0 if all(ready.values()) else 1)


def down(*, data: Data = DEFAULT_DATA, json: Json = False) -> None:
    """Stop a stack that runs in the background. Its data stay.

    [dim]Dừng hệ thống; dữ liệu vẫn còn.[/]
    """
    with console.working("Stopping… / Đang dừng…"):
        was_running = launch.stop(folder(data))
    if json:
        console.show_json({"stopped": was_running})
    else:
        console.note("Stopped. / Đã dừng." if was_running else "Nothing was running. / Không có gì đang chạy.")


def _wait(home: DataFolder, supervisor: Child) -> StackState:
    with console.working("Starting… / Đang khởi động…") as tell:
        return launch.await_ready(home, supervisor, lambda now: tell(welcome.progress_line(now)))


def _load_demo(stack: RunningStack) -> None:
    """Demo data are a part of their own, which a small installation may leave out."""
    if stack.state.missing or importlib.util.find_spec(_DEMO) is None:
        console.note("Demo data were left out: a part is not installed. / Không nạp dữ liệu mẫu: thiếu thành phần.")
        return
    importlib.import_module(_DEMO).load(stack)


def _present(stack: RunningStack, *, as_json: bool) -> None:
    tokens = welcome.demo_tokens(stack)
    if as_json:
        console.show_json(_report(stack.state, dict.fromkeys(stack.state.processes, True)) | {"tokens": tokens})
    else:
        welcome.show(stack.state, tokens)


def _report(found: StackState, ready: dict[str, bool]) -> dict[str, object]:
    services = {name: {"url": found.url_of(name), "ready": ready.get(name, False)} for name in SERVICES}
    return {
        "graph": found.graph,
        "live": found.live,
        "ingest": found.ingest,
        "kafka": found.kafka,
        "services": services,
        "gateway": {"url": found.url_of(GATEWAY), "ready": ready.get(GATEWAY, False)},
        "engines": {name: engine.model_dump(include={"kind", "url"}) for name, engine in found.engines.items()},
    }


def _stay(supervisor: Child) -> None:
    while supervisor.is_running:
        time.sleep(0.2)
    if supervisor.exit_code:
        raise CommandError.from_json(supervisor.last_lines(1)) or CommandError(
            "supervisor_ended",
            vi="Tiến trình giám sát đã dừng bất ngờ; các tiến trình con đã dừng theo.",
            en="The supervisor ended unexpectedly; its processes ended with it.",
            where=str(supervisor.log),
        )


def _leave(_number: int, _frame: FrameType | None) -> None:
    """Ctrl-C and SIGTERM stop `up` in the same way, also where a script started it with SIGINT ignored."""
    raise KeyboardInterrupt
