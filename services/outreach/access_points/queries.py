"""What others ask of access points."""

from collections.abc import Sequence

from chassis.identity import Viewer
from chassis.mongo import Reader
from contracts.outreach.access_points import AccessPointView
from services.outreach.access_points import store
from services.outreach.access_points.domain import AccessPoint


async def of_communes(reader: Reader, viewer: Viewer, commune_ids: Sequence[str]) -> list[AccessPoint]:
    """The access points of these communes, closed ones too."""
    return await store.of_communes(reader, viewer, commune_ids)


async def of_heard_keys(reader: Reader, viewer: Viewer, keys: Sequence[str]) -> list[AccessPoint]:
    """The access points that answer for one of these devices or channel types."""
    return await store.of_heard_keys(reader, viewer, keys)


async def by_ids(reader: Reader, viewer: Viewer, point_ids: Sequence[str]) -> list[AccessPoint]:
    """The access points of these ids that exist."""
    return list((await store.by_ids(reader, viewer, point_ids)).values())


def view(point: AccessPoint) -> AccessPointView:
    """What the service answers with."""
    return AccessPointView(**{name: getattr(point, name) for name in AccessPointView.model_fields})
