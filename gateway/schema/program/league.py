"""The league table: provinces or bodies side by side on one measure, level and improvement."""

from collections.abc import Sequence
from datetime import date, timedelta
from enum import Enum
from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from contracts.vocabulary import BodyKind, FigureCell, MeasureCode
from gateway.context import Context
from gateway.schema.program.cells import ScopeRow, scope_of
from gateway.schema.program.figures import Figure, read
from gateway.schema.program.measures import Measure
from reference import program

if TYPE_CHECKING:
    from gateway.schema.program.scopes import Scope

LazyScope = Annotated["Scope", strawberry.lazy("gateway.schema.program.scopes")]
SMALLEST_RANKED = 5  # a share of fewer units jumps by 20 points with each of them: no fair rank
DAYS_BACK = 30


@strawberry.enum
class LeagueMembers(Enum):
    """Who stands in a league table."""

    PROVINCES = "provinces"
    CENTRAL_BODIES = "central_bodies"
    OBLIGATED_BODIES = "obligated_bodies"


@strawberry.enum
class LeagueOrder(Enum):
    """What a league table is sorted by."""

    VALUE_DESC = "value_desc"
    CHANGE_DESC = "change_desc"


@strawberry.type
class LeagueRow:
    """One province or body; without a rank where the value is not applicable or of too few units."""

    rank: int | None
    scope: LazyScope
    figure: Figure
    change: float | None


@strawberry.type
class LeagueTable:
    """Provinces or bodies side by side on one measure."""

    measure: Measure
    as_of: date
    compared_to: date
    rows: list[LeagueRow]


async def league_tables(
    rows: list[program.Program],
    context: Context,
    *,
    measure: MeasureCode,
    members: LeagueMembers | None = LeagueMembers.PROVINCES,
    as_of: date | None = None,
    compared_to: date | None = None,
    order_by: LeagueOrder | None = LeagueOrder.VALUE_DESC,
) -> Sequence[Any]:
    """The table, from two figures of each member: all of them in one call."""
    day = as_of or context.today
    before = compared_to or day - timedelta(days=DAYS_BACK)
    scopes = members_on(context, members or LeagueMembers.PROVINCES, day)
    now = [FigureCell(measure=measure, scope=scope_of(scope), as_of=as_of) for scope in scopes]
    then = [FigureCell(measure=measure, scope=scope_of(scope), as_of=before) for scope in scopes]
    figures = await read(context, [*now, *then])
    if faults := [figure for figure in figures if isinstance(figure, BaseException)]:
        return [faults[0] for _ in rows]
    found = [
        (scope, figure, _change(figure, earlier))
        for scope, figure, earlier in zip(scopes, figures[: len(scopes)], figures[len(scopes) :], strict=True)
        if figure is not None
    ]
    described: Any = context.reference.measures.get(measure)
    return [
        LeagueTable(
            measure=described, as_of=day, compared_to=before, rows=ranked(found, order_by or LeagueOrder.VALUE_DESC)
        )
        for _ in rows
    ]


def members_on(context: Context, members: LeagueMembers, day: date) -> Sequence[ScopeRow]:
    """Who stands in the table on that day."""
    if members is LeagueMembers.PROVINCES:
        return tuple(context.reference.places.provinces_on(day))
    obligated = context.reference.bodies.obligated_on(day)
    if members is LeagueMembers.OBLIGATED_BODIES:
        return obligated
    return tuple(body for body in obligated if body.kind is not BodyKind.PROVINCIAL_COMMITTEE)


def ranked(found: Sequence[tuple[ScopeRow, Figure, float | None]], order: LeagueOrder) -> list[LeagueRow]:
    """The rows in their order; equal values share a rank, and those without one come last in the order given."""

    def value(row: tuple[ScopeRow, Figure, float | None]) -> float | None:
        fair = row[1].denominator >= SMALLEST_RANKED
        return (row[1].value if order is LeagueOrder.VALUE_DESC else row[2]) if fair else None

    placed = sorted((row for row in found if value(row) is not None), key=lambda row: -(value(row) or 0.0))
    rows: list[LeagueRow] = []
    for position, row in enumerate(placed, 1):
        same = position > 1 and value(row) == value(placed[position - 2])
        rows.append(_row(row, rows[-1].rank if same else position))
    return rows + [_row(row, None) for row in found if value(row) is None]


def _row(row: tuple[ScopeRow, Figure, float | None], rank: int | None) -> LeagueRow:
    scope: Any = row[0]
    return LeagueRow(rank=rank, scope=scope, figure=row[1], change=row[2])


def _change(now: Figure | None, then: Figure | None) -> float | None:
    if now is None or then is None or now.value is None or then.value is None:
        return None
    return round(now.value - then.value, 6)
