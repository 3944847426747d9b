"""S&T tasks that are no state secret."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from contracts.outreach.outreach_events import EventFilter
from contracts.tasks import tasks as contract
from contracts.tasks.tasks import TaskLevel, TaskOrder, TasksRequest, TaskState, TaskView
from contracts.vocabulary import ChannelGroup
from gateway.context import Context, Info
from gateway.execution.batching import relation
from gateway.execution.rows import rows_of
from gateway.schema.connections import Connection
from gateway.schema.ids import global_id, key_of
from gateway.schema.lists import read_page
from gateway.schema.outreach.events_of import pages
from gateway.schema.scalars import BigInt
from gateway.schema.shared import Locale, is_row_of, say
from gateway.schema.tasks.filters import TaskFilter, publications_of_tasks, task_filter
from gateway.schema.terms import Term, terms_of
from gateway.schema.versioned import Versioned, text
from reference.vocabularies import Vocabulary

if TYPE_CHECKING:
    from gateway.schema.outreach.outreach_events import OutreachEvent
    from gateway.schema.places.bodies import Body
    from gateway.schema.tasks.publications import Publication

LazyBody = Annotated["Body", strawberry.lazy("gateway.schema.places.bodies")]
LazyPublication = Annotated["Publication", strawberry.lazy("gateway.schema.tasks.publications")]
LazyEvent = Annotated["OutreachEvent", strawberry.lazy("gateway.schema.outreach.outreach_events")]
Row = strawberry.Parent[TaskView]


def _host_body(row: strawberry.Parent[contract.TaskHost], info: Info) -> Any:
    return info.context.reference.bodies.body(row.body_id) if row.body_id else None


@strawberry.type
class TaskHost:
    """An organization that carries a task out."""

    name: str
    body: LazyBody | None = strawberry.field(resolver=_host_body)


@strawberry.type
class FundingSource:
    """Money behind a task."""

    name: str
    is_state_budget: bool
    amount: BigInt


@strawberry.type
class TaskCommunication:
    """How far a task has been told."""

    is_communicated: bool
    groups: list[ChannelGroup]
    missing_groups: list[ChannelGroup]
    first_verified_at: datetime | None
    verified_count: int
    pending_count: int


def _id(row: Row) -> strawberry.ID:
    return strawberry.ID(global_id("Task", row.id))


def _title(row: Row, info: Info, locale: Locale | None = None) -> str:
    return say(info, row.title, locale)


def _summary(row: Row, info: Info, locale: Locale | None = None) -> str | None:
    return text(info, row.summary, locale)


def _form(row: Row, info: Info) -> Any:
    return info.context.reference.vocabularies.term(Vocabulary.TASK_FORM, row.form)


def _fields(row: Row, info: Info) -> Any:
    return terms_of(info.context, Vocabulary.SCIENCE_FIELD, row.fields)


def _managing_body(row: Row, info: Info) -> Any:
    return info.context.reference.bodies.body(row.managing_body_id)


async def _events(
    rows: list[TaskView], context: Context, *, first: int | None = 20, after: str | None = None
) -> Sequence[Any]:
    return await pages(context, [EventFilter(task_id=row.id) for row in rows], first=first, after=after)


@strawberry.type
class Task(Versioned):
    """A science and technology task that is no state secret."""

    id: strawberry.ID = strawberry.field(resolver=_id)
    scheme: str
    code: str
    title: str = strawberry.field(resolver=_title)
    summary: str | None = strawberry.field(resolver=_summary)
    level: TaskLevel
    form: Term = strawberry.field(resolver=_form)
    fields: list[Term] = strawberry.field(resolver=_fields)
    state: TaskState
    managing_body: LazyBody = strawberry.field(resolver=_managing_body)
    hosts: list[TaskHost]
    funding: list[FundingSource]
    state_budget_share: float
    starts_on: date | None
    ends_on: date | None
    communication: TaskCommunication
    publications: Connection[LazyPublication] | None = relation(publications_of_tasks)
    outreach_events: Connection[LazyEvent] | None = relation(_events)

    is_type_of = is_row_of(rows_of(TaskView))


async def task(info: Info, id: strawberry.ID) -> Any:
    """The task of an id; null when there is none, whatever the reason."""
    key = key_of(id, "Task")
    return await info.context.tasks.tasks.by_id.one(key) if key else None


async def tasks(
    info: Info,
    filter: TaskFilter | None = None,
    order_by: TaskOrder | None = TaskOrder.ENDS_ON_ASC,
    first: int | None = 20,
    after: str | None = None,
) -> Any:
    """Tasks that the viewer may see."""
    request = TasksRequest(filter=task_filter(filter), order=order_by or TaskOrder.ENDS_ON_ASC)
    loader = info.context.tasks.tasks.pages
    return await read_page(info.context, loader, request, name="tasks", first=first, after=after)
