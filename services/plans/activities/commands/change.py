"""What every change of an activity shares: load it as the viewer sees it, ask the table, write what a change leaves."""

from datetime import date

from chassis.identity import Viewer
from chassis.mongo import Transaction
from chassis.problems import absent, check_version, refused
from contracts.figures import FigureChanged
from contracts.plans.activities import ActivityChanged, AddActivityRequest, EditActivityRequest
from contracts.plans.plans import PlanFigureChanged
from contracts.vocabulary import MeasureCode
from reference.actions import Action
from reference.authorization import require
from reference.calendars import start_of_day
from reference.catalog import Reference
from reference.figures import moved_scopes, today
from reference.resources import Resources
from reference.steps import tell
from reference.vocabularies import Vocabulary
from services.plans.activities import queries, store
from services.plans.activities.domain import Activity
from services.plans.activities.store import ACTIVITIES

MEASURES = (
    MeasureCode.PLAN_CARRIED_OUT.value,
    MeasureCode.ACTIVITY_DONE_ON_TIME.value,
    MeasureCode.ACTIVITY_JOINT.value,
)
LISTS = {
    "industries": Vocabulary.INDUSTRY,
    "fields": Vocabulary.SCIENCE_FIELD,
    "audiences": Vocabulary.AUDIENCE,
}


async def allowed_activity(
    transaction: Transaction,
    resources: Resources,
    viewer: Viewer,
    activity_id: str,
    *,
    action: Action,
    expected_version: int,
) -> Activity:
    """The activity, for a viewer who may do that to it. Raises `not-found`, `forbidden` or `version-conflict`."""
    found = await store.by_ids(transaction, viewer, resources.reference, [activity_id])
    if activity_id not in found:
        raise absent()
    activity = found[activity_id]
    require(resources.reference, viewer, action, queries.resource_of(resources.reference, activity))
    check_version(expected_version, activity.version)
    return activity


async def keep(
    transaction: Transaction,
    resources: Resources,
    viewer: Viewer,
    activity: Activity,
    *,
    action: Action | str,
    occurred_on: date | None = None,
    note: str | None = None,
) -> None:
    """Writes the activity's new version with its history, messages and audit row."""
    if activity.version == 1:
        await ACTIVITIES.insert(transaction, activity)
    else:
        await ACTIVITIES.replace(transaction, activity)
    messages: list[ActivityChanged | FigureChanged] = [_message(activity, action)]
    if activity.public_from is not None:
        bodies = sorted({activity.plan_body_id, activity.lead_body_id})
        scopes = moved_scopes(resources.reference.bodies, bodies)
        messages.append(PlanFigureChanged(measures=MEASURES, scopes=scopes))
    await tell(
        transaction,
        resources,
        viewer,
        action=action,
        object_id=activity.id,
        version=activity.version,
        messages=messages,
        occurred_at=start_of_day(occurred_on) if occurred_on else None,
        note=note,
    )


def check_terms(request: AddActivityRequest | EditActivityRequest, reference: Reference) -> None:
    """Refuses codes that no list has, and bodies that do not exist; names the field."""
    for name, vocabulary in LISTS.items():
        if unknown := reference.vocabularies.unknown(vocabulary, getattr(request, name) or (), day=today()):
            listed = ", ".join(unknown)
            raise refused("INVALID", f"/{name}", vi=f"Không có mã: {listed}.", en=f"No such term: {listed}.")
    if request.stage and reference.vocabularies.term(Vocabulary.STAGE, request.stage) is None:
        raise refused("INVALID", "/stage", vi="Không có giai đoạn này.", en="No such stage.")
    for body_id in request.coordinating_body_ids or ():
        if reference.bodies.body(body_id) is None:
            vi, en = "Không có cơ quan này.", "There is no such body."
            raise refused("NOT_FOUND", "/coordinating_body_ids", vi=vi, en=en)


def _message(activity: Activity, action: Action | str) -> ActivityChanged:
    return ActivityChanged(
        id=activity.id,
        action=action.value if isinstance(action, Action) else action,
        plan_id=activity.plan_id,
        lead_body_id=activity.lead_body_id,
        status=activity.status,
        due_on=activity.due_on,
        done_on=activity.done_on,
        stage=activity.stage,
        industries=activity.industries,
        fields=activity.fields,
        audiences=activity.audiences,
    )
