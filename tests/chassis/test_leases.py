"""One holder at a time, and a fence against one that was paused past its lease."""

import asyncio

import pytest

from chassis import clock
from chassis.leases import Lease, LeaseLost
from chassis.mongo import Database, Transaction


async def end(database: Database, name: str) -> None:
    """Lets a lease run out at once."""
    await database.collection("leases").update_one({"_id": name}, {"$set": {"until": clock.now()}})


async def check(database: Database, lease: Lease) -> None:
    """A transaction of the holder's."""

    async def work(transaction: Transaction) -> None:
        await lease.check(transaction)

    await database.transaction(work)


async def test_of_many_that_ask_at_once_one_gets_it(database: Database) -> None:
    leases = [Lease(database, "raced") for _ in range(8)]
    answers = await asyncio.gather(*(lease.acquire() for lease in leases))
    assert answers.count(True) == 1
    assert [lease.held for lease in leases] == answers


async def test_a_holder_renews_and_keeps_its_fence_while_others_wait(database: Database) -> None:
    holder, other = Lease(database, "kept"), Lease(database, "kept")
    assert [await holder.acquire(), await other.acquire(), await holder.acquire()] == [True, False, True]
    assert (holder.fence, other.held) == (1, False)
    await check(database, holder)


async def test_a_paused_holder_cannot_write_after_another_took_over(database: Database) -> None:
    paused, other = Lease(database, "paused"), Lease(database, "paused")
    await paused.acquire()
    await end(database, "paused")
    assert await other.acquire()
    assert (other.fence, paused.held) == (2, True)  # it still believes in it
    with pytest.raises(LeaseLost):
        await check(database, paused)
    assert not paused.held
    await check(database, other)


async def test_a_released_lease_is_free_at_once(database: Database) -> None:
    holder, other = Lease(database, "released"), Lease(database, "released")
    await holder.acquire()
    await holder.release()
    assert not holder.held
    assert await other.acquire()


async def test_one_that_never_held_it_takes_nothing_by_releasing(database: Database) -> None:
    holder, other = Lease(database, "untouched"), Lease(database, "untouched")
    await holder.acquire()
    await other.release()
    assert not await other.acquire()
    await check(database, holder)
