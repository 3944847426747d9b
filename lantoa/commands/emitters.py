"""`lantoa emitter`: admit a provincial system, and list those admitted."""

import asyncio
import os
from typing import Annotated

import typer

from contracts.outreach.emitters import EmitterView, RegisterEmitterRequest
from contracts.vocabulary import Role, View
from lantoa import console
from lantoa.api import Api
from lantoa.options import DEFAULT_DATA, Data, Json, folder
from lantoa.running import RunningStack
from lantoa.tokens import check_e_id, issue

app = typer.Typer(no_args_is_help=True, help="Provincial systems that send events. [dim](Hệ thống của tỉnh)[/]")
PATH = "/v1/emitters"
TOKEN_DAYS = 365
EId = Annotated[str, typer.Argument(metavar="E_ID", help="Electronic identification code of the province: H57.")]


class Emitters(View):
    """All emitters."""

    rows: tuple[EmitterView, ...]


@app.command("add")
def add(
    e_id: EId,
    *,
    name: Annotated[str | None, typer.Option(help="Name of the system.")] = None,
    data: Data = DEFAULT_DATA,
    json: Json = False,
) -> None:
    """Admit a provincial system: its topics are made, its token is printed. [cyan]lantoa emitter add H57[/]

    [dim]Đăng ký hệ thống của tỉnh.[/] With LANTOA_TOKEN set none is printed: the identity provider issues it.
    """
    check_e_id(e_id)
    stack = RunningStack.on(folder(data))
    with console.working(f"Admitting {e_id}…"):
        asyncio.run(_add(stack, RegisterEmitterRequest(e_id=e_id, name=name or e_id)))
    told = {"inbox": f"lantoa.inbox.{e_id}", "receipts": f"lantoa.receipts.{e_id}", "kafka": stack.state.kafka}
    if "LANTOA_TOKEN" not in os.environ:
        told["token"] = issue(stack.data, Role.EMITTER, e_id, name=name, days=TOKEN_DAYS)
    if json:
        console.show_json({"e_id": e_id, **told})
        return
    for label, value in told.items():
        console.show_plain(f"{label}: {value}")


@app.command("list")
def show_all(*, data: Data = DEFAULT_DATA, json: Json = False) -> None:
    """List the systems that were admitted. [dim]Danh sách hệ thống.[/]"""
    found = asyncio.run(_all(RunningStack.on(folder(data))))
    if json:
        console.show_json([emitter.model_dump(mode="json") for emitter in found.rows])
        return
    console.show_table(("code", "name"), [(emitter.e_id, emitter.name) for emitter in found.rows])


async def _add(stack: RunningStack, emitter: RegisterEmitterRequest) -> EmitterView:
    async with Api(stack.state.ingest, stack.token(Role.OPERATOR)) as api:
        return await api.post(PATH, emitter, EmitterView)


async def _all(stack: RunningStack) -> Emitters:
    async with Api(stack.state.ingest, stack.token(Role.OPERATOR)) as api:
        return await api.get(PATH, Emitters)
