"""The audit log: a row in the transaction of each change, chained into seals afterwards.

Rows carry ids, actions and outcomes, never words. One leased sealer binds the new rows into a chain each second: no
document is shared by the writers, and whoever changes or removes a sealed row breaks every later seal.
"""

import asyncio
import hashlib

import orjson
from pymongo.errors import PyMongoError

from chassis import clock, ids, logs
from chassis.documents import Document
from chassis.identity import Viewer
from chassis.leases import Lease, LeaseLost
from chassis.mongo import ASCENDING, DESCENDING, Database, IndexModel, Transaction, UpdateOne

ROWS, SEALS = "audit", "audit_seals"
INDEXES = {
    ROWS: (
        IndexModel([("unsealed", ASCENDING)], name="unsealed", partialFilterExpression={"unsealed": True}),
        IndexModel([("subject", ASCENDING), ("at", DESCENDING)], name="by_subject"),
        IndexModel([("seal", ASCENDING)], name="by_seal"),
    ),
    SEALS: (),
}
SEAL_SECONDS = 1.0
ROWS_AT_ONCE = 1000
GENESIS = "0" * 64
log = logs.logger(__name__)


async def note(transaction: Transaction, viewer: Viewer, action: str, subject: str, *, outcome: str = "done") -> None:
    """Writes one row: who did what to which id. `subject` is an id or a digest, never a word of the content."""
    row = {
        "_id": ids.ordered_id(),
        "at": clock.now(),
        "actor": viewer.subject,
        "roles": sorted({grant.role for grant in viewer.grants}),
        "action": action,
        "subject": subject,
        "outcome": outcome,
        "unsealed": True,
    }
    await transaction.collection(ROWS).insert_one(row)


class Sealer:
    """Chains new audit rows; one runs per service, under a lease."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lease = Lease(database, "sealer")

    async def run(self) -> None:
        """Seals until canceled."""
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._lease.keep_alive())
                group.create_task(self._sealing())
        finally:
            await self._lease.release()

    async def _sealing(self) -> None:
        while True:
            try:
                while self._lease.held and await self.seal():
                    pass
            except (PyMongoError, LeaseLost) as error:
                log.warning("sealing_failed", error=type(error).__name__)
            await asyncio.sleep(SEAL_SECONDS)

    async def seal(self) -> bool:
        """Binds the unsealed rows into the next seal; False when there were none."""
        rows = await self._database.collection(ROWS).find({"unsealed": True}, limit=ROWS_AT_ONCE)
        if rows:
            rows.sort(key=lambda row: str(row["_id"]))
            await self._database.transaction(lambda transaction: self._write(transaction, rows))
        return bool(rows)

    async def _write(self, transaction: Transaction, rows: list[Document]) -> None:
        await self._lease.check(transaction)
        head = await transaction.collection(SEALS).find_one({"_id": "head"})
        number, before = (head["number"] + 1, head["hash"]) if head else (1, GENESIS)
        digest = chain(before, rows)
        seals = transaction.collection(SEALS)
        await seals.insert_one({"_id": str(number), "hash": digest, "before": before, "count": len(rows)})
        await seals.replace_one({"_id": "head"}, {"_id": "head", "number": number, "hash": digest}, upsert=True)
        change = {"$set": {"seal": number}, "$unset": {"unsealed": ""}}
        await transaction.collection(ROWS).bulk_write([UpdateOne({"_id": row["_id"]}, change) for row in rows])


def chain(before: str, rows: list[Document]) -> str:
    """SHA-256 over the hash before and the rows, each as JSON with sorted keys, in the order of their ids."""
    digest = hashlib.sha256(before.encode())
    for row in sorted(rows, key=lambda row: str(row["_id"])):
        kept = {name: value for name, value in row.items() if name not in ("seal", "unsealed")}
        digest.update(orjson.dumps(kept, option=orjson.OPT_SORT_KEYS | orjson.OPT_UTC_Z))
    return digest.hexdigest()


async def verify(database: Database) -> tuple[int, str | None]:
    """Recomputes the chain: (number of good seals, what is wrong with the first bad one or None)."""
    head = await database.collection(SEALS).find_one({"_id": "head"})
    before, last = GENESIS, int(head["number"]) if head else 0
    for number in range(1, last + 1):
        seal = await database.collection(SEALS).find_one({"_id": str(number)})
        rows = await database.collection(ROWS).find({"seal": number})
        if (
            seal is None
            or seal["before"] != before
            or len(rows) != seal["count"]
            or chain(before, rows) != seal["hash"]
        ):
            return number - 1, f"seal {number} does not fit its rows"
        before = seal["hash"]
    return last, None
