"""The rules of content items: their identity, and what a file leaves silent."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from contracts.outreach.content_items import ContentKind, ContentState
from contracts.vocabulary import LocalizedText


@dataclass(frozen=True, slots=True)
class ContentItem:
    """A piece of content. `key` is how events name it."""

    id: str
    key: str
    version: int
    updated_at: datetime
    recorded_at: datetime
    body_id: str
    kind: ContentKind
    title: LocalizedText
    folded_title: str
    state: ContentState
    themes: tuple[str, ...]
    languages: tuple[str, ...] = ("vi",)
    format: str = "audio"
    source: str | None = None
    external_id: str | None = None
    summary: LocalizedText | None = None
    stage: str | None = None
    industries: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    audiences: tuple[str, ...] = ()
    url: str | None = None
    signed_on: date | None = None


def content_key(source: str, external_id: str) -> str:
    """How the events of a provincial system name its content: (`NguonID`, `BanTinID`)."""
    return f"{source}|{external_id}"


def merged(present: ContentItem | None, arriving: ContentItem) -> ContentItem | None:
    """The item after a file named it again; None when that changes nothing."""
    if present is None:
        return arriving
    after = replace(
        arriving, id=present.id, version=present.version, updated_at=present.updated_at, recorded_at=present.recorded_at
    )
    if after == present:
        return None
    return replace(after, version=present.version + 1, updated_at=arriving.updated_at)
