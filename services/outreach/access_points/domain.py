"""The rules of access points: which plays they answer for, and when a file changes them."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from contracts.vocabulary import LOCATED_CHANNELS, OutreachChannel


@dataclass(frozen=True, slots=True)
class AccessPoint:
    """A channel of a commune. `heard_keys` are the devices, or the commune's channel type, that it answers for."""

    id: str
    version: int
    recorded_at: datetime
    province_id: str
    commune_id: str
    channel: OutreachChannel
    device_ids: tuple[str, ...]
    heard_keys: tuple[str, ...]
    people_served: int | None
    villages: tuple[str, ...]
    valid_from: date
    valid_to: date | None

    @property
    def is_located(self) -> bool:
        """Whether its channel stands at a place (types 1 to 5 of Decree 49/2024/NĐ-CP)."""
        return self.channel in LOCATED_CHANNELS

    def is_valid_on(self, day: date) -> bool:
        """Whether it existed on that day, both ends included."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


def merged(present: AccessPoint | None, arriving: AccessPoint) -> AccessPoint | None:
    """The access point after a file named it again; None when that changes nothing."""
    if present is None:
        return arriving
    if replace(arriving, version=present.version, recorded_at=present.recorded_at) == present:
        return None
    return replace(arriving, version=present.version + 1)
