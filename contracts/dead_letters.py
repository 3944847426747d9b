"""Dead letters as every service shows them to its operator: ids, place, type, reason and time, never what they say."""

from datetime import datetime
from enum import StrEnum

from contracts.vocabulary import View


class DeadLetterView(View):
    """One message set aside: where it stood, and why. Where it could not be read, `type` and `message_id` are empty."""

    id: str
    topic: str
    partition: int
    offset: int
    message_id: str
    type: str
    reason: str
    at: datetime


class DeadLettersPage(View):
    """A page, newest first; `cursors` stand beside the rows."""

    rows: tuple[DeadLetterView, ...]
    cursors: tuple[str, ...]
    has_next: bool


class DeadLetterOutcome(StrEnum):
    """What became of a letter that an operator acted on."""

    HANDLED = "handled"  # it took effect now, or had before; the letter is gone
    PARKED = "parked"  # it waits for another object; the letter goes when it is handled
    SKIPPED = "skipped"  # nobody here listens to its type, or it changes nothing; the letter stays
    DEAD = "dead"  # it failed again; the letter stays, with the new reason
    DISCARDED = "discarded"  # the letter is gone, without effect


class DeadLetterDecision(View):
    """The answer to a replay or a discard. `letter_id` is null once no letter is left; `reason` stands with `dead`."""

    outcome: DeadLetterOutcome
    letter_id: str | None = None
    reason: str | None = None
