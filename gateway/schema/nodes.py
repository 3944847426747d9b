"""Any object by its global id."""

from collections.abc import Sequence
from typing import Any

import strawberry

from gateway.context import Context, Info
from gateway.errors import bad_input
from gateway.schema.ids import parsed
from gateway.schema.node_reader import read_subjects
from gateway.schema.program.cells import cell_of_key
from gateway.schema.program.figures import read
from gateway.schema.shared import Node

MOST_IDS = 50


async def _figures(context: Context, keys: Sequence[str]) -> Sequence[Any]:
    cells = {key: cell for key in keys if (cell := cell_of_key(key)) is not None}
    found = dict(zip(cells, await read(context, list(cells.values())), strict=True))
    return [found.get(key) for key in keys]


async def node(info: Info, id: strawberry.ID) -> Any:
    """Any object by id; null when it does not exist or the viewer may not see it."""
    (row,) = await _read(info.context, [id])
    if isinstance(row, BaseException):
        raise row
    return row


async def nodes(info: Info, ids: list[strawberry.ID]) -> list[Node | None]:
    """As `node`, for up to 50 ids, answered in the order asked."""
    if len(ids) > MOST_IDS:
        raise bad_input(f"Tối đa {MOST_IDS} id mỗi lần.", f"At most {MOST_IDS} ids at a time.")
    return await _read(info.context, ids)


async def _read(context: Context, ids: Sequence[str]) -> list[Any]:
    return await read_subjects(context, [parsed(node_id) for node_id in ids], more={"Figure": _figures})
