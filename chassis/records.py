"""Versioned records in a collection: read by id, written one version at a time, listed page by page by keyset."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

from chassis.documents import from_document, to_document
from chassis.mongo import ASCENDING, Reader, Transaction
from chassis.paging import decode_cursor, encode_cursor, instant_of
from chassis.problems import version_conflict

Record = TypeVar("Record")
MOST_COUNTED = 10_000
DAWN = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Order:
    """A whole order of a list: one indexed field, the id breaking ties. Rows without the field are not in it."""

    field: str
    direction: int
    is_instant: bool = False


@dataclass(frozen=True, slots=True)
class RecordsPage(Generic[Record]):
    """Rows of one page, the place of each, whether more follow, and how many there are (None above 10,000)."""

    rows: tuple[Record, ...]
    cursors: tuple[str, ...]
    has_next: bool
    total: int | None


class Records(Generic[Record]):
    """One collection of one kind of record, whose dataclass has `id` and `version`. It asks nothing about viewers."""

    def __init__(self, kind: type[Record], collection: str) -> None:
        self._kind, self.collection = kind, collection

    async def find(self, reader: Reader, where: Mapping[str, Any]) -> list[Record]:
        """All matches of a query that an index answers."""
        return [self._record(row) for row in await reader.collection(self.collection).find(where)]

    async def by_ids(
        self, reader: Reader, ids: Sequence[str], *, where: Mapping[str, Any] | None = None
    ) -> dict[str, Record]:
        """The records of these ids that also fit `where`, by id."""
        if not ids:
            return {}
        query = {"_id": {"$in": list(dict.fromkeys(ids))}, **(where or {})}
        rows = await reader.collection(self.collection).find(query)
        return {row["_id"]: self._record(row) for row in rows}

    async def insert(self, transaction: Transaction, record: Record) -> None:
        """Adds a new record. Raises DuplicateKeyError."""
        await transaction.collection(self.collection).insert_one(to_document(record))

    async def replace(self, transaction: Transaction, record: Record) -> None:
        """Writes the next version. Raises `version-conflict` when the version before it is not there any more."""
        document = to_document(record)
        where = {"_id": document["_id"], "version": document["version"] - 1}
        if await transaction.collection(self.collection).replace_one(where, document) == 0:
            raise version_conflict(document["version"] - 1, document["version"])

    async def page(
        self,
        reader: Reader,
        where: Mapping[str, Any],
        order: Order,
        *,
        first: int,
        after: str | None,
        with_total: bool = False,
    ) -> RecordsPage[Record]:
        """One page of the matches. Raises `cursor-invalid`."""
        rows_of = reader.collection(self.collection)
        present = {order.field: {"$gt": DAWN if order.is_instant else ""}}
        query: dict[str, Any] = {"$and": [dict(where), present, *([_behind(order, after)] if after else [])]}
        sort = [(order.field, order.direction), ("_id", ASCENDING)]
        rows = await rows_of.find(query, sort=sort, limit=first + 1)
        shown = rows[:first]
        total = None
        if with_total:
            counted = await rows_of.count({"$and": [dict(where), present]}, limit=MOST_COUNTED + 1)
            total = counted if counted <= MOST_COUNTED else None
        return RecordsPage(
            rows=tuple(self._record(row) for row in shown),
            cursors=tuple(_cursor(row[order.field], row["_id"]) for row in shown),
            has_next=len(rows) > first,
            total=total,
        )

    def _record(self, row: Mapping[str, Any]) -> Record:
        return from_document(self._kind, row)


def _cursor(value: object, record_id: str) -> str:
    return encode_cursor(value.isoformat() if isinstance(value, datetime) else str(value), record_id)


def _behind(order: Order, cursor: str) -> Mapping[str, Any]:
    text, record_id = decode_cursor(cursor, 2)
    value: object = instant_of(text) if order.is_instant else text
    beyond = "$gt" if order.direction == ASCENDING else "$lt"
    return {"$or": [{order.field: {beyond: value}}, {order.field: value, "_id": {"$gt": record_id}}]}
