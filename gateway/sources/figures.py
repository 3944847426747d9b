"""Figures of one request: equal cells are read once, all cells of a service in one call, whichever field asks.

A service that is down fails its own cells, and a cell that its service refuses fails alone.
"""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from itertools import repeat
from typing import TypeVar

from contracts.vocabulary import (
    CellRefusal,
    FigureCell,
    FigureItemsAnswer,
    FigureItemsRequest,
    FigurePoint,
    FiguresAnswer,
    FiguresRequest,
    FigureView,
    MeasureCode,
    TrendCell,
    TrendsAnswer,
    TrendsRequest,
)
from gateway.errors import Code, Fault
from gateway.execution.batching import Keyed
from gateway.execution.transport import Call, Client

Question = TypeVar("Question")
Answered = TypeVar("Answered")
Points = tuple[FigurePoint, ...]
TRENDS_A_CALL = 100


class Figures:
    """Reads figures from the service that owns each measure."""

    def __init__(self, owners: Mapping[MeasureCode, Client], call: Call) -> None:
        self._owners, self._call = owners, call
        self.current: Keyed[FigureCell, FigureView | None] = Keyed(self._figures)
        self.trends: Keyed[TrendCell, Points | None] = Keyed(self._trends, most=TRENDS_A_CALL)
        self.items: Keyed[FigureItemsRequest, FigureItemsAnswer] = Keyed(self._items)

    def forget(self) -> None:
        """Reads everything anew from now on."""
        for loader in (self.current, self.trends, self.items):
            loader.forget()

    async def _figures(self, cells: list[FigureCell]) -> Sequence[FigureView | BaseException | None]:
        async def ask(client: Client, part: list[FigureCell]) -> Sequence[FigureView | Fault | None]:
            body = FiguresRequest(cells=tuple(part))
            answer = await client.post(self._call, "/v1/figures:batch", body, into=FiguresAnswer)
            return _told(answer.figures, answer.refusals, client.section)

        return await _by_owner(cells, lambda cell: self._owners[cell.measure], ask)

    async def _trends(self, cells: list[TrendCell]) -> Sequence[Points | BaseException | None]:
        async def ask(client: Client, part: list[TrendCell]) -> Sequence[Points | Fault | None]:
            body = TrendsRequest(trends=tuple(part))
            answer = await client.post(self._call, "/v1/figures:trend", body, into=TrendsAnswer)
            return _told(answer.trends, answer.refusals, client.section)

        return await _by_owner(cells, lambda trend: self._owners[trend.cell.measure], ask)

    async def _items(self, requests: list[FigureItemsRequest]) -> Sequence[FigureItemsAnswer | BaseException]:
        async def ask(request: FigureItemsRequest) -> FigureItemsAnswer:
            client = self._owners[request.cell.measure]
            return await client.post(self._call, "/v1/figures:items", request, into=FigureItemsAnswer)

        return await asyncio.gather(*(ask(request) for request in requests), return_exceptions=True)


def _told(answers: Sequence[Answered], refusals: Sequence[CellRefusal], section: str) -> Sequence[Answered | Fault]:
    """The answers of a service with a fault in the place of each that it refused."""
    told: list[Answered | Fault] = list(answers)
    for refusal in refusals:
        told[refusal.position] = Fault(Code.BAD_USER_INPUT, vi=refusal.vi, en=refusal.en, section=section)
    return told


async def _by_owner(
    questions: list[Question],
    owner_of: Callable[[Question], Client],
    ask: Callable[[Client, list[Question]], Awaitable[Sequence[Answered]]],
) -> list[Answered | BaseException]:
    """The answers in the order of the questions, from one call per owner, all at once."""
    parts: dict[Client, list[int]] = defaultdict(list)
    for place, question in enumerate(questions):
        parts[owner_of(question)].append(place)
    answers = await asyncio.gather(
        *(ask(client, [questions[place] for place in places]) for client, places in parts.items()),
        return_exceptions=True,
    )
    found: dict[int, Answered | BaseException] = {}
    for places, answer in zip(parts.values(), answers, strict=True):
        found.update(zip(places, repeat(answer) if isinstance(answer, BaseException) else answer, strict=False))
    return [found[place] for place in range(len(questions))]
