"""What others ask of outreach events, each as its viewer may see it."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from chassis import clock
from chassis.identity import Viewer
from chassis.mongo import Database, Reader
from chassis.paging import decode_cursor, encode_cursor, instant_of, newest_first
from chassis.problems import refused
from chassis.records import RecordsPage
from contracts.outreach.outreach_events import (
    EventsPage,
    EventsRequest,
    OutreachDimension,
    OutreachEventView,
    OutreachTotalView,
    TotalsQuestion,
)
from contracts.outreach.quarantine import QuarantinedEventsRequest
from reference.actions import Action, Sight
from reference.authorization import allowed
from reference.calendars import start_of_day, vietnam_day
from reference.figures import today
from reference.permissions import Resource
from reference.resources import Resources
from reference.texts import folded
from services.outreach.content_items import queries as content_items
from services.outreach.content_items.domain import ContentItem
from services.outreach.outreach_events import store
from services.outreach.outreach_events.domain import OutreachEvent, QuarantinedCopy
from services.outreach.outreach_events.store import DAWN

MOST_COUNTED, MOST_TOTALS = 10_000, 400
FIELDS_OF = {
    OutreachDimension.DAY: "occurred_on",
    OutreachDimension.MONTH: "occurred_on",
    OutreachDimension.PROVINCE: "province_id",
    OutreachDimension.CHANNEL: "channel",
    OutreachDimension.THEME: "themes",
    OutreachDimension.FIELD: "fields",
    OutreachDimension.AUDIENCE: "audiences",
    OutreachDimension.LANGUAGE: "language",
}
ACTIONS = (Action.CORRECT_OUTREACH_EVENT, Action.RETRACT_OUTREACH_EVENT)


async def of_heard_days(reader: Reader, viewer: Viewer, key: str, days: Sequence[date]) -> list[OutreachEvent]:
    """Every counted event under one heard key on these days, ended ones too."""
    return await store.of_heard_days(reader, viewer, key, days)


async def batch_get(resources: Resources, viewer: Viewer, event_ids: Sequence[str]) -> list[OutreachEventView | None]:
    """The events of these ids, in their order, null for what is not there or hidden."""
    events = await store.by_ids(resources.database, viewer, event_ids)
    views = await _views(resources, viewer, list(events.values()))
    by_id = {view.id: view for view in views}
    return [by_id.get(event_id) for event_id in event_ids]


async def pages(resources: Resources, viewer: Viewer, requests: Sequence[EventsRequest]) -> list[EventsPage]:
    """One page for each list asked for."""
    return list(await asyncio.gather(*(page(resources, viewer, request) for request in requests)))


async def page(resources: Resources, viewer: Viewer, request: EventsRequest) -> EventsPage:
    """One page of events, newest first. Raises `cursor-invalid`."""
    request = _with_folded_text(request)
    contents = await _content_keys(resources.database, viewer, request)
    before, seen = _start(request)
    floor = max(request.filter.occurred_from or DAWN, DAWN)

    async def read(low: datetime, high: datetime) -> list[OutreachEvent]:
        found = await store.between(resources.database, viewer, request.filter, low, high, contents)
        return [event for event in found if seen is None or (event.occurred_at, event.id) < seen]

    rows = await newest_first(read, before=before, floor=floor, want=request.first + 1)
    shown = rows[: request.first]
    total = None
    if request.with_total:
        counted = await store.count(resources.database, viewer, request.filter, contents, most=MOST_COUNTED + 1)
        total = counted if counted <= MOST_COUNTED else None
    return EventsPage(
        rows=tuple(await _views(resources, viewer, shown)),
        cursors=tuple(encode_cursor(event.occurred_at.isoformat(), event.id) for event in shown),
        has_next=len(rows) > request.first,
        total=total,
    )


@dataclass(frozen=True, slots=True)
class Sighting:
    """When a device was heard first and last on some days, how often, and the commune its newest record names."""

    first_at: datetime
    last_at: datetime
    count: int
    commune_id: str | None


async def sightings(reader: Reader, viewer: Viewer, days_by_key: Mapping[str, Sequence[date]]) -> dict[str, Sighting]:
    """What the counted events of these devices say of their days; a device without any is left out."""
    rows = await store.counted_by_day(reader, viewer, list(days_by_key)) if days_by_key else []
    found: dict[str, Sighting] = {}
    for row in sorted(rows, key=lambda row: row["last"]):
        key, communes = row["_id"]["keys"][0], row["_id"]["communes"]
        if date.fromisoformat(row["_id"]["day"]) in days_by_key.get(key, ()):
            known = found.get(key) or Sighting(row["first"], row["last"], 0, None)
            commune = communes[0] if communes else known.commune_id
            found[key] = Sighting(min(known.first_at, row["first"]), row["last"], known.count + row["n"], commune)
    return found


async def newest_at(reader: Reader, viewer: Viewer, province_id: str) -> datetime | None:
    """When the newest event of a province in the last 30 days happened."""
    return await store.newest_at(reader, viewer, province_id, now=clock.now())


async def activity_of_source(
    reader: Reader, viewer: Viewer, province_id: str, source: str
) -> tuple[datetime | None, int]:
    """When the newest event that an emitter sent happened, and how many happened in the last 24 hours."""
    newest = await store.newest_of_source(reader, viewer, province_id, source)
    since = clock.now() - timedelta(hours=24)
    return newest, await store.count_of_source(reader, viewer, province_id, source, since=since)


async def quarantined(resources: Resources, viewer: Viewer, copy_ids: Sequence[str]) -> list[QuarantinedCopy | None]:
    """The copies held back of these ids, in their order, None for what is not there or hidden."""
    found = await store.copies_by_ids(resources.database, viewer, resources.reference, copy_ids)
    return [found.get(copy_id) for copy_id in copy_ids]


async def page_of_quarantined(
    resources: Resources, viewer: Viewer, request: QuarantinedEventsRequest
) -> RecordsPage[QuarantinedCopy]:
    """A page of the copies of an emitter that wait for a decision. Raises `cursor-invalid`."""
    return await store.page_of_copies(
        resources.database,
        viewer,
        resources.reference,
        request.source,
        first=request.first,
        after=request.after,
        with_total=request.with_total,
    )


async def quarantined_count(resources: Resources, viewer: Viewer, province_id: str, source: str) -> int | None:
    """How many copies of an emitter wait for a decision; None where the viewer may not see them, or above 10,000."""
    sight = resources.reference.permissions.sight_of(viewer, Sight.QUARANTINE, on=today())
    if not sight.reaches(provinces=[province_id]):
        return None
    counted = QuarantinedEventsRequest(source=source, first=1, with_total=True)
    return (await page_of_quarantined(resources, viewer, counted)).total


async def content_key_of(reader: Reader, viewer: Viewer, item_id: str | None) -> str | None:
    """How events name a content item. Raises a refusal where there is none of that id."""
    if item_id is None:
        return None
    items = await content_items.keys_of(reader, viewer, [item_id])
    if item_id not in items:
        raise refused("NOT_FOUND", "/content_item_id", vi="Không có nội dung này.", en="There is no such content item.")
    return items[item_id]


async def view_of(resources: Resources, viewer: Viewer, event: OutreachEvent) -> OutreachEventView:
    """What the service answers with."""
    return (await _views(resources, viewer, [event]))[0]


async def _views(resources: Resources, viewer: Viewer, events: Sequence[OutreachEvent]) -> list[OutreachEventView]:
    keys = [event.content_key for event in events if event.content_key]
    items = await content_items.items_of(resources.database, viewer, keys) if keys else {}
    may: dict[str, tuple[str, ...]] = {}
    for event in events:
        if event.province_id not in may:
            place = Resource(provinces=frozenset({event.province_id}))
            may[event.province_id] = allowed(resources.reference, viewer, place, ACTIONS) if viewer.grants else ()
    return [_view(event, items, may[event.province_id], viewer) for event in events]


def _view(
    event: OutreachEvent, items: Mapping[str, ContentItem], may: tuple[str, ...], viewer: Viewer
) -> OutreachEventView:
    item = items.get(event.content_key or "")
    own = {name: getattr(event, name) for name in OutreachEventView.model_fields if hasattr(event, name)}
    themes = tuple(dict.fromkeys([*event.themes, *(item.themes if item else ())]))
    return OutreachEventView(
        **own
        | {
            "themes": themes,
            "content_item_id": item.id if item else None,
            "evidence_url": event.evidence_url if viewer.grants else None,
            "may": may if event.state.value == "current" else (),
        }
    )


async def _content_keys(database: Database, viewer: Viewer, request: EventsRequest) -> Sequence[str] | None:
    if request.filter.themes is None:
        return None
    return await content_items.keys_with_themes(database, viewer, request.filter.themes)


def _start(request: EventsRequest) -> tuple[datetime, tuple[datetime, str] | None]:
    """Where the page begins: the end of the list or just behind the row that the cursor names."""
    latest = min(request.filter.occurred_to or datetime.max.replace(tzinfo=UTC), clock.now() + timedelta(hours=1))
    if request.after is None:
        return latest, None
    instant, event_id = decode_cursor(request.after, 2)
    position = instant_of(instant)
    before = latest if position >= latest else position + timedelta(milliseconds=1)
    return before, (position, event_id)


def _with_folded_text(request: EventsRequest) -> EventsRequest:
    if request.filter.text is None:
        return request
    return request.model_copy(
        update={"filter": request.filter.model_copy(update={"text": folded(request.filter.text)})}
    )


async def totals(resources: Resources, viewer: Viewer, question: TotalsQuestion) -> list[OutreachTotalView]:
    """Counts for a chart, by key. Raises `too-fine` above 400 keys."""
    low = max(DAWN, start_of_day(question.first_day) if question.first_day else DAWN)
    after = question.last_day or vietnam_day(clock.now())
    high = max(low, start_of_day(after + timedelta(days=1)))
    places = {"province_id": question.province_id, "commune_ids": question.commune_id}
    where = {name: place for name, place in places.items() if place is not None}
    by = [FIELDS_OF[question.by], *(["content_key"] if question.by is OutreachDimension.THEME else [])]
    rows = await store.totals(resources.database, viewer, where, by, span=(low, high))
    themes = await _themes(resources.database, viewer, rows) if question.by is OutreachDimension.THEME else {}
    sums: dict[str, list[int]] = {}
    for row in rows:
        for key in _keys(row["_id"], question.by, themes):
            total = sums.setdefault(key, [0, 0, 0])
            for place, name in enumerate(("n", "seconds", "reach")):
                total[place] += int(row[name] or 0)
    if len(sums) > MOST_TOTALS:
        vi, en = (
            "Quá chi tiết: trên 400 dòng. Chọn khoảng ngắn hơn.",
            "Too fine: above 400 rows. Ask for a shorter span.",
        )
        raise refused("TOO_FINE", "/during", vi=vi, en=en)
    return [
        OutreachTotalView(key=key, event_count=count, duration_seconds=seconds, reach=reach)
        for key, (count, seconds, reach) in sorted(sums.items())
    ]


async def _themes(
    database: Database, viewer: Viewer, rows: Sequence[Mapping[str, Any]]
) -> Mapping[str, tuple[str, ...]]:
    keys = {row["_id"].get("content_key") for row in rows} - {None}
    return await content_items.themes_of(database, viewer, sorted(keys)) if keys else {}


def _keys(group: Mapping[str, Any], by: OutreachDimension, themes: Mapping[str, tuple[str, ...]]) -> Sequence[str]:
    value = group.get(FIELDS_OF[by])
    if by is OutreachDimension.THEME:
        return tuple(dict.fromkeys([*(value or ()), *themes.get(group.get("content_key") or "", ())]))
    if by is OutreachDimension.MONTH:
        return (str(value)[:7],)
    return tuple(value) if isinstance(value, list) else (str(value),)
