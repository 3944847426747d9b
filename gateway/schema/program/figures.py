"""Figures: one number that explains itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from contracts.vocabulary import FigureCell, FigureStatus, FigureView, MeasureCode, ScopeRef
from gateway.context import Context, Info
from gateway.execution.batching import relation
from gateway.schema.connections import Connection
from gateway.schema.places.populations import PopulationSeries
from gateway.schema.program.cells import figure_id, row_of
from gateway.schema.program.items import FigureItem, items_of
from gateway.schema.program.measures import Measure
from gateway.schema.program.trends import FigurePoint, points_of
from gateway.schema.scalars import BigInt
from gateway.schema.shared import Node, Reason, ReasonRow
from reference.measures import share

if TYPE_CHECKING:
    from gateway.schema.program.scopes import Scope

LazyScope = Annotated["Scope", strawberry.lazy("gateway.schema.program.scopes")]


@strawberry.type
class FigureBounds:
    """The range in which an estimate may lie."""

    lower_numerator: BigInt
    upper_numerator: BigInt
    lower: float | None
    upper: float | None


def _silent_scopes(freshness: strawberry.Parent["Freshness"], info: Info) -> Any:
    rows = [row_of(info.context, scope) for scope in freshness.silent]
    return [row for row in rows if row is not None]


@strawberry.type
class Freshness:
    """How new the facts are; `silent` names the scopes that sent nothing."""

    newest_fact_at: datetime | None
    computed_at: datetime
    is_stale: bool
    silent: strawberry.Private[Sequence[ScopeRef]]
    silent_scopes: list[LazyScope] = strawberry.field(resolver=_silent_scopes)


@strawberry.type
class Exclusion:
    """How many items were left out for one reason."""

    reason: Reason
    count: int


@dataclass(frozen=True, slots=True)
class ExclusionRow:
    """A reason and how many items it left out."""

    reason: ReasonRow
    count: int


Row = strawberry.Parent["Figure"]


def _measure(figure: Row, info: Info) -> Any:
    return info.context.reference.measures.get(figure.view.measure)


def _scope(figure: Row, info: Info) -> Any:
    return row_of(info.context, figure.view.scope)


def _bounds(figure: Row) -> FigureBounds | None:
    view = figure.view
    if view.upper_numerator is None:
        return None
    return FigureBounds(
        lower_numerator=BigInt(view.numerator),
        upper_numerator=BigInt(view.upper_numerator),
        lower=view.value,
        upper=share(view.upper_numerator, view.denominator, goal=view.goal),
    )


def _population_series(figure: Row, info: Info) -> Any:
    series = figure.view.series
    return None if series is None else info.context.services.populations.series(series)


def _freshness(figure: Row) -> Freshness:
    view = figure.view
    return Freshness(
        newest_fact_at=view.newest_fact_at, computed_at=view.computed_at, is_stale=view.is_stale, silent=view.silent
    )


def _excluded(figure: Row) -> Any:
    return [ExclusionRow(ReasonRow(row.reason), row.count) for row in figure.view.excluded]


@strawberry.type
class Figure(Node):
    """One number that explains itself; `cell` is what was asked for, `view` what its owner answered."""

    cell: strawberry.Private[FigureCell]
    view: strawberry.Private[FigureView]
    measure: Measure = strawberry.field(resolver=_measure)
    definition_version: int
    scope: LazyScope = strawberry.field(resolver=_scope)
    as_of: date
    known_at: datetime | None
    numerator: BigInt
    denominator: BigInt
    value: float | None
    goal: float | None
    status: FigureStatus | None
    bounds: FigureBounds | None = strawberry.field(resolver=_bounds)
    population_series: PopulationSeries | None = strawberry.field(resolver=_population_series)
    freshness: Freshness = strawberry.field(resolver=_freshness)
    excluded: list[Exclusion] = strawberry.field(resolver=_excluded)
    items: Connection[FigureItem] | None = relation(items_of)
    trend: list[FigurePoint] | None = relation(points_of)


def shown(cell: FigureCell, view: FigureView | BaseException | None) -> Any:
    """The figure of an answer; null where the measure has no meaning, a fault as it is."""
    if view is None or isinstance(view, BaseException):
        return view
    return Figure(
        id=strawberry.ID(figure_id(cell)),
        cell=cell,
        view=view,
        definition_version=view.definition_version,
        as_of=view.as_of,
        known_at=view.known_at,
        numerator=BigInt(view.numerator),
        denominator=BigInt(view.denominator),
        value=view.value,
        goal=view.goal,
        status=view.status,
    )


def has_meaning(context: Context, measure: MeasureCode, scope: ScopeRef) -> bool:
    """Whether a measure has a meaning in a scope of that kind."""
    return scope.kind in context.reference.measures.get(measure).scopes


async def read(context: Context, cells: Sequence[FigureCell]) -> list[Any]:
    """The figures of cells, in their order: null without a call where a measure has no meaning."""
    asked = [cell for cell in cells if has_meaning(context, cell.measure, cell.scope)]
    found = dict(zip(asked, await context.figures.current.settled(asked), strict=True))
    return [shown(cell, found.get(cell)) for cell in cells]
