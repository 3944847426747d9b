"""The figure at the end of each interval."""

from collections.abc import Sequence
from datetime import date, timedelta
from enum import Enum
from typing import Annotated, Any

import strawberry

from contracts.vocabulary import FigureStatus, TrendCell
from gateway.context import Context
from gateway.errors import bad_input
from gateway.schema.scalars import BigInt

strawberry.enum(FigureStatus)
MOST_POINTS = 120
YEAR = timedelta(days=365)


@strawberry.enum
class TrendInterval(Enum):
    """How far apart the points of a trend are."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"


@strawberry.type
class FigurePoint:
    """A figure at the end of one interval."""

    as_of: date
    numerator: BigInt
    denominator: BigInt
    value: float | None
    status: FigureStatus | None


async def points_of(
    rows: list[Any],
    context: Context,
    *,
    from_: Annotated[date | None, strawberry.argument(name="from")] = None,
    to: date | None = None,
    interval: TrendInterval | None = TrendInterval.MONTH,
) -> Sequence[Any]:
    """The trend of each figure, oldest point first; its last point is the figure's own day or `to`."""
    cells = [
        TrendCell(cell=row.cell, days=days_between(from_, to or row.as_of, interval or TrendInterval.MONTH))
        for row in rows
    ]
    return await context.figures.trends.settled(cells)


def days_between(start: date | None, end: date, interval: TrendInterval) -> tuple[date, ...]:
    """The days of a trend, oldest first, back from `end`. Raises BAD_USER_INPUT for more than 120."""
    first = start or end - YEAR
    days: list[date] = []
    day = end
    while day >= first:
        days.append(day)
        if len(days) > MOST_POINTS:
            raise bad_input("Xu hướng tối đa 120 điểm.", "A trend has at most 120 points; widen the interval.")
        day = _before(day, end, interval, len(days))
    return tuple(reversed(days))


def _before(day: date, end: date, interval: TrendInterval, steps: int) -> date:
    if interval is TrendInterval.DAY:
        return day - timedelta(days=1)
    if interval is TrendInterval.WEEK:
        return day - timedelta(days=7)
    months = 3 if interval is TrendInterval.QUARTER else 1
    return _end_of_month(end.year, end.month - months * steps)


def _end_of_month(year: int, month: int) -> date:
    """The last day of a month; months before January reach into earlier years."""
    following = year * 12 + month
    return date(following // 12, following % 12 + 1, 1) - timedelta(days=1)
