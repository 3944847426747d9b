"""Population series in MongoDB; they are public."""

from collections.abc import Sequence

from chassis.documents import Document, from_document, to_document
from chassis.identity import Viewer
from chassis.mongo import ASCENDING, IndexModel, Reader, ReplaceOne, Transaction
from services.outreach.populations.domain import CommunePopulation, Series

ROWS, SERIES = "populations", "population_series"
INDEXES = {
    ROWS: (
        IndexModel([("commune_id", ASCENDING)], name="by_commune"),
        IndexModel([("series", ASCENDING), ("province_id", ASCENDING)], name="by_series"),
    ),
    SERIES: (),
}


async def by_ids(reader: Reader, viewer: Viewer, row_ids: Sequence[str]) -> dict[str, CommunePopulation]:
    """The rows of these keys."""
    del viewer
    rows = await reader.collection(ROWS).find({"_id": {"$in": list(row_ids)}})
    return {row["_id"]: _population(row) for row in rows}


async def of_communes(reader: Reader, viewer: Viewer, commune_ids: Sequence[str]) -> list[CommunePopulation]:
    """The rows of these communes in every series."""
    del viewer
    rows = await reader.collection(ROWS).find({"commune_id": {"$in": list(commune_ids)}})
    return [_population(row) for row in rows]


async def of_series(reader: Reader, viewer: Viewer, series: str) -> list[CommunePopulation]:
    """Every commune of one series."""
    del viewer
    return [_population(row) for row in await reader.collection(ROWS).find({"series": series})]


async def all_series(reader: Reader, viewer: Viewer) -> list[Series]:
    """Every series, the newest imported first."""
    del viewer
    rows = await reader.collection(SERIES).find({})
    return sorted((from_document(Series, row) for row in rows), key=lambda s: s.imported_at, reverse=True)


async def save(transaction: Transaction, rows: Sequence[CommunePopulation], series: Sequence[Series]) -> None:
    """Writes rows and the series that they belong to."""
    writes = [ReplaceOne({"_id": row.id}, _document(row), upsert=True) for row in rows]
    await transaction.collection(ROWS).bulk_write(writes)
    heads = [ReplaceOne({"_id": head.id}, to_document(head), upsert=True) for head in series]
    await transaction.collection(SERIES).bulk_write(heads)


def _document(row: CommunePopulation) -> Document:
    document = to_document(row)
    document["villages"] = [[village, people] for village, people in row.villages.items()]  # ids may hold dots
    return document


def _population(row: Document) -> CommunePopulation:
    return from_document(CommunePopulation, {**row, "villages": dict(row["villages"])})
