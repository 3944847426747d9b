"""Dated master data: rows of one code whose periods touch are one thing; a look-up names the day."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import Generic, Protocol, TypeVar

from contracts.vocabulary import DatedId

_DAY = timedelta(days=1)


class Dated(Protocol):
    """Something with a first and a last day (both included; no last day means that it still is)."""

    @property
    def valid_from(self) -> date: ...

    @property
    def valid_to(self) -> date | None: ...


class Coded(Dated, Protocol):
    """Something dated that has a code."""

    @property
    def code(self) -> str: ...


Row = TypeVar("Row", bound=Dated)
CodedRow = TypeVar("CodedRow", bound=Coded)


def dated_id(code: str, valid_from: date) -> DatedId:
    """Identity of dated master data: the code and the first day of its first row ("46@2025-07-01")."""
    return f"{code}@{valid_from.isoformat()}"


def is_valid_on(thing: Dated, day: date) -> bool:
    """Whether the thing is there on that day; the first and the last day count."""
    return thing.valid_from <= day and (thing.valid_to is None or day <= thing.valid_to)


def on_day(things: Iterable[Row], day: date) -> Row | None:
    """The one that is valid on that day, or null."""
    return next((thing for thing in things if is_valid_on(thing, day)), None)


def lifelines(rows: Iterable[CodedRow], begins_anew: Callable[[CodedRow], bool]) -> list[tuple[CodedRow, ...]]:
    """Rows grouped into things, oldest row first.

    A row goes on with the row before it when their periods touch, unless `begins_anew` says that it has
    predecessors of its own: a code can pass to another place from one day to the next.
    """
    lines: list[list[CodedRow]] = []
    for row in sorted(rows, key=lambda row: (row.code, row.valid_from)):
        if lines and _goes_on(lines[-1][-1], row) and not begins_anew(row):
            lines[-1].append(row)
        else:
            lines.append([row])
    return [tuple(line) for line in lines]


def _goes_on(before: Coded, after: Coded) -> bool:
    touches = before.valid_to is not None and before.valid_to + _DAY == after.valid_from
    return before.code == after.code and touches


class ByCode(Generic[CodedRow]):
    """Things by code and day."""

    def __init__(self, things: Iterable[CodedRow], code: Callable[[CodedRow], str] = lambda thing: thing.code) -> None:
        self._by_code: dict[str, list[CodedRow]] = defaultdict(list)
        for thing in things:
            self._by_code[code(thing)].append(thing)

    def on(self, code: str, day: date) -> CodedRow | None:
        """The thing that had the code on that day, or null."""
        return on_day(self._by_code.get(code, ()), day)

    def newest(self, code: str) -> CodedRow | None:
        """The last thing that had the code, or null."""
        return max(self._by_code.get(code, ()), key=lambda thing: thing.valid_from, default=None)
