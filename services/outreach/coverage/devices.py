"""Devices that play and cover nobody, because no access point names them: for officers of their province."""

from collections.abc import Sequence

from chassis.identity import Viewer
from chassis.paging import decode_cursor, encode_cursor
from contracts.outreach.coverage import UnregisteredDeviceView, UnregisteredPage, UnregisteredRequest
from reference.actions import Sight
from reference.figures import today
from reference.resources import Resources
from services.outreach.coverage import store
from services.outreach.coverage.records import UnregisteredDevice
from services.outreach.outreach_events.domain import device_of
from services.outreach.outreach_events.queries import Sighting, sightings

MOST_COUNTED = 10_000


async def pages(
    resources: Resources, viewer: Viewer, requests: Sequence[UnregisteredRequest]
) -> list[UnregisteredPage | None]:
    """A page for each request; None where the viewer may not see such devices. Raises `cursor-invalid`."""
    sight = resources.reference.permissions.sight_of(viewer, Sight.UNREGISTERED_DEVICES, on=today())
    return [
        await _page(resources, viewer, request) if sight.reaches(provinces=[request.province_id]) else None
        for request in requests
    ]


async def _page(resources: Resources, viewer: Viewer, request: UnregisteredRequest) -> UnregisteredPage:
    database, province = resources.database, request.province_id
    after = None if request.after is None else decode_cursor(request.after, 2)
    rows = await store.unregistered(database, viewer, province, after=after, most=request.first + 1)
    shown = rows[: request.first]
    heard = await sightings(database, viewer, {row.id: row.days for row in shown})
    total = None
    if request.with_total:
        counted = await store.unregistered_count(database, viewer, province, most=MOST_COUNTED + 1)
        total = counted if counted <= MOST_COUNTED else None
    return UnregisteredPage(
        rows=tuple(_view(row, heard[row.id]) for row in shown if row.id in heard),
        cursors=tuple(encode_cursor(row.last_day.isoformat(), row.id) for row in shown if row.id in heard),
        has_next=len(rows) > request.first,
        total=total,
    )


def _view(row: UnregisteredDevice, heard: Sighting) -> UnregisteredDeviceView:
    return UnregisteredDeviceView(
        device_id=device_of(row.id),
        commune_id=heard.commune_id,
        first_seen_at=heard.first_at,
        last_seen_at=heard.last_at,
        event_count=heard.count,
    )
