"""Content items: what is communicated; events refer to them and take over their tags."""

from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar

from chassis.messages import MessageData
from contracts.outreach.outreach_events import TOPIC
from contracts.vocabulary import DatedId, LocalizedText, View


class ContentKind(StrEnum):
    """What content is about."""

    POLICY = "policy"
    DOMESTIC_ACHIEVEMENT = "domestic_achievement"
    FOREIGN_ACHIEVEMENT = "foreign_achievement"
    GUIDANCE = "guidance"
    MODEL = "model"


class ContentState(StrEnum):
    """Whether content may be used."""

    IN_USE = "in_use"
    WITHDRAWN = "withdrawn"


class ContentItemView(View):
    """A piece of content; `source` and `external_id` are its number in a provincial system."""

    id: str
    version: int
    updated_at: datetime
    body_id: DatedId
    kind: ContentKind
    title: LocalizedText
    summary: LocalizedText | None
    source: str | None
    external_id: str | None
    state: ContentState
    themes: tuple[str, ...]
    stage: str | None
    industries: tuple[str, ...]
    fields: tuple[str, ...]
    audiences: tuple[str, ...]
    languages: tuple[str, ...]
    format: str
    url: str | None
    signed_on: date | None
    may: tuple[str, ...] = ()


class ContentItemChanged(MessageData):
    """A content item was registered or its tags changed: days on which it was played may count anew."""

    type: ClassVar[str] = "vn.lantoa.outreach.content_item.changed.v1"
    topic: ClassVar[str] = TOPIC

    id: str
    content_key: str | None
    body_id: str
    kind: ContentKind
    state: ContentState
    themes: tuple[str, ...]
    stage: str | None
    industries: tuple[str, ...]
    fields: tuple[str, ...]
    audiences: tuple[str, ...]
    languages: tuple[str, ...]
    signed_on: date | None
