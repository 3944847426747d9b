"""What a figure can speak of, and the two fields that every such thing has: `targets` and `figure`."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import strawberry

from contracts.vocabulary import FigureCell, MeasureCode, ScopeRef
from gateway.context import Context, Info
from gateway.execution.batching import relation
from gateway.schema.program.cells import ScopeRow, scope_of
from gateway.schema.program.figures import Figure, has_meaning, read
from gateway.schema.program.measures import Target
from gateway.schema.shared import Locale, Node, say
from reference import bodies, program


async def _headlines(rows: list["TargetProgress"], context: Context) -> Sequence[Any]:
    measures = context.reference.measures
    return await read(context, [row.cell_of(measures.headline_of(row.row.code).code) for row in rows])


async def _companions(rows: list["TargetProgress"], context: Context) -> Sequence[Any]:
    """The companions of each card; one that its owner does not know here is left out, one fault fails the card's."""
    groups = [_cells(row, context) for row in rows]
    figures = iter(await read(context, [cell for group in groups for cell in group]))
    return [_whole([next(figures) for _ in group]) for group in groups]


def _cells(row: "TargetProgress", context: Context) -> list[FigureCell]:
    companions = context.reference.measures.of_target(row.row.code)[1:]
    return [row.cell_of(measure.code) for measure in companions if has_meaning(context, measure.code, row.scope)]


def _whole(figures: list[Any]) -> Any:
    faults = [figure for figure in figures if isinstance(figure, BaseException)]
    return faults[0] if faults else [figure for figure in figures if figure is not None]


def _target(progress: strawberry.Parent["TargetProgress"]) -> Any:
    return progress.row


@strawberry.type
class TargetProgress:
    """A target as seen from one scope."""

    row: strawberry.Private[program.Target]
    scope: strawberry.Private[ScopeRef]
    as_of: strawberry.Private[date | None]
    known_at: strawberry.Private[datetime | None]
    target: Target = strawberry.field(resolver=_target)
    headline: Figure | None = relation(_headlines)
    companions: list[Figure] | None = relation(_companions)

    def cell_of(self, measure: MeasureCode) -> FigureCell:
        """The cell of one of the target's measures."""
        return FigureCell(measure=measure, scope=self.scope, as_of=self.as_of, known_at=self.known_at)


async def _figures(
    rows: list[ScopeRow],
    context: Context,
    *,
    measure: MeasureCode,
    as_of: date | None = None,
    known_at: datetime | None = None,
    population_series: str | None = None,
) -> Sequence[Any]:
    cells = [
        FigureCell(measure=measure, scope=scope_of(row), as_of=as_of, known_at=known_at, series=population_series)
        for row in rows
    ]
    return await read(context, cells)


def _targets(
    row: strawberry.Parent[ScopeRow], info: Info, as_of: date | None = None, known_at: datetime | None = None
) -> list[TargetProgress]:
    context, scope = info.context, scope_of(row)
    return [
        TargetProgress(row=target, scope=scope, as_of=as_of, known_at=known_at)
        for target in context.reference.program.targets
        if has_meaning(context, context.reference.measures.headline_of(target.code).code, scope)
    ]


def _name(row: strawberry.Parent[ScopeRow], info: Info, locale: Locale | None = None) -> str:
    named = row.name if isinstance(row, program.Program | bodies.Body) else row.official_name
    return say(info, named, locale)


@strawberry.interface
class Scope(Node):
    """What a figure can speak of: the nation (Program), a Body, a Province or a Commune."""

    name: str = strawberry.field(resolver=_name)
    targets: list[TargetProgress] = strawberry.field(resolver=_targets)
    figure: Figure | None = relation(_figures)
