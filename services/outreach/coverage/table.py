"""Coverage in memory: the steps of every commune of a series, refreshed by revision, summed per scope and day.

Any process that answers keeps one; it reads only what changed since it last looked.
"""

import asyncio
from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from chassis import clock, projector
from chassis.identity import Viewer
from chassis.mongo import Database
from services.outreach.coverage import store
from services.outreach.coverage.records import Coverage, Question
from services.outreach.coverage.steps import on_day

REFRESH_SECONDS = 0.2
REMEMBERED = 20_000
WINDOW = 1000  # messages: what the projector takes at once is there within a second or so


@dataclass(frozen=True, slots=True)
class Sum:
    """People reached and people, over the communes of a scope; `communes` have a number in the series."""

    lower: int = 0
    upper: int = 0
    people: int = 0
    communes: int = 0
    capped: int = 0


class CoverageTable:
    """The coverage of one series."""

    def __init__(self, database: Database, viewer: Viewer, series: str) -> None:
        self._database, self._viewer, self._series = database, viewer, series
        self._revision, self._looked_at = -1, -REFRESH_SECONDS
        self._communes: dict[str, Coverage] = {}
        self._by_province: dict[str, set[str]] = defaultdict(set)
        self._sums: dict[tuple[str, Question, date], Sum] = {}
        self._refreshing = asyncio.Lock()
        self.is_behind = True  # whether facts are known that no step shows yet

    async def refresh(self) -> None:
        """Reads what changed; at most each 200 ms."""
        async with self._refreshing:
            if clock.monotonic() - self._looked_at < REFRESH_SECONDS:
                return
            newest = await store.revision(self._database)
            if newest > self._revision:
                rows = await store.coverage_since(
                    self._database, self._viewer, self._series, self._revision + 1, newest
                )
                self._take(rows)
                self._revision = newest
            self.is_behind = await store.is_pending(self._database) or await projector.lag(self._database) > WINDOW
            self._looked_at = clock.monotonic()

    def communes_of(self, province_id: str) -> list[Coverage]:
        """The communes of a province that have a number in the series."""
        return [self._communes[commune] for commune in self._by_province.get(province_id, ())]

    def commune(self, commune_id: str) -> Coverage | None:
        """One commune, or None where the series has no number for it."""
        return self._communes.get(commune_id)

    def commune_sum(self, commune_id: str, question: Question, day: date) -> Sum:
        """The people of one commune."""
        row = self._communes.get(commune_id)
        return Sum() if row is None else _sum([row], question, day)

    def province_sum(self, province_id: str, question: Question, day: date) -> Sum:
        """The people of a province: the sum of its communes."""
        key = (province_id, question, day)
        if key not in self._sums:
            if len(self._sums) > REMEMBERED:
                self._sums.clear()
            self._sums[key] = _sum(self.communes_of(province_id), question, day)
        return self._sums[key]

    def _take(self, rows: list[Coverage]) -> None:
        for row in rows:
            self._communes[row.commune_id] = row
            self._by_province[row.province_id].add(row.commune_id)
        changed = {row.province_id for row in rows}
        self._sums = {key: value for key, value in self._sums.items() if key[0] not in changed}


def added(sums: list[Sum]) -> Sum:
    """The sum of sums."""
    return Sum(
        lower=sum(s.lower for s in sums),
        upper=sum(s.upper for s in sums),
        people=sum(s.people for s in sums),
        communes=sum(s.communes for s in sums),
        capped=sum(s.capped for s in sums),
    )


def _sum(rows: list[Coverage], question: Question, day: date) -> Sum:
    reached = [on_day(row.steps(question), day) for row in rows]
    return Sum(
        lower=sum(r.lower for r in reached),
        upper=sum(r.upper for r in reached),
        people=sum(row.people for row in rows),
        communes=len(rows),
        capped=sum(r.capped for r in reached),
    )
