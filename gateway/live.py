"""Follows what changes and hands it to those who listen.

The log of the outreach service (`changes`) says what happened and in which order, each change once; messages on Kafka
say when to look, and carry the rows to filter by. While the broker is away the log is read once a second instead, so
nothing is lost and nothing comes twice. Who resumes at a place that the log keeps no more is told so.
"""

import asyncio
import contextlib
from collections import OrderedDict, deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import product

from pydantic import ValidationError

from chassis import logs
from chassis.kafka import Broker, KafkaUnavailable, Record
from chassis.messages import MalformedMessage, Message, read_message
from contracts.figures import FigureChanged
from contracts.outreach.outreach_events import (
    EventChange,
    EventChanges,
    EventRow,
    OutreachEventRecorded,
    OutreachEventRetracted,
)
from contracts.outreach.populations import PopulationImported
from gateway.errors import Code, Fault

log = logs.logger(__name__)
TOPICS = ("lantoa.plans", "lantoa.tasks", "lantoa.outreach", "lantoa.honors")
KEPT_ROWS = 5000
POLL_SECONDS = 1.0
RETRY_SECONDS = 3.0
FROM_END = -1  # asks where the log ends
EVENT_TYPES = (OutreachEventRecorded.type, OutreachEventRetracted.type)
ReadChanges = Callable[[int], Awaitable[EventChanges]]
FigureKey = tuple[str, str]  # measure, scope: "program" or a dated id


@dataclass(frozen=True, slots=True)
class Change:
    """One change of the feed; `row` is what its message said, null where the message was not seen."""

    seq: int
    kind: str
    event_id: str
    row: EventRow | None


@dataclass(slots=True, eq=False)
class Listener:
    """Changes that wait for one subscriber; `ended_by` once it can be given no more."""

    most: int
    waiting: deque[Change] = field(default_factory=deque)
    ended_by: Fault | None = None
    arrived: asyncio.Event = field(default_factory=asyncio.Event)

    def offer(self, change: Change) -> None:
        """Adds a change, unless the subscriber has already fallen behind."""
        if len(self.waiting) >= self.most:
            self.end(_too_slow())
        if self.ended_by is None:
            self.waiting.append(change)
        self.arrived.set()

    def end(self, fault: Fault) -> None:
        """Gives the subscriber nothing more, and says why."""
        self.ended_by = self.ended_by or fault
        self.arrived.set()

    async def take(self) -> list[Change]:
        """All that waits, after waiting for one. Raises the `Fault` that ended it."""
        await self.arrived.wait()
        self.arrived.clear()
        if self.ended_by is not None:
            raise self.ended_by
        taken = list(self.waiting)
        self.waiting.clear()
        return taken


@dataclass(slots=True, eq=False)
class FigureListener:
    """Figures of one subscriber that may have moved since it last read them."""

    keys: frozenset[FigureKey]
    moved: set[FigureKey] = field(default_factory=set)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)

    def mark(self, keys: Iterable[FigureKey]) -> None:
        """Notes those of `keys` that the subscriber follows."""
        mine = self.keys.intersection(keys)
        if mine:
            self.moved |= mine
            self.arrived.set()

    async def take(self) -> set[FigureKey]:
        """The figures that moved, after waiting for one."""
        await self.arrived.wait()
        self.arrived.clear()
        moved, self.moved = self.moved, set()
        return moved


class Live:
    """One per process: a reader of the owners' topics without a group, and everybody who listens."""

    def __init__(self, broker: Broker, read_changes: ReadChanges, *, queue: int) -> None:
        self._broker, self._read_changes, self._queue = broker, read_changes, queue
        self._listeners: set[Listener] = set()
        self._figure_listeners: set[FigureListener] = set()
        self._rows: OrderedDict[str, EventRow] = OrderedDict()
        self._end = 0
        self._look = asyncio.Event()
        self.populations_moved = asyncio.Event()

    async def follow(self, after: int | None, read: ReadChanges) -> AsyncIterator[list[Change]]:
        """Changes after a place of the log, or from now on, in order and each once.

        `read` reads the log as the subscriber may; what comes meanwhile waits in the listener. Raises `Fault`.
        """
        listener = Listener(self._queue)
        if not self._listeners:
            self._end = (await self._read_changes(FROM_END)).end
        seen = self._end if after is None else after
        self._listeners.add(listener)
        try:
            if after is not None and after >= self._end:
                await read(after)  # for a refusal alone: what it shows comes to the listener too
            while seen < self._end:
                page = await read(seen)
                yield [self._change(row) for row in page.changes]
                seen = max(seen + 1, page.next_after)
            while True:
                changes = [change for change in await listener.take() if change.seq > seen]
                if changes:
                    seen = changes[-1].seq
                    yield changes
        finally:
            self._listeners.discard(listener)

    @contextlib.contextmanager
    def figures(self, keys: frozenset[FigureKey]) -> Iterator[FigureListener]:
        """Listens to these figures from now on."""
        listener = FigureListener(keys)
        self._figure_listeners.add(listener)
        try:
            yield listener
        finally:
            self._figure_listeners.discard(listener)

    async def follow_log(self) -> None:
        """Reads the log whenever a message says so, and once a second besides; for ever."""
        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._look.wait(), POLL_SECONDS)
            self._look.clear()
            try:
                while self._listeners and await self._advance():
                    pass
            except Fault as fault:
                log.warning("live_log_unreadable", code=fault.code.value)

    async def follow_messages(self, topic: str) -> None:
        """Reads one of the owners' topics for ever; tries again while the broker is away or the topic is not made."""
        while True:
            try:
                reader = await self._broker.reader([topic])
            except KafkaUnavailable as error:
                log.info("live_topic_away", topic=topic, reason=str(error))
                await asyncio.sleep(RETRY_SECONDS)
                continue
            try:
                while True:
                    batch = await reader.poll(seconds=POLL_SECONDS, most=2000)
                    for records in batch.values():
                        self.hear(records)
            finally:
                await reader.stop()

    def hear(self, records: Iterable[Record]) -> None:
        """Takes note of what records of the owners' topics say."""
        for record in records:
            try:
                message = read_message(record.topic, record.key, record.value, record.headers)
                self._note(message)
            except (MalformedMessage, ValidationError) as error:
                log.warning("live_message_malformed", topic=record.topic, error=type(error).__name__)

    def _note(self, message: Message) -> None:
        if message.type in EVENT_TYPES:
            self._rows[message.id] = EventRow.model_validate(message.data)
            if len(self._rows) > KEPT_ROWS:
                self._rows.popitem(last=False)
            self._look.set()
        elif message.type == FigureChanged.type:
            changed = FigureChanged.model_validate(message.data)
            moved = set(product(changed.measures, changed.scopes))
            for listener in self._figure_listeners:
                listener.mark(moved)
        elif message.type == PopulationImported.type:
            self.populations_moved.set()

    async def _advance(self) -> bool:
        """Hands on one page of the log; false at its end."""
        try:
            page = await self._read_changes(self._end)
        except Fault as fault:
            if fault.code is not Code.CURSOR_INVALID:
                raise
            await self._start_anew(fault)
            return False
        for row in page.changes:
            change = self._change(row)
            for listener in self._listeners:
                listener.offer(change)
        self._end = max(self._end, page.next_after)
        return self._end < page.end

    async def _start_anew(self, fault: Fault) -> None:
        """Goes on at the end of a log that lost our place; those who listen missed something, and are told."""
        self._end = (await self._read_changes(FROM_END)).end
        for listener in self._listeners:
            listener.end(fault)

    def _change(self, row: EventChange) -> Change:
        return Change(row.seq, row.kind, row.id, self._rows.get(row.message_id))


def _too_slow() -> Fault:
    vi = "Máy nhận quá chậm; hãy nối lại từ con trỏ cuối, hoặc dùng maxPerSecond."
    en = "Too slow for this feed: resume after the last cursor, or use maxPerSecond."
    return Fault(Code.RATE_LIMITED, vi=vi, en=en, section="outreach")
