"""Keeps the three steps of coverage up to date from the service's own messages, each part only where it changed.

Live plays are followed at once. Access points, populations and late tags leave marks, which are worked off in small
transactions while no play waits. Every transaction checks the projector's lease.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from chassis import clock
from chassis.identity import Viewer, system
from chassis.leases import Lease
from chassis.mongo import Reader, Transaction
from chassis.outbox import Numbered
from contracts.figures import FigureChanged
from contracts.outreach.access_points import AccessPointsChanged
from contracts.outreach.content_items import ContentItemChanged, ContentState
from contracts.outreach.outreach_events import (
    TOPIC,
    EventRow,
    EventState,
    OutreachEventRecorded,
    OutreachEventRetracted,
)
from contracts.outreach.populations import PopulationImported
from contracts.vocabulary import MeasureCode
from reference.calendars import vietnam_day
from reference.resources import Resources
from services.outreach.access_points import queries as access_points
from services.outreach.access_points.domain import AccessPoint
from services.outreach.content_items import queries as content_items
from services.outreach.coverage import store
from services.outreach.coverage.heard import Fact, Heard, Tagged, heard_id, resolved, union
from services.outreach.coverage.reach import Span, extended, merged, span_of
from services.outreach.coverage.records import Coverage, LastHeard, Question, Reach
from services.outreach.coverage.registered import channels_of, points_by_key, unregistered
from services.outreach.coverage.steps import Public, steps
from services.outreach.outreach_events import queries as outreach_events
from services.outreach.outreach_events.domain import OutreachEvent, is_device
from services.outreach.populations import queries as populations
from services.outreach.populations.domain import CommunePopulation

VIEWER: Viewer = system("outreach", "projector")
MEASURES = (MeasureCode.PEOPLE_COVERED.value, MeasureCode.PEOPLE_WITH_LIVE_CHANNEL.value)
POINTS_AT_ONCE, COMMUNES_AT_ONCE = 40, 40


@dataclass(slots=True)
class Work:
    """What a window of messages asks for."""

    facts: dict[str, list[Fact]] = field(default_factory=lambda: defaultdict(list))  # by heard row
    taken_back: set[tuple[str, date]] = field(default_factory=set)  # (heard key, day)
    points: set[str] = field(default_factory=set)
    communes: set[str] = field(default_factory=set)
    contents: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Turned:
    """The heard rows whose answer turned: to yes by question and key, and those of which one turned to no."""

    yes: Mapping[Question, Mapping[str, set[date]]]
    no: frozenset[str]


class CoverageProjection:
    """The handler and the idle work of the outreach service's projector."""

    def __init__(self, resources: Resources, *, window_days: int) -> None:
        self._resources, self._window_days = resources, window_days

    async def handle(self, window: Sequence[Numbered], lease: Lease) -> None:
        """Recomputes what these messages changed."""
        work = work_of(window)

        async def write(transaction: Transaction) -> None:
            await lease.check(transaction)
            await self._follow(transaction, work)

        if work.facts or work.taken_back or work.points or work.communes or work.contents:
            await self._resources.database.transaction(write)

    async def work_off(self, lease: Lease) -> bool:
        """Some marks, or the turn of the day; False when there was nothing to do."""
        database = self._resources.database
        if points := await store.pending(database, "point", most=POINTS_AT_ONCE):
            await database.transaction(lambda tx: self._redo_points(tx, lease, points))
        elif communes := await store.pending(database, "commune", most=COMMUNES_AT_ONCE):
            await database.transaction(lambda tx: self._redo_communes(tx, lease, communes))
        else:
            return await self._turn_of_the_day(lease)
        return True

    async def _follow(self, transaction: Transaction, work: Work) -> None:
        tagged = await self._tagged(transaction, work)
        turned, rows = await self._hear(transaction, work, tagged)
        keys = {row.key for row in rows} | turned.no  # of a day on which nothing is left there is no row any more
        points = await access_points.of_heard_keys(transaction, VIEWER, sorted(keys)) if keys else []
        await self._note_last_heard(transaction, rows, points)
        await self._note_unregistered(transaction, suspects(turned, points))
        communes = await self._extend(transaction, turned, points)
        await self._compute(transaction, communes)
        await store.add_pending(
            transaction, "point", work.points | {p.id for p in points if turned.no.intersection(p.heard_keys)}
        )
        await store.add_pending(transaction, "commune", work.communes)
        if rows and not communes:
            await self._announce(transaction, {p.commune_id for p in points})

    async def _tagged(self, reader: Reader, work: Work) -> Tagged:
        played = {fact.content_key for facts in work.facts.values() for fact in facts if fact.content_key}
        return await self._tags(reader, played | work.contents)

    async def _tags(self, reader: Reader, content_keys: Iterable[str]) -> Tagged:
        items = await content_items.items_of(reader, VIEWER, sorted(content_keys))
        themes = self._resources.reference.play_log.program_themes
        since = {key: item.updated_at for key, item in items.items() if themes.intersection(item.themes)}
        return Tagged(themes, since)

    async def _hear(self, transaction: Transaction, work: Work, tagged: Tagged) -> tuple[Turned, list[Heard]]:
        """Unites the new facts with what was heard, and looks again at days whose facts or tags changed."""
        before = await store.heard_by_ids(transaction, VIEWER, work.facts)
        after = {row_id: union(before.get(row_id), facts, tagged) for row_id, facts in work.facts.items()}
        gone: list[str] = []
        for key, day in sorted(work.taken_back):
            row_id = heard_id(key, day)
            before |= await store.heard_by_ids(transaction, VIEWER, [row_id])
            if (row := await self._heard_again(transaction, key, day)) is not None:
                after[row_id] = row
            else:
                after.pop(row_id, None)
                gone.append(row_id)
        if work.contents:
            for row in await store.heard_with_contents(transaction, VIEWER, sorted(work.contents)):
                before.setdefault(row.id, row)
                all_tags = await self._tags(transaction, row.contents)
                after[row.id] = resolved(after.get(row.id, row), all_tags)
        await store.save_heard(transaction, [row for row_id, row in after.items() if before.get(row_id) != row], gone)
        return turned(before, after), list(after.values())

    async def _heard_again(self, reader: Reader, key: str, day: date) -> Heard | None:
        """The row made anew from the events that still stand."""
        events = await outreach_events.of_heard_days(reader, VIEWER, key, [day])
        facts = [_fact(event, key) for event in events if event.state is EventState.CURRENT]
        if not facts:
            return None
        return union(None, facts, await self._tags(reader, {f.content_key for f in facts if f.content_key}))

    async def _extend(self, transaction: Transaction, turned: Turned, points: Sequence[AccessPoint]) -> set[str]:
        """Lengthens the reach of access points by the days that turned to yes; answers with its communes."""
        reach = await store.reach_of(transaction, VIEWER, [point.id for point in points])
        changed: list[Reach] = []
        for point in points:
            present = reach.get(point.id) or Reach(point.id, point.commune_id)
            after = Reach(
                point.id,
                point.commune_id,
                alive=self._longer(present, point, turned, Question.ALIVE),
                program=self._longer(present, point, turned, Question.PROGRAM),
                heard_keys=point.heard_keys,
            )
            if after != present:
                changed.append(after)
        await store.save_reach(transaction, changed)
        return {row.commune_id for row in changed}

    def _longer(self, reach: Reach, point: AccessPoint, turned: Turned, question: Question) -> tuple[Span, ...]:
        by_key = turned.yes[question]
        days = [day for key in point.heard_keys for day in by_key.get(key, ()) if point.is_valid_on(day)]
        return extended(reach.spans(question), days, self._window_days)

    async def _redo_points(self, transaction: Transaction, lease: Lease, point_ids: Sequence[str]) -> None:
        """Reach of access points made anew from everything that was heard while they were valid."""
        await lease.check(transaction)
        points = await access_points.by_ids(transaction, VIEWER, point_ids)
        before = await store.reach_of(transaction, VIEWER, point_ids)
        rows = [await self._whole_reach(transaction, point) for point in points]
        await store.save_reach(transaction, rows)
        await store.remove_pending(transaction, "point", point_ids)
        keys = {key for row in (*rows, *before.values()) for key in row.heard_keys}
        await self._note_unregistered(transaction, keys)
        communes = {row.commune_id for row in rows} | {row.commune_id for row in before.values()}
        await store.add_pending(transaction, "commune", communes)

    async def _whole_reach(self, transaction: Transaction, point: AccessPoint) -> Reach:
        last = point.valid_to or date.max
        heard = await store.heard_between(transaction, VIEWER, point.heard_keys, point.valid_from, last)
        await self._note_last_heard(transaction, heard, [point])
        return Reach(
            point.id,
            point.commune_id,
            alive=merged(span_of(row.day, self._window_days) for row in heard if row.alive_since),
            program=merged(span_of(row.day, self._window_days) for row in heard if row.program_since),
            heard_keys=point.heard_keys,
        )

    async def _redo_communes(self, transaction: Transaction, lease: Lease, commune_ids: Sequence[str]) -> None:
        await lease.check(transaction)
        await self._compute(transaction, set(commune_ids))
        await store.remove_pending(transaction, "commune", commune_ids)

    async def _compute(self, transaction: Transaction, commune_ids: set[str]) -> None:
        """The steps of these communes in every series; announces the figures that may have moved."""
        if not commune_ids:
            return
        wanted = sorted(commune_ids)
        points = await access_points.of_communes(transaction, VIEWER, wanted)
        reach = await store.reach_of(transaction, VIEWER, [point.id for point in points])
        people = await populations.of_communes(transaction, VIEWER, wanted)
        before = await store.coverage_of(transaction, VIEWER, wanted)
        revision = await store.next_revision(transaction)
        rows = [coverage_row(row, points, reach, revision) for row in people]
        changed = [row for row in rows if not _same(before.get(row.id), row)]
        await store.save_coverage(transaction, changed)
        await self._announce(transaction, commune_ids)

    async def _announce(self, transaction: Transaction, commune_ids: Iterable[str]) -> None:
        communes = sorted(commune_ids)
        if not communes:
            return
        places = self._resources.reference.places
        provinces = {place.province_id for commune in communes if (place := places.commune(commune)) is not None}
        await self._say(transaction, [*communes, *sorted(provinces), "program"])

    async def _say(self, transaction: Transaction, scopes: Sequence[str]) -> None:
        data = _OutreachFigureChanged(measures=MEASURES, scopes=tuple(scopes))
        message = self._resources.outbox.message(data, subject="figures", sequence=1)
        await self._resources.outbox.append(transaction, [message])

    async def _note_last_heard(
        self, transaction: Transaction, rows: Sequence[Heard], points: Sequence[AccessPoint]
    ) -> None:
        by_key = points_by_key(points)
        noted: dict[str, LastHeard] = {}
        for row in rows:
            for point in by_key.get(row.key, ()):
                if point.is_valid_on(row.day):
                    _note(noted, row, point.commune_id, point.province_id)
                    _note(noted, row, point.province_id, "program")
        await store.raise_last_heard(transaction, noted.values())

    async def _note_unregistered(self, transaction: Transaction, keys: Iterable[str]) -> None:
        """Finds anew on which days these devices were heard while no access point named them."""
        devices = sorted(key for key in keys if is_device(key))
        if not devices:
            return
        points = await access_points.of_heard_keys(transaction, VIEWER, devices)
        heard = await store.heard_between(transaction, VIEWER, devices, date.min, date.max)
        rows = unregistered(heard, points)
        found = {row.id for row in rows}
        await store.save_unregistered(transaction, rows, [key for key in devices if key not in found])

    async def _turn_of_the_day(self, lease: Lease) -> bool:
        """At midnight windows move on and reach lapses without any message: the figures are announced."""
        today = vietnam_day(clock.now()).isoformat()
        if await store.state(self._resources.database, "day") == today:
            return False

        async def write(transaction: Transaction) -> None:
            await lease.check(transaction)
            await store.set_state(transaction, "day", today)
            provinces = self._resources.reference.places.provinces_on(date.fromisoformat(today))
            await self._say(transaction, [*(province.id for province in provinces), "program"])

        await self._resources.database.transaction(write)
        return True


class _OutreachFigureChanged(FigureChanged):
    topic = TOPIC


def work_of(window: Sequence[Numbered]) -> Work:
    """What these messages ask for."""
    work = Work()
    for entry in window:
        _collect(work, entry.message.type, entry.message.data)
    return work


def _collect(work: Work, kind: str, data: Mapping[str, object]) -> None:
    if kind == OutreachEventRecorded.type:
        event = OutreachEventRecorded.model_validate(data)
        if event.is_counted and event.state is EventState.CURRENT:
            for key in event.heard_keys:
                work.facts[heard_id(key, event.occurred_on)].append(_fact(event, key))
    elif kind == OutreachEventRetracted.type:
        ended = OutreachEventRetracted.model_validate(data)
        work.taken_back |= {(key, ended.occurred_on) for key in ended.heard_keys if ended.is_counted}
    elif kind == AccessPointsChanged.type:
        changed = AccessPointsChanged.model_validate(data)
        work.points |= set(changed.access_point_ids)
        work.communes.add(changed.commune_id)
    elif kind == PopulationImported.type:
        work.communes |= set(PopulationImported.model_validate(data).commune_ids)
    elif kind == ContentItemChanged.type:
        item = ContentItemChanged.model_validate(data)
        if item.content_key and item.state is ContentState.IN_USE:
            work.contents.add(item.content_key)


def turned(before: Mapping[str, Heard], after: Mapping[str, Heard]) -> Turned:
    """Which answers are other than before."""
    yes: dict[Question, dict[str, set[date]]] = {question: defaultdict(set) for question in Question}
    no: set[str] = set()
    for row_id in before.keys() | after.keys():
        old, new = before.get(row_id), after.get(row_id)
        for question in Question:
            said, says = _answer(old, question), _answer(new, question)
            if says and not said and new is not None:
                yes[question][new.key].add(new.day)
            elif said and not says and old is not None:
                no.add(old.key)
    return Turned(yes, frozenset(no))


def suspects(turned: Turned, points: Sequence[AccessPoint]) -> set[str]:
    """Keys to look at again: heard on a new day that no access point of theirs covers, or no longer heard."""
    by_key = points_by_key(points)
    unnamed = {
        key
        for key, days in turned.yes[Question.ALIVE].items()
        if any(not any(point.is_valid_on(day) for point in by_key.get(key, ())) for day in days)
    }
    return unnamed | turned.no


def coverage_row(
    row: CommunePopulation, points: Sequence[AccessPoint], reach: Mapping[str, Reach], revision: int
) -> Coverage:
    """One commune in one series, from the reach of its access points."""
    mine = [
        (public_of(point), reach[point.id])
        for point in points
        if point.commune_id == row.commune_id and point.id in reach
    ]
    return Coverage(
        id=row.id,
        series=row.series,
        commune_id=row.commune_id,
        province_id=row.province_id,
        people=row.people,
        revision=revision,
        alive=steps([(public, r.alive) for public, r in mine], people=row.people, villages=row.villages),
        program=steps([(public, r.program) for public, r in mine], people=row.people, villages=row.villages),
        channels=channels_of([point for point in points if point.commune_id == row.commune_id], reach),
    )


def public_of(point: AccessPoint) -> Public:
    """Whom an access point serves."""
    return Public(frozenset(point.villages), point.people_served, point.is_located)


def _answer(row: Heard | None, question: Question) -> datetime | None:
    if row is None:
        return None
    return row.program_since if question is Question.PROGRAM else row.alive_since


def _same(before: Coverage | None, after: Coverage) -> bool:
    return before is not None and (before.people, before.alive, before.program) == (
        after.people,
        after.alive,
        after.program,
    )


def _note(noted: dict[str, LastHeard], row: Heard, scope_id: str, parent_id: str) -> None:
    row_id = f"{scope_id}|{row.day.isoformat()}"
    program_at = row.last_at if row.program_since else None
    present = noted.get(row_id)
    if present is not None:
        program_at = max((at for at in (present.program_at, program_at) if at), default=None)
        alive_at = max(present.alive_at or row.last_at, row.last_at)
    else:
        alive_at = row.last_at
    noted[row_id] = LastHeard(row_id, scope_id, parent_id, row.day, alive_at, program_at)


def _fact(event: EventRow | OutreachEvent, key: str) -> Fact:
    return Fact(
        key=key,
        province_id=event.province_id,
        day=event.occurred_on,
        occurred_at=event.occurred_at,
        recorded_at=event.recorded_at,
        themes=event.themes,
        content_key=event.content_key,
    )
