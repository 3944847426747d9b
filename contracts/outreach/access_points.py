"""Access points: a commune's channels, the devices they speak through and the people they serve."""

from datetime import date
from typing import ClassVar

from chassis.messages import MessageData
from contracts.outreach.outreach_events import TOPIC
from contracts.vocabulary import DatedId, OutreachChannel, View


class AccessPointView(View):
    """A channel of a commune. `people_served` and `villages` are null or empty where not declared."""

    id: str
    province_id: DatedId
    commune_id: DatedId
    channel: OutreachChannel
    device_ids: tuple[str, ...]
    people_served: int | None
    villages: tuple[str, ...]
    valid_from: date
    valid_to: date | None


class AccessPointsChanged(MessageData):
    """Access points of one commune were added or changed: coverage is drawn anew for them."""

    type: ClassVar[str] = "vn.lantoa.outreach.access_points.changed.v1"
    topic: ClassVar[str] = TOPIC

    commune_id: str
    access_point_ids: tuple[str, ...]
