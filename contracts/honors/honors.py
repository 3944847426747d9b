"""Honors: views, lists and the message about them."""

from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar

from pydantic import Field

from chassis.messages import MessageData
from contracts.changes import DocumentView, ListPage, ListRequest
from contracts.honors.nominations import TOPIC, Achievement, Recipient, RecipientKind
from contracts.vocabulary import DatedId, LocalizedText, Request, View


class HonorState(StrEnum):
    """What has become of an honor; not public before it is announced."""

    DECIDED = "decided"
    ANNOUNCED = "announced"
    PRESENTED = "presented"
    REVOKED = "revoked"


class HonorView(View):
    """An honor that was granted. `days_to_decision` leaves the time while returned out."""

    id: str
    version: int
    updated_at: datetime
    form: str
    kind: str
    recipient: Recipient
    achievement: Achievement
    state: HonorState
    decided_by_id: DatedId
    decision: DocumentView
    announced_on: date | None
    presented_on: date | None
    days_to_decision: int
    is_on_time: bool
    state_reason: LocalizedText | None
    revoked_by: DocumentView | None
    nomination_id: str | None
    may: tuple[str, ...] = ()


class HonorFilter(Request):
    """All conditions hold; an absent field is no condition."""

    body_ids: tuple[DatedId, ...] | None = None
    province_id: DatedId | None = None
    states: tuple[HonorState, ...] | None = None
    forms: tuple[str, ...] | None = None
    kinds: tuple[str, ...] | None = None
    recipient_kinds: tuple[RecipientKind, ...] | None = None
    decided_from: date | None = None
    decided_to: date | None = None
    is_on_time: bool | None = None
    text: str | None = Field(default=None, min_length=2, max_length=100)


class HonorsRequest(ListRequest):
    """One page of honors, newest decision first."""

    filter: HonorFilter = HonorFilter()


class HonorsBatch(Request):
    """Several such pages."""

    lists: tuple[HonorsRequest, ...] = Field(max_length=100)


class HonorsPage(ListPage):
    """A page of honors."""

    rows: tuple[HonorView, ...]


class HonorsPages(View):
    """The pages in the order asked."""

    pages: tuple[HonorsPage, ...]


class HonorRows(View):
    """Honors by id, in the order asked, null for what is not there or hidden."""

    rows: tuple[HonorView | None, ...]


class HonorChanged(MessageData):
    """An honor was granted, announced, presented or revoked."""

    type: ClassVar[str] = "vn.lantoa.honors.honor.changed.v1"
    topic: ClassVar[str] = TOPIC

    id: str
    action: str
    state: HonorState
    form: str
    kind: str
    decided_by_id: str
    province_id: str | None
    decided_on: date
    is_on_time: bool
