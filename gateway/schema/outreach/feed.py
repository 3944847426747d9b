"""The live feed of outreach: each event once, in order, also over a reconnection."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

import strawberry

from chassis import clock
from contracts.outreach.outreach_events import EventChanges, EventFilter, OutreachEventView
from gateway.context import Context, Info
from gateway.errors import bad_input, cursor_invalid
from gateway.live import Change, Live
from gateway.schema.ids import global_id
from gateway.schema.outreach.filters import OutreachEventFilter, event_filter, matches, province_is_named
from gateway.schema.outreach.outreach_events import OutreachEvent

LIST = "outreachEventRecorded"
FASTEST = 50


@strawberry.enum
class OutreachUpdateKind(Enum):
    """What a message of the live feed says."""

    RECORDED = "recorded"
    CORRECTED = "corrected"
    RETRACTED = "retracted"


@strawberry.type
class OutreachUpdate:
    """One message of the live feed."""

    cursor: str
    kind: OutreachUpdateKind
    outreach_event_id: strawberry.ID
    event: OutreachEvent | None
    skipped_count: int


@dataclass(frozen=True, slots=True)
class Shown:
    """A change that fits the filter, with the event as the viewer may see it; null when it is to go."""

    change: Change
    event: OutreachEventView | None


async def outreach_event_recorded(
    live: strawberry.Parent[Live],
    info: Info,
    filter: OutreachEventFilter,
    after: str | None = None,
    max_per_second: int | None = None,
) -> AsyncIterator[OutreachUpdate]:
    """Outreach as it is recorded."""
    context = info.context
    wanted, start = _checked(context, filter), _start(context, after)
    pace = _Pace(max_per_second)

    async def read(place: int) -> EventChanges:
        context.renew()
        return await context.outreach.changes(place)

    async for changes in live.follow(start, read):
        context.renew()
        for shown, skipped in pace.kept(await _fitting(context, wanted, changes)):
            await pace.wait()
            context.renew()
            yield _update(context, shown, skipped)


def _checked(context: Context, given: OutreachEventFilter) -> EventFilter:
    scope = context.reference.permissions.scope_of(context.viewer, on=context.today)
    if not scope.all and not province_is_named(given):
        raise bad_input("Hãy chọn ít nhất một tỉnh, thành phố.", "Name at least one province.")
    if given.text is not None or given.occurred_at is not None or given.states is not None:
        vi = "Luồng trực tiếp không lọc theo `text`, `occurredAt`, `states`."
        raise bad_input(vi, "The live feed does not filter by `text`, `occurredAt` or `states`.")
    return event_filter(given)


def _start(context: Context, after: str | None) -> int | None:
    if after is None:
        return None
    place = context.services.cursors.open(LIST, after)
    if not place.isdigit():
        raise cursor_invalid()
    return int(place)


async def _fitting(context: Context, wanted: EventFilter, changes: Sequence[Change]) -> list[Shown]:
    """The changes that fit, read as the viewer may see them; what is hidden gives no message."""
    likely = [change for change in changes if change.row is None or matches(wanted, change.row)]
    standing = [change for change in likely if change.kind != "retracted"]
    found = dict(zip(standing, await context.outreach.events.many([c.event_id for c in standing]), strict=True))
    shown: list[Shown] = []
    for change in likely:
        event = found.get(change)
        if change.kind == "retracted":
            shown.append(Shown(change, None))
        elif event is not None and matches(wanted, event):
            shown.append(Shown(change, event))
    return shown


def _update(context: Context, shown: Shown, skipped: int) -> OutreachUpdate:
    kind = OutreachUpdateKind.RECORDED
    if shown.event is None:
        kind = OutreachUpdateKind.RETRACTED
    elif shown.event.corrects:
        kind = OutreachUpdateKind.CORRECTED
    event: Any = shown.event
    return OutreachUpdate(
        cursor=context.services.cursors.seal(LIST, str(shown.change.seq)),
        kind=kind,
        outreach_event_id=strawberry.ID(global_id("OutreachEvent", shown.change.event_id)),
        event=event,
        skipped_count=skipped,
    )


class _Pace:
    """Holds a number of messages a second; of more than a second's worth, the oldest are passed over and counted."""

    def __init__(self, most: int | None) -> None:
        if most is not None and not 1 <= most <= FASTEST:
            raise bad_input(f"`maxPerSecond` từ 1 đến {FASTEST}.", f"`maxPerSecond` is 1 to {FASTEST}.")
        self._most, self._next, self._skipped = most, 0.0, 0

    def kept(self, shown: list[Shown]) -> list[tuple[Shown, int]]:
        """What is sent, each with how many were passed over before it; a retraction is never passed over."""
        over = 0 if self._most is None else len(shown) - self._most
        kept: list[tuple[Shown, int]] = []
        for one in shown:
            if over > 0 and one.event is not None:
                over, self._skipped = over - 1, self._skipped + 1
            else:
                kept.append((one, self._skipped))
                self._skipped = 0
        return kept

    async def wait(self) -> None:
        """Waits until the next message may go."""
        if self._most is None:
            return
        now = clock.monotonic()
        if now < self._next:
            await asyncio.sleep(self._next - now)
        self._next = max(now, self._next) + 1 / self._most
