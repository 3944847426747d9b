"""Systems that send outreach, and the copies of theirs that were held back: for officers of their province."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from contracts.outreach.emitters import EmitterView
from contracts.outreach.quarantine import QuarantinedEventsRequest, QuarantinedEventView
from gateway.context import Context, Info
from gateway.execution.batching import relation
from gateway.execution.rows import rows_of
from gateway.schema.connections import Connection
from gateway.schema.ids import global_id
from gateway.schema.lists import read_pages
from gateway.schema.shared import Node, Reason, ReasonRow, is_row_of
from reference import places
from reference.actions import Sight

if TYPE_CHECKING:
    from gateway.schema.outreach.outreach_events import OutreachEvent
    from gateway.schema.places.provinces import Province

LazyEvent = Annotated["OutreachEvent", strawberry.lazy("gateway.schema.outreach.outreach_events")]
LazyProvince = Annotated["Province", strawberry.lazy("gateway.schema.places.provinces")]
EmitterRow = strawberry.Parent[EmitterView]
CopyRow = strawberry.Parent[QuarantinedEventView]


def _copy_id(row: CopyRow) -> strawberry.ID:
    return strawberry.ID(global_id("QuarantinedEvent", row.id))


def _reason(row: CopyRow) -> Any:
    return ReasonRow(row.reason)


async def _conflicts(rows: list[QuarantinedEventView], context: Context) -> Sequence[Any]:
    return await context.outreach.events.settled([row.event_id for row in rows])


@strawberry.type
class QuarantinedEvent(Node):
    """A copy that came under a known id with other content."""

    id: strawberry.ID = strawberry.field(resolver=_copy_id)
    received_at: datetime
    reason: Reason = strawberry.field(resolver=_reason)
    excerpt: str
    conflicts_with: LazyEvent | None = relation(_conflicts)

    is_type_of = is_row_of(rows_of(QuarantinedEventView))


def _emitter_id(row: EmitterRow) -> strawberry.ID:
    return strawberry.ID(global_id("Emitter", row.id))


def _province(row: EmitterRow, info: Info) -> Any:
    return info.context.reference.places.province(row.province_id)


async def _quarantine(
    rows: list[EmitterView], context: Context, *, first: int | None = 20, after: str | None = None
) -> Sequence[Any]:
    requests = [QuarantinedEventsRequest(source=row.source) for row in rows]
    loader = context.outreach.quarantine.pages
    return await read_pages(context, loader, requests, name="quarantine", first=first, after=after)


@strawberry.type
class Emitter(Node):
    """A system that sends outreach for one province."""

    id: strawberry.ID = strawberry.field(resolver=_emitter_id)
    province: LazyProvince = strawberry.field(resolver=_province)
    source: str
    name: str
    last_event_at: datetime | None
    is_silent: bool
    last24h_count: int = strawberry.field(resolver=lambda root: root.last_24h_count)
    quarantined_count: int | None
    quarantine: Connection[QuarantinedEvent] | None = relation(_quarantine)

    is_type_of = is_row_of(rows_of(EmitterView))


async def emitters_of_provinces(rows: list[places.Province], context: Context) -> Sequence[Any]:
    """The emitters of each province that the viewer may see, all in one call."""
    found = await visible_emitters(context)
    return [[emitter for emitter in found if emitter.province_id == row.id] for row in rows]


async def visible_emitters(context: Context) -> Sequence[EmitterView]:
    """Every emitter that the viewer may see; who may see none need not ask."""
    if not context.reference.permissions.may_see(context.viewer, Sight.EMITTERS):
        return ()
    return await context.outreach.emitters.one(None)
