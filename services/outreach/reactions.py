"""What the outreach service does when others speak: a withdrawn task takes its links with it."""

from chassis.consumer import Subscription
from chassis.messages import Message
from chassis.mongo import Transaction
from contracts.tasks.tasks import TaskWithdrawn
from services.outreach.outreach_events.commands.unlink_task import unlink_task


def subscriptions() -> list[Subscription]:
    """Message → command."""

    async def withdrawn(transaction: Transaction, message: Message) -> None:
        await unlink_task(transaction, TaskWithdrawn.model_validate(message.data).id)

    return [Subscription(TaskWithdrawn.type, withdrawn)]
