"""The watcher sees what no index answers, on the real database, and only that."""

import os
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from chassis.mongo import ASCENDING, Collection, Database, DatabaseError, IndexModel, UpdateOne
from tests.engines import fresh_database
from tests.scans import WATCHER, Query, Watcher, queries_of, watched

Ask = Callable[[Collection], Awaitable[Any]]
PLANTED: dict[str, Ask] = {
    "find {'b': '…'}": lambda rows: rows.find_one({"b": 1}),
    "find {}": lambda rows: rows.find({}),
    "aggregate {'b': '…'}": lambda rows: rows.count({"b": 1}),
    "aggregate {}": lambda rows: rows.aggregate([{"$group": {"_id": "$b"}}]),
    "distinct {'b': {'$gt': '…'}}": lambda rows: rows.distinct("a", {"b": {"$gt": 1}}),
    "update {'b': '…'}": lambda rows: rows.bulk_write([UpdateOne({"b": 1}, {"$set": {"c": 1}})]),
    "delete {'b': '…'}": lambda rows: rows.delete_many({"b": 1}),
    "findAndModify {'b': '…'}": lambda rows: rows.find_one_and_update({"b": 1}, {"$set": {"c": 1}}),
}


@pytest.fixture(scope="module")
async def rows(mongo_url: str) -> AsyncIterator[Database]:
    """A database with a collection that has an index on `a`, and none on `b`."""
    made = fresh_database(mongo_url, "scans")
    await made.ensure_collections({"rows": (IndexModel([("a", ASCENDING), ("b", ASCENDING)], name="by_a"),)})
    yield made
    await made.drop()
    made.close()


@pytest.mark.parametrize("what", PLANTED)
async def test_a_planted_query_without_an_index_is_found_and_names_its_test(rows: Database, what: str) -> None:
    with WATCHER.caught() as found, suppress(DatabaseError):  # some engines refuse it besides
        await PLANTED[what](rows.collection("rows"))
    (named,) = found.values()
    assert list(found) == [f"rows: {what}"]
    assert "test_a_planted_query" in named and "test_scans.py" in named


async def test_what_an_index_answers_is_not_found_in_or_out_of_a_transaction(rows: Database) -> None:
    async def work(transaction: Any) -> None:
        await transaction.collection("rows").find({"$or": [{"_id": 1}, {"a": 2}]})
        await transaction.collection("rows").replace_one({"_id": 1}, {"_id": 1}, upsert=True)

    with WATCHER.caught() as found:
        await rows.transaction(work)
        await rows.collection("rows").find({}, sort=[("a", ASCENDING)], limit=10)
        await rows.collection("rows").insert_one({"_id": 2, "b": 1})
        await rows.collection("nowhere").find({"b": 1})
    assert found == {}


async def test_an_index_that_is_made_later_counts_from_then_on(rows: Database) -> None:
    await rows.ensure_collections({"later": ()})
    with WATCHER.caught() as found:
        await rows.collection("later").create_indexes([IndexModel([("late", ASCENDING)])])
        await rows.collection("later").find({"late": 1})
    assert found == {}


def test_a_process_that_is_watched_reports_its_queries(mongo_url: str, rows: Database, tmp_path: Path) -> None:
    code = "import sys, pymongo; pymongo.MongoClient(sys.argv[1])[sys.argv[2]].rows.find_one({'b': 1})"
    command = (sys.executable, "-c", code, mongo_url, rows.name)
    environment = {**os.environ, **watched(tmp_path / "report"), "LANTOA_MONGO_URL": mongo_url}
    subprocess.run(command, env=environment, check=False, capture_output=True)  # some engines refuse it besides
    reader = Watcher()
    reader.read(tmp_path / "report")
    assert list(reader.found) == ["rows: find {'b': '…'}"]
    assert reader.found["rows: find {'b': '…'}"].startswith("-c import sys")


def test_what_asks_nothing_makes_no_query() -> None:
    for name, command in (
        ("insert", {"insert": "rows"}),
        ("count", {"count": "rows"}),
        ("aggregate", {"aggregate": 1}),
    ):
        assert queries_of(name, command) == []
    assert queries_of("count", {"count": "rows", "query": {"b": 1}}) == [Query("rows", {"b": 1})]
