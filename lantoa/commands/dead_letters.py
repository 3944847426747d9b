"""`lantoa dlq`: messages that a service set aside: look at them, send them again, or drop them."""

import asyncio
from typing import Annotated

import typer
from pydantic import BaseModel, ConfigDict

from contracts.vocabulary import Role
from lantoa import console
from lantoa.api import Api
from lantoa.options import DEFAULT_DATA, Data, Json, folder
from lantoa.problems import CommandError
from lantoa.running import RunningStack
from lantoa.stack.state import SERVICES

app = typer.Typer(no_args_is_help=True, help="Messages set aside by a service. [dim](Thông điệp bị gác lại)[/]")
PATH = "/v1/dead-letters"
Service = Annotated[str, typer.Argument(metavar="SERVICE", help="plans, tasks, outreach or honors.")]
LetterId = Annotated[str, typer.Argument(metavar="ID", help="Id of the dead letter.")]


class DeadLetter(BaseModel):
    """One message and why it was set aside; never its payload."""

    model_config = ConfigDict(extra="allow")

    id: str
    topic: str = ""
    type: str = ""
    reason: str = ""
    at: str = ""


class DeadLetters(BaseModel):
    """A page of them."""

    model_config = ConfigDict(extra="ignore")

    rows: tuple[DeadLetter, ...]


class Outcome(BaseModel):
    """What the service answers to a replay or a discard."""

    model_config = ConfigDict(extra="allow")


@app.command("list")
def show_all(
    service: Annotated[str | None, typer.Argument(metavar="[SERVICE]", help="One service; default all.")] = None,
    *,
    data: Data = DEFAULT_DATA,
    json: Json = False,
) -> None:
    """List what was set aside. [dim]Danh sách thông điệp bị gác lại.[/]"""
    stack = RunningStack.on(folder(data))
    names = (_known(service),) if service else tuple(name for name in SERVICES if name not in stack.state.missing)
    found = {name: asyncio.run(_all(stack, name)).rows for name in names}
    if json:
        console.show_json({name: [letter.model_dump() for letter in letters] for name, letters in found.items()})
        return
    rows = [
        (name, letter.id, letter.topic, letter.type, letter.reason, letter.at)
        for name, letters in found.items()
        for letter in letters
    ]
    console.show_table(("service", "id", "topic", "type", "reason", "at"), rows)


@app.command("show")
def show_one(service: Service, letter_id: LetterId, *, data: Data = DEFAULT_DATA, json: Json = False) -> None:
    """Show one. [dim]Xem một thông điệp.[/]"""
    letter = asyncio.run(_one(RunningStack.on(folder(data)), _known(service), letter_id))
    if json:
        console.show_json(letter.model_dump())
        return
    for label, value in letter.model_dump().items():
        console.show_plain(f"{label}: {value}")


@app.command("replay")
def replay(service: Service, letter_id: LetterId, *, data: Data = DEFAULT_DATA, json: Json = False) -> None:
    """Handle one again, now that its cause is mended. [dim]Xử lý lại.[/]"""
    _act(RunningStack.on(folder(data)), _known(service), f"{letter_id}:replay", as_json=json)


@app.command("discard")
def discard(service: Service, letter_id: LetterId, *, data: Data = DEFAULT_DATA, json: Json = False) -> None:
    """Drop one for good. [dim]Bỏ hẳn.[/]"""
    _act(RunningStack.on(folder(data)), _known(service), f"{letter_id}:discard", as_json=json)


def _known(service: str) -> str:
    if service not in SERVICES:
        names = ", ".join(SERVICES)
        raise CommandError(
            "unknown_service", vi=f"Các dịch vụ: {names}.", en=f"The services are {names}.", where=service
        )
    return service


def _act(stack: RunningStack, service: str, action: str, *, as_json: bool) -> None:
    outcome = asyncio.run(_post(stack, service, f"{PATH}/{action}"))
    if as_json:
        console.show_json(outcome.model_dump())
    else:
        console.note("Done. / Xong.")


async def _all(stack: RunningStack, service: str) -> DeadLetters:
    async with Api(stack.state.url_of(service), stack.token(Role.OPERATOR)) as api:
        return await api.get(PATH, DeadLetters)


async def _one(stack: RunningStack, service: str, letter_id: str) -> DeadLetter:
    async with Api(stack.state.url_of(service), stack.token(Role.OPERATOR)) as api:
        return await api.get(f"{PATH}/{letter_id}", DeadLetter)


async def _post(stack: RunningStack, service: str, path: str) -> Outcome:
    async with Api(stack.state.url_of(service), stack.token(Role.OPERATOR)) as api:
        return await api.post(path, None, Outcome)
