"""Which part of the service computes each measure."""

from collections.abc import Mapping, Sequence

from chassis.identity import Viewer
from chassis.problems import absent
from contracts.vocabulary import (
    FigureCell,
    FigureItemsAnswer,
    FigureItemsRequest,
    MeasureCode,
)
from reference.figures import FigureAnswer, Figures


class FiguresByMeasure:
    """All figures of the service. A measure without a part (its noun is not kept yet) answers null."""

    def __init__(self, parts: Mapping[MeasureCode, Figures]) -> None:
        self._parts = parts

    async def batch(self, viewer: Viewer, cells: Sequence[FigureCell]) -> list[FigureAnswer]:
        """An answer for each cell, in order; each part is asked once."""
        asked: dict[int, tuple[Figures, list[int]]] = {}
        for position, cell in enumerate(cells):
            part = self._parts.get(cell.measure)
            if part is not None:
                asked.setdefault(id(part), (part, []))[1].append(position)
        answers: list[FigureAnswer] = [None] * len(cells)
        for part, positions in asked.values():
            found = await part.batch(viewer, [cells[position] for position in positions])
            for position, figure in zip(positions, found, strict=True):
                answers[position] = figure
        return answers

    async def items(self, viewer: Viewer, request: FigureItemsRequest) -> FigureItemsAnswer:
        """One page of what is behind a figure; raises `not-found` for a measure without a part."""
        part = self._parts.get(request.cell.measure)
        if part is None:
            raise absent()
        return await part.items(viewer, request)
