"""Publications about tasks: requests, views and the message about them."""

from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar

from pydantic import Field

from chassis.messages import MessageData
from contracts.changes import ListPage, ListRequest
from contracts.tasks.tasks import TOPIC
from contracts.vocabulary import ChannelGroup, Code, DatedId, LocalizedText, Request, View


class PublicationState(StrEnum):
    """What is known about a publication."""

    PENDING = "pending"
    VERIFIED = "verified"
    REJECTED = "rejected"
    DEAD_LINK = "dead_link"


class PublicationView(View):
    """Something published about one task or more. Links are not looked at yet: their two fields are null."""

    id: str
    version: int
    updated_at: datetime
    title: str
    url: str
    outlet: str
    channel_group: ChannelGroup
    published_on: date
    recorded_at: datetime
    state: PublicationState
    verified_at: datetime | None
    verified_by: str | None
    verified_role: str | None
    link_checked_at: datetime | None = None
    content_hash: str | None = None
    state_reason: LocalizedText | None
    task_ids: tuple[str, ...]
    outreach_event_id: str | None
    may: tuple[str, ...] = ()


class RecordPublicationRequest(Request):
    """Enters an article, program or post about one task or more; it waits for verification."""

    title: str = Field(min_length=1, max_length=500)
    url: str = Field(min_length=8, max_length=2000, pattern=r"^https?://")
    outlet: str = Field(min_length=1, max_length=300)
    channel_group: ChannelGroup
    published_on: date
    task_ids: tuple[str, ...] = Field(min_length=1, max_length=50)


class PublicationOrder(StrEnum):
    """Orders of lists of publications."""

    PUBLISHED_ON_DESC = "published_on_desc"
    RECORDED_AT_ASC = "recorded_at_asc"


class PublicationFilter(Request):
    """All conditions hold; `body_ids` manage or host one of its tasks."""

    task_id: str | None = None
    body_ids: tuple[DatedId, ...] | None = None
    province_id: DatedId | None = None
    states: tuple[PublicationState, ...] | None = None
    channel_groups: tuple[ChannelGroup, ...] | None = None
    published_from: date | None = None
    published_to: date | None = None
    text: str | None = Field(default=None, min_length=2, max_length=100)


class PublicationsRequest(ListRequest):
    """One page of publications."""

    filter: PublicationFilter = PublicationFilter()
    order: PublicationOrder = PublicationOrder.PUBLISHED_ON_DESC


class PublicationsBatch(Request):
    """Several such pages."""

    lists: tuple[PublicationsRequest, ...] = Field(max_length=100)


class PublicationsPage(ListPage):
    """A page of publications."""

    rows: tuple[PublicationView, ...]


class PublicationsPages(View):
    """The pages in the order asked."""

    pages: tuple[PublicationsPage, ...]


class PublicationRows(View):
    """Publications by id, in the order asked, null for what is not there or hidden."""

    rows: tuple[PublicationView | None, ...]


class PublicationChanged(MessageData):
    """A publication made a step. No words and no address: its digest tells whether two are the same page."""

    type: ClassVar[str] = "vn.lantoa.tasks.publication.changed.v1"
    topic: ClassVar[str] = TOPIC

    id: Code
    action: Code
    state: PublicationState
    channel_group: ChannelGroup
    published_on: date
    task_ids: tuple[Code, ...]
    outreach_event_id: Code | None
    url_digest: Code
