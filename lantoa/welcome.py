"""What a person is shown about a stack: progress while it starts, addresses, tokens and a first query to paste."""

from collections.abc import Mapping

from rich.table import Table

from lantoa import console
from lantoa.running import RunningStack
from lantoa.stack.state import GATEWAY, SERVICES, StackState
from lantoa.tokens import DEMO_ROLES

_QUERY = '{"query":"{ program { name targets { target { code } headline { value goal status } } } }"}'


def progress_line(state: StackState) -> str:
    """What runs already and what is still waited for."""
    done = ", ".join(name for name in state.processes if name not in state.waiting_for)
    return f"Starting… [green]{done}[/] · waiting for [yellow]{', '.join(state.waiting_for)}[/]"


def demo_tokens(stack: RunningStack) -> dict[str, str]:
    """A token for each demo role, good for a day; the key is the role and, where it has one, its scope."""
    return {" ".join(filter(None, (role, scope))): stack.token(role, scope) for role, scope in DEMO_ROLES}


def show(state: StackState, tokens: Mapping[str, str]) -> None:
    """Everything one needs in the first minute."""
    console.show(_addresses(state))
    if state.missing:
        names = ", ".join(state.missing)
        console.note(f"[yellow]Not installed, left out:[/] {names} / Chưa cài đặt, bỏ qua: {names}")
    console.show("\n[bold]Tokens[/], good for a day / Mã truy cập, dùng trong một ngày")
    for who, token in tokens.items():
        console.show_plain(f"{who}\n  {token}")
    console.show("\n[bold]A first query[/] / Truy vấn đầu tiên")
    console.show_plain(f"curl -s {state.graph} -H 'Content-Type: application/json' -d '{_QUERY}'\n")


def status_table(state: StackState, ready: Mapping[str, bool]) -> Table:
    """Every process with its address and whether it is ready."""
    table = Table("process", "address", "ready")
    for name in (GATEWAY, *SERVICES):
        missing = "[yellow]not installed[/]" if name in state.missing else "[red]no[/]"
        table.add_row(name, state.url_of(name), "[green]yes[/]" if ready[name] else missing)
    for name, engine in state.engines.items():
        table.add_row(f"{name} ({engine.kind})", engine.url, "")
    return table


def _addresses(state: StackState) -> Table:
    table = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    rows = {"graph": state.graph, "GraphiQL": state.graphiql, "live": state.live, "ingest": state.ingest}
    for name, address in rows.items():
        table.add_row(f"[bold]{name}[/]", address)
    engines = " · ".join(f"{engine.kind} {engine.url}" for engine in state.engines.values())
    table.add_row("[bold]engines[/]", engines)
    return table
