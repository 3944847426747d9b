"""Records events that came from an emitter, an officer or a file: a batch in one transaction, each with a receipt."""

import hashlib
from collections.abc import Awaitable, Callable, Sequence

from chassis import audit
from chassis.identity import Viewer
from chassis.messages import Message
from chassis.mongo import Transaction
from chassis.outbox import Outbox
from contracts.outreach.outreach_events import OutreachEventRecorded, OutreachEventRetracted, Receipt
from reference.resources import Resources
from services.outreach.outreach_events import store
from services.outreach.outreach_events.corrections import Settled, settle
from services.outreach.outreach_events.domain import OutreachEvent, judge
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
        outcome = await settled(transaction, viewer, judged.events)
        events, ended = list(outcome.events.values()), list(outcome.ended.values())
        await store.add(transaction, events, judged.quarantined)
        for event in ended:
            await store.replace(transaction, event)
        await store.bind(transaction, outcome.bound)
        await resources.outbox.append(transaction, messages_of(resources.outbox, events, ended))
        if judged.events or judged.quarantined:
            await audit.note(transaction, viewer, "RECORD_OUTREACH_EVENTS", _batch_digest(arrivals))
        receipts = [outcome.receipt(receipt) for receipt in judged.receipts]
        if also:
            await also(transaction, receipts)
        return receipts

    return await resources.database.transaction(work)


async def settled(transaction: Transaction, viewer: Viewer, events: Sequence[OutreachEvent]) -> Settled:
    """The new events with whatever their corrections and retractions end; a cause may have come before its target."""
    named = [name for event in events for name in event.names]
    older = await store.standing(transaction, viewer, await store.by_ids(transaction, viewer, named)) if named else {}
    waiting = await store.that_name(transaction, viewer, [event.id for event in events]) if events else []
    return settle(events, older, waiting)


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
