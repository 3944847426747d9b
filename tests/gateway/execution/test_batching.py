"""A relation runs once for all rows that ask the same in one tick."""

import asyncio
from collections.abc import Sequence

from gateway.execution.batching import Batches, Keyed


async def test_rows_of_one_tick_are_one_batch_by_arguments() -> None:
    batches: list[tuple[list[int], int]] = []

    async def doubled(rows: list[int], _context: object, *, times: int) -> Sequence[int]:
        batches.append((rows, times))
        return [row * times for row in rows]

    one = Batches()
    asked = [(1, 2), (2, 2), (3, 5)]
    found = await asyncio.gather(*(one.resolve(doubled, row, None, {"times": times}) for row, times in asked))
    assert found == [2, 4, 15]
    assert sorted(batches) == [([1, 2], 2), ([3], 5)]


async def test_a_key_is_read_once_until_it_is_forgotten() -> None:
    read: list[list[str]] = []

    async def letters(keys: list[str]) -> Sequence[str | BaseException]:
        read.append(keys)
        return [ValueError(key) if key == "bad" else key.upper() for key in keys]

    keyed: Keyed[str, str] = Keyed(letters)
    assert await keyed.many(["a", "b", "a"]) == ["A", "B", "A"]
    found = await keyed.settled(["a", "bad"])
    assert found[0] == "A"
    assert isinstance(found[1], ValueError)
    assert read == [["a", "b"], ["bad"]]
    keyed.forget()
    assert await keyed.one("a") == "A"
    assert read[-1] == ["a"]
