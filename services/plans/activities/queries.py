"""What others ask of activities, each as its viewer may see it."""

import asyncio
import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from chassis.identity import Viewer
from chassis.mongo import Reader, Transaction
from contracts.plans.activities import (
    ActivitiesPage,
    ActivitiesRequest,
    ActivityFilter,
    ActivityState,
    ActivityView,
)
from contracts.plans.plans import ActivityCounts
from reference.actions import Action
from reference.authorization import allowed
from reference.catalog import Reference
from reference.figures import today
from reference.permissions import Resource
from reference.resources import Resources
from reference.texts import folded
from reference.vocabularies import Vocabulary
from services.plans.activities import store
from services.plans.activities.domain import OPEN, POSSIBLE_IN, Activity, ActivityFact
from services.plans.activities.store import ACTIVITIES, ORDERS

ACTIONS = (
    Action.EDIT_ACTIVITY,
    Action.START_ACTIVITY,
    Action.COMPLETE_ACTIVITY,
    Action.MOVE_ACTIVITY,
    Action.CANCEL_ACTIVITY,
)

# Field of an activity → field of the filter and the list of its terms.
TAGS = {
    "stage": ("stages", Vocabulary.STAGE),
    "industries": ("industries", Vocabulary.INDUSTRY),
    "fields": ("fields", Vocabulary.SCIENCE_FIELD),
    "audiences": ("audiences", Vocabulary.AUDIENCE),
}


async def views(resources: Resources, viewer: Viewer, activity_ids: Sequence[str]) -> list[ActivityView | None]:
    """The activities of these ids, in their order, null for what is not there or hidden."""
    found = await store.by_ids(resources.database, viewer, resources.reference, activity_ids)
    shown = await _views(resources, viewer, list(found.values()))
    return [shown.get(activity_id) for activity_id in activity_ids]


async def pages(resources: Resources, viewer: Viewer, requests: Sequence[ActivitiesRequest]) -> list[ActivitiesPage]:
    """One page for each list asked for. Raises `cursor-invalid`."""
    return list(await asyncio.gather(*(page(resources, viewer, request) for request in requests)))


async def page(resources: Resources, viewer: Viewer, request: ActivitiesRequest) -> ActivitiesPage:
    """One page of activities. Raises `cursor-invalid`."""
    where = {"$and": [_where(request.filter, resources.reference), dict(store.visible_to(viewer, resources.reference))]}
    found = await ACTIVITIES.page(
        resources.database,
        where,
        ORDERS[request.order],
        first=request.first,
        after=request.after,
        with_total=request.with_total,
    )
    shown = await _views(resources, viewer, found.rows)
    return ActivitiesPage(
        rows=tuple(shown[row.id] for row in found.rows),
        cursors=found.cursors,
        has_next=found.has_next,
        total=found.total,
    )


async def counts(reader: Reader, viewer: Viewer, plan_ids: Sequence[str]) -> dict[str, ActivityCounts]:
    """How far each plan is carried out today."""
    sums: dict[str, dict[str, int]] = {}
    for row in await store.counts(reader, viewer, plan_ids):
        group, total = row["_id"], sums.setdefault(row["_id"]["plan"], {})
        for name in ("total", _state(group), *(["moved"] if group["moved"] else [])):
            total[name] = total.get(name, 0) + int(row["n"])
    return {plan: ActivityCounts(**total) for plan, total in sums.items()}


async def publish(transaction: Transaction, plan_id: str, signed_on: date, *, at: datetime) -> None:
    """Shows the activities of a plan to everybody from its signing day on."""
    await store.publish(transaction, plan_id, signed_on, at=at)


async def visible(resources: Resources, viewer: Viewer, activity_ids: Sequence[str]) -> set[str]:
    """Which of these activities the viewer may see."""
    return set(await store.by_ids(resources.database, viewer, resources.reference, activity_ids))


async def facts_by(reader: Reader, viewer: Viewer, day: date) -> list[ActivityFact]:
    """Every activity of the plans signed by that day: what figures are counted from."""
    return await store.facts_by(reader, viewer, day)


def resource_of(reference: Reference, activity: Activity) -> Resource:
    """What actions on an activity are about: the body of its plan and the one that leads it."""
    bodies = {activity.plan_body_id, activity.lead_body_id}
    found = (reference.bodies.body(body_id) for body_id in bodies)
    return Resource(owners=frozenset(bodies), provinces=frozenset(b.province_id for b in found if b and b.province_id))


async def _views(resources: Resources, viewer: Viewer, activities: Sequence[Activity]) -> dict[str, ActivityView]:
    progress = await store.progress_counts(resources.database, viewer, [a.id for a in activities]) if activities else {}
    return {a.id: _view(resources.reference, viewer, a, progress.get(a.id, 0)) for a in activities}


def _view(reference: Reference, viewer: Viewer, activity: Activity, progress: int) -> ActivityView:
    may = allowed(reference, viewer, resource_of(reference, activity), ACTIONS) if viewer.grants else ()
    own = {name: getattr(activity, name) for name in ActivityView.model_fields if hasattr(activity, name)}
    return ActivityView(
        **own
        | {
            "state": activity.state_on(today()),
            "outreach_event_count": progress,
            "may": tuple(action for action in may if activity.status in POSSIBLE_IN[action]),
        }
    )


def _state(group: dict[str, Any]) -> str:
    if group["status"] == "done":
        return "done_late" if group["late"] else "done"
    is_overdue = group["status"] in OPEN and group["due_on"] < today().isoformat()
    return "overdue" if is_overdue else str(group["status"])


def _where(wanted: ActivityFilter, reference: Reference) -> dict[str, Any]:
    where: dict[str, Any] = _tagged(wanted, reference)
    if wanted.plan_id is not None:
        where["plan_id"] = wanted.plan_id
    if wanted.body_ids is not None:
        where["body_ids"] = {"$in": list(wanted.body_ids)}
    if wanted.channels is not None:
        where["channels"] = {"$in": [channel.value for channel in wanted.channels]}
    if wanted.is_moved is not None:
        where["is_moved"] = wanted.is_moved
    if wanted.is_joint is not None:
        where["coordinating_body_ids.0"] = {"$exists": wanted.is_joint}
    if wanted.text is not None:
        where["folded_title"] = {"$regex": re.escape(folded(wanted.text))}
    days = {"$gte": wanted.due_from, "$lte": wanted.due_to}
    if due := {operator: day.isoformat() for operator, day in days.items() if day is not None}:
        where["due_on"] = due
    if wanted.states is not None:
        where["$or"] = [_in_state(state, today()) for state in wanted.states] or [{"_id": {"$in": []}}]
    return where


def _tagged(wanted: ActivityFilter, reference: Reference) -> dict[str, Any]:
    asked = {name: (vocabulary, getattr(wanted, plural)) for name, (plural, vocabulary) in TAGS.items()}
    return {
        name: {"$in": sorted(reference.vocabularies.widened(vocabulary, codes))}
        for name, (vocabulary, codes) in asked.items()
        if codes is not None
    }


def _in_state(state: ActivityState, day: date) -> dict[str, Any]:
    if state is ActivityState.CANCELED:
        return {"status": "canceled"}
    if state is ActivityState.OVERDUE:
        return {"status": {"$in": list(OPEN)}, "due_on": {"$lt": day.isoformat()}}
    if state in (ActivityState.PLANNED, ActivityState.UNDER_WAY):
        return {"status": state.value, "due_on": {"$gte": day.isoformat()}}
    return {"status": "done", "is_late": state is ActivityState.DONE_LATE}
