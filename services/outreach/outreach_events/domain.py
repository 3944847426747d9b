"""The rules of outreach events: what a record becomes, what counts, and what a retraction leaves.

Content never changes: a correction or a retraction is a new event that names the old one, and both stay.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum

from chassis.problems import state_conflict
from contracts.outreach.outreach_events import Disposition, Entry, EventState, Receipt
from contracts.vocabulary import OutreachChannel


@dataclass(frozen=True, slots=True)
class OutreachEvent:
    """One event as it is kept. `digest` is of its canonical content, `record` the text as it came."""

    id: str
    version: int
    updated_at: datetime
    source: str
    event_id: str
    entry: Entry
    state: EventState
    province_id: str
    commune_ids: tuple[str, ...]
    channel: OutreachChannel
    heard_keys: tuple[str, ...]
    title: str
    folded_title: str
    themes: tuple[str, ...]
    language: str
    occurred_at: datetime
    occurred_on: date
    recorded_at: datetime
    is_counted: bool
    digest: str
    recorded_by: str
    device_id: str | None = None
    content_key: str | None = None
    summary: str | None = None
    stage: str | None = None
    industries: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    audiences: tuple[str, ...] = ()
    duration_seconds: int | None = None
    reach: int | None = None
    not_counted_reason: str | None = None
    evidence_url: str | None = None
    activity_id: str | None = None
    task_ids: tuple[str, ...] = ()
    honor_id: str | None = None
    names: tuple[str, ...] = ()  # the ids that what it corrects or retracts may have
    corrects: str | None = None  # the one among them that is known
    replaced_by: str | None = None
    ended_at: datetime | None = None  # when the platform learned of its correction or retraction
    ended_reason: str | None = None
    record: str | None = None


class Decision(StrEnum):
    """What became of a copy that was held back."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DISCARDED = "discarded"


@dataclass(frozen=True, slots=True)
class QuarantinedCopy:
    """A copy that came under a known id with other content; the first copy stands until an officer decides.

    `arrived` is the event that it would have been. The copy stays, so that the same content again is a duplicate.
    """

    id: str
    version: int
    event_id: str
    source: str
    province_id: str
    digest: str
    received_at: datetime
    arrived: OutreachEvent
    decision: Decision = Decision.OPEN
    decided_at: datetime | None = None
    decided_by: str | None = None
    decided_reason: str | None = None


@dataclass(slots=True)
class Judged:
    """What a batch becomes: events to keep, copies to hold back, and one receipt for each record."""

    events: list[OutreachEvent] = field(default_factory=list)
    quarantined: list[QuarantinedCopy] = field(default_factory=list)
    receipts: list[Receipt] = field(default_factory=list)


def judge(arrivals: Sequence[OutreachEvent], known: Mapping[str, Iterable[str]]) -> Judged:
    """Decides each record in order: duplicate, quarantined, unheard or counted.

    `known` gives the digests of every copy kept under an id; copies inside the batch count as known to later ones.
    """
    kept = {event_id: set(digests) for event_id, digests in known.items()}
    judged = Judged()
    for event in arrivals:
        copies = kept.setdefault(event.id, set())
        if event.digest in copies:
            judged.receipts.append(Receipt(disposition=Disposition.DUPLICATE, id=event.id))
            continue
        if copies:
            judged.quarantined.append(_held_back(event))
            reason = "id_with_other_content"
            judged.receipts.append(Receipt(disposition=Disposition.QUARANTINED, id=event.id, reason=reason))
        else:
            judged.events.append(event)
            judged.receipts.append(_kept(event))
        copies.add(event.digest)
    return judged


def not_counted_reason(*, volume: float | None, duration_seconds: int | None, minimum_seconds: int) -> str | None:
    """Why a play was not heard: volume 0 (missing is not 0), or too short."""
    if volume == 0:
        return "volume_zero"
    if duration_seconds is not None and duration_seconds < minimum_seconds:
        return "too_short"
    return None


def device_key(province_id: str, device_id: str) -> str:
    """What is heard where a record names a device: that device of that province."""
    return f"device|{province_id}|{device_id}"


def is_device(heard_key: str) -> bool:
    """Whether a heard key is that of a device."""
    return heard_key.startswith("device|")


def device_of(heard_key: str) -> str:
    """The device's own id in the heard key of a device."""
    return heard_key.split("|", 2)[2]


def channel_key(commune_id: str, channel: OutreachChannel) -> str:
    """What is heard where there is no device: the channel type in a commune that the event names."""
    return f"channel|{commune_id}|{channel.value}"


def heard_keys(
    province_id: str, commune_ids: Sequence[str], channel: OutreachChannel, device_id: str | None
) -> tuple[str, ...]:
    """What an event says was heard; nothing when it names neither device nor commune."""
    if device_id:
        return (device_key(province_id, device_id),)
    return tuple(channel_key(commune, channel) for commune in commune_ids)


def retracted(event: OutreachEvent, *, reason: str, at: datetime) -> OutreachEvent:
    """The event taken back: it stays in history and counts no more. Refused unless it is current."""
    return _ended(event, EventState.RETRACTED, reason=reason, at=at)


def corrected(event: OutreachEvent, *, by: str, reason: str, at: datetime) -> OutreachEvent:
    """The event replaced by the one with id `by`. Refused unless it is current."""
    return replace(_ended(event, EventState.CORRECTED, reason=reason, at=at), replaced_by=by)


def decided(copy: QuarantinedCopy, *, accept: bool, by: str, reason: str, at: datetime) -> QuarantinedCopy:
    """The copy after an officer decided. Refused where that was done before."""
    if copy.decision is not Decision.OPEN:
        raise state_conflict("Bản sao này đã được xử lý.", "The copy was decided on already.")
    decision = Decision.ACCEPTED if accept else Decision.DISCARDED
    return replace(
        copy, version=copy.version + 1, decision=decision, decided_at=at, decided_by=by, decided_reason=reason
    )


def taken_instead(copy: QuarantinedCopy, standing: OutreachEvent, *, as_: str, by: str, at: datetime) -> OutreachEvent:
    """The event that a copy becomes, under the id `as_`: a correction of the one that stands, known from now on."""
    return replace(copy.arrived, id=as_, updated_at=at, recorded_at=at, recorded_by=by, corrects=standing.id)


def _ended(event: OutreachEvent, state: EventState, *, reason: str, at: datetime) -> OutreachEvent:
    if event.state is not EventState.CURRENT:
        raise state_conflict(
            "Bản ghi này đã được thay thế hoặc rút lại.", "The event was replaced or retracted already."
        )
    return replace(event, state=state, version=event.version + 1, updated_at=at, ended_at=at, ended_reason=reason)


def _kept(event: OutreachEvent) -> Receipt:
    disposition = Disposition.COUNTED if event.is_counted else Disposition.UNHEARD
    return Receipt(disposition=disposition, id=event.id, reason=event.not_counted_reason)


def _held_back(event: OutreachEvent) -> QuarantinedCopy:
    return QuarantinedCopy(
        id=f"{event.id}|{event.digest[:32]}",
        version=1,
        event_id=event.id,
        source=event.source,
        province_id=event.province_id,
        digest=event.digest,
        received_at=event.recorded_at,
        arrived=event,
    )
