"""Outreach events: what was communicated at a place and time."""

from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar

from pydantic import Field

from chassis.messages import MessageData
from contracts.vocabulary import DatedId, OutreachChannel, Request, View

TOPIC = "lantoa.outreach"


class Entry(StrEnum):
    """How an event came in."""

    SYSTEM = "system"
    HAND = "hand"
    IMPORT = "import"


class EventState(StrEnum):
    """Whether an event still stands."""

    CURRENT = "current"
    CORRECTED = "corrected"
    RETRACTED = "retracted"


class Disposition(StrEnum):
    """What becomes of a record, tested in this order."""

    REJECTED = "rejected"
    DUPLICATE = "duplicate"
    QUARANTINED = "quarantined"
    UNHEARD = "unheard"
    COUNTED = "counted"


class Receipt(View):
    """The answer to one record: its disposition and, where it is refused or not counted, why.

    `field` is what a refusal finds fault with: a field of a play log by its name, else a JSON pointer.
    """

    disposition: Disposition
    id: str | None = None
    reason: str | None = None
    field: str | None = None
    line: int | None = None


class OutreachEventView(View):
    """An event as its service answers with it; `themes` are its own and those of its content item."""

    id: str
    version: int
    updated_at: datetime
    source: str
    event_id: str
    entry: Entry
    state: EventState
    corrects: str | None
    replaced_by: str | None
    province_id: DatedId
    commune_ids: tuple[DatedId, ...]
    channel: OutreachChannel
    title: str
    summary: str | None
    themes: tuple[str, ...]
    stage: str | None
    industries: tuple[str, ...]
    fields: tuple[str, ...]
    audiences: tuple[str, ...]
    language: str
    occurred_at: datetime
    recorded_at: datetime
    duration_seconds: int | None
    reach: int | None
    is_counted: bool
    not_counted_reason: str | None
    evidence_url: str | None
    activity_id: str | None
    task_ids: tuple[str, ...]
    honor_id: str | None
    content_item_id: str | None
    may: tuple[str, ...] = ()


class EventFilter(Request):
    """All conditions hold, any value of a list matches, an empty list matches nothing, an absent field is none."""

    province_ids: tuple[DatedId, ...] | None = None
    commune_ids: tuple[DatedId, ...] | None = None
    channels: tuple[OutreachChannel, ...] | None = None
    themes: tuple[str, ...] | None = None
    languages: tuple[str, ...] | None = None
    occurred_from: datetime | None = None
    occurred_to: datetime | None = None
    states: tuple[EventState, ...] = (EventState.CURRENT,)
    is_counted: bool | None = None
    entries: tuple[Entry, ...] | None = None
    activity_id: str | None = None
    task_id: str | None = None
    content_item_id: str | None = None
    text: str | None = Field(default=None, min_length=2, max_length=100)


class EventsRequest(Request):
    """One page of events, newest first by `occurred_at`."""

    filter: EventFilter = EventFilter()
    first: int = Field(default=20, ge=1, le=100)
    after: str | None = None
    with_total: bool = False


class EventsPage(View):
    """A page; `cursors` stand beside the rows; `total` is null above 10,000 or when not asked for."""

    rows: tuple[OutreachEventView, ...]
    cursors: tuple[str, ...]
    has_next: bool
    total: int | None = None


class EventsBatch(Request):
    """Pages of several lists in one call, e.g. the last events of each province of a page."""

    lists: tuple[EventsRequest, ...] = Field(max_length=100)


class EventsPages(View):
    """The pages, in the order asked."""

    pages: tuple[EventsPage, ...]


class OutreachDimension(StrEnum):
    """By what outreach is counted."""

    DAY = "day"
    MONTH = "month"
    PROVINCE = "province"
    CHANNEL = "channel"
    THEME = "theme"
    FIELD = "field"
    AUDIENCE = "audience"
    LANGUAGE = "language"


class TotalsQuestion(Request):
    """Counts of a province, a commune or (neither) everything, on Vietnamese days from `first_day` to `last_day`."""

    province_id: DatedId | None = None
    commune_id: DatedId | None = None
    first_day: date | None = None
    last_day: date | None = None
    by: OutreachDimension


class TotalsRequest(Request):
    """Several such questions."""

    questions: tuple[TotalsQuestion, ...] = Field(max_length=100)


class OutreachTotalView(View):
    """Counted events of one key. `reach` counts contacts, not people."""

    key: str
    event_count: int
    duration_seconds: int
    reach: int


class TotalsAnswer(View):
    """The totals of each question, by key."""

    lists: tuple[tuple[OutreachTotalView, ...], ...]


class EventChange(View):
    """One change of the feed by its place in the service's log (`seq`)."""

    seq: int
    kind: str  # recorded | corrected | retracted
    id: str
    message_id: str


class EventChanges(View):
    """Changes after a place; `next_after` is where to go on, `end` where the log ends now."""

    changes: tuple[EventChange, ...]
    next_after: int
    end: int


class EventRow(MessageData):
    """The open row of an event, as every message about it carries it."""

    type: ClassVar[str] = ""
    topic: ClassVar[str] = TOPIC

    id: str
    source: str
    event_id: str
    state: EventState
    entry: Entry
    province_id: str
    commune_ids: tuple[str, ...]
    channel: OutreachChannel
    heard_keys: tuple[str, ...]  # what the record says was heard: a device of the province, or a commune's channel type
    content_key: str | None
    themes: tuple[str, ...]
    audiences: tuple[str, ...]
    fields: tuple[str, ...]
    language: str
    occurred_at: datetime
    occurred_on: date
    recorded_at: datetime
    duration_seconds: int | None
    reach: int | None
    is_counted: bool
    title: str
    evidence_url: str | None
    activity_id: str | None
    task_ids: tuple[str, ...]
    honor_id: str | None


class OutreachEventRecorded(EventRow):
    """An event was recorded, counted or not; `corrects` names the one it replaces."""

    type: ClassVar[str] = "vn.lantoa.outreach.event.recorded.v1"

    corrects: str | None = None


class OutreachEventRetracted(EventRow):
    """An event was taken back, or replaced by the corrected one named in `replaced_by`."""

    type: ClassVar[str] = "vn.lantoa.outreach.event.retracted.v1"

    replaced_by: str | None = None


class RecordOutreachEventRequest(Request):
    """Records by hand what no system emitted, with evidence."""

    province_id: DatedId
    commune_ids: tuple[DatedId, ...] = Field(max_length=200)
    channel: OutreachChannel
    title: str = Field(min_length=1, max_length=500)
    summary: str | None = Field(default=None, max_length=4000)
    themes: tuple[str, ...] = Field(default=(), max_length=20)
    stage: str | None = None
    industries: tuple[str, ...] = Field(default=(), max_length=10)
    fields: tuple[str, ...] = Field(default=(), max_length=10)
    audiences: tuple[str, ...] = Field(default=(), max_length=10)
    language: str = "vi"
    occurred_at: datetime
    duration_seconds: int | None = Field(default=None, ge=0)
    reach: int | None = Field(default=None, ge=0, le=2**53 - 1)
    activity_id: str | None = None
    task_ids: tuple[str, ...] = Field(default=(), max_length=20)
    content_item_id: str | None = None
    evidence_url: str = Field(min_length=8, max_length=2000, pattern=r"^https?://")


class RetractRequest(Request):
    """Takes an event back; it stays in history and counts no more."""

    expected_version: int = Field(ge=1)
    reason: str = Field(min_length=10, max_length=2000)


class EmittedEvent(Request):
    """An outreach event as an emitter sends it to `POST /v1/outreach-events` (JSON, NDJSON or data of a CloudEvent).

    Absent `province_id` means the emitter's own; communes go by code, five digits.
    """

    id: str = Field(min_length=1, max_length=200)
    corrects: str | None = Field(default=None, max_length=200)
    retracts: str | None = Field(default=None, max_length=200)
    province_code: str | None = Field(default=None, pattern=r"^\d{2}$")
    commune_codes: tuple[str, ...] = Field(default=(), max_length=200)
    device_id: str | None = Field(default=None, min_length=1, max_length=200)
    channel: OutreachChannel
    title: str = Field(min_length=1, max_length=500)
    summary: str | None = Field(default=None, max_length=4000)
    themes: tuple[str, ...] = Field(default=(), max_length=20)
    stage: str | None = None
    industries: tuple[str, ...] = Field(default=(), max_length=10)
    fields: tuple[str, ...] = Field(default=(), max_length=10)
    audiences: tuple[str, ...] = Field(default=(), max_length=10)
    language: str = "vi"
    occurred_at: datetime
    duration_seconds: int | None = Field(default=None, ge=0)
    reach: int | None = Field(default=None, ge=0, le=2**53 - 1)
    activity_id: str | None = None
    task_ids: tuple[str, ...] = Field(default=(), max_length=20)
    honor_id: str | None = None
    content_ref: str | None = Field(default=None, max_length=200)
    evidence_url: str | None = Field(default=None, max_length=2000, pattern=r"^https?://")
