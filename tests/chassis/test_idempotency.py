"""One intended change happens once, however often and however late its request is sent."""

import asyncio
from datetime import timedelta

import pytest

from chassis import clock, idempotency
from chassis.idempotency import Claim, claim, release
from chassis.identity import Viewer
from chassis.mongo import Database, Transaction
from chassis.problems import Problem
from tests.chassis.messages import effects, message, note

VIEWER, BODY = Viewer("officer", "officer"), {"name": "a"}


async def change(database: Database, claimed: Claim, subject: str) -> None:
    """The change itself, with the outcome kept under the key."""

    async def work(transaction: Transaction) -> None:
        await note(transaction, message(subject))
        await claimed.complete(transaction, {"id": subject})

    await database.transaction(work)


async def refusal(database: Database, key: str | None, body: object = BODY) -> str:
    """The problem that claiming the key runs into."""
    with pytest.raises(Problem) as refused:
        await claim(database, VIEWER, key, body)
    return refused.value.slug


async def make_old(database: Database, key: str) -> None:
    """Lets the first request's 30 seconds be over."""
    old = {"$set": {"at": clock.now() - idempotency.LEASE - timedelta(seconds=1)}}
    await database.collection(idempotency.COLLECTION).update_one({"_id": f"{VIEWER.subject}|{key}"}, old)


@pytest.mark.parametrize("key", [None, "", "short", "x" * 65, "spaces in it", "semi;colon"])
async def test_a_key_must_be_there_and_well_formed(database: Database, key: str | None) -> None:
    assert await refusal(database, key) == "idempotency-key-missing"


async def test_a_repetition_is_answered_with_the_outcome_of_the_first(database: Database) -> None:
    first = await claim(database, VIEWER, "key-repeated", BODY)
    assert await refusal(database, "key-repeated") == "idempotency-key-in-flight"
    await change(database, first, "repeated")
    assert (await claim(database, VIEWER, "key-repeated", {"name": "a"})).outcome == {"id": "repeated"}
    assert await refusal(database, "key-repeated", {"name": "b"}) == "idempotency-key-reused"
    other = await claim(database, Viewer("other", "other"), "key-repeated", BODY)
    assert other.outcome is None


async def test_of_many_at_once_one_may_go_on(database: Database) -> None:
    claims = [claim(database, VIEWER, "key-at-once", BODY) for _ in range(8)]
    answers = await asyncio.gather(*claims, return_exceptions=True)
    assert sum(isinstance(answer, Claim) for answer in answers) == 1


async def test_a_refused_request_gives_its_key_up(database: Database) -> None:
    await release(database, await claim(database, VIEWER, "key-released", BODY))
    mended = await claim(database, VIEWER, "key-released", {"name": "mended"})
    await change(database, mended, "mended")
    await release(database, mended)  # too late: it is done
    assert (await claim(database, VIEWER, "key-released", {"name": "mended"})).outcome == {"id": "mended"}


async def test_a_request_whose_process_died_does_not_hold_its_key_for_ever(database: Database) -> None:
    await claim(database, VIEWER, "key-abandoned", BODY)
    await make_old(database, "key-abandoned")
    assert (await claim(database, VIEWER, "key-abandoned", BODY)).outcome is None
    assert await refusal(database, "key-abandoned") == "idempotency-key-in-flight"


async def test_a_request_that_was_slower_than_its_claim_does_not_happen_a_second_time(database: Database) -> None:
    slow = await claim(database, VIEWER, "key-slow", BODY)
    await make_old(database, "key-slow")
    quick = await claim(database, VIEWER, "key-slow", BODY)
    await change(database, quick, "slow")
    with pytest.raises(Problem) as refused:
        await change(database, slow, "slow")
    assert refused.value.slug == "idempotency-key-in-flight"
    assert await effects(database, "slow") == [1]
