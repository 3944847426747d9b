"""Access points in MongoDB, each version kept; the register is public."""

from collections.abc import Sequence

from chassis.documents import from_document, to_document
from chassis.identity import Viewer
from chassis.mongo import ASCENDING, IndexModel, Reader, ReplaceOne, Transaction
from services.outreach.access_points.domain import AccessPoint

CURRENT, VERSIONS = "access_points", "access_point_versions"
INDEXES = {
    CURRENT: (
        IndexModel([("heard_keys", ASCENDING)], name="by_heard_key"),
        IndexModel([("commune_id", ASCENDING)], name="by_commune"),
        IndexModel([("province_id", ASCENDING)], name="by_province"),
    ),
    VERSIONS: (IndexModel([("commune_id", ASCENDING), ("recorded_at", ASCENDING)], name="by_commune"),),
}


async def by_ids(reader: Reader, viewer: Viewer, point_ids: Sequence[str]) -> dict[str, AccessPoint]:
    """The access points of these ids."""
    return {point.id: point for point in await _read(reader, viewer, {"_id": {"$in": list(point_ids)}})}


async def of_communes(reader: Reader, viewer: Viewer, commune_ids: Sequence[str]) -> list[AccessPoint]:
    """The access points of these communes, closed ones too."""
    return await _read(reader, viewer, {"commune_id": {"$in": list(commune_ids)}})


async def of_heard_keys(reader: Reader, viewer: Viewer, keys: Sequence[str]) -> list[AccessPoint]:
    """The access points that answer for one of these devices or channel types, on whatever day."""
    return await _read(reader, viewer, {"heard_keys": {"$in": list(keys)}})


async def save(transaction: Transaction, points: Sequence[AccessPoint]) -> None:
    """Writes new and changed access points, and keeps each version beside."""
    documents = [to_document(point) for point in points]
    writes = [ReplaceOne({"_id": document["_id"]}, document, upsert=True) for document in documents]
    await transaction.collection(CURRENT).bulk_write(writes)
    kept = [{**row, "_id": f"{row['_id']}|{row['version']}", "access_point_id": row["_id"]} for row in documents]
    await transaction.collection(VERSIONS).insert_many(kept)


async def _read(reader: Reader, viewer: Viewer, where: dict[str, object]) -> list[AccessPoint]:
    del viewer  # the register is public
    return [from_document(AccessPoint, row) for row in await reader.collection(CURRENT).find(where)]
