"""Figures as they move."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from itertools import product

import strawberry

from contracts.vocabulary import FigureCell, FigureView, MeasureCode
from gateway.context import Context, Info
from gateway.errors import bad_input
from gateway.live import FigureKey, FigureListener, Live
from gateway.schema.program.cells import scope_name, scope_of_id
from gateway.schema.program.figures import Figure, has_meaning, shown

MOST_FIGURES = 50
PAUSE_SECONDS = 1.0  # at most one message a second per figure
ANEW_SECONDS = 30.0  # a message can be lost with the broker, so figures are read again now and then
Shape = tuple[object, ...]


async def figure_updated(
    live: strawberry.Parent[Live], info: Info, scope_ids: list[strawberry.ID], measures: list[MeasureCode]
) -> AsyncIterator[Figure]:
    """The current value of each figure asked for, then each new value."""
    cells = _cells(info.context, list(scope_ids), measures)
    told: dict[FigureKey, Shape] = {}
    with live.figures(frozenset(cells)) as listener:
        moved: Iterable[FigureKey] = cells
        while True:
            info.context.renew()
            for key, figure in await _read(info.context, {key: cells[key] for key in moved}):
                if told.get(key) != _shape(figure.view):
                    told[key] = _shape(figure.view)
                    yield figure
            await asyncio.sleep(PAUSE_SECONDS)
            moved = await _moved(listener, cells)


def _cells(
    context: Context, scope_ids: list[strawberry.ID], measures: list[MeasureCode]
) -> dict[FigureKey, FigureCell]:
    if len(scope_ids) * len(measures) > MOST_FIGURES:
        raise bad_input(f"Tối đa {MOST_FIGURES} số liệu.", f"At most {MOST_FIGURES} figures (scopes times measures).")
    scopes = [scope for scope in map(scope_of_id, scope_ids) if scope is not None]
    return {
        (measure.value, scope_name(scope)): FigureCell(measure=measure, scope=scope)
        for scope, measure in product(scopes, measures)
        if has_meaning(context, measure, scope)
    }


async def _moved(listener: FigureListener, cells: dict[FigureKey, FigureCell]) -> Iterable[FigureKey]:
    try:
        return await asyncio.wait_for(listener.take(), ANEW_SECONDS)
    except TimeoutError:
        return cells


async def _read(context: Context, cells: dict[FigureKey, FigureCell]) -> list[tuple[FigureKey, Figure]]:
    """The figures that could be read now; one whose service is away comes with a later round."""
    views = await context.figures.current.settled(cells.values())
    return [
        (key, shown(cell, view))
        for (key, cell), view in zip(cells.items(), views, strict=True)
        if view is not None and not isinstance(view, BaseException)
    ]


def _shape(view: FigureView) -> Shape:
    """What makes one value of a figure differ from the next; not when it was computed."""
    sums = (view.as_of, view.numerator, view.denominator, view.upper_numerator, view.status)
    return (*sums, view.newest_fact_at, view.is_stale, view.definition_version)
