"""Requests that share a transaction get their own answers, and a bad one harms no neighbor."""

import asyncio
from collections.abc import Sequence

import pytest

from chassis.group_commit import MOST, GroupCommit


class Commits:
    """A commit that remembers its groups; odd items below zero are bad."""

    def __init__(self) -> None:
        self.groups: list[list[int]] = []

    async def __call__(self, items: Sequence[int]) -> Sequence[int]:
        self.groups.append(list(items))
        await asyncio.sleep(0.01)
        if any(item < 0 for item in items):
            raise ValueError(min(items))
        return [item * 10 for item in items]


async def test_what_comes_together_is_committed_together_and_answered_in_order() -> None:
    commits = Commits()
    group = GroupCommit(commits)
    assert await asyncio.gather(*map(group.add, range(MOST + 5))) == [item * 10 for item in range(MOST + 5)]
    assert [len(found) for found in commits.groups] == [MOST, 5]
    assert await group.add(7) == 70


async def test_a_bad_item_fails_alone() -> None:
    group = GroupCommit(Commits())
    answers = await asyncio.gather(*map(group.add, [1, -2, 3]), return_exceptions=True)
    assert (answers[0], answers[2]) == (10, 30)
    assert isinstance(answers[1], ValueError)


async def test_a_request_that_went_away_is_committed_and_disturbs_nobody() -> None:
    commits = Commits()
    group = GroupCommit(commits)
    gone, stays = asyncio.create_task(group.add(1)), asyncio.create_task(group.add(2))
    await asyncio.sleep(0)
    gone.cancel()
    assert await stays == 20
    with pytest.raises(asyncio.CancelledError):
        await gone
    assert commits.groups == [[1, 2]]
