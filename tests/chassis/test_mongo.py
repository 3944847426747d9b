"""What a transaction promises on the real database: all or nothing, and a loser of a race that starts over."""

import asyncio

import pytest

from chassis.mongo import Database, DuplicateKeyError, Transaction, connect
from tests.ladder import database_name


async def test_what_a_transaction_writes_is_there_together(database: Database) -> None:
    async def work(transaction: Transaction) -> int:
        await transaction.collection("written").insert_many([{"_id": "a1"}, {"_id": "a2"}])
        assert await database.collection("written").count({"_id": {"$in": ["a1", "a2"]}}) == 0
        return await transaction.collection("written").count({"_id": {"$in": ["a1", "a2"]}})

    assert await database.transaction(work) == 2
    assert await database.collection("written").count({"_id": {"$in": ["a1", "a2"]}}) == 2


async def test_a_fault_leaves_nothing_behind(database: Database) -> None:
    async def work(transaction: Transaction) -> None:
        await transaction.collection("written").insert_one({"_id": "b1"})
        await transaction.collection("written").replace_one({"_id": "b2"}, {"_id": "b2"}, upsert=True)
        raise ValueError

    with pytest.raises(ValueError):
        await database.transaction(work)
    assert await database.collection("written").count({"_id": {"$in": ["b1", "b2"]}}) == 0


async def test_of_racing_writers_of_one_key_one_inserts_and_the_others_read_it(database: Database) -> None:
    async def register(name: int) -> int:
        async def work(transaction: Transaction) -> int:
            known = await transaction.collection("written").find_one({"_id": "raced"})
            if known is not None:
                return int(known["by"])
            await transaction.collection("written").insert_one({"_id": "raced", "by": name})
            return name

        return await database.transaction(work)

    answers = await asyncio.gather(*(register(name) for name in range(8)))
    winner = await database.collection("written").find_one({"_id": "raced"})
    assert winner is not None and set(answers) == {winner["by"]}


async def test_a_key_that_is_really_taken_is_reported_after_five_runs(database: Database) -> None:
    runs = 0
    await database.collection("written").insert_one({"_id": "taken"})

    async def work(transaction: Transaction) -> None:
        nonlocal runs
        runs += 1
        await transaction.collection("written").insert_many([{"_id": "fresh"}, {"_id": "taken"}])

    with pytest.raises(DuplicateKeyError):
        await database.transaction(work)
    assert runs == 5
    assert await database.collection("written").find_one({"_id": "fresh"}) is None


async def test_no_update_is_lost_when_many_read_and_write_the_same_document(database: Database) -> None:
    await database.collection("written").insert_one({"_id": "counter", "value": 0})

    async def work(transaction: Transaction) -> None:
        rows = transaction.collection("written")
        found = await rows.find_one({"_id": "counter"})
        assert found is not None
        await rows.replace_one({"_id": "counter"}, {"_id": "counter", "value": found["value"] + 1})

    await asyncio.gather(*(database.transaction(work) for _ in range(12)))
    assert await database.collection("written").find_one({"_id": "counter"}) == {"_id": "counter", "value": 12}


async def test_what_waits_for_the_commit_is_called_once_and_never_after_an_abort(database: Database) -> None:
    told: list[str] = []

    async def work(transaction: Transaction) -> None:
        transaction.afterwards(lambda: told.append("committed"))
        await transaction.collection("written").insert_one({"_id": "e1"})
        assert told == []

    async def refused(transaction: Transaction) -> None:
        await work(transaction)
        raise ValueError

    with pytest.raises(ValueError):
        await database.transaction(refused)
    assert told == []
    await database.transaction(work)
    assert told == ["committed"]


async def test_in_turns_a_transaction_is_alone_and_its_own_calls_do_not_wait_for_it(mongo_url: str) -> None:
    database = connect(mongo_url, database_name("turns"), in_turns=True)
    await database.ensure_collections({"written": ()})
    inside: list[str] = []

    async def work(name: str, transaction: Transaction) -> None:
        inside.append(name)
        assert await database.collection("written").find_one({"_id": name}) is None  # a read beside its own transaction
        await transaction.collection("written").insert_one({"_id": name})
        await asyncio.sleep(0.05)
        assert inside[-1] == name, "nobody came in between"

    async def read() -> None:
        await database.collection("written").find_one({"_id": "none"})
        inside.append("read")

    names = [f"t{number}" for number in range(4)]
    pieces = [database.transaction(lambda tx, name=name: work(name, tx)) for name in names]
    async with asyncio.timeout(30):
        await asyncio.gather(*pieces, read(), read())
    assert sorted(inside) == sorted([*names, "read", "read"])
    assert await database.collection("written").count({"_id": {"$in": names}}) == 4
    await database.drop()
    database.close()
