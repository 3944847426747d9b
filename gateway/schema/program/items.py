"""What is behind a figure: each item, whether it counts, and why."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import strawberry

from contracts.vocabulary import FigureItemOutcome, FigureItemsAnswer, FigureItemsRequest, FigureItemView
from gateway.context import Context, Info
from gateway.execution.batching import relation
from gateway.schema.connections import PageRow, page_size
from gateway.schema.node_reader import read_subjects
from gateway.schema.scalars import BigInt
from gateway.schema.shared import Locale, Node, Reason, ReasonRow, say

strawberry.enum(FigureItemOutcome)
Row = strawberry.Parent[FigureItemView]


@strawberry.input
class FigureItemFilter:
    """Which items."""

    outcomes: list[FigureItemOutcome] | None = None


async def _subjects(rows: list[FigureItemView], context: Context) -> Sequence[Any]:
    return await read_subjects(context, [(row.subject.type, row.subject.id) if row.subject else None for row in rows])


def _label(row: Row, info: Info, locale: Locale | None = None) -> str:
    return say(info, row.label, locale)


def _reason(row: Row) -> Any:
    return ReasonRow(row.reason)


@strawberry.type
class FigureItem:
    """One item behind a figure."""

    subject: Node | None = relation(_subjects)
    label: str = strawberry.field(resolver=_label)
    outcome: FigureItemOutcome
    reason: Reason = strawberry.field(resolver=_reason)
    numerator: BigInt
    denominator: BigInt
    occurred_at: datetime | None
    recorded_at: datetime | None


async def items_of(
    rows: list[Any],
    context: Context,
    *,
    filter: FigureItemFilter | None = None,
    first: int | None = 20,
    after: str | None = None,
) -> Sequence[Any]:
    """A page of the items of each figure. A cursor is bound to its figure, filter and viewer. Raises CURSOR_INVALID."""
    size, cursors = page_size(first), context.services.cursors
    outcomes = tuple(filter.outcomes) if filter and filter.outcomes is not None else None
    whole = [FigureItemsRequest(cell=row.cell, outcomes=outcomes, first=size) for row in rows]
    requests = [
        request
        if after is None
        else request.model_copy(update={"after": cursors.open(_bound(context, request), after)})
        for request in whole
    ]
    answers = await context.figures.items.settled(requests)
    return [
        answer if isinstance(answer, BaseException) else _page(context, request, answer)
        for request, answer in zip(requests, answers, strict=True)
    ]


def _page(context: Context, request: FigureItemsRequest, answer: FigureItemsAnswer) -> PageRow:
    async def count() -> int | None:
        return answer.total

    bound_to = _bound(context, request)
    sealed = [context.services.cursors.seal(bound_to, item.cursor) for item in answer.items]
    return PageRow(answer.items, sealed, answer.has_next, request.after is not None, count)


def _bound(context: Context, request: FigureItemsRequest) -> str:
    return f"items {context.viewer.subject} {request.model_dump_json(exclude={'first', 'after'})}"
