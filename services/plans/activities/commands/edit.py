"""Changes the words, tags, channels or promise of an open activity."""

from dataclasses import replace

from chassis import clock
from chassis.identity import Viewer
from chassis.mongo import Transaction
from contracts.plans.activities import Deliverable, EditActivityRequest
from contracts.vocabulary import LocalizedText
from reference.actions import Action
from reference.resources import Resources
from reference.texts import folded, nfc
from services.plans.activities.commands.change import allowed_activity, check_terms, keep
from services.plans.activities.domain import Activity, check_days, possible

PLAIN = ("stage", "industries", "fields", "audiences", "channels", "coordinating_body_ids", "starts_on", "budget")


async def edit(
    transaction: Transaction, resources: Resources, viewer: Viewer, activity_id: str, *, request: EditActivityRequest
) -> str:
    """The activity's id. Raises as every change of an activity."""
    action = Action.EDIT_ACTIVITY
    activity = await allowed_activity(
        transaction, resources, viewer, activity_id, action=action, expected_version=request.expected_version
    )
    check_terms(request, resources.reference)
    after = _edited(possible(activity, action.value), request)
    await keep(transaction, resources, viewer, after, action=action)
    return activity.id


def _edited(activity: Activity, request: EditActivityRequest) -> Activity:
    given = {name: getattr(request, name) for name in PLAIN if getattr(request, name) is not None}
    after: Activity = replace(activity, **given, version=activity.version + 1, updated_at=clock.now())
    check_days(after.starts_on, after.due_on)
    title = after.title
    if request.title:
        title = LocalizedText(vi=nfc(request.title.vi), en=nfc(request.title.en) if request.title.en else None)
    deliverable = Deliverable(**dict(request.deliverable)) if request.deliverable else after.deliverable
    bodies = tuple(dict.fromkeys([after.lead_body_id, *after.coordinating_body_ids]))
    return replace(after, title=title, folded_title=folded(title.vi), deliverable=deliverable, body_ids=bodies)
