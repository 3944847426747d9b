"""What a kind of import is: its columns, how its table is read, and the command that writes its rows."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from chassis.identity import Viewer
from chassis.mongo import Transaction
from chassis.tables import TableRow
from contracts.imports import ImportKind
from services.outreach.imports.cells import Accepted, JsonRow, Rejected

Outcome = Accepted | Rejected
# Reads all rows of a table; the province that the job speaks for, or None for all.
ReadRows = Callable[[Sequence[TableRow], str | None], list[Outcome]]
# Writes rows in the job's transaction; answers (new or changed, known already).
WriteRows = Callable[[Transaction, Viewer, Sequence[JsonRow]], Awaitable[tuple[int, int]]]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of import."""

    name: ImportKind
    required: tuple[str, ...]
    optional: tuple[str, ...]
    read: ReadRows
    write: WriteRows


def out_of_scope(province_id: str, scope: str | None) -> bool:
    """Whether a row is of another province than the job speaks for."""
    return scope is not None and province_id != scope
