"""What others ask of nominations, each as its viewer may see it."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from statistics import median
from typing import Any

from chassis.identity import Viewer
from chassis.mongo import Reader
from contracts.honors.nominations import (
    NominationFilter,
    NominationsPage,
    NominationsRequest,
    NominationStepView,
    NominationView,
    PipelineStageView,
    PipelineView,
)
from contracts.vocabulary import ScopeKind, ScopeRef
from reference.actions import Action
from reference.authorization import allowed
from reference.catalog import Reference
from reference.figures import today
from reference.permissions import Resource
from reference.resources import Resources
from reference.texts import folded
from services.honors.nominations import store
from services.honors.nominations.domain import OPEN, POSSIBLE_IN, STAGES, Nomination, S, clock_of, looks_alike
from services.honors.nominations.store import NOMINATIONS, ORDERS

ACTIONS = tuple(Action(name) for name in POSSIBLE_IN)
ALIKE, MOST_ALIKE = 0.5, 5


async def views(resources: Resources, viewer: Viewer, nomination_ids: Sequence[str]) -> list[NominationView | None]:
    """The dossiers of these ids, in their order, null for what is not there or hidden."""
    found = await store.by_ids(resources.database, viewer, resources.reference, nomination_ids)
    shown = await _views(resources, viewer, list(found.values()))
    return [shown.get(nomination_id) for nomination_id in nomination_ids]


async def page(resources: Resources, viewer: Viewer, request: NominationsRequest) -> NominationsPage:
    """One page of dossiers. Raises `cursor-invalid`."""
    where = {"$and": [_where(request.filter, resources.reference), dict(store.visible_to(viewer, resources.reference))]}
    found = await NOMINATIONS.page(
        resources.database,
        where,
        ORDERS[request.order],
        first=request.first,
        after=request.after,
        with_total=request.with_total,
    )
    shown = await _views(resources, viewer, found.rows)
    return NominationsPage(
        rows=tuple(shown[row.id] for row in found.rows),
        cursors=found.cursors,
        has_next=found.has_next,
        total=found.total,
    )


async def pipeline(resources: Resources, viewer: Viewer, scope: ScopeRef | None) -> PipelineView:
    """Open dossiers by stage, as far as the viewer may see them."""
    day = today()
    since = day - timedelta(days=365)
    found = await store.on_the_board(resources.database, viewer, resources.reference, since)
    bodies = _bodies_of(resources.reference, scope)
    rows = [row for row in found if bodies is None or not bodies.isdisjoint({row.nominator_id, row.held_by_id})]
    stages = tuple(_stage(state, rows, since, day) for state in STAGES)
    return PipelineView(
        stages=stages,
        open_count=sum(row.state in OPEN for row in rows),
        stuck_count=sum(stage.stuck_count for stage in stages),
    )


async def that_may_count(reader: Reader, viewer: Viewer, first: date) -> list[Nomination]:
    """Dossiers decided from that day on, or not decided: what T5 is counted from."""
    return await store.that_may_count(reader, viewer, first)


async def visible(resources: Resources, viewer: Viewer, nomination_ids: Sequence[str]) -> set[str]:
    """Which of these dossiers the viewer may see."""
    return set(await store.by_ids(resources.database, viewer, resources.reference, nomination_ids))


def resource_of(reference: Reference, body_id: str) -> Resource:
    """What actions on a body's dossiers are about."""
    body = reference.bodies.body(body_id)
    provinces = frozenset({body.province_id}) if body and body.province_id else frozenset[str]()
    return Resource(owners=frozenset({body_id}), provinces=provinces)


async def _views(resources: Resources, viewer: Viewer, nominations: Sequence[Nomination]) -> dict[str, NominationView]:
    recipients = sorted({row.folded_recipient for row in nominations})
    others = (
        await store.of_recipients(resources.database, viewer, resources.reference, recipients) if recipients else []
    )
    return {row.id: _view(resources.reference, viewer, row, others) for row in nominations}


def _view(reference: Reference, viewer: Viewer, nomination: Nomination, others: Sequence[Nomination]) -> NominationView:
    form = reference.honor_forms.get(nomination.form)
    assert form is not None  # checked when the dossier was opened
    may = allowed(reference, viewer, resource_of(reference, nomination.nominator_id), ACTIONS)
    own = {name: getattr(nomination, name) for name in NominationView.model_fields if hasattr(nomination, name)}
    return NominationView(
        **own
        | {
            "clock": clock_of(nomination, form, today()),
            "steps": tuple(
                NominationStepView(
                    state=stage.state,
                    held_by_id=stage.held_by_id,
                    entered_at=stage.entered_at,
                    left_at=stage.left_at,
                    actor=stage.actor,
                    note=stage.note,
                )
                for stage in nomination.stages
            ),
            "possible_duplicate_ids": _alike(nomination, others),
            "may": tuple(action for action in may if nomination.state in POSSIBLE_IN[action]),
        }
    )


def _alike(nomination: Nomination, others: Sequence[Nomination]) -> tuple[str, ...]:
    scores = {
        other.id: looks_alike(nomination, other)
        for other in others
        if other.id != nomination.id and other.state not in (S.WITHDRAWN, S.REJECTED)
    }
    alike = [other for other, score in sorted(scores.items(), key=lambda pair: -pair[1]) if score >= ALIKE]
    return tuple(alike[:MOST_ALIKE])


def _stage(state: S, rows: Sequence[Nomination], since: date, day: date) -> PipelineStageView:
    here = [row for row in rows if row.state is state]
    days = [
        (stage.left_on - stage.entered_on).days
        for row in rows
        for stage in row.stages
        if stage.state is state and stage.left_on is not None and stage.left_on >= since
    ]
    return PipelineStageView(
        state=state,
        open_count=len(here),
        stuck_count=sum(row.stuck_on is not None and row.stuck_on <= day for row in here),
        median_days=float(median(days)) if days else None,
        oldest_entered_at=min((row.entered_state_at for row in here), default=None),
    )


def _bodies_of(reference: Reference, scope: ScopeRef | None) -> frozenset[str] | None:
    if scope is None or scope.kind is ScopeKind.PROGRAM:
        return None
    if scope.kind is ScopeKind.PROVINCE:
        committee = reference.bodies.of_province(scope.id or "")
        return reference.bodies.covered_by(committee.id) if committee else frozenset()
    return reference.bodies.covered_by(scope.id or "")


def _where(wanted: NominationFilter, reference: Reference) -> dict[str, Any]:
    lists: Mapping[str, Sequence[Any] | None] = {
        "nominator_id": wanted.nominator_ids,
        "held_by_id": wanted.held_by_ids,
        "state": wanted.states,
        "form": wanted.forms,
        "recipient.kind": wanted.recipient_kinds,
    }
    where: dict[str, Any] = {name: {"$in": list(values)} for name, values in lists.items() if values is not None}
    conditions: list[dict[str, Any]] = []
    if wanted.province_id is not None:
        scope = ScopeRef(kind=ScopeKind.PROVINCE, id=wanted.province_id)
        conditions.append({"nominator_id": {"$in": sorted(_bodies_of(reference, scope) or ())}})
    if wanted.is_stuck is not None:
        stuck = {"stuck_on": {"$gt": "", "$lte": today().isoformat()}}
        conditions.append(stuck if wanted.is_stuck else {"$nor": [stuck]})
    days = {"$gte": wanted.achieved_from, "$lte": wanted.achieved_to}
    if achieved := {operator: day.isoformat() for operator, day in days.items() if day is not None}:
        conditions.append({"achieved_on": achieved})
    if wanted.text is not None:
        conditions.append({"folded_text": {"$regex": re.escape(folded(wanted.text))}})
    return where | ({"$and": conditions} if conditions else {})
