"""`lantoa token`: a token of the development issuer, and nothing else on standard output."""

from typing import Annotated

import typer

from lantoa import console
from lantoa.options import DEFAULT_DATA, Data, Json, folder
from lantoa.tokens import DEFAULT_DAYS, issue, parse_role

RoleName = Annotated[str, typer.Argument(metavar="ROLE", help="body-officer, auditor, operator…; with - or _.")]
Scope = Annotated[str | None, typer.Option(help="Electronic identification code of a body or province: H57.")]
Name = Annotated[str | None, typer.Option(help="Name of the person; another name is another person.")]
Days = Annotated[int, typer.Option(min=1, max=3650, help="Days until it expires.")]


def token(
    role: RoleName,
    *,
    scope: Scope = None,
    name: Name = None,
    days: Days = DEFAULT_DAYS,
    data: Data = DEFAULT_DATA,
    json: Json = False,
) -> None:
    """Print a token for a role: [cyan]lantoa token provincial-officer --scope H57[/]

    [dim]In mã truy cập cho một vai trò.[/] Signed by the development issuer, which production refuses.
    """
    known = parse_role(role)
    signed = issue(folder(data), known, scope, name=name, days=days)
    if json:
        console.show_json({"token": signed, "role": known.value, "scope": scope, "days": days})
    else:
        console.show_plain(signed)
