"""From a batch of records, however it came, to receipts: read each, record the readable ones together."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from chassis import clock
from chassis.identity import Viewer
from chassis.mongo import Transaction
from contracts.outreach.outreach_events import Disposition, Receipt
from reference.catalog import Reference
from reference.resources import Resources
from services.outreach.emitters.domain import Emitter
from services.outreach.intake.play_log import Rejection
from services.outreach.outreach_events.commands.record import AlsoWrite, record
from services.outreach.outreach_events.domain import OutreachEvent

READ_SECONDS = 0.010  # reading a large batch gives way to other requests this often
Read = Callable[[bytes, Emitter, datetime, Reference], OutreachEvent | Rejection]


@dataclass(frozen=True, slots=True)
class Arrival:
    """One record as bytes and when it was received (by us, or by the broker)."""

    raw: bytes
    received: datetime


async def take_in(
    resources: Resources,
    viewer: Viewer,
    emitter: Emitter,
    arrivals: Sequence[Arrival],
    read: Read,
    *,
    also: AlsoWrite | None = None,
) -> list[Receipt]:
    """Receipts for the arrivals, in order, once everything they promise is durable."""
    judged = await _read_all(resources, emitter, arrivals, read)
    events = [event for event in judged if isinstance(event, OutreachEvent)]

    if not events and also is None:
        return _in_order(judged, [])
    receipts = await record(resources, viewer, events, also=_for_all(also, judged) if also else None)
    return _in_order(judged, receipts)


def _for_all(also: AlsoWrite, judged: Sequence[OutreachEvent | Rejection]) -> AlsoWrite:
    """`also` with the receipts of every record, the rejected ones too."""

    async def write(transaction: Transaction, receipts: Sequence[Receipt]) -> None:
        await also(transaction, _in_order(judged, receipts))

    return write


async def _read_all(
    resources: Resources, emitter: Emitter, arrivals: Sequence[Arrival], read: Read
) -> list[OutreachEvent | Rejection]:
    judged: list[OutreachEvent | Rejection] = []
    pause_at = clock.monotonic() + READ_SECONDS
    for arrival in arrivals:
        judged.append(read(arrival.raw, emitter, arrival.received, resources.reference))
        if clock.monotonic() > pause_at:
            await asyncio.sleep(0)
            pause_at = clock.monotonic() + READ_SECONDS
    return judged


def _in_order(judged: Sequence[OutreachEvent | Rejection], receipts: Sequence[Receipt]) -> list[Receipt]:
    kept = iter(receipts)
    return [_rejected(entry) if isinstance(entry, Rejection) else next(kept) for entry in judged]


def _rejected(rejection: Rejection) -> Receipt:
    return Receipt(disposition=Disposition.REJECTED, reason=rejection.reason, field=rejection.field)
