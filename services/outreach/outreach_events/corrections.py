"""What corrections and retractions end: each names an older event of its own source, and may come before it.

A name is a source's own event id or the id that the platform answered with; both are tried, in this order.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from contracts.outreach.outreach_events import Disposition, Entry, EventState, Receipt
from services.outreach.outreach_events.domain import OutreachEvent, corrected, retracted


@dataclass(slots=True)
class Settled:
    """What a batch comes to once its corrections and retractions have found what they name.

    `events` are the new ones as they are kept, `ended` the next versions of older ones, `bound` the ids that causes
    turned out to name, and `receipts` those that say something else than judging alone did.
    """

    events: dict[str, OutreachEvent]
    ended: dict[str, OutreachEvent] = field(default_factory=dict)
    bound: dict[str, str] = field(default_factory=dict)
    receipts: dict[str, Receipt] = field(default_factory=dict)

    def receipt(self, judged: Receipt) -> Receipt:
        """The receipt of a record that was judged; a duplicate or a copy held back changed nothing."""
        is_kept = judged.disposition in (Disposition.COUNTED, Disposition.UNHEARD)
        return self.receipts.get(judged.id or "", judged) if is_kept else judged


def settle(
    arrivals: Sequence[OutreachEvent], older: Mapping[str, OutreachEvent], waiting: Sequence[OutreachEvent]
) -> Settled:
    """Lets every cause end what it names: those of the batch, and those that came before what they name.

    `older` are kept events that stand for the ids named, `waiting` kept causes that name one of the arrivals.
    """
    settled = Settled({event.id: event for event in arrivals})
    unseen = set(settled.events)
    for cause in [*waiting, *arrivals]:
        unseen.discard(cause.id)
        if cause.names and cause.corrects is None:
            _apply(settled, cause, older, unseen)
    return settled


def _apply(settled: Settled, cause: OutreachEvent, older: Mapping[str, OutreachEvent], unseen: set[str]) -> None:
    target = _target(settled, cause, older)
    if target is None:
        reason = "retraction_of_unknown" if _takes_back(cause) else "correction_of_unknown"
        settled.receipts[cause.id] = _receipt(cause, reason)
        return
    _bind(settled, cause, target)
    if target.state is not EventState.CURRENT:
        reason = "retraction_of_ended" if _takes_back(cause) else "correction_of_ended"
        settled.receipts[cause.id] = _receipt(cause, reason)
        return
    after = end(target, cause)
    if target.id not in settled.events:
        settled.ended[target.id] = after
        return
    settled.events[target.id] = replace(after, version=1)
    if target.id in unseen:  # its cause came first: it never counts
        receipt = Receipt(disposition=Disposition.UNHEARD, id=target.id, reason=after.ended_reason)
        settled.receipts[target.id] = receipt


def _target(settled: Settled, cause: OutreachEvent, older: Mapping[str, OutreachEvent]) -> OutreachEvent | None:
    """What a cause names, if its own source sent it: what others sent is as unknown as what nobody sent."""
    for name in cause.names:
        found = settled.events.get(name) or older.get(name)
        if found is None or found.id == cause.id:
            continue
        found = settled.ended.get(found.id, found)
        if found.source == cause.source and found.entry is Entry.SYSTEM:
            return found
    return None


def _bind(settled: Settled, cause: OutreachEvent, target: OutreachEvent) -> None:
    if cause.id in settled.events:
        settled.events[cause.id] = replace(settled.events[cause.id], corrects=target.id)
    else:
        settled.bound[cause.id] = target.id


def end(target: OutreachEvent, cause: OutreachEvent) -> OutreachEvent:
    """What `cause` makes of the event it names: corrected by it, or retracted."""
    if _takes_back(cause):
        return replace(retracted(target, reason="retracted_by_source", at=cause.recorded_at), replaced_by=cause.id)
    return corrected(target, by=cause.id, reason="corrected_by_source", at=cause.recorded_at)


def _takes_back(cause: OutreachEvent) -> bool:
    return cause.not_counted_reason == "retraction"


def _receipt(cause: OutreachEvent, reason: str) -> Receipt:
    disposition = Disposition.COUNTED if cause.is_counted else Disposition.UNHEARD
    return Receipt(disposition=disposition, id=cause.id, reason=reason)
