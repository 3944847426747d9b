"""How a person changes an object: once per idempotency key, in one transaction, with history, message and audit row."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

from chassis import audit, clock, history, idempotency
from chassis.history import Happening
from chassis.identity import Viewer
from chassis.messages import MessageData
from chassis.mongo import Transaction
from chassis.problems import Problem
from contracts.vocabulary import LocalizedText
from reference.actions import Action
from reference.resources import Resources


async def once(
    resources: Resources,
    viewer: Viewer,
    key: str | None,
    body: object,
    change: Callable[[Transaction], Awaitable[str]],
) -> str:
    """The id that `change` answered, now or when the same request came first. A refusal gives the key back.

    Raises what `change` raises, and the problems of idempotency keys.
    """
    claimed = await idempotency.claim(resources.database, viewer, key, body)
    if claimed.outcome is not None:
        return claimed.outcome["id"]

    async def write(transaction: Transaction) -> str:
        object_id = await change(transaction)
        await claimed.complete(transaction, {"id": object_id})
        return object_id

    try:
        return await resources.database.transaction(write)
    except Problem:
        await idempotency.release(resources.database, claimed)
        raise


async def tell(
    transaction: Transaction,
    resources: Resources,
    viewer: Viewer,
    *,
    action: Action | str,
    object_id: str,
    version: int,
    messages: Sequence[MessageData],
    occurred_at: datetime | None = None,
    note: LocalizedText | str | None = None,
) -> None:
    """Writes what every change leaves beside the new state: a row of history, its messages, and an audit row."""
    now, text = clock.now(), LocalizedText(vi=note) if isinstance(note, str) and note else note or None
    name = action.value if isinstance(action, Action) else action
    words = text if isinstance(text, LocalizedText) else None
    happening = Happening(
        object_id,
        version,
        name,
        occurred_at=occurred_at or now,
        recorded_at=now,
        note_vi=words.vi if words else None,
        note_en=words.en if words else None,
    )
    await history.note(transaction, viewer, happening)
    outgoing = [resources.outbox.message(data, subject=object_id, sequence=version) for data in messages]
    await resources.outbox.append(transaction, outgoing)
    await audit.note(transaction, viewer, name, object_id)
