"""Devices that play and cover nobody, because no access point names them: for officers of the province."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from contracts.outreach.coverage import UnregisteredDeviceView, UnregisteredPage, UnregisteredRequest
from gateway.context import Context, Info
from gateway.schema.connections import PageRow, page_size
from reference import places

if TYPE_CHECKING:
    from gateway.schema.places.communes import Commune

LazyCommune = Annotated["Commune", strawberry.lazy("gateway.schema.places.communes")]


def _commune(row: strawberry.Parent[UnregisteredDeviceView], info: Info) -> Any:
    return info.context.reference.places.commune(row.commune_id) if row.commune_id else None


@strawberry.type
class UnregisteredDevice:
    """A device that sent counted events, on days when no access point named it."""

    device_id: str
    commune: LazyCommune | None = strawberry.field(resolver=_commune)
    first_seen_at: datetime
    last_seen_at: datetime
    event_count: int


async def devices_of_provinces(
    rows: list[places.Province], context: Context, *, first: int | None = 20, after: str | None = None
) -> Sequence[Any]:
    """A page for each province; null where the viewer may not see its devices."""
    size, cursors = page_size(first), context.services.cursors
    requests = [
        UnregisteredRequest(
            province_id=row.id,
            first=size,
            after=None if after is None else cursors.open(_bound(context, row.id), after),
        )
        for row in rows
    ]
    answers = await context.outreach.unregistered.settled(requests)
    return [
        answer if answer is None or isinstance(answer, BaseException) else _page(context, request, answer)
        for request, answer in zip(requests, answers, strict=True)
    ]


def _page(context: Context, request: UnregisteredRequest, answer: UnregisteredPage) -> PageRow:
    async def count() -> int | None:
        counted = UnregisteredRequest(province_id=request.province_id, first=1, with_total=True)
        page = await context.outreach.unregistered.one(counted)
        return page.total if page else None

    bound_to = _bound(context, request.province_id)
    sealed = [context.services.cursors.seal(bound_to, cursor) for cursor in answer.cursors]
    return PageRow(answer.rows, sealed, answer.has_next, request.after is not None, count)


def _bound(context: Context, province_id: str) -> str:
    return f"unregisteredDevices {context.viewer.subject} {province_id}"
