"""Which plans and activities: filters of lists, wherever they hang."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import strawberry

from contracts.plans import activities, plans
from contracts.plans.activities import ActivitiesRequest, ActivityOrder, ActivityState
from contracts.plans.plans import PlanOrder, PlansRequest, PlanState, PlanView
from contracts.vocabulary import BodyKind, OutreachChannel
from gateway.context import Context
from gateway.errors import bad_input
from gateway.schema.ids import key_of, keys_of
from gateway.schema.lists import read_pages
from gateway.schema.shared import DateRange
from gateway.schema.tags_input import TagsFilter
from reference import bodies

strawberry.enum(PlanState)
strawberry.enum(PlanOrder)
strawberry.enum(ActivityState)
strawberry.enum(ActivityOrder)


@strawberry.input
class PlanFilter:
    """Which plans."""

    body_ids: list[strawberry.ID] | None = None
    body_kinds: list[BodyKind] | None = None
    province_id: strawberry.ID | None = None
    states: list[PlanState] | None = None
    is_on_time: bool | None = None
    promulgated_on: DateRange | None = None
    parent_id: strawberry.ID | None = None
    text: str | None = None


@strawberry.input
class ActivityFilter:
    """Which activities."""

    plan_id: strawberry.ID | None = None
    body_ids: list[strawberry.ID] | None = None
    province_id: strawberry.ID | None = None
    states: list[ActivityState] | None = None
    is_moved: bool | None = None
    is_joint: bool | None = None
    due_on: DateRange | None = None
    channels: list[OutreachChannel] | None = None
    tags: TagsFilter | None = None
    text: str | None = None


def plan_filter(given: PlanFilter | None) -> plans.PlanFilter:
    """The filter as the service takes it. Raises BAD_USER_INPUT."""
    wanted, signed = given or PlanFilter(), DateRange()
    signed = wanted.promulgated_on or signed
    return plans.PlanFilter(
        body_ids=keys_of(wanted.body_ids, "Body"),
        body_kinds=values(wanted.body_kinds),
        province_id=only_key(wanted.province_id, "Province"),
        states=values(wanted.states),
        is_on_time=wanted.is_on_time,
        promulgated_from=signed.from_,
        promulgated_to=signed.to,
        parent_id=only_key(wanted.parent_id, "Plan"),
        text=searched(wanted.text),
    )


def activity_filter(context: Context, given: ActivityFilter | None) -> activities.ActivityFilter:
    """The filter as the service takes it. Raises BAD_USER_INPUT."""
    wanted = given or ActivityFilter()
    due, tags = wanted.due_on or DateRange(), wanted.tags or TagsFilter()
    body_ids = keys_of(wanted.body_ids, "Body")
    if wanted.province_id is not None:
        of_province = bodies_of_province(context, only_key(wanted.province_id, "Province") or "")
        body_ids = tuple(sorted(of_province if body_ids is None else of_province & set(body_ids)))
    return activities.ActivityFilter(
        plan_id=only_key(wanted.plan_id, "Plan"),
        body_ids=body_ids,
        states=values(wanted.states),
        is_moved=wanted.is_moved,
        is_joint=wanted.is_joint,
        stages=values(tags.stage_codes),
        industries=values(tags.industry_codes),
        fields=values(tags.field_codes),
        audiences=values(tags.audience_codes),
        due_from=due.from_,
        due_to=due.to,
        channels=values(wanted.channels),
        text=searched(wanted.text),
    )


async def plans_of_bodies(
    rows: list[bodies.Body],
    context: Context,
    *,
    filter: PlanFilter | None = None,
    order_by: PlanOrder | None = PlanOrder.UPDATED_AT_DESC,
    first: int | None = 20,
    after: str | None = None,
) -> Sequence[Any]:
    """A page of the plans of each body."""
    wanted = plan_filter(filter)
    requests = [
        PlansRequest(
            filter=wanted.model_copy(update={"body_ids": _only(row.id, wanted.body_ids)}),
            order=order_by or PlanOrder.UPDATED_AT_DESC,
        )
        for row in rows
    ]
    return await read_pages(context, context.plans.plans.pages, requests, name="plans", first=first, after=after)


async def plan_in_force(rows: list[bodies.Body], context: Context) -> Sequence[Any]:
    """The plan in force of each body, all in one call."""
    return await context.plans.in_force.settled([row.id for row in rows])


async def activities_of_bodies(
    rows: list[bodies.Body],
    context: Context,
    *,
    filter: ActivityFilter | None = None,
    order_by: ActivityOrder | None = ActivityOrder.DUE_ON_ASC,
    first: int | None = 20,
    after: str | None = None,
) -> Sequence[Any]:
    """A page of the activities that each body leads or coordinates."""
    wanted = activity_filter(context, filter)
    requests = [
        ActivitiesRequest(
            filter=wanted.model_copy(update={"body_ids": _only(row.id, wanted.body_ids)}),
            order=order_by or ActivityOrder.DUE_ON_ASC,
        )
        for row in rows
    ]
    loader = context.plans.activities.pages
    return await read_pages(context, loader, requests, name="activities", first=first, after=after)


async def activities_of_plans(
    rows: list[PlanView],
    context: Context,
    *,
    filter: ActivityFilter | None = None,
    order_by: ActivityOrder | None = ActivityOrder.DUE_ON_ASC,
    first: int | None = 20,
    after: str | None = None,
) -> Sequence[Any]:
    """A page of the activities of each plan."""
    wanted = activity_filter(context, filter)
    requests = [
        ActivitiesRequest(
            filter=wanted.model_copy(update={"plan_id": row.id}), order=order_by or ActivityOrder.DUE_ON_ASC
        )
        for row in rows
    ]
    loader = context.plans.activities.pages
    return await read_pages(context, loader, requests, name="activities", first=first, after=after)


def values(given: Sequence[Any] | None) -> tuple[Any, ...] | None:
    """Values of enumerations for a service; null is no condition."""
    return None if given is None else tuple(given)


def only_key(node_id: str | None, kind: str) -> str | None:
    """The key of an id; one of another type names nothing, which no object has."""
    return None if node_id is None else key_of(node_id, kind) or "nothing@0001-01-01"


def searched(given: str | None) -> str | None:
    """A text to search. Raises BAD_USER_INPUT outside 2 to 100 characters."""
    if given is not None and not 2 <= len(given) <= 100:
        raise bad_input("`text` dài từ 2 đến 100 ký tự.", "`text` has 2 to 100 characters.")
    return given


def bodies_of_province(context: Context, province_id: str) -> set[str]:
    """The People's Committee of a province and what is below it."""
    committee = context.reference.bodies.of_province(province_id)
    return set(context.reference.bodies.covered_by(committee.id)) if committee else set()


def days(given: DateRange | None) -> tuple[date | None, date | None]:
    """Both ends of a range."""
    return (given.from_, given.to) if given else (None, None)


def _only(body_id: str, among: tuple[str, ...] | None) -> tuple[str, ...]:
    return (body_id,) if among is None or body_id in among else ()
