"""Lists, page by page: edges, nodes and a count that is made only when it is asked for."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import strawberry

from contracts.vocabulary import DatedId
from gateway.context import Context
from gateway.errors import bad_input, cursor_invalid
from gateway.schema.shared import PageInfo

Of = TypeVar("Of")
LARGEST_PAGE = 100
EXACT_TO = 10_000
USUAL_PAGE = 20


@dataclass(frozen=True, slots=True)
class EdgeRow:
    """A row and its place."""

    cursor: str
    node: Any


@dataclass(frozen=True, slots=True)
class PageRow:
    """One page of rows. `count` answers how many rows the whole list has, null above 10,000."""

    nodes: Sequence[Any]
    cursors: Sequence[str]
    has_next: bool
    has_previous: bool
    count: Callable[[], Awaitable[int | None]]

    @property
    def edges(self) -> list[EdgeRow]:
        """The rows with their places."""
        return [EdgeRow(cursor, node) for cursor, node in zip(self.cursors, self.nodes, strict=True)]

    @property
    def page_info(self) -> PageInfo:
        """Where the page begins and ends."""
        first, last = (self.cursors[0], self.cursors[-1]) if self.cursors else (None, None)
        return PageInfo(
            has_next_page=self.has_next, has_previous_page=self.has_previous, start_cursor=first, end_cursor=last
        )


async def _total_count(page: strawberry.Parent[PageRow]) -> int | None:
    return await page.count()


@strawberry.type
class Edge(Generic[Of]):
    """One place of a list."""

    cursor: str
    node: Of


@strawberry.type
class Connection(Generic[Of]):
    """One page of a list."""

    edges: list[Edge[Of]]
    nodes: list[Of]
    page_info: PageInfo
    total_count: int | None = strawberry.field(resolver=_total_count)


def page_size(first: int | None) -> int:
    """How many rows were asked for. Raises BAD_USER_INPUT outside 1 to 100."""
    size = USUAL_PAGE if first is None else first
    if not 1 <= size <= LARGEST_PAGE:
        raise bad_input("`first` phải từ 1 đến 100.", "`first` must be 1 to 100.")
    return size


def page_in_memory(
    context: Context,
    rows: Sequence[Any],
    *,
    bound_to: str,
    key: Callable[[Any], DatedId | str],
    first: int | None,
    after: str | None,
) -> PageRow:
    """A page of rows that are all at hand; a cursor is the key of the row before it. Raises CURSOR_INVALID."""
    size, start = page_size(first), 0
    if after is not None:
        last = context.services.cursors.open(bound_to, after)
        start = next((place for place, row in enumerate(rows, 1) if key(row) == last), 0)
        if not start:
            raise cursor_invalid()
    shown = rows[start : start + size]

    async def count() -> int | None:
        return len(rows) if len(rows) <= EXACT_TO else None

    cursors = [context.services.cursors.seal(bound_to, key(row)) for row in shown]
    return PageRow(shown, cursors, start + size < len(rows), after is not None, count)
