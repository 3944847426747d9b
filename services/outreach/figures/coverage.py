"""The figures of coverage: people covered (T3) and people with a live channel."""

from collections.abc import Sequence

from chassis.identity import Viewer
from chassis.problems import absent
from contracts.vocabulary import (
    Exclusion,
    FigureCell,
    FigureItemOutcome,
    FigureItemsAnswer,
    FigureItemsRequest,
    FigureItemView,
    FigureView,
    MeasureCode,
    ScopeKind,
    ScopeRef,
    SubjectRef,
)
from reference.catalog import Reference
from reference.figures import FigureAnswer, figure, known_at_unsupported, today
from reference.measures import Measure
from reference.places import Commune
from services.outreach.coverage.queries import CoverageQueries
from services.outreach.coverage.records import Question
from services.outreach.coverage.table import CoverageTable

QUESTIONS = {
    MeasureCode.PEOPLE_COVERED: Question.PROGRAM,
    MeasureCode.PEOPLE_WITH_LIVE_CHANNEL: Question.ALIVE,
}


class CoverageFigures:
    """Computes T3 and its companion from coverage."""

    def __init__(self, coverage: CoverageQueries, reference: Reference) -> None:
        self._coverage, self._reference = coverage, reference

    async def batch(self, viewer: Viewer, cells: Sequence[FigureCell]) -> list[FigureAnswer]:
        """An answer for each cell; None where the measure has no meaning in the scope."""
        return [await self._figure(viewer, cell) for cell in cells]

    async def items(self, viewer: Viewer, request: FigureItemsRequest) -> FigureItemsAnswer:
        """The communes behind a figure: reached, not reached, or without a number in the series."""
        cell = request.cell
        if cell.measure not in QUESTIONS:
            raise absent()
        if cell.known_at is not None:
            raise known_at_unsupported()
        found = await self._coverage.table(viewer, cell.series)
        if found is None:  # no series is imported: the figure is 0 of 0, and nothing is behind it
            return FigureItemsAnswer(items=(), has_next=False, total=0)
        communes = self._communes(cell)
        items = [item for commune in communes for item in self._items_of(commune, cell, found[1])]
        kept = [item for item in items if request.outcomes is None or item.outcome in request.outcomes]
        page = [item for item in kept if request.after is None or item.cursor > request.after]
        shown = page[: request.first]
        return FigureItemsAnswer(items=tuple(shown), has_next=len(page) > len(shown), total=len(kept))

    async def _figure(self, viewer: Viewer, cell: FigureCell) -> FigureAnswer:
        measure = self._reference.measures.get(cell.measure)
        if cell.measure not in QUESTIONS or cell.scope.kind not in measure.scopes:
            return None
        if cell.known_at is not None:
            return known_at_unsupported()
        return await self._people(measure, cell, await self._coverage.table(viewer, cell.series))

    async def _people(
        self, measure: Measure, cell: FigureCell, found: tuple[str, CoverageTable] | None
    ) -> FigureView | None:
        day, question = cell.as_of or today(), QUESTIONS[cell.measure]
        if found is None:  # no series is imported: nothing to divide by
            return figure(measure, cell, numerator=0, denominator=0, is_stale=True)
        series, table = found
        counted = self._coverage.sum_of(table, cell.scope.id, question, day)
        fresh = await self._coverage.freshness(cell.scope.id, question, day, measure.stale_after or 0)
        missing = 0 if table.is_behind else self._coverage.without_number(cell.scope.id, day, counted)
        parts = ScopeKind.PROVINCE if cell.scope.kind is ScopeKind.PROGRAM else ScopeKind.COMMUNE
        return figure(
            measure,
            cell,
            numerator=counted.lower,
            denominator=counted.people,
            upper_numerator=counted.upper,
            series=series,
            newest_fact_at=fresh.newest_at,
            is_stale=fresh.is_stale or table.is_behind,
            silent=[ScopeRef(kind=parts, id=scope) for scope in fresh.silent],
            excluded=[Exclusion(reason="no_population", count=missing)] if missing else [],
        )

    def _communes(self, cell: FigureCell) -> list[Commune]:
        places, day = self._reference.places, cell.as_of or today()
        if cell.scope.kind is ScopeKind.COMMUNE:
            commune = places.commune(cell.scope.id or "")
            return [commune] if commune else []
        provinces = [cell.scope.id] if cell.scope.id else [province.id for province in places.provinces_on(day)]
        found = [commune for province in provinces for commune in places.communes_of(province, day)]
        return sorted(found, key=lambda commune: commune.code)

    def _items_of(self, commune: Commune, cell: FigureCell, table: CoverageTable) -> list[FigureItemView]:
        """The people reached and those not reached of one commune, as an item each."""
        counted = table.commune_sum(commune.id, QUESTIONS[cell.measure], cell.as_of or today())
        if not counted.communes:
            return [_item(commune, FigureItemOutcome.EXCLUDED, "no_population", 0, 0)]
        reached, missed = counted.lower, counted.people - counted.lower
        items = []
        if reached:
            items.append(_item(commune, FigureItemOutcome.COUNTED, "heard_in_window", reached, reached))
        if missed:
            items.append(_item(commune, FigureItemOutcome.NOT_COUNTED, "not_heard_in_window", 0, missed))
        return items


def _item(
    commune: Commune, outcome: FigureItemOutcome, reason: str, numerator: int, denominator: int
) -> FigureItemView:
    return FigureItemView(
        subject=SubjectRef(type="Commune", id=commune.id),
        label=commune.official_name,
        outcome=outcome,
        reason=reason,
        numerator=numerator,
        denominator=denominator,
        cursor=f"{commune.code}|{outcome.value}",
    )
