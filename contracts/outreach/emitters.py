"""Emitters: provincial systems that send outreach for their own province."""

from datetime import datetime

from pydantic import Field

from contracts.vocabulary import DatedId, EId, Request, View


class EmitterView(View):
    """A registered emitter; `source` is what its events carry.

    Its last events are told by when they happened; `quarantined_count` is null where the viewer may not see the copies.
    """

    id: str
    e_id: str
    province_id: DatedId
    source: str
    name: str
    registered_at: datetime
    last_event_at: datetime | None = None
    last_24h_count: int = 0
    is_silent: bool = True
    quarantined_count: int | None = None


class EmittersAnswer(View):
    """The emitters that the viewer may see, by code."""

    rows: tuple[EmitterView, ...]


class RegisterEmitterRequest(Request):
    """Registers the system of a province; again is no error and changes its name."""

    e_id: EId
    name: str = Field(default="", max_length=200)


class ReceiptRow(View):
    """What became of one record that came over Kafka."""

    seq: str
    topic: str
    partition: int
    offset: int
    disposition: str
    id: str | None
    reason: str | None
    field: str | None = None


class ReceiptsPage(View):
    """Receipts after a place, oldest first."""

    receipts: tuple[ReceiptRow, ...]
    next_after: str | None
