"""Lists outreach under the activity that it names: the first event of a planned one sets it under way."""

from chassis import clock
from chassis.identity import Viewer
from chassis.mongo import Transaction
from reference.actions import Action
from reference.resources import Resources
from services.plans.activities import store
from services.plans.activities.commands.change import keep
from services.plans.activities.domain import started


async def follow(
    transaction: Transaction, resources: Resources, viewer: Viewer, activity_id: str, *, event_id: str
) -> None:
    """Notes the event; an activity that is not there drops it, since outreach is free to name what it likes."""
    activity = (await store.by_ids(transaction, viewer, resources.reference, [activity_id])).get(activity_id)
    if activity is None:
        return
    await store.note_progress(transaction, event_id, activity_id)
    if activity.status == "planned":
        after = started(activity, at=clock.now())
        await keep(transaction, resources, viewer, after, action=Action.START_ACTIVITY)


async def unfollow(transaction: Transaction, event_id: str) -> None:
    """Takes a retracted event off the list."""
    await store.drop_progress(transaction, event_id)
