"""Options that every command has, said once."""

from pathlib import Path
from typing import Annotated

import typer

from lantoa.stack.layout import DataFolder

Data = Annotated[
    Path,
    typer.Option(
        "--data",
        metavar="DIR",
        envvar="LANTOA_DATA",
        help="Folder of the stack: data, logs, keys. [dim](thư mục dữ liệu)[/]",
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document. [dim](in kết quả dạng JSON)[/]")]
DEFAULT_DATA = Path(".lantoa")


def folder(data: Path) -> DataFolder:
    """The data folder that `--data` names."""
    return DataFolder(data)
