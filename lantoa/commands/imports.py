"""`lantoa import`: bring a CSV or XLSX file in and show what became of its rows."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from contracts.imports import ImportJobView
from contracts.vocabulary import Role
from lantoa import console
from lantoa.api import Api
from lantoa.import_jobs import SERVICE_OF, bring_in, describe, parse_kind
from lantoa.options import DEFAULT_DATA, Data, Json, folder
from lantoa.running import RunningStack

Kind = Annotated[str, typer.Argument(metavar="KIND", help="access-points, populations, content-items, staff…")]
File = Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="CSV or XLSX.")]
Scope = Annotated[str | None, typer.Option(help="Code of the body or province that the file speaks for.")]
Token = Annotated[str | None, typer.Option(help="Act with this token; without it as national coordinator.")]
Strict = Annotated[bool, typer.Option("--strict", help="Exit code 1 when rows were rejected.")]


def import_file(
    kind: Kind,
    file: File,
    *,
    scope: Scope = None,
    token: Token = None,
    strict: Strict = False,
    data: Data = DEFAULT_DATA,
    json: Json = False,
) -> None:
    """Bring a file in; good rows are written once, bad ones are shown. [cyan]lantoa import populations p.csv[/]

    [dim]Nhập tệp CSV hoặc XLSX.[/]
    """
    wanted = describe(parse_kind(kind), file, scope)
    stack = RunningStack.on(folder(data))
    with console.working(f"{file.name}…") as tell:

        async def run() -> ImportJobView:
            async with Api(
                stack.state.url_of(SERVICE_OF[wanted.kind]), token or stack.token(Role.NATIONAL_COORDINATOR)
            ) as api:
                return await bring_in(api, file, wanted, lambda job: tell(f"{file.name}: {job.state}, {job.row_count}"))

        job = asyncio.run(run())
    if json:
        console.show_json(job.model_dump(mode="json", exclude={"upload_url"}))
    else:
        _show(job)
    raise typer.Exit(1 if strict and job.rejected_count else 0)


def _show(job: ImportJobView) -> None:
    counts = (
        f"accepted {job.accepted_count} · duplicate {job.duplicate_count} · "
        f"rejected {job.rejected_count} · quarantined {job.quarantined_count}"
    )
    console.show(counts)
    if job.row_errors:
        rows = [(str(fault.row), fault.column or "", fault.en or fault.code, fault.vi) for fault in job.row_errors]
        console.show_table(("row", "column", "why", "lý do"), rows)
