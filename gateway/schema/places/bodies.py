"""Bodies of the political system."""

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from contracts.vocabulary import BodyKind
from gateway.context import Context, Info
from gateway.execution.batching import relation
from gateway.schema.connections import Connection, page_in_memory
from gateway.schema.honors.of_bodies import honors_of_bodies
from gateway.schema.ids import global_id, key_of
from gateway.schema.plans.filters import activities_of_bodies, plan_in_force, plans_of_bodies
from gateway.schema.program.scopes import Scope
from gateway.schema.shared import Action, actions, is_row_of
from gateway.schema.tasks.filters import tasks_of_bodies
from reference import bodies
from reference.actions import Action as KnownAction
from reference.dated import is_valid_on
from reference.permissions import Resource
from reference.texts import folded

if TYPE_CHECKING:
    from gateway.schema.honors.honors import Honor
    from gateway.schema.places.provinces import Province
    from gateway.schema.plans.activities import Activity
    from gateway.schema.plans.plans import Plan
    from gateway.schema.tasks.tasks import Task

strawberry.enum(BodyKind)
# What can be done for a body as a whole; steps on its plans, tasks and dossiers stand on those.
FOR_A_BODY = (
    KnownAction.CREATE_PLAN,
    KnownAction.ADOPT_PLAN,
    KnownAction.PROPOSE_JOINT_ACTIVITY,
    KnownAction.REGISTER_TASK,
    KnownAction.RECORD_PUBLICATION,
    KnownAction.CREATE_CONTENT_ITEM,
    KnownAction.CREATE_NOMINATION,
    KnownAction.PROPOSE_GOOD_MODEL,
    KnownAction.ADOPT_GOOD_MODEL,
)
LazyProvince = Annotated["Province", strawberry.lazy("gateway.schema.places.provinces")]
LazyPlan = Annotated["Plan", strawberry.lazy("gateway.schema.plans.plans")]
LazyActivity = Annotated["Activity", strawberry.lazy("gateway.schema.plans.activities")]
LazyTask = Annotated["Task", strawberry.lazy("gateway.schema.tasks.tasks")]
LazyHonor = Annotated["Honor", strawberry.lazy("gateway.schema.honors.honors")]
LazyBody = Annotated["Body", strawberry.lazy("gateway.schema.places.bodies")]
Row = strawberry.Parent[bodies.Body]


def _id(body: Row) -> strawberry.ID:
    return strawberry.ID(global_id("Body", body.id))


def _parent(body: Row, info: Info) -> Any:
    return info.context.reference.bodies.body(body.parent_id) if body.parent_id else None


def _province(body: Row, info: Info) -> Any:
    return info.context.reference.places.province(body.province_id) if body.province_id else None


def _is_obligated(body: Row, info: Info, as_of: date | None = None) -> bool:
    return info.context.reference.bodies.is_obligated(body.id, as_of or info.context.today)


def _predecessors(body: Row, info: Info) -> Any:
    return [info.context.reference.bodies.body(other) for other in body.predecessors]


def _successors(body: Row, info: Info) -> Any:
    return [info.context.reference.bodies.body(other) for other in body.successors]


def _viewer_can(body: Row, info: Info) -> list[Action]:
    context = info.context
    if context.is_public:
        return []
    provinces = frozenset({body.province_id}) if body.province_id else frozenset()
    resource = Resource(owners=frozenset({body.id}), provinces=provinces)
    may = context.reference.permissions.actions_allowed(context.viewer, resource, on=context.today, among=FOR_A_BODY)
    return actions(action.value for action in may)


@strawberry.type
class Body(Scope):
    """A body: one of the 56 obligated by T1, or one under them."""

    id: strawberry.ID = strawberry.field(resolver=_id)
    e_id: str
    e_id_long: str
    kind: BodyKind
    parent: LazyBody | None = strawberry.field(resolver=_parent)
    province: LazyProvince | None = strawberry.field(resolver=_province)
    is_obligated: bool = strawberry.field(resolver=_is_obligated)
    valid_from: date
    valid_to: date | None
    predecessors: list[LazyBody] = strawberry.field(resolver=_predecessors)
    successors: list[LazyBody] = strawberry.field(resolver=_successors)
    plan: LazyPlan | None = relation(plan_in_force)
    plans: Connection[LazyPlan] | None = relation(plans_of_bodies)
    activities: Connection[LazyActivity] | None = relation(activities_of_bodies)
    tasks: Connection[LazyTask] | None = relation(tasks_of_bodies)
    honors: Connection[LazyHonor] | None = relation(honors_of_bodies)
    viewer_can: list[Action] = strawberry.field(resolver=_viewer_can)

    is_type_of = is_row_of(bodies.Body)


@strawberry.input
class BodyFilter:
    """Which bodies."""

    kinds: list[BodyKind] | None = None
    obligated_on: date | None = None
    parent_id: strawberry.ID | None = None
    province_id: strawberry.ID | None = None
    valid_on: date | None = None
    text: str | None = None


def body(info: Info, id: strawberry.ID) -> Any:
    """The body of an id."""
    key = key_of(id, "Body")
    return info.context.reference.bodies.body(key) if key else None


def body_by_e_id(info: Info, e_id: str, as_of: date | None = None) -> Any:
    """The body that bears a code on a day."""
    return info.context.reference.bodies.by_e_id(e_id, as_of or info.context.today)


def all_bodies(info: Info, filter: BodyFilter | None = None, first: int | None = 20, after: str | None = None) -> Any:
    """Bodies by code."""
    wanted = filter or BodyFilter()
    rows = [row for row in info.context.reference.bodies.bodies if _fits(info.context, row, wanted)]
    page: Any = page_in_memory(
        info.context, rows, bound_to=f"bodies {wanted}", key=lambda row: row.id, first=first, after=after
    )
    return page


def _fits(context: Context, row: bodies.Body, wanted: BodyFilter) -> bool:
    return (
        is_valid_on(row, wanted.valid_on or context.today)
        and (wanted.kinds is None or row.kind in wanted.kinds)
        and (wanted.obligated_on is None or context.reference.bodies.is_obligated(row.id, wanted.obligated_on))
        and (wanted.parent_id is None or row.parent_id == (key_of(wanted.parent_id, "Body") or ""))
        and (wanted.province_id is None or row.province_id == (key_of(wanted.province_id, "Province") or ""))
        and (wanted.text is None or _matches(row, folded(wanted.text)))
    )


def _matches(row: bodies.Body, wanted: str) -> bool:
    return any(wanted in folded(word) for word in (row.e_id, row.e_id_long, row.name.vi, row.name.en or ""))
