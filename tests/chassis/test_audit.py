"""The chain of seals shows any later change of the log."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from chassis import audit
from chassis.audit import Sealer, note, verify
from chassis.identity import Grant, Viewer
from chassis.mongo import Database
from tests.engines import INDEXES, fresh_database
from tests.running import until

VIEWER = Viewer("officer", "officer", (Grant("body_officer", "H57"),))


@pytest.fixture
async def sealed(mongo_url: str) -> AsyncIterator[Database]:
    """A database with two seals over five rows."""
    made = fresh_database(mongo_url, "audit")
    await made.ensure_collections(INDEXES)
    sealing = asyncio.create_task(Sealer(made).run())
    for count in (3, 2):
        for number in range(count):
            await made.transaction(lambda tx, row=f"{count}-{number}": note(tx, VIEWER, "CHANGE", row))  # type: ignore[misc]

        async def all_sealed() -> object:
            return await made.collection(audit.ROWS).count({"unsealed": True}) == 0

        await until(all_sealed, seconds=15)
    sealing.cancel()
    await asyncio.gather(sealing, return_exceptions=True)
    yield made
    await made.drop()
    made.close()


async def test_an_untouched_log_verifies(sealed: Database) -> None:
    good, fault = await verify(sealed)
    assert good >= 2
    assert fault is None


@pytest.mark.parametrize("change", [{"$set": {"actor": "nobody"}}, {"$set": {"extra": 1}}, {"$unset": {"outcome": ""}}])
async def test_a_changed_row_breaks_the_chain_at_its_seal(sealed: Database, change: dict[str, Any]) -> None:
    await sealed.collection(audit.ROWS).update_one({"subject": "2-1"}, change)
    row = await sealed.collection(audit.ROWS).find_one({"subject": "2-1"})
    assert row is not None
    good, fault = await verify(sealed)
    assert (good, fault is not None) == (row["seal"] - 1, True)


async def test_a_removed_row_or_seal_is_noticed(sealed: Database) -> None:
    await sealed.collection(audit.ROWS).delete_one({"subject": "3-0"})
    assert (await verify(sealed))[0] == 0
    await sealed.collection(audit.SEALS).delete_one({"_id": "1"})
    assert (await verify(sealed))[1] is not None


async def test_rows_written_afterwards_cannot_be_slipped_under_an_old_seal(sealed: Database) -> None:
    await sealed.transaction(lambda tx: note(tx, VIEWER, "CHANGE", "forged"))
    change = {"$set": {"seal": 1}, "$unset": {"unsealed": ""}}
    await sealed.collection(audit.ROWS).update_one({"subject": "forged"}, change)
    assert (await verify(sealed))[1] is not None
