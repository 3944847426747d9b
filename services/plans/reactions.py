"""What the plans service does when others speak: outreach that names an activity is listed under it."""

from chassis.consumer import Subscription
from chassis.identity import system
from chassis.messages import Message
from chassis.mongo import Transaction
from contracts.outreach.outreach_events import OutreachEventRecorded, OutreachEventRetracted
from reference.resources import Resources
from services.plans.activities.commands.follow_outreach import follow, unfollow


def subscriptions(resources: Resources) -> list[Subscription]:
    """Message → command."""

    async def recorded(transaction: Transaction, message: Message) -> None:
        event = OutreachEventRecorded.model_validate(message.data)
        viewer = system("plans", message.id)
        await follow(transaction, resources, viewer, event.activity_id or "", event_id=event.id)

    async def retracted(transaction: Transaction, message: Message) -> None:
        await unfollow(transaction, message.subject)

    return [
        Subscription(OutreachEventRecorded.type, recorded, concerns=_names_an_activity),
        Subscription(OutreachEventRetracted.type, retracted, concerns=_names_an_activity),
    ]


def _names_an_activity(message: Message) -> bool:
    return bool(message.data.get("activity_id"))
