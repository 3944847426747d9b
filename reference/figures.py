"""What the figures of every service have in common: the record made from its sums, and the routes that answer.

A service computes numerators and denominators; value, goal and status follow here from the measure's definition alone.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Protocol

from fastapi import APIRouter, Response

from chassis import clock
from chassis.identity import Viewer
from chassis.web import JsonResponse, RequestViewer
from contracts.vocabulary import (
    DatedId,
    Exclusion,
    FigureCell,
    FigureItemsAnswer,
    FigureItemsRequest,
    FigurePoint,
    FiguresAnswer,
    FiguresRequest,
    FigureView,
    ScopeRef,
    TrendCell,
    TrendsAnswer,
    TrendsRequest,
)
from reference.bodies import Bodies
from reference.calendars import vietnam_day
from reference.measures import Measure, status_of, value_of


class Figures(Protocol):
    """What a service implements: its figures, and the items behind one."""

    async def batch(self, viewer: Viewer, cells: Sequence[FigureCell]) -> Sequence[FigureView | None]:
        """A figure for each cell, in order; None where the measure has no meaning in the scope."""
        ...

    async def items(self, viewer: Viewer, request: FigureItemsRequest) -> FigureItemsAnswer:
        """One page of what is in the figure, what is not, and why."""
        ...


def today() -> date:
    """The present Vietnamese day."""
    return vietnam_day(clock.now())


def moved_scopes(bodies: Bodies, body_ids: Iterable[DatedId]) -> tuple[str, ...]:
    """The scopes whose figures a fact of these bodies moves: the program, who covers them, and their provinces."""
    covering = [body for body_id in body_ids for body in bodies.covering(body_id)]
    found = ["program", *(body.id for body in covering), *(body.province_id for body in covering if body.province_id)]
    return tuple(dict.fromkeys(found))


def figure(
    measure: Measure,
    cell: FigureCell,
    *,
    numerator: int,
    denominator: int,
    upper_numerator: int | None = None,
    series: str | None = None,
    newest_fact_at: datetime | None = None,
    is_stale: bool = False,
    silent: Sequence[ScopeRef] = (),
    excluded: Sequence[Exclusion] = (),
) -> FigureView:
    """The record of a figure from its sums."""
    as_of = cell.as_of or today()
    return FigureView(
        measure=cell.measure,
        scope=cell.scope,
        as_of=as_of,
        known_at=cell.known_at,
        definition_version=measure.definition_version,
        numerator=numerator,
        denominator=denominator,
        value=value_of(measure, numerator, denominator),
        goal=measure.goal,
        status=status_of(measure, numerator, denominator, as_of),
        upper_numerator=upper_numerator,
        series=series,
        newest_fact_at=newest_fact_at,
        computed_at=clock.now(),
        is_stale=is_stale,
        silent=tuple(silent),
        excluded=tuple(excluded),
    )


def routes(figures: Figures) -> APIRouter:
    """`/v1/figures:batch`, `:trend` and `:items`."""
    router = APIRouter(tags=["figures"])

    @router.post("/v1/figures:batch", response_model=FiguresAnswer)
    async def batch(request: FiguresRequest, viewer: RequestViewer) -> Response:
        """A figure for each cell, in their order."""
        found = await figures.batch(viewer, request.cells)
        return JsonResponse({"figures": found})

    @router.post("/v1/figures:trend", response_model=TrendsAnswer)
    async def trend(request: TrendsRequest, viewer: RequestViewer) -> Response:
        """Each figure at the end of each day asked for, oldest first."""
        cells = [cell for entry in request.trends for cell in _cells(entry)]
        found = iter(await figures.batch(viewer, cells))
        return JsonResponse({"trends": [_points([next(found) for _ in t.days]) for t in request.trends]})

    @router.post("/v1/figures:items", response_model=FigureItemsAnswer)
    async def items(request: FigureItemsRequest, viewer: RequestViewer) -> Response:
        """One page of the items behind a figure."""
        return JsonResponse(await figures.items(viewer, request))

    return router


def _cells(trend: TrendCell) -> list[FigureCell]:
    return [trend.cell.model_copy(update={"as_of": day}) for day in trend.days]


def _points(found: Sequence[FigureView | None]) -> list[FigurePoint] | None:
    points = [
        FigurePoint(as_of=f.as_of, numerator=f.numerator, denominator=f.denominator, value=f.value, status=f.status)
        for f in found
        if f is not None
    ]
    return points or None
