"""The feed gives each change once and in order, whoever joins, resumes or falls behind."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from chassis.kafka import Broker, Record
from chassis.messages import Message
from chassis.settings import ProcessSettings
from contracts.figures import FigureChanged
from contracts.outreach.outreach_events import EventChange, EventChanges, OutreachEventRecorded
from gateway.errors import Code, Fault, cursor_invalid
from gateway.live import Change, Live
from tests.gateway.upstream import event, row_of


class Log:
    """The log of a service, in pages of three; what comes before `oldest` was tidied away."""

    def __init__(self) -> None:
        self.changes: list[EventChange] = []
        self.oldest = 1

    def add(self, count: int) -> None:
        """Some more changes."""
        for _ in range(count):
            seq = len(self.changes) + 1
            self.changes.append(EventChange(seq=seq, kind="recorded", id=f"e{seq}", message_id=f"m{seq}"))

    async def read(self, after: int) -> EventChanges:
        """As the service answers."""
        end = len(self.changes)
        if 0 <= after < self.oldest - 1 or after > end:
            raise cursor_invalid()
        found = tuple(self.changes[after : after + 3]) if after >= 0 else ()
        return EventChanges(changes=found, next_after=after + len(found) if after >= 0 else end, end=end)


def record(message: Message) -> Record:
    """The record of a message on its topic."""
    return Record(message.topic, 0, 1, message.key.encode(), message.payload(), dict(message.headers()), 0)


@contextlib.asynccontextmanager
async def following(log: Log, *, queue: int = 100) -> AsyncIterator[Live]:
    """A feed that reads the log."""
    live = Live(Broker(ProcessSettings()), log.read, queue=queue)
    reading = asyncio.create_task(live.follow_log())
    try:
        yield live
    finally:
        reading.cancel()


async def taken(changes: AsyncIterator[list[Change]], count: int) -> list[int]:
    """The places of the next changes."""
    found: list[int] = []
    async with asyncio.timeout(5):
        while len(found) < count:
            found += [change.seq for change in await anext(changes)]
    return found


def announcement(seq: int) -> Record:
    """The message that a change was published with."""
    data = {**row_of(event(seq)).model_dump(mode="json"), "corrects": None}
    return record(
        Message(
            id=f"m{seq}", topic="lantoa.outreach", type=OutreachEventRecorded.type, source="/lantoa/outreach",
            subject=f"e{seq}", sequence=1, key="46", time=datetime.now(UTC), data=data,
        )
    )  # fmt: skip


async def test_who_joins_gets_what_comes_and_who_resumes_gets_the_rest_once() -> None:
    log = Log()
    log.add(10)
    async with following(log) as live:
        fresh, resumed = live.follow(None, log.read), live.follow(4, log.read)
        waiting = asyncio.create_task(taken(fresh, 5))
        await asyncio.sleep(0.05)
        first = await taken(resumed, 3)
        log.add(5)
        live.hear([announcement(seq) for seq in range(11, 16)])
        assert first + await taken(resumed, 8) == list(range(5, 16))
        assert await waiting == list(range(11, 16))


async def test_the_log_is_read_without_messages_too() -> None:
    log = Log()
    async with following(log) as live:
        waiting = asyncio.create_task(taken(live.follow(None, log.read), 2))
        await asyncio.sleep(0.05)
        log.add(2)
        assert await waiting == [1, 2]


async def test_a_change_carries_the_row_of_its_message() -> None:
    log = Log()
    async with following(log) as live:
        changes = live.follow(None, log.read)
        waiting = asyncio.ensure_future(anext(changes))
        await asyncio.sleep(0.05)
        log.add(1)
        live.hear([announcement(1)])
        (change,) = await waiting
        assert change.row is not None
        assert change.row.title == "Bản tin 1"


async def test_a_subscriber_that_is_too_slow_is_told_to_resume() -> None:
    log = Log()
    async with following(log, queue=3) as live:
        changes = live.follow(None, log.read)
        waiting = asyncio.ensure_future(anext(changes))
        await asyncio.sleep(0.05)
        log.add(1)
        await waiting
        log.add(9)
        live.hear([announcement(2)])
        await asyncio.sleep(0.2)
        with pytest.raises(Fault):
            await anext(changes)


async def test_who_resumes_where_the_log_is_gone_is_refused_and_loses_nothing_in_silence() -> None:
    log = Log()
    log.add(10)
    log.oldest = 6
    async with following(log) as live:
        for place in (4, 11):  # tidied away; of a log that was replaced by an older one
            with pytest.raises(Fault) as refused:
                await anext(live.follow(place, log.read))
            assert refused.value.code is Code.CURSOR_INVALID
        assert await taken(live.follow(5, log.read), 5) == [6, 7, 8, 9, 10]


async def test_a_feed_whose_own_place_is_gone_tells_those_who_listen_and_goes_on() -> None:
    log = Log()
    log.add(5)
    async with following(log) as live:
        changes = live.follow(None, log.read)
        waiting = asyncio.ensure_future(anext(changes))
        await asyncio.sleep(0.05)
        log.oldest = 9
        log.add(5)
        live.hear([announcement(10)])
        with pytest.raises(Fault) as refused:
            await asyncio.wait_for(waiting, 5)
        assert refused.value.code is Code.CURSOR_INVALID
        again = asyncio.create_task(taken(live.follow(None, log.read), 1))
        await asyncio.sleep(0.05)
        log.add(1)
        live.hear([announcement(11)])
        assert await again == [11]


async def test_messages_about_figures_reach_those_who_follow_them() -> None:
    log = Log()
    async with following(log) as live:
        data = FigureChanged(measures=("PEOPLE_COVERED",), scopes=("program", "46@2025-07-01")).model_dump(mode="json")
        message = Message(
            id="m", topic="lantoa.outreach", type=FigureChanged.type, source="/lantoa/outreach", subject="x",
            sequence=1, key="x", time=datetime.now(UTC), data=data,
        )  # fmt: skip
        mine = ("PEOPLE_COVERED", "program")
        with live.figures(frozenset({mine})) as listener:
            live.hear([Record("lantoa.outreach", 0, 1, None, b"no message", {}, 0), record(message)])
            assert await asyncio.wait_for(listener.take(), 1) == {mine}
