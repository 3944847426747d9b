"""The only place that writes to the terminal: results on standard output, everything else on standard error."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager

import orjson
from rich.console import Console, RenderableType
from rich.markup import escape
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Column, Table

from lantoa.problems import CommandError

_OUT = Console(highlight=False)
_ERR = Console(stderr=True, highlight=False)

Tell = Callable[[str], None]


def show(what: RenderableType) -> None:
    """A result for people."""
    _OUT.print(what)


def show_table(columns: Sequence[str], rows: Iterable[Sequence[str]], *, whole: Collection[str] = ()) -> None:
    """A table of texts that came from elsewhere: brackets in them are no markup. Columns in `whole` are never cut."""
    table = Table(*(Column(name, no_wrap=name in whole, overflow="fold") for name in columns))
    for row in rows:
        table.add_row(*map(escape, row))
    _OUT.print(table)


def show_plain(text: str) -> None:
    """A result that is copied or piped: no color, no wrapping."""
    _OUT.out(text, highlight=False)


def show_json(value: object) -> None:
    """A result for programs: one JSON document."""
    show_plain(orjson.dumps(value, option=orjson.OPT_INDENT_2).decode())


def note(text: str) -> None:
    """A remark that is no part of the result."""
    _ERR.print(text)


def show_problem(problem: CommandError, *, as_json: bool) -> None:
    """Why the command stopped, in Vietnamese and English, or as one line of JSON."""
    if as_json:
        _ERR.out(problem.to_json(), highlight=False)
        return
    _ERR.print(f"[bold red]{escape(problem.code)}[/] {escape(problem.where or '')}", soft_wrap=True)
    _ERR.print(f"  {escape(problem.vi)}\n  {escape(problem.en)}", soft_wrap=True)
    for fault in problem.faults:
        _ERR.print(f"  [red]{escape(fault.code)}[/] {escape(fault.where)} {escape(fault.vi)} / {escape(fault.en)}")


@contextmanager
def working(label: str) -> Iterator[Tell]:
    """Show that something goes on; the text can be changed while it does. Nothing remains of it afterwards."""
    with _ERR.status(label) as status:
        yield status.update


@contextmanager
def transferring(label: str, size: int) -> Iterator[Callable[[int], None]]:
    """A bar of bytes sent, of `size`; call what is yielded with the number of bytes just sent."""
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=_ERR, transient=True) as progress:
        task = progress.add_task(label, total=size)
        yield lambda sent: progress.advance(task, sent)
