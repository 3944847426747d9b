"""Outreach events: something was communicated at a place and time."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from contracts.outreach.outreach_events import Entry, EventState, OutreachEventView
from contracts.vocabulary import OutreachChannel
from gateway.context import Context, Info
from gateway.execution.batching import relation
from gateway.execution.rows import rows_of
from gateway.schema.ids import global_id, key_of
from gateway.schema.outreach.events_of import pages
from gateway.schema.outreach.filters import OutreachEventFilter, event_filter
from gateway.schema.places.communes import Commune
from gateway.schema.places.provinces import Province
from gateway.schema.scalars import URL, BigInt
from gateway.schema.shared import Reason, ReasonRow, is_row_of
from gateway.schema.tags import Tags
from gateway.schema.terms import Term, terms_of
from gateway.schema.versioned import Versioned
from reference.vocabularies import Vocabulary

if TYPE_CHECKING:
    from gateway.schema.honors.honors import Honor
    from gateway.schema.plans.activities import Activity
    from gateway.schema.tasks.tasks import Task

LazyActivity = Annotated["Activity", strawberry.lazy("gateway.schema.plans.activities")]
LazyTask = Annotated["Task", strawberry.lazy("gateway.schema.tasks.tasks")]
LazyHonor = Annotated["Honor", strawberry.lazy("gateway.schema.honors.honors")]
Row = strawberry.Parent[OutreachEventView]


def _id(row: Row) -> strawberry.ID:
    return strawberry.ID(global_id("OutreachEvent", row.id))


async def _corrects(rows: list[OutreachEventView], context: Context) -> Sequence[Any]:
    return await linked_events(context, [row.corrects for row in rows])


async def _replaced_by(rows: list[OutreachEventView], context: Context) -> Sequence[Any]:
    return await linked_events(context, [row.replaced_by for row in rows])


async def linked_events(context: Context, ids: Sequence[str | None]) -> list[Any]:
    """The events of ids, null where there is none."""
    wanted = [event_id for event_id in ids if event_id is not None]
    found = dict(zip(wanted, await context.outreach.events.settled(wanted), strict=True))
    return [None if event_id is None else found[event_id] for event_id in ids]


def _province(row: Row, info: Info) -> Any:
    return info.context.reference.places.province(row.province_id)


def _communes(row: Row, info: Info) -> Any:
    found = (info.context.reference.places.commune(commune) for commune in row.commune_ids)
    return [commune for commune in found if commune is not None]


def _themes(row: Row, info: Info) -> Any:
    return terms_of(info.context, Vocabulary.THEME, row.themes)


def _tags(row: Row) -> Any:
    return row


def _language(row: Row, info: Info) -> Any:
    return info.context.reference.vocabularies.term(Vocabulary.LANGUAGE, row.language)


def _not_counted_reason(row: Row) -> Any:
    return ReasonRow(row.not_counted_reason) if row.not_counted_reason else None


def _evidence_url(row: Row, info: Info) -> URL | None:
    return None if info.context.is_public or row.evidence_url is None else URL(row.evidence_url)


async def _activities(rows: list[OutreachEventView], context: Context) -> Sequence[Any]:
    return await _linked(context.plans.activities.by_id, [row.activity_id for row in rows])


async def _honors(rows: list[OutreachEventView], context: Context) -> Sequence[Any]:
    return await _linked(context.honors.honors.by_id, [row.honor_id for row in rows])


async def _tasks(rows: list[OutreachEventView], context: Context) -> Sequence[Any]:
    """The tasks that each event names, as far as the viewer may see them; asked for in one call."""
    wanted = list(dict.fromkeys(task_id for row in rows for task_id in row.task_ids))
    found = dict(zip(wanted, await context.tasks.tasks.by_id.settled(wanted), strict=True))
    faults = [row for row in found.values() if isinstance(row, BaseException)]
    if faults:
        return [faults[0] if row.task_ids else [] for row in rows]
    return [[task for task_id in row.task_ids if (task := found[task_id]) is not None] for row in rows]


async def _linked(loader: Any, ids: Sequence[str | None]) -> list[Any]:
    wanted = [key for key in ids if key is not None]
    found = dict(zip(wanted, await loader.settled(wanted), strict=True))
    return [None if key is None else found[key] for key in ids]


@strawberry.type
class OutreachEvent(Versioned):
    """Something was communicated at a place and time."""

    id: strawberry.ID = strawberry.field(resolver=_id)
    source: str
    event_id: str
    entry: Entry
    state: EventState
    corrects: "OutreachEvent | None" = relation(_corrects)
    replaced_by: "OutreachEvent | None" = relation(_replaced_by)
    province: Province = strawberry.field(resolver=_province)
    communes: list[Commune] = strawberry.field(resolver=_communes)
    channel: OutreachChannel
    title: str
    summary: str | None
    themes: list[Term] = strawberry.field(resolver=_themes)
    tags: Tags = strawberry.field(resolver=_tags)
    language: Term = strawberry.field(resolver=_language)
    occurred_at: datetime
    recorded_at: datetime
    duration_seconds: int | None
    reach: BigInt | None
    is_counted: bool
    not_counted_reason: Reason | None = strawberry.field(resolver=_not_counted_reason)
    evidence_url: URL | None = strawberry.field(resolver=_evidence_url)
    activity: LazyActivity | None = relation(_activities)
    tasks: list[LazyTask] | None = relation(_tasks)
    honor: LazyHonor | None = relation(_honors)

    is_type_of = is_row_of(rows_of(OutreachEventView))


async def outreach_event(info: Info, id: strawberry.ID) -> Any:
    """The event of an id."""
    key = key_of(id, "OutreachEvent")
    return await info.context.outreach.events.one(key) if key else None


async def outreach_events(
    info: Info, filter: OutreachEventFilter | None = None, first: int | None = 20, after: str | None = None
) -> Any:
    """Outreach, newest first by `occurredAt`."""
    (page,) = await pages(info.context, [event_filter(filter)], first=first, after=after)
    if isinstance(page, BaseException):
        raise page
    return page
