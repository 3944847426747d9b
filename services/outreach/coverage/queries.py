"""What the figures ask of coverage: sums of a scope on a day, and how fresh they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from chassis import clock
from chassis.identity import Viewer
from chassis.mongo import Database
from reference.calendars import vietnam_day
from reference.places import Places
from services.outreach.coverage import store
from services.outreach.coverage.projection import VIEWER
from services.outreach.coverage.records import LastHeard, Question
from services.outreach.coverage.table import CoverageTable, Sum, added
from services.outreach.populations import queries as populations

MOST_SILENT = 10
PAST_SECONDS, PAST_KEPT = 5.0, 5_000  # a trend asks for the same days again and again; late facts show within seconds


@dataclass(frozen=True, slots=True)
class Freshness:
    """The newest fact of a scope, and its parts that were not heard for longer than allowed."""

    newest_at: datetime | None
    silent: tuple[str, ...]
    is_stale: bool


class CoverageQueries:
    """Answers from the coverage tables of this process."""

    def __init__(self, database: Database, places: Places, *, series: str) -> None:
        self._database, self._places, self._chosen = database, places, series
        self._tables: dict[str, CoverageTable] = {}
        self._past: dict[tuple[str | None, Question, date, int], tuple[float, Freshness]] = {}

    async def table(self, viewer: Viewer, series: str | None) -> tuple[str, CoverageTable] | None:
        """The table of a series, by default the one in use; None where there is no such series."""
        del viewer  # coverage is public
        code = series or await populations.series_in_use(self._database, VIEWER, self._chosen)
        known = code and (code in self._tables or await self._exists(code))
        if not code or not known:
            return None
        table = self._tables.setdefault(code, CoverageTable(self._database, VIEWER, code))
        await table.refresh()
        return code, table

    async def _exists(self, series: str) -> bool:
        return await populations.series_in_use(self._database, VIEWER, series) == series

    def sum_of(self, table: CoverageTable, scope_id: str | None, question: Question, day: date) -> Sum:
        """The people of the nation (None), a province or a commune: the sum over communes, never a mean."""
        if scope_id is None:
            provinces = self._places.provinces_on(day)
            return added([table.province_sum(province.id, question, day) for province in provinces])
        if self._places.province(scope_id) is not None:
            return table.province_sum(scope_id, question, day)
        return table.commune_sum(scope_id, question, day)

    def without_number(self, scope_id: str | None, day: date, found: Sum) -> int:
        """How many communes of the scope the series has no number for: they are left out of both sides."""
        if scope_id is None:
            provinces = self._places.provinces_on(day)
            total = sum(len(self._places.communes_of(province.id, day)) for province in provinces)
        elif self._places.province(scope_id) is not None:
            total = len(self._places.communes_of(scope_id, day))
        else:
            total = 1
        return max(0, total - found.communes)

    async def freshness(self, scope_id: str | None, question: Question, day: date, stale_after: int) -> Freshness:
        """How fresh the scope is at the end of `day`; a nation's parts are provinces, a province's are communes."""
        key = (scope_id, question, day, stale_after)
        looked_at, known = self._past.get(key, (0.0, None))
        if known is not None and clock.monotonic() - looked_at < PAST_SECONDS:
            return known
        found = await self._freshness(scope_id, question, day, stale_after)
        if day < vietnam_day(clock.now()):
            if len(self._past) >= PAST_KEPT:
                self._past.clear()
            self._past[key] = clock.monotonic(), found
        return found

    async def _freshness(self, scope_id: str | None, question: Question, day: date, stale_after: int) -> Freshness:
        province = self._places.province(scope_id) if scope_id else None
        if scope_id is not None and province is None:
            return await self._commune_freshness(scope_id, question, day, stale_after)
        parent = province.id if province else "program"
        first = day - timedelta(days=stale_after)
        rows = await store.last_heard(self._database, VIEWER, [parent], first, day)
        heard = {row.scope_id for row in rows if _at(row, question)}
        parts = self._places.communes_of(parent, day) if province else self._places.provinces_on(day)
        silent = [part.id for part in parts if part.id not in heard]
        newest = _newest(rows, question) or await self._older(parent, question, first)
        return Freshness(newest, tuple(silent[:MOST_SILENT]), is_stale=not heard)

    async def _commune_freshness(self, commune_id: str, question: Question, day: date, stale_after: int) -> Freshness:
        commune = self._places.commune(commune_id)
        if commune is None:
            return Freshness(None, (), is_stale=True)
        rows = await store.last_heard(self._database, VIEWER, [commune.province_id], day - timedelta(days=89), day)
        newest = _newest([row for row in rows if row.scope_id == commune_id], question)
        fresh = newest is not None and newest.date() >= day - timedelta(days=stale_after)
        return Freshness(newest, (), is_stale=not fresh)

    async def _older(self, parent: str, question: Question, before: date) -> datetime | None:
        rows = await store.last_heard(self._database, VIEWER, [parent], before - timedelta(days=400), before)
        return _newest(rows, question)


def _newest(rows: Sequence[LastHeard], question: Question) -> datetime | None:
    return max((at for row in rows if (at := _at(row, question))), default=None)


def _at(row: LastHeard, question: Question) -> datetime | None:
    return row.program_at if question is Question.PROGRAM else row.alive_at
