"""`lantoa doctor`: what is missing on this machine and how to get it."""

from collections.abc import Sequence
from dataclasses import asdict

import typer
from rich.table import Table

from lantoa import console
from lantoa.checks import Check, examine
from lantoa.commands.stack import PortBase
from lantoa.options import DEFAULT_DATA, Data, Json, folder
from lantoa.stack.ports import DEFAULT_BASE


def doctor(*, data: Data = DEFAULT_DATA, port_base: PortBase = DEFAULT_BASE, json: Json = False) -> None:
    """Look for what is missing and say how to get it. Exit code 1 when something required is.

    [dim]Kiểm tra máy này còn thiếu gì.[/]
    """
    checks = examine(folder(data), port_base)
    if json:
        console.show_json([asdict(check) for check in checks])
    else:
        console.show(_table(checks))
    raise typer.Exit(0 if all(check.ok or not check.required for check in checks) else 1)


def _table(checks: Sequence[Check]) -> Table:
    table = Table("", "what", "found", "what to do")
    for check in checks:
        mark = "[green]✓[/]" if check.ok else "[red]✗[/]" if check.required else "[yellow]–[/]"
        table.add_row(mark, check.name, check.found, "" if check.ok else f"{check.advice_en}\n{check.advice_vi}")
    return table
