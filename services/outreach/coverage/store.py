"""The three steps of coverage in MongoDB. They hold no words and no people, only counts: public, like the register."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from chassis.documents import Document, from_document, to_document
from chassis.identity import Viewer
from chassis.mongo import ASCENDING, DESCENDING, IndexModel, Reader, ReplaceOne, Transaction, UpdateOne
from services.outreach.coverage.heard import Heard
from services.outreach.coverage.records import Coverage, LastHeard, Reach, UnregisteredDevice

HEARD, REACH, COVERAGE, LAST_HEARD = "heard", "reach", "coverage", "last_heard"
PENDING, STATE, UNREGISTERED = "coverage_pending", "coverage_state", "unregistered_devices"
INDEXES = {
    HEARD: (
        IndexModel([("key", ASCENDING), ("day", ASCENDING)], name="by_key"),
        IndexModel([("content_keys", ASCENDING)], name="by_content"),
        IndexModel([("province_id", ASCENDING), ("day", ASCENDING)], name="by_province"),
    ),
    REACH: (),
    COVERAGE: (
        IndexModel([("series", ASCENDING), ("revision", ASCENDING)], name="by_revision"),
        IndexModel([("commune_id", ASCENDING)], name="by_commune"),
    ),
    LAST_HEARD: (
        IndexModel([("parent_id", ASCENDING), ("day", ASCENDING)], name="by_parent"),
        IndexModel([("scope_id", ASCENDING), ("day", ASCENDING)], name="by_scope"),
    ),
    UNREGISTERED: (IndexModel([("province_id", ASCENDING), ("last_day", DESCENDING)], name="by_province"),),
    PENDING: (IndexModel([("kind", ASCENDING)], name="by_kind"),),
    STATE: (),
}


async def heard_by_ids(reader: Reader, viewer: Viewer, row_ids: Iterable[str]) -> dict[str, Heard]:
    """The heard rows of these keys."""
    del viewer
    rows = await reader.collection(HEARD).find({"_id": {"$in": list(row_ids)}})
    return {row["_id"]: _heard(row) for row in rows}


async def heard_between(reader: Reader, viewer: Viewer, keys: Sequence[str], first: date, last: date) -> list[Heard]:
    """What was heard under these keys from `first` to `last`, both included."""
    del viewer
    where = {"key": {"$in": list(keys)}, "day": {"$gte": first.isoformat(), "$lte": last.isoformat()}}
    return [_heard(row) for row in await reader.collection(HEARD).find(where)]


async def heard_with_contents(reader: Reader, viewer: Viewer, content_keys: Sequence[str]) -> list[Heard]:
    """The days on which one of these content items was played."""
    del viewer
    rows = await reader.collection(HEARD).find({"content_keys": {"$in": list(content_keys)}})
    return [_heard(row) for row in rows]


async def save_heard(transaction: Transaction, rows: Sequence[Heard], gone: Sequence[str] = ()) -> None:
    """Writes heard rows and removes those of which no fact is left."""
    writes = [ReplaceOne({"_id": row.id}, _heard_document(row), upsert=True) for row in rows]
    await transaction.collection(HEARD).bulk_write(writes)
    if gone:
        await transaction.collection(HEARD).delete_many({"_id": {"$in": list(gone)}})


async def reach_of(reader: Reader, viewer: Viewer, point_ids: Sequence[str]) -> dict[str, Reach]:
    """The reach of these access points."""
    del viewer
    rows = await reader.collection(REACH).find({"_id": {"$in": list(point_ids)}})
    return {row["_id"]: from_document(Reach, row) for row in rows}


async def save_reach(transaction: Transaction, rows: Sequence[Reach]) -> None:
    """Writes the reach of access points."""
    writes = [ReplaceOne({"_id": row.id}, to_document(row), upsert=True) for row in rows]
    await transaction.collection(REACH).bulk_write(writes)


async def coverage_of(reader: Reader, viewer: Viewer, commune_ids: Sequence[str]) -> dict[str, Coverage]:
    """The coverage of communes in every series, by `series|commune`."""
    del viewer
    rows = await reader.collection(COVERAGE).find({"commune_id": {"$in": list(commune_ids)}})
    return {row["_id"]: from_document(Coverage, row) for row in rows}


async def coverage_since(reader: Reader, viewer: Viewer, series: str, first: int, last: int) -> list[Coverage]:
    """The communes of a series that changed in these revisions."""
    del viewer
    where = {"series": series, "revision": {"$gte": first, "$lte": last}}
    return [from_document(Coverage, row) for row in await reader.collection(COVERAGE).find(where)]


async def save_coverage(transaction: Transaction, rows: Sequence[Coverage]) -> None:
    """Writes communes of series."""
    writes = [ReplaceOne({"_id": row.id}, to_document(row), upsert=True) for row in rows]
    await transaction.collection(COVERAGE).bulk_write(writes)


async def revision(reader: Reader) -> int:
    """The newest revision of coverage."""
    row = await reader.collection(STATE).find_one({"_id": "revision"})
    return int(row["value"]) if row else 0


async def next_revision(transaction: Transaction) -> int:
    """Raises the revision; only the projector does, under its lease."""
    value = await revision(transaction) + 1
    await set_state(transaction, "revision", value)
    return value


async def state(reader: Reader, name: str) -> Any:
    """A note of the projector to itself, or None."""
    row = await reader.collection(STATE).find_one({"_id": name})
    return row["value"] if row else None


async def set_state(transaction: Transaction, name: str, value: object) -> None:
    """Writes such a note."""
    row = {"_id": name, "value": value}
    await transaction.collection(STATE).replace_one({"_id": name}, row, upsert=True)


async def raise_last_heard(transaction: Transaction, rows: Iterable[LastHeard]) -> None:
    """Notes that scopes were heard; an older instant changes nothing."""
    updates = []
    for row in rows:
        latest = {"alive_at": row.alive_at, "program_at": row.program_at}
        change: Document = {"$max": {name: at for name, at in latest.items() if at is not None}}
        change["$setOnInsert"] = {"scope_id": row.scope_id, "parent_id": row.parent_id, "day": row.day.isoformat()}
        updates.append(UpdateOne({"_id": row.id}, change, upsert=True))
    await transaction.collection(LAST_HEARD).bulk_write(updates)


async def last_heard(
    reader: Reader, viewer: Viewer, parent_ids: Sequence[str], first: date, last: date
) -> list[LastHeard]:
    """When the parts of these scopes were heard from `first` to `last`."""
    del viewer
    where = {"parent_id": {"$in": list(parent_ids)}, "day": {"$gte": first.isoformat(), "$lte": last.isoformat()}}
    rows = await reader.collection(LAST_HEARD).find(where)
    return [from_document(LastHeard, {"alive_at": None, "program_at": None, **row}) for row in rows]


async def last_heard_of(
    reader: Reader, viewer: Viewer, scope_ids: Sequence[str], first: date, last: date
) -> list[LastHeard]:
    """When these scopes themselves were heard from `first` to `last`."""
    del viewer
    where = {"scope_id": {"$in": list(scope_ids)}, "day": {"$gte": first.isoformat(), "$lte": last.isoformat()}}
    rows = await reader.collection(LAST_HEARD).find(where)
    return [from_document(LastHeard, {"alive_at": None, "program_at": None, **row}) for row in rows]


async def save_unregistered(
    transaction: Transaction, rows: Sequence[UnregisteredDevice], registered: Sequence[str]
) -> None:
    """Writes devices that no access point named, and removes those of which every day is named now."""
    writes = [ReplaceOne({"_id": row.id}, to_document(row), upsert=True) for row in rows]
    await transaction.collection(UNREGISTERED).bulk_write(writes)
    if registered:
        await transaction.collection(UNREGISTERED).delete_many({"_id": {"$in": list(registered)}})


async def unregistered(
    reader: Reader, viewer: Viewer, province_id: str, *, after: Sequence[str] | None, most: int
) -> list[UnregisteredDevice]:
    """Such devices of a province, the latest heard first. The caller has asked whether the viewer may see them."""
    del viewer
    where: dict[str, Any] = {"province_id": province_id}
    if after is not None:
        day, key = after
        where["$or"] = [{"last_day": {"$lt": day}}, {"last_day": day, "_id": {"$gt": key}}]
    order = [("last_day", DESCENDING), ("_id", ASCENDING)]
    rows = await reader.collection(UNREGISTERED).find(where, sort=order, limit=most)
    return [from_document(UnregisteredDevice, row) for row in rows]


async def unregistered_count(reader: Reader, viewer: Viewer, province_id: str, *, most: int) -> int:
    """How many such devices a province has, counting no further than `most`."""
    del viewer
    return await reader.collection(UNREGISTERED).count({"province_id": province_id}, limit=most)


async def replace_last_heard(transaction: Transaction, rows: Sequence[LastHeard]) -> None:
    """Writes these rows as they are, for days on which facts were taken back."""
    writes = [ReplaceOne({"_id": row.id}, to_document(row), upsert=True) for row in rows]
    await transaction.collection(LAST_HEARD).bulk_write(writes)


async def add_pending(transaction: Transaction, kind: str, keys: Iterable[str]) -> None:
    """Marks access points ("point") or communes ("commune") to be computed anew when live plays leave time."""
    marks = [
        UpdateOne({"_id": f"{kind}|{key}"}, {"$set": {"kind": kind, "key": key}}, upsert=True)
        for key in sorted(set(keys))
    ]
    await transaction.collection(PENDING).bulk_write(marks)


async def pending(reader: Reader, kind: str, *, most: int) -> list[str]:
    """The keys of some marks."""
    rows = await reader.collection(PENDING).find({"kind": kind}, fields=["key"], limit=most)
    return [row["key"] for row in rows]


async def is_pending(reader: Reader) -> bool:
    """Whether any mark waits."""
    return await reader.collection(PENDING).find_one({"kind": {"$in": ["point", "commune"]}}, fields=[]) is not None


async def remove_pending(transaction: Transaction, kind: str, keys: Iterable[str]) -> None:
    """Takes marks away whose work is done in this transaction."""
    await transaction.collection(PENDING).delete_many({"_id": {"$in": [f"{kind}|{key}" for key in keys]}})


def _heard_document(row: Heard) -> Document:
    document = to_document(row)
    document["_id"] = row.id
    document["content_keys"] = sorted(row.contents)
    document["contents"] = [[content, since] for content, since in sorted(row.contents.items())]
    return document


def _heard(row: Document) -> Heard:
    return from_document(Heard, {**row, "contents": dict(row["contents"])})
