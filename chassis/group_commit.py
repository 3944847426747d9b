"""Group commit: requests that arrive within a few milliseconds share one transaction, each with its answer."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

Item = TypeVar("Item")
Answer = TypeVar("Answer")
WINDOW_SECONDS = 0.005
MOST = 64


class GroupCommit(Generic[Item, Answer]):
    """Collects items for `commit`, which answers them in order. While one group commits, the next one gathers."""

    def __init__(self, commit: Callable[[Sequence[Item]], Awaitable[Sequence[Answer]]]) -> None:
        self._commit = commit
        self._waiting: list[tuple[Item, asyncio.Future[Answer]]] = []
        self._flush: asyncio.Task[None] | None = None

    async def add(self, item: Item) -> Answer:
        """The answer to `item` once its group is durable; raises what the commit raised."""
        future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, future))
        if self._flush is None or self._flush.done():
            self._flush = asyncio.create_task(self._run())
        return await future

    async def _run(self) -> None:
        await asyncio.sleep(WINDOW_SECONDS)
        while self._waiting:
            group, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
            await self._answer(group)

    async def _answer(self, group: Sequence[tuple[Item, asyncio.Future[Answer]]]) -> None:
        """Commits a group; one that fails is tried item by item, so that one bad neighbor harms nobody else."""
        try:
            answers = await self._commit([item for item, _ in group])
        except Exception as error:
            if len(group) == 1:
                _settle(group[0][1], error=error)
                return
            for member in group:
                await self._answer([member])
            return
        for (_, future), answer in zip(group, answers, strict=True):
            if not future.done():  # its request may have been canceled meanwhile
                future.set_result(answer)


def _settle(future: "asyncio.Future[Answer]", *, error: Exception) -> None:
    if not future.done():
        future.set_exception(error)
