"""What is published about tasks."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from contracts.tasks.publications import PublicationOrder, PublicationsRequest, PublicationState, PublicationView
from contracts.vocabulary import ChannelGroup
from gateway.context import Context, Info
from gateway.execution.batching import relation
from gateway.execution.rows import rows_of
from gateway.schema.connections import Connection, page_in_memory
from gateway.schema.ids import global_id, key_of
from gateway.schema.lists import read_page
from gateway.schema.outreach.outreach_events import OutreachEvent, linked_events
from gateway.schema.scalars import URL
from gateway.schema.shared import Locale, is_row_of
from gateway.schema.tasks.filters import PublicationFilter, publication_filter
from gateway.schema.versioned import Actor, Versioned, actor_of, text

if TYPE_CHECKING:
    from gateway.schema.tasks.tasks import Task

LazyTask = Annotated["Task", strawberry.lazy("gateway.schema.tasks.tasks")]
Row = strawberry.Parent[PublicationView]


def _id(row: Row) -> strawberry.ID:
    return strawberry.ID(global_id("Publication", row.id))


def _verified_by(row: Row) -> Any:
    return actor_of(row.verified_by, row.verified_role) if row.verified_by else None


def _state_reason(row: Row, info: Info, locale: Locale | None = None) -> str | None:
    return text(info, row.state_reason, locale)


async def _tasks(
    rows: list[PublicationView], context: Context, *, first: int | None = 20, after: str | None = None
) -> Sequence[Any]:
    """The tasks of each publication that the viewer may see, all of them in one call."""
    wanted = list(dict.fromkeys(task_id for row in rows for task_id in row.task_ids))
    found = dict(zip(wanted, await context.tasks.tasks.by_id.settled(wanted), strict=True))
    faults = [row for row in found.values() if isinstance(row, BaseException)]
    if faults:
        return [faults[0] for _ in rows]
    return [
        page_in_memory(
            context,
            [task for task_id in row.task_ids if (task := found[task_id]) is not None],
            bound_to=f"tasks of {row.id}",
            key=lambda task: task.id,
            first=first,
            after=after,
        )
        for row in rows
    ]


async def _events(rows: list[PublicationView], context: Context) -> Sequence[Any]:
    return await linked_events(context, [row.outreach_event_id for row in rows])


@strawberry.type
class Publication(Versioned):
    """Something published about one task or more."""

    id: strawberry.ID = strawberry.field(resolver=_id)
    title: str
    url: URL
    outlet: str
    channel_group: ChannelGroup
    published_on: date
    recorded_at: datetime
    state: PublicationState
    verified_at: datetime | None
    verified_by: Actor | None = strawberry.field(resolver=_verified_by)
    state_reason: str | None = strawberry.field(resolver=_state_reason)
    link_checked_at: datetime | None
    content_hash: str | None
    tasks: Connection[LazyTask] | None = relation(_tasks)
    outreach_event: OutreachEvent | None = relation(_events)

    is_type_of = is_row_of(rows_of(PublicationView))


async def publication(info: Info, id: strawberry.ID) -> Any:
    """The publication of an id."""
    key = key_of(id, "Publication")
    return await info.context.tasks.publications.by_id.one(key) if key else None


async def publications(
    info: Info,
    filter: PublicationFilter | None = None,
    order_by: PublicationOrder | None = PublicationOrder.PUBLISHED_ON_DESC,
    first: int | None = 20,
    after: str | None = None,
) -> Any:
    """Publications that the viewer may see."""
    request = PublicationsRequest(
        filter=publication_filter(filter), order=order_by or PublicationOrder.PUBLISHED_ON_DESC
    )
    loader = info.context.tasks.publications.pages
    return await read_page(info.context, loader, request, name="publications", first=first, after=after)
