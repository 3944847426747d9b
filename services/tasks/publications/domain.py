"""The life of a publication: it waits, is verified or rejected; only a verified one counts for T2."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from chassis.problems import state_conflict
from contracts.tasks.publications import PublicationState
from contracts.vocabulary import ChannelGroup, DatedId, LocalizedText

POSSIBLE_IN = {
    "VERIFY_PUBLICATION": frozenset({PublicationState.PENDING, PublicationState.DEAD_LINK}),
    "REJECT_PUBLICATION": frozenset({PublicationState.PENDING, PublicationState.DEAD_LINK}),
}


@dataclass(frozen=True, slots=True)
class Publication:
    """A publication as it is kept. `body_ids` are those of its tasks; `url_key` is how addresses are compared."""

    id: str
    version: int
    updated_at: datetime
    title: str
    folded_title: str
    url: str
    url_key: str
    outlet: str
    channel_group: ChannelGroup
    published_on: date
    recorded_at: datetime
    recorded_by: str
    state: PublicationState
    task_ids: tuple[str, ...]
    body_ids: tuple[DatedId, ...]
    verified_at: datetime | None = None
    verified_by: str | None = None
    verified_role: str | None = None
    state_reason: LocalizedText | None = None
    outreach_event_id: str | None = None


def url_key(url: str) -> str:
    """The address without scheme, fragment, closing slash and case of the host: the same page is the same."""
    plain = url.split("#", 1)[0].split("://", 1)[-1].rstrip("/")
    host, slash, path = plain.partition("/")
    return host.lower().removeprefix("www.") + slash + path


def verified(publication: Publication, *, by: str, role: str | None, at: datetime) -> Publication:
    """The publication confirmed. Raises `state-conflict`."""
    _possible(publication, "VERIFY_PUBLICATION")
    return replace(
        publication,
        state=PublicationState.VERIFIED,
        version=publication.version + 1,
        updated_at=at,
        verified_at=at,
        verified_by=by,
        verified_role=role,
        state_reason=None,
    )


def rejected(publication: Publication, *, reason: LocalizedText, at: datetime) -> Publication:
    """The publication refused, with the reason. Raises `state-conflict`."""
    _possible(publication, "REJECT_PUBLICATION")
    return replace(
        publication,
        state=PublicationState.REJECTED,
        version=publication.version + 1,
        updated_at=at,
        state_reason=reason,
    )


def without_task(publication: Publication, task_id: str, body_ids: tuple[DatedId, ...]) -> Publication | None:
    """The publication once a task of it is gone; None where it was about that task alone."""
    left = tuple(other for other in publication.task_ids if other != task_id)
    return replace(publication, task_ids=left, body_ids=body_ids) if left else None


def _possible(publication: Publication, action: str) -> None:
    if publication.state not in POSSIBLE_IN[action]:
        raise state_conflict("Bài đăng không còn chờ xác minh.", "The publication does not wait for verification.")
