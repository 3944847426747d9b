"""Lists of outreach events: of provinces, of communes, of everything. One call for the lists of many parents."""

from collections.abc import Sequence
from typing import Any

from contracts.outreach.outreach_events import EventFilter, EventsPage, EventsRequest
from gateway.context import Context
from gateway.schema.connections import PageRow, page_size
from gateway.schema.outreach.filters import OutreachEventFilter, event_filter, within
from reference import places


async def events_of_provinces(
    rows: list[places.Province],
    context: Context,
    *,
    filter: OutreachEventFilter | None = None,
    first: int | None = 20,
    after: str | None = None,
) -> Sequence[Any]:
    """A page of the events of each province."""
    wanted = event_filter(filter)
    return await pages(context, [within(wanted, province=row.id) for row in rows], first=first, after=after)


async def events_of_communes(
    rows: list[places.Commune],
    context: Context,
    *,
    filter: OutreachEventFilter | None = None,
    first: int | None = 20,
    after: str | None = None,
) -> Sequence[Any]:
    """A page of the events of each commune."""
    wanted = event_filter(filter)
    return await pages(context, [within(wanted, commune=row.id) for row in rows], first=first, after=after)


async def pages(
    context: Context, filters: Sequence[EventFilter], *, first: int | None, after: str | None
) -> list[PageRow | BaseException]:
    """A page of each list. A cursor is bound to its filter and viewer. Raises CURSOR_INVALID."""
    size, cursors = page_size(first), context.services.cursors
    requests = [
        EventsRequest(
            filter=wanted, first=size, after=None if after is None else cursors.open(_bound(context, wanted), after)
        )
        for wanted in filters
    ]
    answers = await context.outreach.pages.settled(requests)
    return [
        answer if isinstance(answer, BaseException) else _page(context, request, answer)
        for request, answer in zip(requests, answers, strict=True)
    ]


def _page(context: Context, request: EventsRequest, answer: EventsPage) -> PageRow:
    async def count() -> int | None:
        counted = EventsRequest(filter=request.filter, first=1, with_total=True)
        return (await context.outreach.pages.one(counted)).total

    bound_to = _bound(context, request.filter)
    sealed = [context.services.cursors.seal(bound_to, cursor) for cursor in answer.cursors]
    return PageRow(answer.rows, sealed, answer.has_next, request.after is not None, count)


def _bound(context: Context, wanted: EventFilter) -> str:
    return f"outreachEvents {context.viewer.subject} {wanted.model_dump_json()}"
