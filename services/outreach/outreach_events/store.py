"""Outreach events in MongoDB; every read says who is asking.

Events are public as soon as they are recorded; the copies in quarantine and the raw records belong to the province.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from chassis.documents import Document, from_document, to_document
from chassis.identity import Viewer
from chassis.mongo import ASCENDING, DESCENDING, IndexModel, Reader, Transaction
from chassis.records import Order, Records, RecordsPage
from contracts.outreach.outreach_events import EventFilter
from reference.actions import Sight
from reference.catalog import Reference
from reference.figures import today
from services.outreach.outreach_events.domain import Decision, OutreachEvent, QuarantinedCopy

EVENTS, QUARANTINE = "outreach_events", "quarantined_events"
INDEXES = {
    EVENTS: (
        IndexModel([("heard_keys", ASCENDING), ("occurred_on", ASCENDING)], name="by_heard_key"),
        IndexModel([("province_id", ASCENDING), ("occurred_at", DESCENDING)], name="by_province"),
        IndexModel([("commune_ids", ASCENDING), ("occurred_at", DESCENDING)], name="by_commune"),
        IndexModel([("occurred_at", DESCENDING)], name="by_time"),
        IndexModel([("content_key", ASCENDING), ("occurred_at", DESCENDING)], name="by_content"),
        IndexModel([("task_ids", ASCENDING), ("occurred_at", DESCENDING)], name="by_task"),
        IndexModel([("activity_id", ASCENDING), ("occurred_at", DESCENDING)], name="by_activity"),
        IndexModel([("names", ASCENDING)], name="by_names"),
    ),
    QUARANTINE: (
        IndexModel([("event_id", ASCENDING)], name="by_event"),
        IndexModel([("source", ASCENDING), ("decision", ASCENDING), ("received_at", DESCENDING)], name="by_source"),
    ),
}
COPIES: Records[QuarantinedCopy] = Records(QuarantinedCopy, QUARANTINE)
NEWEST_COPY_FIRST = Order("received_at", DESCENDING, is_instant=True)
DAWN = datetime(2025, 1, 1, tzinfo=UTC)  # no list reads further back; the program began on 2025-06-16


async def known_contents(reader: Reader, viewer: Viewer, event_ids: Sequence[str]) -> dict[str, set[str]]:
    """The digests of every copy kept under each of these ids; ids that nothing is kept under are left out."""
    del viewer  # identity of content is not content: a duplicate is a duplicate for everybody
    known: dict[str, set[str]] = {}
    wanted = list(set(event_ids))
    for row in await reader.collection(EVENTS).find({"_id": {"$in": wanted}}, fields=["digest"]):
        known.setdefault(row["_id"], set()).add(row["digest"])
    if known:
        copies = reader.collection(QUARANTINE)
        for row in await copies.find({"event_id": {"$in": list(known)}}, fields=["event_id", "digest"]):
            known[row["event_id"]].add(row["digest"])
    return known


async def add(
    transaction: Transaction, events: Sequence[OutreachEvent], quarantined: Sequence[QuarantinedCopy] = ()
) -> None:
    """Writes new events and held-back copies; raises DuplicateKeyError when another writer was first."""
    await transaction.collection(EVENTS).insert_many([to_document(event) for event in events])
    await transaction.collection(QUARANTINE).insert_many([to_document(copy) for copy in quarantined])


async def replace(transaction: Transaction, event: OutreachEvent) -> None:
    """Writes the next version of an event."""
    where = {"_id": event.id, "version": event.version - 1}
    await transaction.collection(EVENTS).replace_one(where, to_document(event))


async def standing(reader: Reader, viewer: Viewer, events: Mapping[str, OutreachEvent]) -> dict[str, OutreachEvent]:
    """Each event, or the copy that was taken in its place, by the id asked for: a source knows no other."""
    found, waiting = dict(events), list(events)
    while waiting:
        names = {key: by for key in waiting if (by := found[key].replaced_by)}
        later = await by_ids(reader, viewer, list(names.values())) if names else {}
        copies = {key: later[name] for key, name in names.items() if name in later}
        waiting = [key for key, copy in copies.items() if _is_copy(copy, found[key])]
        found |= {key: copies[key] for key in waiting}
    return found


def _is_copy(later: OutreachEvent, event: OutreachEvent) -> bool:
    return (later.source, later.event_id) == (event.source, event.event_id)


async def unlink_task(transaction: Transaction, task_id: str) -> None:
    """Removes a task from the links of every event; that is no version of the events."""
    await transaction.collection(EVENTS).update_many({"task_ids": task_id}, {"$pull": {"task_ids": task_id}})


async def by_ids(reader: Reader, viewer: Viewer, event_ids: Sequence[str]) -> dict[str, OutreachEvent]:
    """The events of these ids that the viewer may see, by id."""
    rows = await reader.collection(EVENTS).find({"_id": {"$in": list(set(event_ids))}})
    events = [from_document(OutreachEvent, row) for row in rows]
    return {event.id: event for event in events if may_see(viewer, event)}


async def that_name(reader: Reader, viewer: Viewer, event_ids: Sequence[str]) -> list[OutreachEvent]:
    """The events that name one of these as what they correct or retract: they came first."""
    del viewer
    rows = await reader.collection(EVENTS).find({"names": {"$in": list(event_ids)}})
    return [from_document(OutreachEvent, row) for row in rows]


async def bind(transaction: Transaction, targets: Mapping[str, str]) -> None:
    """Tells events that waited which one they name, by their ids; that is no version of the events."""
    for event_id, target_id in targets.items():
        await transaction.collection(EVENTS).update_one({"_id": event_id}, {"$set": {"corrects": target_id}})


async def between(
    reader: Reader,
    viewer: Viewer,
    where: EventFilter,
    low: datetime,
    high: datetime,
    content_keys: Sequence[str] | None,
) -> list[OutreachEvent]:
    """The events of [low, high) that fit, newest first; `content_keys` are those that carry a wanted theme."""
    query = _query(viewer, where, content_keys)
    query["occurred_at"] = {"$gte": low, "$lt": high}
    rows = await reader.collection(EVENTS).find(query, sort=[("occurred_at", DESCENDING), ("_id", DESCENDING)])
    return [from_document(OutreachEvent, row) for row in rows]


async def count(
    reader: Reader, viewer: Viewer, where: EventFilter, content_keys: Sequence[str] | None, *, most: int
) -> int:
    """How many events fit, counting no further than `most`."""
    query = _query(viewer, where, content_keys)
    query["occurred_at"] = {
        "$gte": max(where.occurred_from or DAWN, DAWN),
        "$lt": where.occurred_to or datetime(9999, 1, 1, tzinfo=UTC),
    }
    return await reader.collection(EVENTS).count(query, limit=most)


async def of_heard_days(reader: Reader, viewer: Viewer, key: str, days: Sequence[date]) -> list[OutreachEvent]:
    """Every counted event under one heard key on these days, ended ones too."""
    del viewer  # the projector asks; what was heard is public
    where = {"heard_keys": key, "occurred_on": {"$in": [day.isoformat() for day in days]}, "is_counted": True}
    return [from_document(OutreachEvent, row) for row in await reader.collection(EVENTS).find(where)]


async def counted_by_day(reader: Reader, viewer: Viewer, keys: Sequence[str]) -> list[Document]:
    """Counted events that stand, per heard key, day and communes: `n`, `first` and `last`."""
    del viewer  # what was heard is public
    where = {"heard_keys": {"$in": list(keys)}, "is_counted": True, "state": "current"}
    group = {
        "_id": {"keys": "$heard_keys", "day": "$occurred_on", "communes": "$commune_ids"},
        "n": {"$sum": 1},
        "first": {"$min": "$occurred_at"},
        "last": {"$max": "$occurred_at"},
    }
    return await reader.collection(EVENTS).aggregate([{"$match": where}, {"$group": group}])


async def totals(
    reader: Reader, viewer: Viewer, where: Mapping[str, str], by: Sequence[str], *, span: tuple[datetime, datetime]
) -> list[Document]:
    """Counted events that stand and happened in [low, high), per values of the fields `by`: `n`, `seconds`, `reach`."""
    del viewer
    low, high = span
    match = {**where, "occurred_at": {"$gte": low, "$lt": high}, "is_counted": True, "state": "current"}
    group = {
        "_id": {name: f"${name}" for name in by},
        "n": {"$sum": 1},
        "seconds": {"$sum": "$duration_seconds"},
        "reach": {"$sum": "$reach"},
    }
    return await reader.collection(EVENTS).aggregate([{"$match": match}, {"$group": group}])


async def newest_of_source(reader: Reader, viewer: Viewer, province_id: str, source: str) -> datetime | None:
    """When the newest event that an emitter sent happened."""
    del viewer
    where = {"province_id": province_id, "source": source, "entry": "system"}
    rows = await reader.collection(EVENTS).find(where, fields=["occurred_at"], sort=[("occurred_at", -1)], limit=1)
    return rows[0]["occurred_at"] if rows else None


async def count_of_source(reader: Reader, viewer: Viewer, province_id: str, source: str, *, since: datetime) -> int:
    """How many events that an emitter sent happened since then."""
    del viewer
    where = {"province_id": province_id, "source": source, "entry": "system", "occurred_at": {"$gte": since}}
    return await reader.collection(EVENTS).count(where)


async def newest_at(reader: Reader, viewer: Viewer, province_id: str, *, now: datetime) -> datetime | None:
    """When the newest event of a province in the last 30 days happened."""
    del viewer
    where = {"province_id": province_id, "occurred_at": {"$gte": now - timedelta(days=30), "$lte": now}}
    rows = await reader.collection(EVENTS).find(where, fields=["occurred_at"], sort=[("occurred_at", -1)], limit=1)
    return rows[0]["occurred_at"] if rows else None


def copies_visible_to(viewer: Viewer, reference: Reference) -> Mapping[str, Any]:
    """The condition on copies that a viewer may see."""
    sight = reference.permissions.sight_of(viewer, Sight.QUARANTINE, on=today())
    return {} if sight.all else {"province_id": {"$in": sorted(sight.provinces)}}


async def copies_by_ids(
    reader: Reader, viewer: Viewer, reference: Reference, copy_ids: Sequence[str]
) -> dict[str, QuarantinedCopy]:
    """The copies of these ids that the viewer may see."""
    return await COPIES.by_ids(reader, copy_ids, where=copies_visible_to(viewer, reference))


async def page_of_copies(
    reader: Reader,
    viewer: Viewer,
    reference: Reference,
    source: str,
    *,
    first: int,
    after: str | None,
    with_total: bool = False,
) -> RecordsPage[QuarantinedCopy]:
    """The copies of a source that wait for a decision and that the viewer may see. Raises `cursor-invalid`."""
    where = {"source": source, "decision": Decision.OPEN.value, **copies_visible_to(viewer, reference)}
    return await COPIES.page(reader, where, NEWEST_COPY_FIRST, first=first, after=after, with_total=with_total)


async def replace_copy(transaction: Transaction, copy: QuarantinedCopy) -> None:
    """Writes a decision. Raises `version-conflict` where another was quicker."""
    await COPIES.replace(transaction, copy)


def may_see(viewer: Viewer, event: OutreachEvent) -> bool:
    """Current events are public; replaced and retracted ones are for signed-in people."""
    return event.state.value == "current" or bool(viewer.grants)


def _query(viewer: Viewer, where: EventFilter, content_keys: Sequence[str] | None) -> dict[str, Any]:
    lists: dict[str, Sequence[object] | None] = {
        "province_id": where.province_ids,
        "commune_ids": where.commune_ids,
        "channel": where.channels and [channel.value for channel in where.channels],
        "language": where.languages,
        "entry": where.entries and [entry.value for entry in where.entries],
        "state": [state.value for state in where.states] if viewer.grants else ["current"],
    }
    query: dict[str, Any] = {name: {"$in": list(values)} for name, values in lists.items() if values is not None}
    singles = {"is_counted": where.is_counted, "activity_id": where.activity_id, "task_ids": where.task_id}
    query |= {name: value for name, value in singles.items() if value is not None}
    if where.themes is not None:
        query["$or"] = [
            {"themes": {"$in": list(where.themes)}},
            {"content_key": {"$in": list(content_keys or ())}},
        ]
    if where.text:
        query["folded_title"] = {"$regex": re.escape(where.text)}
    return query
