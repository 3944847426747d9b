"""Keyset pages: a list is read on from the last row seen, never skipped over, and between two bounds.

Both bounds matter: the engines we run on read all keys of an open range whatever the limit says, so a list over time is
read in buckets that widen until the page is full.
"""

import base64
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, TypeVar

import orjson

from chassis.problems import Fault, Kind, Problem

Row = TypeVar("Row")
FIRST_BUCKET = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Rows of one page and whether more follow."""

    rows: tuple[Row, ...]
    has_next: bool


def encode_cursor(*position: str) -> str:
    """The place of a row in its order, e.g. sort value and id, as opaque text."""
    return base64.urlsafe_b64encode(orjson.dumps(position)).decode().rstrip("=")


def decode_cursor(cursor: str, parts: int) -> tuple[str, ...]:
    """The place that `encode_cursor` wrote. Raises the problem `cursor-invalid`."""
    try:
        position = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if len(position) == parts and all(isinstance(part, str) for part in position):
            return tuple(position)
    except (ValueError, TypeError):
        pass
    raise cursor_invalid()


def instant_of(part: str) -> datetime:
    """The instant that a part of a cursor spells, always with its offset. Raises the problem `cursor-invalid`."""
    try:
        instant = datetime.fromisoformat(part)
    except ValueError as error:
        raise cursor_invalid() from error
    if instant.tzinfo is None:
        raise cursor_invalid()
    return instant


def cursor_invalid() -> Problem:
    """A cursor that is malformed, of another list, or too old."""
    vi, en = "Con trỏ trang không hợp lệ; hãy đọc lại từ đầu.", "The cursor is not valid; read from the start again."
    return Problem("cursor-invalid", Kind.INVALID, vi=vi, en=en, faults=(Fault("CURSOR_INVALID", "/after", vi, en),))


def page_of(rows: Sequence[Row], first: int) -> Page[Row]:
    """A page from up to `first` + 1 rows that were read."""
    return Page(tuple(rows[:first]), len(rows) > first)


async def newest_first(
    read: Callable[[datetime, datetime], Awaitable[Sequence[Row]]],
    *,
    before: datetime,
    floor: datetime,
    want: int,
) -> list[Row]:
    """Rows of [floor, before), newest first, at least `want` if there are so many.

    `read(low, high)` answers with the rows of [low, high), newest first; buckets double until enough were found.
    """
    rows: list[Row] = []
    high, width = before, FIRST_BUCKET
    while high > floor and len(rows) < want:
        low = max(floor, high - width)
        found = await read(low, high)
        rows += found
        width = width * 2 if len(found) * 4 < want else width
        high = low
    return rows
