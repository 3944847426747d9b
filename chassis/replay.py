"""Replays: a dead letter is handed to the consumer again, in whatever process a person asked for it.

It works without the consumer's loop: handling is deduplicated by the inbox, and what it changes is one transaction.
Who asked is on record before anything takes effect, what became of it afterwards.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from chassis import audit, dead_letters
from chassis.consumer import Outcome, Transient
from chassis.dead_letters import DeadLetter
from chassis.identity import Viewer
from chassis.kafka import Record
from chassis.mongo import Database, Transaction
from chassis.problems import unavailable

REPLAY = "REPLAY_DEAD_LETTER"  # as the audit log calls it
ASKED = "asked"
Handle = Callable[[Record], Awaitable[Outcome]]


@dataclass(frozen=True, slots=True)
class Replayed:
    """What became of a letter. `letter_id` is the one that is left, if any; `reason` says why it is dead again."""

    outcome: Outcome
    letter_id: str | None
    reason: str | None = None


async def replay(database: Database, handle: Handle, viewer: Viewer, letter_id: str) -> Replayed:
    """Hands a letter to `handle`, a consumer's own; raises the problems `not-found` and `unavailable`.

    It is gone only once it was handled. Parked, it goes when what it waits for has come and it is handled then. Dead
    again, it has its new reason. Skipped, since nobody here listens to its type any more or it changes nothing, it
    stays: a replay loses nothing, and to give a message up is a decision of its own.
    """
    letter = await database.transaction(lambda transaction: _begin(transaction, viewer, letter_id))
    try:
        outcome = await handle(letter.record())
    except Transient as error:
        raise unavailable() from error
    return await database.transaction(lambda transaction: _end(transaction, viewer, letter, outcome))


async def _begin(transaction: Transaction, viewer: Viewer, letter_id: str) -> DeadLetter:
    letter = await dead_letters.one(transaction, letter_id)
    await audit.note(transaction, viewer, REPLAY, letter_id, outcome=ASKED)
    return letter


async def _end(transaction: Transaction, viewer: Viewer, letter: DeadLetter, outcome: Outcome) -> Replayed:
    await audit.note(transaction, viewer, REPLAY, letter.id, outcome=outcome.value)
    if outcome is Outcome.HANDLED:  # the handling took it away, unless another member had handled a copy before
        await dead_letters.remove(transaction, letter.id)
        return Replayed(outcome, None)
    present = await dead_letters.readdressed(transaction, letter)
    return Replayed(
        outcome,
        present.id if present else None,  # none where another person discarded it meanwhile
        present.reason if present and outcome is Outcome.DEAD else None,
    )
