"""Activities: the pieces of work of a plan."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from contracts.outreach.outreach_events import EventFilter
from contracts.plans import activities as contract
from contracts.plans.activities import ActivitiesRequest, ActivityOrder, ActivityState, ActivityView
from contracts.vocabulary import OutreachChannel
from gateway.context import Context, Info
from gateway.execution.batching import relation
from gateway.execution.rows import rows_of
from gateway.schema.connections import Connection
from gateway.schema.evidence import Evidence
from gateway.schema.ids import global_id, key_of
from gateway.schema.lists import read_page
from gateway.schema.outreach.events_of import pages
from gateway.schema.plans.filters import ActivityFilter, activity_filter
from gateway.schema.plans.plans import linked_plans
from gateway.schema.scalars import BigInt
from gateway.schema.shared import Locale, is_row_of, say
from gateway.schema.tags import Tags
from gateway.schema.versioned import Versioned, text

if TYPE_CHECKING:
    from gateway.schema.outreach.outreach_events import OutreachEvent
    from gateway.schema.places.bodies import Body
    from gateway.schema.plans.plans import Plan

LazyBody = Annotated["Body", strawberry.lazy("gateway.schema.places.bodies")]
LazyPlan = Annotated["Plan", strawberry.lazy("gateway.schema.plans.plans")]
LazyEvent = Annotated["OutreachEvent", strawberry.lazy("gateway.schema.outreach.outreach_events")]
Row = strawberry.Parent[ActivityView]


def _metric(row: strawberry.Parent[contract.Deliverable], info: Info, locale: Locale | None = None) -> str:
    return say(info, row.metric, locale)


@strawberry.type
class Deliverable:
    """What an activity promises."""

    metric: str = strawberry.field(resolver=_metric)
    goal: float
    actual: float | None


def _id(row: Row) -> strawberry.ID:
    return strawberry.ID(global_id("Activity", row.id))


async def _plans(rows: list[ActivityView], context: Context) -> Sequence[Any]:
    return await linked_plans(context, [row.plan_id for row in rows])


def _title(row: Row, info: Info, locale: Locale | None = None) -> str:
    return say(info, row.title, locale)


def _tags(row: Row) -> Any:
    return row


def _lead_body(row: Row, info: Info) -> Any:
    return info.context.reference.bodies.body(row.lead_body_id)


def _coordinating_bodies(row: Row, info: Info) -> Any:
    found = (info.context.reference.bodies.body(body_id) for body_id in row.coordinating_body_ids)
    return [body for body in found if body is not None]


def _state_reason(row: Row, info: Info, locale: Locale | None = None) -> str | None:
    return text(info, row.state_reason, locale)


async def _events(
    rows: list[ActivityView], context: Context, *, first: int | None = 20, after: str | None = None
) -> Sequence[Any]:
    return await pages(context, [EventFilter(activity_id=row.id) for row in rows], first=first, after=after)


@strawberry.type
class Activity(Versioned):
    """A piece of work of a plan."""

    id: strawberry.ID = strawberry.field(resolver=_id)
    plan: LazyPlan | None = relation(_plans)
    title: str = strawberry.field(resolver=_title)
    state: ActivityState
    tags: Tags = strawberry.field(resolver=_tags)
    channels: list[OutreachChannel]
    lead_body: LazyBody = strawberry.field(resolver=_lead_body)
    coordinating_bodies: list[LazyBody] = strawberry.field(resolver=_coordinating_bodies)
    starts_on: date
    due_on: date
    first_due_on: date
    done_on: date | None
    is_moved: bool
    state_reason: str | None = strawberry.field(resolver=_state_reason)
    budget: BigInt | None
    deliverable: Deliverable | None
    evidence: list[Evidence]
    outreach_events: Connection[LazyEvent] | None = relation(_events)

    is_type_of = is_row_of(rows_of(ActivityView))


async def activity(info: Info, id: strawberry.ID) -> Any:
    """The activity of an id."""
    key = key_of(id, "Activity")
    return await info.context.plans.activities.by_id.one(key) if key else None


async def activities(
    info: Info,
    filter: ActivityFilter | None = None,
    order_by: ActivityOrder | None = ActivityOrder.DUE_ON_ASC,
    first: int | None = 20,
    after: str | None = None,
) -> Any:
    """Activities of every plan that the viewer may see."""
    request = ActivitiesRequest(
        filter=activity_filter(info.context, filter), order=order_by or ActivityOrder.DUE_ON_ASC
    )
    loader = info.context.plans.activities.pages
    return await read_page(info.context, loader, request, name="activities", first=first, after=after)
