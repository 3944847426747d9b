"""Adds a piece of work to a plan."""

from dataclasses import dataclass
from datetime import date, datetime

from chassis import clock, ids
from chassis.identity import Viewer
from chassis.mongo import Transaction
from chassis.problems import refused
from contracts.plans.activities import AddActivityRequest, Deliverable
from contracts.vocabulary import DatedId, LocalizedText
from reference.actions import Action
from reference.resources import Resources
from reference.texts import folded, nfc
from services.plans.activities.commands.change import check_terms, keep
from services.plans.activities.domain import Activity, check_days


@dataclass(frozen=True, slots=True)
class OfPlan:
    """What an activity must know of its plan."""

    id: str
    body_id: DatedId
    signed_on: date | None
    signed_at: datetime | None  # when the platform learned it


async def add(
    transaction: Transaction, resources: Resources, viewer: Viewer, plan: OfPlan, *, request: AddActivityRequest
) -> str:
    """The id of the activity; the caller has asked whether the viewer may add it. Raises refusals that name a field."""
    check_terms(request, resources.reference)
    check_days(request.starts_on, request.due_on)
    lead = request.lead_body_id or plan.body_id
    if resources.reference.bodies.body(lead) is None:
        raise refused("NOT_FOUND", "/lead_body_id", vi="Không có cơ quan này.", en="There is no such body.")
    title = LocalizedText(vi=nfc(request.title.vi), en=nfc(request.title.en) if request.title.en else None)
    now = clock.now()
    activity = Activity(
        id=ids.random_id(),
        version=1,
        updated_at=now,
        created_at=now,
        plan_id=plan.id,
        plan_body_id=plan.body_id,
        title=title,
        folded_title=folded(title.vi),
        status="planned",
        channels=request.channels,
        lead_body_id=lead,
        body_ids=tuple(dict.fromkeys([lead, *request.coordinating_body_ids])),
        starts_on=request.starts_on,
        due_on=request.due_on,
        first_due_on=request.due_on,
        stage=request.stage,
        industries=request.industries,
        fields=request.fields,
        audiences=request.audiences,
        coordinating_body_ids=request.coordinating_body_ids,
        budget=request.budget,
        deliverable=Deliverable(**dict(request.deliverable)) if request.deliverable else None,
        public_from=plan.signed_on,
        public_at=plan.signed_at,
    )
    await keep(transaction, resources, viewer, activity, action=Action.ADD_ACTIVITY)
    return activity.id
