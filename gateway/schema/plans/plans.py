"""Plans of bodies."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from contracts.plans import plans as contract
from contracts.plans.plans import PlanOrder, PlansRequest, PlanState, PlanView
from contracts.vocabulary import TargetCode
from gateway.context import Context, Info
from gateway.execution.batching import relation
from gateway.execution.rows import rows_of
from gateway.schema.connections import Connection
from gateway.schema.ids import global_id, key_of
from gateway.schema.lists import read_page, read_pages
from gateway.schema.plans.filters import PlanFilter, activities_of_plans, plan_filter
from gateway.schema.shared import Document, Locale, is_row_of, say
from gateway.schema.versioned import Versioned, text

if TYPE_CHECKING:
    from gateway.schema.places.bodies import Body
    from gateway.schema.plans.activities import Activity

LazyBody = Annotated["Body", strawberry.lazy("gateway.schema.places.bodies")]
LazyPlan = Annotated["Plan", strawberry.lazy("gateway.schema.plans.plans")]
LazyActivity = Annotated["Activity", strawberry.lazy("gateway.schema.plans.activities")]
Row = strawberry.Parent[PlanView]


def _objective_text(row: strawberry.Parent[contract.PlanObjective], info: Info, locale: Locale | None = None) -> str:
    return say(info, row.text, locale)


@strawberry.type
class PlanObjective:
    """What a plan wants to reach."""

    text: str = strawberry.field(resolver=_objective_text)
    target: TargetCode | None
    year: int | None
    goal: float | None


@strawberry.type
class ActivityCounts:
    """How far a plan is carried out."""

    total: int
    planned: int
    under_way: int
    done: int
    done_late: int
    overdue: int
    canceled: int
    moved: int


def _id(row: Row) -> strawberry.ID:
    return strawberry.ID(global_id("Plan", row.id))


def _body(row: Row, info: Info) -> Any:
    return info.context.reference.bodies.body(row.body_id)


def _title(row: Row, info: Info, locale: Locale | None = None) -> str:
    return say(info, row.title, locale)


def _state_reason(row: Row, info: Info, locale: Locale | None = None) -> str | None:
    return text(info, row.state_reason, locale)


async def linked_plans(context: Context, ids: Sequence[str | None]) -> list[Any]:
    """The plans of ids, null where there is none."""
    wanted = [plan_id for plan_id in ids if plan_id is not None]
    found = dict(zip(wanted, await context.plans.plans.by_id.settled(wanted), strict=True))
    return [None if plan_id is None else found[plan_id] for plan_id in ids]


async def _supersedes(rows: list[PlanView], context: Context) -> Sequence[Any]:
    return await linked_plans(context, [row.supersedes_id for row in rows])


async def _superseded_by(rows: list[PlanView], context: Context) -> Sequence[Any]:
    return await linked_plans(context, [row.superseded_by_id for row in rows])


async def _adopted_from(rows: list[PlanView], context: Context) -> Sequence[Any]:
    return await linked_plans(context, [row.adopted_from_id for row in rows])


async def _parent(rows: list[PlanView], context: Context) -> Sequence[Any]:
    return await linked_plans(context, [row.parent_id for row in rows])


async def _children(
    rows: list[PlanView], context: Context, *, first: int | None = 20, after: str | None = None
) -> Sequence[Any]:
    requests = [PlansRequest(filter=contract.PlanFilter(parent_id=row.id)) for row in rows]
    return await read_pages(context, context.plans.plans.pages, requests, name="plans", first=first, after=after)


@strawberry.type
class Plan(Versioned):
    """A body's plan to carry out the Program."""

    id: strawberry.ID = strawberry.field(resolver=_id)
    body: LazyBody = strawberry.field(resolver=_body)
    title: str = strawberry.field(resolver=_title)
    state: PlanState
    starts_on: date
    ends_on: date
    objectives: list[PlanObjective]
    documents: list[Document]
    promulgated_on: date | None
    is_on_time: bool | None
    submitted_at: datetime | None
    approved_at: datetime | None
    state_reason: str | None = strawberry.field(resolver=_state_reason)
    supersedes: LazyPlan | None = relation(_supersedes)
    superseded_by: LazyPlan | None = relation(_superseded_by)
    adopted_from: LazyPlan | None = relation(_adopted_from)
    parent: LazyPlan | None = relation(_parent)
    children: Connection[LazyPlan] | None = relation(_children)
    activity_counts: ActivityCounts
    activities: Connection[LazyActivity] | None = relation(activities_of_plans)

    is_type_of = is_row_of(rows_of(PlanView))


async def plan(info: Info, id: strawberry.ID) -> Any:
    """The plan of an id."""
    key = key_of(id, "Plan")
    return await info.context.plans.plans.by_id.one(key) if key else None


async def plan_by_document(info: Info, document_id: str) -> Any:
    """The plan that a document promulgated."""
    return await info.context.plans.by_document.one(document_id)


async def plans(
    info: Info,
    filter: PlanFilter | None = None,
    order_by: PlanOrder | None = PlanOrder.UPDATED_AT_DESC,
    first: int | None = 20,
    after: str | None = None,
) -> Any:
    """Plans of every body that the viewer may see."""
    request = PlansRequest(filter=plan_filter(filter), order=order_by or PlanOrder.UPDATED_AT_DESC)
    loader = info.context.plans.plans.pages
    return await read_page(info.context, loader, request, name="plans", first=first, after=after)
