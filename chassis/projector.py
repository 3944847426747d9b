"""The projector: follows the service's own outbox under a lease and has what changed recomputed.

Read models are never counted up: a handler is told which messages are new and recomputes the parts they touch from the
facts, so late, repeated, reordered and retracted records all take one path, and a crash costs a repetition.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from pymongo.errors import PyMongoError

from chassis import logs, outbox, telemetry
from chassis.leases import Lease, LeaseLost
from chassis.mongo import Database
from chassis.relay import STATE

AT_ONCE = 1000
MAX_RETRY_SECONDS = 5.0
log = logs.logger(__name__)

# Recomputes what these messages changed; every write goes through a transaction that checks the lease.
Handler = Callable[[Sequence[outbox.Numbered], Lease], Awaitable[None]]
# Work without a message: the turn of the day, a new series to build. Answers whether it did something.
IdleWork = Callable[[Lease], Awaitable[bool]]


async def lag(database: Database) -> int:
    """How many numbered messages of the service its read models do not show yet."""
    return max(0, await _state(database, "next_seq", 1) - 1 - await _state(database, "projected_seq", 0))


async def _state(database: Database, name: str, default: int) -> int:
    row = await database.collection(STATE).find_one({"_id": name})
    return int(row["value"]) if row else default


class Projector:
    """Keeps the read models of one service."""

    def __init__(self, database: Database, box: outbox.Outbox, handler: Handler, idle: IdleWork | None = None) -> None:
        self._database, self._outbox, self._handler, self._idle = database, box, handler, idle
        self._lease = Lease(database, "projector")
        self._done, self._done_since = 0, 0  # what is projected, known since this process took the lease

    async def run(self) -> None:
        """Recomputes until canceled, whenever this process holds the lease."""
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._lease.keep_alive())
                group.create_task(self._follow())
        finally:
            await self._lease.release()

    async def _follow(self) -> None:
        pause, pace = 0.1, outbox.Pace(self._outbox.numbered)
        while True:
            pace.look()
            try:
                worked = self._lease.held and await self.project()
                if not worked and self._lease.held and self._idle:
                    worked = await self._idle(self._lease)
                pause = 0.1
            except (PyMongoError, LeaseLost) as error:
                log.warning("projection_failed", error=type(error).__name__)
                worked = False
                await asyncio.sleep(pause)
                pause = min(pause * 2, MAX_RETRY_SECONDS)
            await pace.rest(worked=worked)

    async def project(self) -> bool:
        """Hands the next window to the handler and remembers it; False when there was none."""
        if self._done_since != (fence := self._lease.fence):
            self._done, self._done_since = await _state(self._database, "projected_seq", 0), fence
        done, numbered = self._done, await _state(self._database, "next_seq", 1) - 1
        telemetry.PROJECTOR_LAG.set(numbered - done)
        if done >= numbered:
            return False
        last = min(numbered, done + AT_ONCE)
        window = await outbox.read(self._database, done + 1, last)
        if window:
            await self._handler(window, self._lease)
        row = {"_id": "projected_seq", "value": last}
        await self._database.collection(STATE).replace_one({"_id": "projected_seq"}, row, upsert=True)
        self._done = last
        return True
