"""What the register of access points says of what was heard: channels of a commune, and devices that nobody named."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date

from contracts.vocabulary import OutreachChannel
from services.outreach.access_points.domain import AccessPoint
from services.outreach.coverage.heard import Heard
from services.outreach.coverage.reach import merged
from services.outreach.coverage.records import Channel, Reach, UnregisteredDevice


def points_by_key(points: Sequence[AccessPoint]) -> Mapping[str, list[AccessPoint]]:
    """The access points that answer for each heard key."""
    by_key: dict[str, list[AccessPoint]] = defaultdict(list)
    for point in points:
        for key in point.heard_keys:
            by_key[key].append(point)
    return by_key


def unregistered(heard: Sequence[Heard], points: Sequence[AccessPoint]) -> list[UnregisteredDevice]:
    """The devices heard on a day on which no access point, valid on that day, names them (measure PEOPLE_COVERED)."""
    by_key = points_by_key(points)
    days: dict[tuple[str, str], set[date]] = defaultdict(set)
    for row in heard:
        if not any(point.is_valid_on(row.day) for point in by_key.get(row.key, ())):
            days[row.key, row.province_id].add(row.day)
    return [
        UnregisteredDevice(key, province, tuple(sorted(found)), max(found))
        for (key, province), found in sorted(days.items())
    ]


def channels_of(points: Sequence[AccessPoint], reach: Mapping[str, Reach]) -> tuple[Channel, ...]:
    """The channel types of a commune, each with the days on which one of its access points counts."""
    by_type: dict[OutreachChannel, list[AccessPoint]] = defaultdict(list)
    for point in points:
        by_type[point.channel].append(point)
    return tuple(_channel(channel, mine, reach) for channel, mine in sorted(by_type.items()))


def _channel(channel: OutreachChannel, points: Sequence[AccessPoint], reach: Mapping[str, Reach]) -> Channel:
    found = [reach[point.id] for point in points if point.id in reach]
    return Channel(
        channel,
        min(point.valid_from for point in points),
        alive=merged(span for row in found for span in row.alive),
        program=merged(span for row in found for span in row.program),
    )
