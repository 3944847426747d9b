"""What the tasks service does when outreach speaks: an event with evidence becomes a pending publication."""

from chassis.consumer import Subscription
from chassis.identity import system
from chassis.messages import Message
from chassis.mongo import Transaction
from contracts.outreach.outreach_events import OutreachEventRecorded, OutreachEventRetracted
from reference.resources import Resources
from services.tasks.publications.commands.judge import withdraw_of_event
from services.tasks.publications.commands.record import EventOfTasks, record_from_outreach


def subscriptions(resources: Resources) -> list[Subscription]:
    """Message → command."""

    async def recorded(transaction: Transaction, message: Message) -> None:
        event = EventOfTasks.model_validate(message.data)
        await record_from_outreach(transaction, resources, system("tasks", message.id), event)

    async def retracted(transaction: Transaction, message: Message) -> None:
        await withdraw_of_event(transaction, resources, system("tasks", message.id), message.subject)

    return [
        Subscription(OutreachEventRecorded.type, recorded, concerns=_names_a_task),
        Subscription(OutreachEventRetracted.type, retracted, concerns=_names_a_task),
    ]


def _names_a_task(message: Message) -> bool:
    return bool(message.data.get("task_ids"))
