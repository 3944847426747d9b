"""What the plans service does when others speak: outreach that names an activity is listed under it."""

from chassis.consumer import Subscription
from chassis.identity import system
from chassis.messages import Message
from chassis.mongo import Transaction
from contracts.outreach.outreach_events import OutreachEventRecorded, OutreachEventRetracted
from contracts.vocabulary import View
from reference.resources import Resources
from services.plans.activities.commands.follow_outreach import follow, unfollow


class EventOfActivity(View):
    """What is read of an outreach event here; whatever else it carries may change."""

    id: str
    activity_id: str


def subscriptions(resources: Resources) -> list[Subscription]:
    """Message → command."""

    async def recorded(transaction: Transaction, message: Message) -> None:
        event = EventOfActivity.model_validate(message.data)
        viewer = system("plans", message.id)
        await follow(transaction, resources, viewer, event.activity_id, event_id=event.id)

    async def retracted(transaction: Transaction, message: Message) -> None:
        await unfollow(transaction, message.subject)

    return [
        Subscription(OutreachEventRecorded.type, recorded, concerns=_names_an_activity),
        Subscription(OutreachEventRetracted.type, retracted, concerns=_names_an_activity),
    ]


def _names_an_activity(message: Message) -> bool:
    return bool(message.data.get("activity_id"))
