"""The steps of an activity: started, done with evidence, moved, given up."""

from chassis import clock
from chassis.identity import Viewer
from chassis.mongo import Transaction
from chassis.problems import refused
from contracts.changes import EvidenceView, ReasonRequest, TransitionRequest
from contracts.plans.activities import CompleteActivityRequest, MoveActivityRequest
from reference.actions import Action
from reference.figures import today
from reference.resources import Resources
from services.plans.activities.commands.change import allowed_activity, keep
from services.plans.activities.domain import canceled, completed, moved, started


async def start(
    transaction: Transaction, resources: Resources, viewer: Viewer, activity_id: str, *, request: TransitionRequest
) -> str:
    """The activity's id, under way now. Raises as every change of an activity."""
    action = Action.START_ACTIVITY
    activity = await allowed_activity(
        transaction, resources, viewer, activity_id, action=action, expected_version=request.expected_version
    )
    after = started(activity, at=clock.now())
    await keep(transaction, resources, viewer, after, action=action, note=request.note)
    return activity.id


async def complete(
    transaction: Transaction,
    resources: Resources,
    viewer: Viewer,
    activity_id: str,
    *,
    request: CompleteActivityRequest,
) -> str:
    """The activity's id, done now. Raises as every change of an activity, and EVIDENCE_REQUIRED."""
    action, now = Action.COMPLETE_ACTIVITY, clock.now()
    activity = await allowed_activity(
        transaction, resources, viewer, activity_id, action=action, expected_version=request.expected_version
    )
    if request.done_on > today():
        raise refused("INVALID", "/done_on", vi="Ngày ở tương lai.", en="The day is in the future.")
    evidence = tuple(
        EvidenceView(title=given.title, url=given.url, subject=given.subject, added_at=now)
        for given in request.evidence
    )
    after = completed(activity, evidence, done_on=request.done_on, actual=request.actual, at=now)
    await keep(transaction, resources, viewer, after, action=action, occurred_on=request.done_on)
    return activity.id


async def move(
    transaction: Transaction, resources: Resources, viewer: Viewer, activity_id: str, *, request: MoveActivityRequest
) -> str:
    """The activity's id, due on another day now. Raises as every change of an activity."""
    action = Action.MOVE_ACTIVITY
    activity = await allowed_activity(
        transaction, resources, viewer, activity_id, action=action, expected_version=request.expected_version
    )
    after = moved(activity, request.due_on, reason=request.reason, at=clock.now())
    await keep(transaction, resources, viewer, after, action=action, note=request.reason)
    return activity.id


async def cancel(
    transaction: Transaction, resources: Resources, viewer: Viewer, activity_id: str, *, request: ReasonRequest
) -> str:
    """The activity's id, given up now. Raises as every change of an activity."""
    action = Action.CANCEL_ACTIVITY
    activity = await allowed_activity(
        transaction, resources, viewer, activity_id, action=action, expected_version=request.expected_version
    )
    after = canceled(activity, reason=request.reason, on=today(), at=clock.now())
    await keep(transaction, resources, viewer, after, action=action, note=request.reason)
    return activity.id
