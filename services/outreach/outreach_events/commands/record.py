"""Records events that came from an emitter, an officer or a file: a batch in one transaction, each with a receipt."""

import hashlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from chassis import audit
from chassis.identity import Viewer
from chassis.messages import Message
from chassis.mongo import Transaction
from chassis.outbox import Outbox
from contracts.outreach.outreach_events import EventState, OutreachEventRecorded, OutreachEventRetracted, Receipt
from reference.resources import Resources
from services.outreach.outreach_events import store
from services.outreach.outreach_events.domain import OutreachEvent, corrected, judge, retracted
from services.outreach.outreach_events.rows import open_row

AlsoWrite = Callable[[Transaction, Sequence[Receipt]], Awaitable[None]]


async def record(
    resources: Resources, viewer: Viewer, arrivals: Sequence[OutreachEvent], *, also: AlsoWrite | None = None
) -> list[Receipt]:
    """Keeps the events that are new and answers with a receipt for each arrival, in order.

    State, messages and one audit row for the batch commit together; `also` writes what must stand or fall with them
    (receipts and the place in the stream). The caller has checked that the viewer speaks for the province.
    """

    async def work(transaction: Transaction) -> list[Receipt]:
        known = await store.known_contents(transaction, viewer, [event.id for event in arrivals])
        judged = judge(arrivals, known)
        events, ended = await _with_corrections(transaction, viewer, judged.events)
        await store.add(transaction, events, judged.quarantined)
        for event in ended:
            await store.replace(transaction, event)
        await resources.outbox.append(transaction, messages_of(resources.outbox, events, ended))
        if judged.events or judged.quarantined:
            await audit.note(transaction, viewer, "RECORD_OUTREACH_EVENTS", _batch_digest(arrivals))
        if also:
            await also(transaction, judged.receipts)
        return judged.receipts

    return await resources.database.transaction(work)


async def _with_corrections(
    transaction: Transaction, viewer: Viewer, events: Sequence[OutreachEvent]
) -> tuple[list[OutreachEvent], list[OutreachEvent]]:
    """The new events, and the older ones that they end; a correction may also have come before what it corrects."""
    named = [event.corrects for event in events if event.corrects]
    older = await store.by_ids(transaction, viewer, named) if named else {}
    early = await store.that_correct(transaction, viewer, [event.id for event in events])
    new = {event.id: event for event in events}
    ended: dict[str, OutreachEvent] = {}
    for cause in [*early, *events]:
        target = new.get(cause.corrects or "") or older.get(cause.corrects or "")
        if target is None or target.source != cause.source or target.state is not EventState.CURRENT:
            continue
        after = end(target, cause)
        if target.id in new:
            new[target.id] = replace(after, version=1)
        else:
            ended[target.id] = older[target.id] = after
    return list(new.values()), list(ended.values())


def end(target: OutreachEvent, cause: OutreachEvent) -> OutreachEvent:
    """What `cause` makes of the event it names: corrected by it, or retracted."""
    if cause.is_counted or cause.state is EventState.CURRENT:
        return corrected(target, by=cause.id, reason="corrected_by_source", at=cause.recorded_at)
    return replace(retracted(target, reason="retracted_by_source", at=cause.recorded_at), replaced_by=cause.id)


def messages_of(outbox: Outbox, events: Sequence[OutreachEvent], ended: Sequence[OutreachEvent]) -> list[Message]:
    """One message for each event that stands and each that ended; a retraction itself is told by what it ended."""
    standing = [recorded(outbox, event) for event in events if event.not_counted_reason != "retraction"]
    return standing + [taken_back(outbox, event) for event in ended]


def taken_back(outbox: Outbox, event: OutreachEvent) -> Message:
    """The message that an event was retracted or replaced."""
    data = OutreachEventRetracted(**open_row(event), replaced_by=event.replaced_by)
    return outbox.message(data, subject=event.id, sequence=event.version, key=event.province_id)


def recorded(outbox: Outbox, event: OutreachEvent) -> Message:
    """The message that an event was recorded; keyed by province, so that a province's feed keeps its order."""
    data = OutreachEventRecorded(**open_row(event), corrects=event.corrects)
    return outbox.message(data, subject=event.id, sequence=event.version, key=event.province_id)


def _batch_digest(arrivals: Sequence[OutreachEvent]) -> str:
    return hashlib.sha256("\n".join(event.id for event in arrivals).encode()).hexdigest()
