"""What the figures of every service have in common: the record made from its sums, and the routes that answer.

A service computes numerators and denominators; value, goal and status follow here from the measure's definition alone.
What is wrong with one cell is the answer to that cell, since a page asks for many at once and the others can be told.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Protocol

from fastapi import APIRouter, Response

from chassis import clock
from chassis.identity import Viewer
from chassis.problems import Kind, Problem
from chassis.web import JsonResponse, RequestViewer
from contracts.vocabulary import (
    CellRefusal,
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

# What a cell is answered with: its figure, None where the measure has no meaning in the scope, or why it is refused.
FigureAnswer = FigureView | Problem | None


class Figures(Protocol):
    """What a service implements: its figures, and the items behind one."""

    async def batch(self, viewer: Viewer, cells: Sequence[FigureCell]) -> Sequence[FigureAnswer]:
        """An answer for each cell, in order."""
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


def known_at_unsupported() -> Problem:
    """Refused rather than answered with what is known now: what was known then is kept, not yet read."""
    vi = "Chưa tra được số liệu theo thời điểm đã biết (known_at) cho chỉ tiêu này."
    en = "What was known at an earlier instant (known_at) cannot be asked of this measure yet."
    return Problem("known-at-unsupported", Kind.REFUSED, vi=vi, en=en)


def routes(figures: Figures) -> APIRouter:
    """`/v1/figures:batch`, `:trend` and `:items`."""
    router = APIRouter(tags=["figures"])

    @router.post("/v1/figures:batch", response_model=FiguresAnswer)
    async def batch(request: FiguresRequest, viewer: RequestViewer) -> Response:
        """A figure for each cell, in their order; a refused cell costs no other."""
        found = await figures.batch(viewer, request.cells)
        told = [None if isinstance(answer, Problem) else answer for answer in found]
        return JsonResponse({"figures": told, "refusals": _refusals(found)})

    @router.post("/v1/figures:trend", response_model=TrendsAnswer)
    async def trend(request: TrendsRequest, viewer: RequestViewer) -> Response:
        """Each figure at the end of each day asked for, oldest first; a refused trend costs no other."""
        cells = [cell for entry in request.trends for cell in _cells(entry)]
        found = iter(await figures.batch(viewer, cells))
        trends = [[next(found) for _ in entry.days] for entry in request.trends]
        refused = [next((answer for answer in trend if isinstance(answer, Problem)), None) for trend in trends]
        return JsonResponse({"trends": [_points(trend) for trend in trends], "refusals": _refusals(refused)})

    @router.post("/v1/figures:items", response_model=FigureItemsAnswer)
    async def items(request: FigureItemsRequest, viewer: RequestViewer) -> Response:
        """One page of the items behind a figure."""
        return JsonResponse(await figures.items(viewer, request))

    return router


def _cells(trend: TrendCell) -> list[FigureCell]:
    return [trend.cell.model_copy(update={"as_of": day}) for day in trend.days]


def _refusals(answers: Sequence[FigureAnswer]) -> list[CellRefusal]:
    return [
        CellRefusal(position=position, code=answer.slug, vi=answer.vi, en=answer.en)
        for position, answer in enumerate(answers)
        if isinstance(answer, Problem)
    ]


def _points(found: Sequence[FigureAnswer]) -> list[FigurePoint] | None:
    points = [
        FigurePoint(as_of=f.as_of, numerator=f.numerator, denominator=f.denominator, value=f.value, status=f.status)
        for f in found
        if isinstance(f, FigureView)
    ]
    return points or None
