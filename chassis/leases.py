"""Leases: one holder at a time, for loops of which a service runs only one, with a fencing number.

A holder that was paused past its lease may still believe in it; what it writes carries the fencing number, and a
transaction that finds a higher one there refuses.
"""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from pymongo.errors import PyMongoError

from chassis import clock, ids
from chassis.documents import Document
from chassis.mongo import Database, DuplicateKeyError, IndexModel, Transaction

COLLECTION = "leases"
INDEXES: tuple[IndexModel, ...] = ()
LIFETIME = timedelta(seconds=3)
RENEW_SECONDS = 1.0


class LeaseLost(Exception):
    """Somebody else holds the lease now; what was being done must not be written."""


@dataclass
class Lease:
    """A named lease of one database and who in this process holds it."""

    database: Database
    name: str
    fence: int = 0
    _holder: str = field(default_factory=ids.random_id)
    _until: float = 0.0

    @property
    def held(self) -> bool:
        """Whether it is held with time to spare, as far as this process can know."""
        return self.fence > 0 and clock.monotonic() < self._until

    async def acquire(self) -> bool:
        """Takes or renews the lease; False while another holder's is running."""
        started, now = clock.monotonic(), clock.now()
        leases = self.database.collection(COLLECTION)
        if self.fence and await self._renewed(now + LIFETIME):
            self._until = started + LIFETIME.total_seconds() - 0.5
            return True
        held = await leases.find_one({"_id": self.name})
        if held and held["holder"] != self._holder and held["until"] > now:
            self.fence = 0
            return False
        fence = held["fence"] + (held["holder"] != self._holder) if held else 1
        row = {"_id": self.name, "holder": self._holder, "fence": fence, "until": now + LIFETIME}
        if not await self._write(row, held):
            self.fence = 0
            return False
        self.fence, self._until = fence, started + LIFETIME.total_seconds() - 0.5
        return True

    async def _renewed(self, until: datetime) -> bool:
        mine = {"_id": self.name, "holder": self._holder, "fence": self.fence}
        return await self.database.collection(COLLECTION).update_one(mine, {"$set": {"until": until}}) == 1

    async def _write(self, row: Document, seen: Document | None) -> bool:
        leases = self.database.collection(COLLECTION)
        if seen is None:
            try:
                await leases.insert_one(row)
            except DuplicateKeyError:
                return False
            return True
        return await leases.replace_one(seen, row) == 1  # unless its holder renewed it meanwhile

    async def check(self, transaction: Transaction) -> None:
        """Inside a transaction: raises `LeaseLost` unless this holder's fencing number is the newest."""
        row = await transaction.collection(COLLECTION).find_one({"_id": self.name})
        if not row or row["fence"] != self.fence or row["holder"] != self._holder:
            self.fence = 0
            raise LeaseLost(self.name)

    async def keep_alive(self) -> None:
        """Acquires and renews for ever; run it beside the loop that asks `held`."""
        while True:
            try:
                await self.acquire()
            except PyMongoError:
                self.fence = 0  # it runs out by itself; the next round tries again
            await asyncio.sleep(RENEW_SECONDS)

    async def release(self) -> None:
        """Gives the lease up at once, so that another process need not wait for it to run out."""
        if self.fence:
            where = {"_id": self.name, "holder": self._holder}
            await self.database.collection(COLLECTION).update_one(where, {"$set": {"until": clock.now()}})
            self.fence = 0
