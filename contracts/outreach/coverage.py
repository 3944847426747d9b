"""Coverage of communes, and the devices that play and cover nobody."""

from datetime import date, datetime
from enum import StrEnum

from pydantic import Field

from contracts.vocabulary import DatedId, OutreachChannel, Request, View


class CoverageStatus(StrEnum):
    """How far program information reached a commune's people in the window."""

    COVERED = "covered"
    PARTLY_COVERED = "partly_covered"
    LAPSED = "lapsed"
    NEVER_COVERED = "never_covered"


class CommuneCoverageView(View):
    """A commune on one day, by the rule of PEOPLE_COVERED, so that a map adds up to the figure beside it.

    `people`, `lower` and `upper` are null where the series has no number. `active_channels` brought program information
    in the window; `last_active_at` is when any channel was heard last, at most 400 days back.
    """

    commune_id: DatedId
    as_of: date
    status: CoverageStatus
    series: str | None
    people: int | None
    lower: int | None
    upper: int | None
    is_capped: bool
    active_channels: tuple[OutreachChannel, ...]
    last_active_at: datetime | None


class CoverageQuestion(Request):
    """All communes of a province, or these communes, on one day (absent: today)."""

    province_id: DatedId | None = None
    commune_ids: tuple[DatedId, ...] = Field(default=(), max_length=200)
    as_of: date | None = None


class CoverageRequest(Request):
    """Several such questions."""

    questions: tuple[CoverageQuestion, ...] = Field(max_length=100)


class CoverageAnswer(View):
    """The communes of each question, by code."""

    lists: tuple[tuple[CommuneCoverageView, ...], ...]


class UnregisteredDeviceView(View):
    """A device that sent counted events on days when no access point named it, and where its records say it stands."""

    device_id: str
    commune_id: DatedId | None
    first_seen_at: datetime
    last_seen_at: datetime
    event_count: int


class UnregisteredRequest(Request):
    """One page of such devices of a province, latest first."""

    province_id: DatedId
    first: int = Field(default=20, ge=1, le=100)
    after: str | None = None
    with_total: bool = False


class UnregisteredBatch(Request):
    """Several such pages."""

    lists: tuple[UnregisteredRequest, ...] = Field(max_length=100)


class UnregisteredPage(View):
    """A page; `cursors` stand beside the rows."""

    rows: tuple[UnregisteredDeviceView, ...]
    cursors: tuple[str, ...]
    has_next: bool
    total: int | None = None


class UnregisteredPages(View):
    """The pages in the order asked; null for a province whose devices the viewer may not see."""

    pages: tuple[UnregisteredPage | None, ...]
