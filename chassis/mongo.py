"""MongoDB: the client, the collections and `transaction()`, the only place where a session starts.

Motor stands behind this module alone, whose API equals PyMongo's async client: motor gets critical fixes only until
May 2027, and the swap is this file.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from contextvars import ContextVar
from typing import Any, Protocol, TypeVar, cast

from motor.motor_asyncio import AsyncIOMotorClient
from pymongo import ASCENDING, DESCENDING, IndexModel
from pymongo.errors import AutoReconnect, BulkWriteError, ConnectionFailure, DuplicateKeyError, PyMongoError
from pymongo.operations import DeleteMany, DeleteOne, InsertOne, ReplaceOne, UpdateMany, UpdateOne
from pymongo.read_concern import ReadConcern
from pymongo.write_concern import WriteConcern

from chassis.documents import Document

__all__ = [
    "ASCENDING",
    "DESCENDING",
    "Collection",
    "Database",
    "DatabaseError",
    "DeleteMany",
    "DeleteOne",
    "DuplicateKeyError",
    "IndexModel",
    "InsertOne",
    "MongoUnavailable",
    "Reader",
    "ReplaceOne",
    "Transaction",
    "UpdateMany",
    "UpdateOne",
    "Write",
    "connect",
]

Result = TypeVar("Result")
Filter = Mapping[str, Any]
Write = InsertOne[Any] | ReplaceOne[Any] | UpdateOne | UpdateMany | DeleteOne | DeleteMany
DatabaseError = PyMongoError  # whatever the driver raises
MongoUnavailable = (AutoReconnect, ConnectionFailure)
DUPLICATE_KEY = 11000
_has_the_turn: ContextVar[bool] = ContextVar("has_the_turn", default=False)
RERUNS = 5


class Turns:
    """One piece of work at a time on a database server that serves its clients badly side by side.

    A piece is a whole transaction, or one call outside any; what a transaction calls belongs to its turn.
    """

    def __init__(self) -> None:
        self._one_at_a_time = asyncio.Lock()

    @asynccontextmanager
    async def one(self) -> AsyncIterator[None]:
        """Waits for its turn, and holds it."""
        if _has_the_turn.get():
            yield
            return
        async with self._one_at_a_time:
            mine = _has_the_turn.set(True)
            try:
                yield
            finally:
                _has_the_turn.reset(mine)


class Collection:
    """One collection, read and written inside the transaction it came from, or outside any."""

    def __init__(self, inner: Any, session: Any = None, turns: Turns | None = None) -> None:
        self._inner, self._session = inner, session
        self._turns = turns

    def _turn(self) -> AbstractAsyncContextManager[None]:
        return _turn(self._turns)

    async def find_one(self, where: Filter, fields: Sequence[str] | None = None) -> Document | None:
        """The first match, or None."""
        async with self._turn():
            found = await self._inner.find_one(where, _projection(fields), session=self._session)
        return cast(Document | None, found)

    async def find(
        self,
        where: Filter,
        *,
        fields: Sequence[str] | None = None,
        sort: Sequence[tuple[str, int]] | None = None,
        limit: int = 0,
        vietnamese: bool = False,
    ) -> list[Document]:
        """All matches as a list; `vietnamese` sorts text by the Vietnamese alphabet."""
        cursor = self._inner.find(where, _projection(fields), session=self._session)
        if vietnamese:
            cursor = cursor.collation({"locale": "vi"})
        if sort:
            cursor = cursor.sort(list(sort))
        if limit:
            cursor = cursor.limit(limit)
        async with self._turn():
            return cast(list[Document], await cursor.to_list(None))

    async def aggregate(self, pipeline: Sequence[Mapping[str, Any]]) -> list[Document]:
        """All documents of a pipeline."""
        async with self._turn():
            cursor = self._inner.aggregate(list(pipeline), session=self._session)
            return cast(list[Document], await cursor.to_list(None))

    async def count(self, where: Filter, *, limit: int = 0) -> int:
        """How many match, counting no further than `limit`."""
        options: dict[str, Any] = {"limit": limit} if limit else {}
        async with self._turn():
            return cast(int, await self._inner.count_documents(where, session=self._session, **options))

    async def distinct(self, field: str, where: Filter) -> list[Any]:
        """The different values of a field among the matches."""
        async with self._turn():
            return cast(list[Any], await self._inner.distinct(field, where, session=self._session))

    async def insert_one(self, document: Document) -> None:
        """Adds one document; raises DuplicateKeyError."""
        async with self._turn():
            await self._inner.insert_one(document, session=self._session)

    async def insert_many(self, documents: Sequence[Document]) -> None:
        """Adds documents in order; raises DuplicateKeyError at the first that exists."""
        if not documents:
            return
        try:
            async with self._turn():
                await self._inner.insert_many(documents, session=self._session)
        except BulkWriteError as error:
            raise _as_duplicate(error) from error

    async def replace_one(self, where: Filter, document: Document, *, upsert: bool = False) -> int:
        """Replaces the match; answers how many documents were there to replace."""
        async with self._turn():
            result = await self._inner.replace_one(where, document, upsert=upsert, session=self._session)
        return cast(int, result.matched_count)

    async def update_one(self, where: Filter, change: Mapping[str, Any], *, upsert: bool = False) -> int:
        """Changes the first match; answers how many matched."""
        async with self._turn():
            result = await self._inner.update_one(where, change, upsert=upsert, session=self._session)
        return cast(int, result.matched_count)

    async def update_many(self, where: Filter, change: Mapping[str, Any]) -> int:
        """Changes all matches; answers how many matched."""
        async with self._turn():
            result = await self._inner.update_many(where, change, session=self._session)
        return cast(int, result.matched_count)

    async def find_one_and_update(
        self, where: Filter, change: Mapping[str, Any], *, upsert: bool = False
    ) -> Document | None:
        """Changes one document and answers with it as it is afterwards."""
        async with self._turn():
            answer = await self._inner.find_one_and_update(
                where, change, upsert=upsert, return_document=True, session=self._session
            )
        return cast(Document | None, answer)

    async def delete_one(self, where: Filter) -> int:
        """Removes the first match; answers how many were removed."""
        async with self._turn():
            return cast(int, (await self._inner.delete_one(where, session=self._session)).deleted_count)

    async def delete_many(self, where: Filter) -> int:
        """Removes all matches; answers how many were removed."""
        async with self._turn():
            return cast(int, (await self._inner.delete_many(where, session=self._session)).deleted_count)

    async def bulk_write(self, writes: Sequence[Write]) -> None:
        """Many writes in one round trip, in any order; raises DuplicateKeyError."""
        if not writes:
            return
        try:
            async with self._turn():
                await self._inner.bulk_write(list(writes), ordered=False, session=self._session)
        except BulkWriteError as error:
            raise _as_duplicate(error) from error

    async def create_indexes(self, indexes: Sequence[IndexModel]) -> None:
        """Makes the indexes that are not there yet."""
        if indexes:
            await self._inner.create_indexes(list(indexes))


class Reader(Protocol):
    """Where a store reads: a database, or a transaction on it."""

    def collection(self, name: str) -> Collection:
        """A collection, bound to this reader."""
        ...


class Transaction:
    """An open transaction; what a command changes goes through it and is there together, or not at all."""

    def __init__(self, inner: Any, session: Any) -> None:
        self._inner, self._session = inner, session
        self._afterwards: list[Callable[[], None]] = []

    def collection(self, name: str) -> Collection:
        """A collection inside this transaction."""
        return Collection(self._inner[name], self._session)

    def afterwards(self, call: Callable[[], None]) -> None:
        """Has `call` made once this transaction has committed; never when it aborts or is run again."""
        self._afterwards.append(call)

    def committed(self) -> None:
        """Makes the calls that waited for the commit."""
        for call in self._afterwards:
            call()


class Database:
    """The one database that a service owns."""

    def __init__(self, client: "AsyncIOMotorClient[Any]", name: str, turns: Turns | None = None) -> None:
        self._client, self._turns = client, turns
        self.name = name
        self._inner = client.get_database(
            name, write_concern=WriteConcern("majority"), read_concern=ReadConcern("majority")
        )

    def collection(self, name: str) -> Collection:
        """A collection outside any transaction."""
        return Collection(self._inner[name], turns=self._turns)

    async def transaction(self, work: Callable[[Transaction], Awaitable[Result]]) -> Result:
        """Runs `work` in one transaction (snapshot, majority) and commits it.

        Retried by the driver's rules, so `work` must have no side effect but its writes. When two writers race for a
        natural key, the loser is run again from the start and then reads the winner (5 times, then DuplicateKeyError).
        """
        for rerun in range(RERUNS):
            try:
                async with _turn(self._turns):
                    return await self._run(work)
            except DuplicateKeyError:
                if rerun == RERUNS - 1:
                    raise
                await asyncio.sleep(random.uniform(0, 0.01 * 2**rerun))
        raise AssertionError("unreachable")

    async def _run(self, work: Callable[[Transaction], Awaitable[Result]]) -> Result:
        runs: list[Transaction] = []
        async with await self._client.start_session() as session:

            async def callback(started: Any) -> Result:
                runs.append(Transaction(self._inner, started))
                return await work(runs[-1])

            outcome: Any = await session.with_transaction(callback, ReadConcern("snapshot"), WriteConcern("majority"))
        runs[-1].committed()
        return cast(Result, outcome)

    async def ping(self) -> bool:
        """Whether the server answers within two seconds."""
        try:
            await self._inner.command("ping", maxTimeMS=2000)
        except PyMongoError:
            return False
        return True

    async def ensure_collections(self, indexes: Mapping[str, Sequence[IndexModel]]) -> None:
        """Creates collections and indexes that are missing: inside a transaction that would block others."""
        existing = set(await self._inner.list_collection_names())
        for name, wanted in indexes.items():
            if name not in existing:
                await self._create(name)
            await self.collection(name).create_indexes(wanted)

    async def _create(self, name: str) -> None:
        try:
            await self._inner.create_collection(name)
        except PyMongoError as error:
            if "exists" not in str(error):  # two processes of one service may start together
                raise

    async def drop(self) -> None:
        """Removes the whole database; for tests."""
        await self._client.drop_database(self.name)

    def close(self) -> None:
        """Closes the client's connections."""
        self._client.close()


def connect(url: str, name: str, *, in_turns: bool = False) -> Database:
    """The database `name` at `url`; connects at first use, within 5 seconds or not at all.

    `in_turns` is for a server that serves its clients badly side by side (the setting `mongo_in_turns` says which).
    """
    client: AsyncIOMotorClient[Any] = AsyncIOMotorClient(
        url, tz_aware=True, serverSelectionTimeoutMS=5000, socketTimeoutMS=20000, appname="lantoa"
    )
    return Database(client, name, Turns() if in_turns else None)


def _turn(turns: Turns | None) -> AbstractAsyncContextManager[None]:
    return turns.one() if turns else nullcontext()


def _projection(fields: Sequence[str] | None) -> dict[str, int] | None:
    return None if fields is None else dict.fromkeys(fields, 1)


def _as_duplicate(error: BulkWriteError) -> Exception:
    faults = (error.details or {}).get("writeErrors", [])
    if faults and all(fault.get("code") == DUPLICATE_KEY for fault in faults):
        return DuplicateKeyError("duplicate key", DUPLICATE_KEY)
    return error
