"""What others ask of plans, each as its viewer may see it."""

import asyncio
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from chassis.identity import Viewer
from chassis.mongo import Reader
from contracts.changes import DocumentView
from contracts.plans.plans import ActivityCounts, PlanFilter, PlansPage, PlansRequest, PlanState, PlanView
from contracts.vocabulary import MeasureCode
from reference.actions import Action
from reference.authorization import allowed
from reference.catalog import Reference
from reference.documents import DocumentIdentity, DocumentIdentityInvalid
from reference.figures import today
from reference.permissions import Resource
from reference.resources import Resources
from reference.texts import folded
from services.plans.activities import queries as activities
from services.plans.body_plans import store
from services.plans.body_plans.domain import POSSIBLE_IN, BodyPlan, counting_plan
from services.plans.body_plans.store import ORDERS, PLANS

ACTIONS = (
    Action.EDIT_PLAN,
    Action.SUBMIT_PLAN,
    Action.RETURN_PLAN,
    Action.APPROVE_PLAN,
    Action.PROMULGATE_PLAN,
    Action.AMEND_PLAN,
    Action.REVOKE_PLAN,
    Action.ADD_ACTIVITY,
)


async def views(resources: Resources, viewer: Viewer, plan_ids: Sequence[str]) -> list[PlanView | None]:
    """The plans of these ids, in their order, null for what is not there or hidden."""
    plans = await store.by_ids(resources.database, viewer, resources.reference, plan_ids)
    shown = await _views(resources, viewer, list(plans.values()))
    return [shown.get(plan_id) for plan_id in plan_ids]


async def by_documents(resources: Resources, viewer: Viewer, document_ids: Sequence[str]) -> list[PlanView | None]:
    """The plan that each document promulgated, null where none did; the identity may be written in any form."""
    keys = [_document_key(document_id) for document_id in document_ids]
    holders = await store.holders_of(resources.database, viewer, [key for key in keys if key])
    plans = await store.by_ids(resources.database, viewer, resources.reference, list(holders.values()))
    first = {plan.documents[0].key: plan for plan in plans.values() if plan.documents}
    shown = await _views(resources, viewer, [first[key] for key in keys if key in first])
    return [shown[first[key].id] if key in first else None for key in keys]


async def in_force_of(resources: Resources, viewer: Viewer, body_ids: Sequence[str]) -> list[PlanView | None]:
    """The plan in force of each body today: its own or an adopted one, null where there is none."""
    by_body: dict[str, dict[str, BodyPlan]] = defaultdict(dict)
    for plan in await store.of_bodies(resources.database, viewer, body_ids):
        by_body[plan.body_id][plan.id] = plan
    found = {body: counting_plan(plans, today()) for body, plans in by_body.items()}
    shown = await _views(resources, viewer, [plan for plan in found.values() if plan])
    return [shown[held.id] if (held := found.get(body)) else None for body in body_ids]


async def pages(resources: Resources, viewer: Viewer, requests: Sequence[PlansRequest]) -> list[PlansPage]:
    """One page for each list asked for. Raises `cursor-invalid`."""
    return list(await asyncio.gather(*(page(resources, viewer, request) for request in requests)))


async def page(resources: Resources, viewer: Viewer, request: PlansRequest) -> PlansPage:
    """One page of plans. Raises `cursor-invalid`."""
    reference = resources.reference
    where = {"$and": [_where(request.filter, reference), dict(store.visible_to(viewer, reference))]}
    found = await PLANS.page(
        resources.database,
        where,
        ORDERS[request.order],
        first=request.first,
        after=request.after,
        with_total=request.with_total,
    )
    shown = await _views(resources, viewer, found.rows)
    return PlansPage(
        rows=tuple(shown[plan.id] for plan in found.rows),
        cursors=found.cursors,
        has_next=found.has_next,
        total=found.total,
    )


async def promulgated_by(reader: Reader, viewer: Viewer, day: date) -> Mapping[str, Mapping[str, BodyPlan]]:
    """Every plan signed by that day, by body and id: what T1 is counted from."""
    by_body: dict[str, dict[str, BodyPlan]] = defaultdict(dict)
    for plan in await store.promulgated_by(reader, viewer, day):
        by_body[plan.body_id][plan.id] = plan
    return by_body


async def visible(resources: Resources, viewer: Viewer, plan_ids: Sequence[str]) -> set[str]:
    """Which of these plans the viewer may see."""
    return set(await store.by_ids(resources.database, viewer, resources.reference, plan_ids))


async def one(reader: Reader, viewer: Viewer, reference: Reference, plan_id: str) -> BodyPlan | None:
    """A plan that the viewer may see, or None."""
    return (await store.by_ids(reader, viewer, reference, [plan_id])).get(plan_id)


def resource_of(reference: Reference, body_id: str) -> Resource:
    """What actions on things of a body are about."""
    body = reference.bodies.body(body_id)
    provinces = frozenset({body.province_id}) if body and body.province_id else frozenset[str]()
    return Resource(owners=frozenset({body_id}), provinces=provinces)


async def _views(resources: Resources, viewer: Viewer, plans: Sequence[BodyPlan]) -> dict[str, PlanView]:
    counts = await activities.counts(resources.database, viewer, [plan.id for plan in plans]) if plans else {}
    return {plan.id: _view(resources.reference, viewer, plan, counts.get(plan.id)) for plan in plans}


def _view(reference: Reference, viewer: Viewer, plan: BodyPlan, counts: ActivityCounts | None) -> PlanView:
    due = reference.measures.get(MeasureCode.PLAN_PROMULGATED_ON_TIME).due
    may = allowed(reference, viewer, resource_of(reference, plan.body_id), ACTIONS) if viewer.grants else ()
    own = {name: getattr(plan, name) for name in PlanView.model_fields if hasattr(plan, name)}
    return PlanView(
        **own
        | {
            "documents": tuple(
                DocumentView(document_id=d.id, number=d.number, signed_on=d.signed_on, url=d.url)
                for d in plan.documents
            ),
            "is_on_time": None if plan.promulgated_on is None else plan.promulgated_on <= due,
            "activity_counts": counts or ActivityCounts(),
            "may": tuple(action for action in may if plan.state in POSSIBLE_IN[action]),
        }
    )


def _document_key(document_id: str) -> str | None:
    try:
        return DocumentIdentity.parse(document_id).key()
    except DocumentIdentityInvalid:
        return None


def _where(wanted: PlanFilter, reference: Reference) -> dict[str, Any]:
    where: dict[str, Any] = {}
    bodies = _bodies(wanted, reference)
    if bodies is not None:
        where["body_id"] = {"$in": sorted(bodies)}
    if wanted.states is not None:
        where["state"] = {"$in": [PlanState(state).value for state in wanted.states]}
    if wanted.parent_id is not None:
        where["parent_id"] = wanted.parent_id
    if wanted.text is not None:
        where["folded_title"] = {"$regex": re.escape(folded(wanted.text))}
    days = {"$gte": wanted.promulgated_from, "$lte": wanted.promulgated_to}
    signed = {operator: day.isoformat() for operator, day in days.items() if day is not None}
    due = reference.measures.get(MeasureCode.PLAN_PROMULGATED_ON_TIME).due.isoformat()
    conditions = [{"promulgated_on": signed}] if signed else []
    if wanted.is_on_time is not None:
        conditions.append({"promulgated_on": {"$gt": "", "$lte": due} if wanted.is_on_time else {"$gt": due}})
    return where | ({"$and": conditions} if conditions else {})


def _bodies(wanted: PlanFilter, reference: Reference) -> set[str] | None:
    groups: list[set[str]] = []
    if wanted.body_ids is not None:
        groups.append(set(wanted.body_ids))
    if wanted.body_kinds is not None:
        groups.append({body.id for body in reference.bodies.bodies if body.kind in wanted.body_kinds})
    if wanted.province_id is not None:
        committee = reference.bodies.of_province(wanted.province_id)
        groups.append(set(reference.bodies.covered_by(committee.id)) if committee else set())
    return set.intersection(*groups) if groups else None
