"""Copies that came under a known id with other content, held back until an officer of the province decides."""

from datetime import datetime

from pydantic import Field

from contracts.changes import ListRequest
from contracts.vocabulary import DatedId, EId, Request, View

LONGEST_EXCERPT = 2000


class QuarantinedEventView(View):
    """One copy: `event_id` is the public id of the event that stands, `excerpt` what came, cut short."""

    id: str
    version: int
    received_at: datetime
    source: str
    province_id: DatedId
    event_id: str
    reason: str
    excerpt: str


class QuarantinedEventRows(View):
    """Copies by id, in the order asked, null for what is not there or hidden."""

    rows: tuple[QuarantinedEventView | None, ...]


class QuarantinedEventsRequest(ListRequest):
    """One page of the copies of an emitter that wait for a decision, newest first."""

    source: EId


class QuarantinedEventsPage(View):
    """A page, empty where the viewer may not see it; `total` is null above 10,000 or when not asked for."""

    rows: tuple[QuarantinedEventView, ...]
    cursors: tuple[str, ...]
    has_next: bool
    total: int | None = None


class QuarantinedEventsBatch(Request):
    """Pages of several lists in one call."""

    lists: tuple[QuarantinedEventsRequest, ...] = Field(max_length=100)


class QuarantinedEventsPages(View):
    """The pages, in the order asked."""

    pages: tuple[QuarantinedEventsPage, ...]


class ResolveQuarantinedEventRequest(Request):
    """Decides on a copy: true takes it in place of the event that stands, as a correction; false throws it away."""

    accept: bool
    reason: str = Field(min_length=10, max_length=2000)
