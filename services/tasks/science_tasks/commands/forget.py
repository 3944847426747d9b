"""Removes a task that is classified now."""

from chassis.mongo import Transaction
from services.tasks.science_tasks import store


async def forget(transaction: Transaction, task_id: str) -> None:
    """Nothing of the task stays in this noun."""
    await store.erase(transaction, task_id)
