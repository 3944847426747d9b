"""`lantoa dlq`: messages that a service set aside: look at them, hand them in again, or drop them."""

import asyncio
from typing import Annotated

import typer

from contracts.dead_letters import DeadLetterView
from lantoa import console, letters
from lantoa.options import DEFAULT_DATA, Data, Json, folder
from lantoa.problems import CommandError
from lantoa.running import RunningStack
from lantoa.stack.state import SERVICES

_HELP = """Messages that a service could not handle and set aside. [dim](Thông điệp bị gác lại)[/]

A message is set aside at once when it is malformed, after three tries when handling it fails. \
Nothing of it took effect, and those behind it go on. What it says is never shown.

[bold]1.[/] [cyan]lantoa dlq list[/] · what was set aside, where and why

[bold]2.[/] mend the cause: the reason and the service's log name it

[bold]3.[/] [cyan]lantoa dlq replay tasks ID[/] · handle it again, exactly once; gone when that succeeds

[bold]4.[/] [cyan]lantoa dlq discard tasks ID[/] · give up one that will never work
"""
app = typer.Typer(no_args_is_help=True, help=_HELP)
Service = Annotated[str, typer.Argument(metavar="SERVICE", help=f"{', '.join(SERVICES[:-1])} or {SERVICES[-1]}.")]
LetterId = Annotated[str, typer.Argument(metavar="ID", help="Id of the dead letter, from [cyan]lantoa dlq list[/].")]
Most = Annotated[int, typer.Option("--most", min=1, max=10_000, help="Show at most so many of each service.")]


@app.command("list")
def show_all(
    service: Annotated[str | None, typer.Argument(metavar="[SERVICE]", help="One service; default all.")] = None,
    *,
    most: Most = 200,
    data: Data = DEFAULT_DATA,
    json: Json = False,
) -> None:
    """List what was set aside, the newest first. [cyan]lantoa dlq list tasks[/]

    [dim]Danh sách thông điệp bị gác lại, mới nhất trước.[/]
    """
    stack = RunningStack.on(folder(data))
    names = (_known(service),) if service else tuple(name for name in SERVICES if name not in stack.state.missing)
    found = {name: asyncio.run(letters.newest(stack, name, most)) for name in names}
    if json:
        told = {name: [letter.model_dump(mode="json") for letter in rows] for name, (rows, _) in found.items()}
        console.show_json(told)
    elif any(rows for rows, _ in found.values()):
        _show_table({name: rows for name, (rows, _) in found.items()})
    else:
        console.note("Nothing is set aside. / Không có thông điệp nào bị gác lại.")
    if more := [name for name, (_, has_more) in found.items() if has_more]:
        console.note(f"Older ones are not shown ({', '.join(more)}): --most. / Còn thông điệp cũ hơn chưa hiện.")


@app.command("show")
def show_one(service: Service, letter_id: LetterId, *, data: Data = DEFAULT_DATA, json: Json = False) -> None:
    """Show one: where it stood, its type, why and when. [cyan]lantoa dlq show tasks ID[/]

    [dim]Xem một thông điệp: ở đâu, vì sao, khi nào.[/]
    """
    letter = asyncio.run(letters.one(RunningStack.on(folder(data)), _known(service), letter_id))
    fields = letter.model_dump(mode="json")
    if json:
        console.show_json(fields)
        return
    for label, value in fields.items():
        console.show_plain(f"{label}: {value}")


@app.command("replay")
def replay(service: Service, letter_id: LetterId, *, data: Data = DEFAULT_DATA, json: Json = False) -> None:
    """Handle one again, now that its cause is mended. [cyan]lantoa dlq replay tasks ID[/]

    [dim]Xử lý lại, khi nguyên nhân đã được khắc phục.[/] It takes effect once, however often this is asked.

    Exit code 0 when it was handled or parked; 1 when it failed again or was skipped: then it stays.
    """
    _act(RunningStack.on(folder(data)), _known(service), letter_id, "replay", as_json=json)


@app.command("discard")
def discard(service: Service, letter_id: LetterId, *, data: Data = DEFAULT_DATA, json: Json = False) -> None:
    """Drop one for good: it will never take effect. [cyan]lantoa dlq discard tasks ID[/]

    [dim]Bỏ hẳn: thông điệp sẽ không bao giờ có tác dụng.[/]
    """
    _act(RunningStack.on(folder(data)), _known(service), letter_id, "discard", as_json=json)


def _known(service: str) -> str:
    if service not in SERVICES:
        names = ", ".join(SERVICES)
        raise CommandError(
            "unknown_service", vi=f"Các dịch vụ: {names}.", en=f"The services are {names}.", where=service
        )
    return service


def _act(stack: RunningStack, service: str, letter_id: str, verb: str, *, as_json: bool) -> None:
    decision = asyncio.run(letters.decide(stack, service, letter_id, verb))
    meaning = letters.MEANINGS[decision.outcome]
    if as_json:
        console.show_json(decision.model_dump(mode="json"))
    else:
        console.show_plain(f"{decision.outcome}{f': {decision.reason}' if decision.reason else ''}")
        console.note(f"{meaning.en} / {meaning.vi}")
    if not meaning.is_settled:
        raise typer.Exit(1)


def _show_table(found: dict[str, list[DeadLetterView]]) -> None:
    """Two lines for each letter, which leaves its id whole on a narrow terminal."""
    rows = [
        (name, f"{letter.id}\n{letter.at:%Y-%m-%d %H:%M:%S}Z {letter.topic}", f"{letter.reason}\n{letter.type}")
        for name, of_service in found.items()
        for letter in of_service
    ]
    columns = ("service", "id, time and topic", "reason and type")
    console.show_table(columns, rows, whole=columns[:2])
