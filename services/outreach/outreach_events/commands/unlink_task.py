"""Takes the link to a task that is a secret now off every event that names it."""

from chassis.mongo import Transaction
from services.outreach.outreach_events import store


async def unlink_task(transaction: Transaction, task_id: str) -> None:
    """The events were public and still count; only the link goes."""
    await store.unlink_task(transaction, task_id)
