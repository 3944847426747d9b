"""Communes one by one, for maps and lists: how far each is covered on a day, and by which channels."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from chassis.identity import Viewer
from chassis.mongo import Database
from contracts.outreach.coverage import CommuneCoverageView, CoverageQuestion, CoverageStatus
from reference.figures import today
from reference.places import Commune, Places
from services.outreach.access_points import queries as access_points
from services.outreach.coverage import store
from services.outreach.coverage.queries import CoverageQueries
from services.outreach.coverage.records import Channel, Coverage, Question
from services.outreach.coverage.registered import channels_of
from services.outreach.coverage.steps import NOBODY, counts_on, on_day

RECENT_DAYS, OLDEST_DAYS = 7, 400


class CommuneQueries:
    """Answers for communes from the coverage table in memory."""

    def __init__(self, database: Database, places: Places, coverage: CoverageQueries) -> None:
        self._database, self._places, self._coverage = database, places, coverage

    async def lists(self, viewer: Viewer, questions: Sequence[CoverageQuestion]) -> list[list[CommuneCoverageView]]:
        """The communes of each question by code; unknown ones are left out."""
        found = await self._coverage.table(viewer, None)
        series, table = found if found else (None, None)
        asked = [(question.as_of or today(), self._communes(question)) for question in questions]
        rows = {commune.id: table.commune(commune.id) if table else None for _, part in asked for commune in part}
        unnumbered = await self._channels(viewer, [commune for commune, row in rows.items() if row is None])
        lists = []
        for day, communes in asked:
            heard = await self._last_active(viewer, communes, day)
            lists.append(
                [
                    commune_on(
                        commune.id, rows[commune.id], day, series, unnumbered.get(commune.id, ()), heard.get(commune.id)
                    )
                    for commune in communes
                ]
            )
        return lists

    def _communes(self, question: CoverageQuestion) -> list[Commune]:
        day = question.as_of or today()
        if question.province_id is not None:
            return sorted(self._places.communes_of(question.province_id, day), key=lambda commune: commune.code)
        found = (self._places.commune(commune_id) for commune_id in question.commune_ids)
        return [commune for commune in found if commune is not None]

    async def _channels(self, viewer: Viewer, commune_ids: Sequence[str]) -> dict[str, tuple[Channel, ...]]:
        """Channels of communes that the series has no number for: coverage has no row of them."""
        if not commune_ids:
            return {}
        points = await access_points.of_communes(self._database, viewer, commune_ids)
        reach = await store.reach_of(self._database, viewer, [point.id for point in points])
        return {
            commune: channels_of([point for point in points if point.commune_id == commune], reach)
            for commune in commune_ids
        }

    async def _last_active(self, viewer: Viewer, communes: Iterable[Commune], day: date) -> dict[str, datetime]:
        """When each was heard last: most within a week, which is one read; the silent ones are asked for apart."""
        wanted = [commune.id for commune in communes]
        recent = day - timedelta(days=RECENT_DAYS)
        rows = await store.last_heard_of(self._database, viewer, wanted, recent, day)
        silent = set(wanted) - {row.scope_id for row in rows}
        if silent:
            oldest = day - timedelta(days=OLDEST_DAYS)
            rows += await store.last_heard_of(self._database, viewer, sorted(silent), oldest, recent)
        latest: dict[str, datetime] = {}
        for row in rows:
            if row.alive_at is not None:
                latest[row.scope_id] = max(row.alive_at, latest.get(row.scope_id, row.alive_at))
        return latest


def commune_on(
    commune_id: str,
    row: Coverage | None,
    day: date,
    series: str | None,
    unnumbered: Sequence[Channel],
    last_active_at: datetime | None,
) -> CommuneCoverageView:
    """One commune on one day; `row` is null where the series has no number for it."""
    channels = row.channels if row else unnumbered
    active = tuple(c.channel for c in channels if counts_on(c.spans(Question.PROGRAM), day))
    reached = on_day(row.program, day) if row else NOBODY
    return CommuneCoverageView(
        commune_id=commune_id,
        as_of=day,
        status=_status(row, active, reached.lower, is_known=any(c.known_from <= day for c in channels)),
        series=series if row else None,
        people=row.people if row else None,
        lower=reached.lower if row else None,
        upper=reached.upper if row else None,
        is_capped=reached.capped,
        active_channels=active,
        last_active_at=last_active_at,
    )


def _status(row: Coverage | None, active: Sequence[object], lower: int, *, is_known: bool) -> CoverageStatus:
    if row and row.people and lower == row.people:
        return CoverageStatus.COVERED
    if active:
        return CoverageStatus.PARTLY_COVERED
    return CoverageStatus.LAPSED if is_known else CoverageStatus.NEVER_COVERED
