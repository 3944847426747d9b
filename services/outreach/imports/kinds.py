"""What a kind of import is: its columns, how its table is read, and the command that writes its rows."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from chassis.identity import Viewer
from chassis.mongo import Transaction
from chassis.tables import TableRow
from contracts.imports import ImportKind
from contracts.vocabulary import DatedId
from services.outreach.imports.cells import Accepted, JsonRow, Rejected


@dataclass(frozen=True, slots=True)
class ImportScope:
    """What a job speaks for: a body with what is below it, and its province if it is a People's Committee.

    Without a body it speaks for the whole program.
    """

    body_id: DatedId | None = None
    bodies: frozenset[DatedId] = frozenset()
    province_id: DatedId | None = None

    def has_province(self, province_id: DatedId) -> bool:
        """Whether a row of this province is inside."""
        return self.body_id is None or province_id == self.province_id

    def has_body(self, body_id: DatedId) -> bool:
        """Whether a row of this body is inside."""
        return self.body_id is None or body_id in self.bodies


Outcome = Accepted | Rejected
# Reads all rows of a table for what the job speaks for.
ReadRows = Callable[[Sequence[TableRow], ImportScope], list[Outcome]]
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
