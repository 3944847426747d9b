"""Changes to plans and activities."""

from enum import Enum
from typing import Any

import strawberry

from contracts.changes import ReasonRequest, RevokeRequest, TransitionRequest
from contracts.plans.activities import (
    AddActivityRequest,
    CompleteActivityRequest,
    EditActivityRequest,
    MoveActivityRequest,
)
from contracts.plans.plans import (
    AdoptPlanRequest,
    AmendPlanRequest,
    CreatePlanRequest,
    EditPlanRequest,
    PromulgatePlanRequest,
)
from gateway.context import Info
from gateway.schema.evidence import (
    RevokeInput,
    document,
    proofs,
    words,
)
from gateway.schema.ids import key_of, keys_of
from gateway.schema.plans.activities import Activity
from gateway.schema.plans.inputs import (
    AddActivityInput,
    AdoptPlanInput,
    AmendPlanInput,
    CompleteActivityInput,
    CreatePlanInput,
    DeliverableInput,
    EditActivityInput,
    EditPlanInput,
    MoveActivityInput,
    PlanObjectiveInput,
    PromulgatePlanInput,
)
from gateway.schema.plans.plans import Plan
from gateway.schema.shared import TransitionInput, TransitionWithReasonInput, UserError
from gateway.schema.steps import Refused, Request, attempted, checked, checked_later
from gateway.schema.tags_input import tags

ACTIVITY_FIELDS = {"fields": "tags.fieldCodes"}


@strawberry.enum
class PlanErrorCode(Enum):
    """Why a change to plans, activities or reports was refused."""

    REQUIRED = "REQUIRED"
    INVALID = "INVALID"
    NOT_FOUND = "NOT_FOUND"
    NOT_PERMITTED = "NOT_PERMITTED"
    VERSION_CONFLICT = "VERSION_CONFLICT"
    STATE_CONFLICT = "STATE_CONFLICT"
    DOCUMENT_TAKEN = "DOCUMENT_TAKEN"
    SIGNING_DAY_INVALID = "SIGNING_DAY_INVALID"
    PLAN_IN_FORCE = "PLAN_IN_FORCE"
    NOT_PREDECESSOR = "NOT_PREDECESSOR"
    EVIDENCE_REQUIRED = "EVIDENCE_REQUIRED"
    PERIOD_LOCKED = "PERIOD_LOCKED"


@strawberry.type
class PlanUserError(UserError):
    """A refusal about plans, activities or reports."""

    code: PlanErrorCode


@strawberry.type
class PlanPayload:
    """The plan as it stands, and what was refused."""

    plan: Plan | None
    user_errors: list[PlanUserError]


@strawberry.type
class ActivityPayload:
    """The activity as it stands, and what was refused."""

    activity: Activity | None
    user_errors: list[PlanUserError]


async def create_plan(info: Info, input: CreatePlanInput) -> PlanPayload | None:
    """Opens a draft."""
    noun = info.context.plans.plans
    values = {
        "body_id": key_of(input.body_id, "Body") or "",
        "title": words(input.title),
        "starts_on": input.starts_on,
        "ends_on": input.ends_on,
        "objectives": _objectives(input.objectives) or (),
        "parent_id": key_of(input.parent_id, "Plan") if input.parent_id else None,
    }

    async def step() -> Any:
        return await noun.make(checked(CreatePlanRequest, values), key=input.idempotency_key)

    return _plan(*await attempted(info.context, step))


async def edit_plan(info: Info, input: EditPlanInput) -> PlanPayload | None:
    """Changes a draft or a returned plan."""
    return await _step(info, input.id, "edit", checked_later(EditPlanRequest, _edited(input)), input.idempotency_key)


async def submit_plan(info: Info, input: TransitionInput) -> PlanPayload | None:
    """Sends a draft or a returned plan for approval."""
    return await _transition(info, input, "submit")


async def return_plan(info: Info, input: TransitionWithReasonInput) -> PlanPayload | None:
    """Sends a submitted plan back to its body."""
    request = checked_later(ReasonRequest, _with_reason(input))
    return await _step(info, input.id, "return", request, input.idempotency_key)


async def approve_plan(info: Info, input: TransitionInput) -> PlanPayload | None:
    """Approves a submitted plan."""
    return await _transition(info, input, "approve")


async def promulgate_plan(info: Info, input: PromulgatePlanInput) -> PlanPayload | None:
    """Enters the document that puts an approved plan in force."""
    values = {
        "expected_version": input.expected_version,
        "document": document(input.document),
        "supersedes_id": key_of(input.supersedes_id, "Plan") or "" if input.supersedes_id else None,
    }
    request = checked_later(PromulgatePlanRequest, values)
    return await _step(info, input.id, "promulgate", request, input.idempotency_key)


async def amend_plan(info: Info, input: AmendPlanInput) -> PlanPayload | None:
    """Changes a promulgated plan by a later document."""
    values = _edited(input) | {"document": document(input.document), "reason": input.reason}
    return await _step(info, input.id, "amend", checked_later(AmendPlanRequest, values), input.idempotency_key)


async def revoke_plan(info: Info, input: RevokeInput) -> PlanPayload | None:
    """Ends a plan in force."""
    values = {
        "expected_version": input.expected_version,
        "reason": input.reason,
        "document": document(input.document),
    }
    return await _step(info, input.id, "revoke", checked_later(RevokeRequest, values), input.idempotency_key)


async def adopt_plan(info: Info, input: AdoptPlanInput) -> PlanPayload | None:
    """Makes the plan of a body that ceased the plan of its successor."""
    values = {
        "body_id": key_of(input.body_id, "Body") or "",
        "plan_id": key_of(input.plan_id, "Plan") or "",
        "document": document(input.document),
    }

    async def step() -> Any:
        request = checked(AdoptPlanRequest, values)
        return await info.context.plans.plans.make(request, key=input.idempotency_key, verb="adopt")

    return _plan(*await attempted(info.context, step))


async def add_activity(info: Info, input: AddActivityInput) -> ActivityPayload | None:
    """Adds a piece of work to a plan."""
    values = {
        "plan_id": key_of(input.plan_id, "Plan") or "",
        "title": words(input.title),
        **tags(input.tags, empty=()),
        "channels": input.channels,
        "lead_body_id": key_of(input.lead_body_id, "Body") or "" if input.lead_body_id else None,
        "coordinating_body_ids": keys_of(input.coordinating_body_ids, "Body") or (),
        "starts_on": input.starts_on,
        "due_on": input.due_on,
        "budget": input.budget,
        "deliverable": _deliverable(input.deliverable),
    }

    async def step() -> Any:
        request = checked(AddActivityRequest, values)
        return await info.context.plans.activities.make(request, key=input.idempotency_key)

    return _activity(*await attempted(info.context, step, fields=ACTIVITY_FIELDS))


async def edit_activity(info: Info, input: EditActivityInput) -> ActivityPayload | None:
    """Changes an open activity."""
    values = {
        "expected_version": input.expected_version,
        "title": words(input.title),
        **(tags(input.tags, empty=None) if input.tags else {}),
        "channels": input.channels,
        "coordinating_body_ids": keys_of(input.coordinating_body_ids, "Body"),
        "starts_on": input.starts_on,
        "budget": input.budget,
        "deliverable": _deliverable(input.deliverable),
    }
    request = checked_later(EditActivityRequest, values)
    return await _activity_step(info, input.id, "edit", request, input.idempotency_key)


async def start_activity(info: Info, input: TransitionInput) -> ActivityPayload | None:
    """Sets an activity under way."""
    request = checked_later(TransitionRequest, {"expected_version": input.expected_version, "note": input.note})
    return await _activity_step(info, input.id, "start", request, input.idempotency_key)


async def complete_activity(info: Info, input: CompleteActivityInput) -> ActivityPayload | None:
    """Reports an activity done. Without evidence it is refused."""
    values = {
        "expected_version": input.expected_version,
        "done_on": input.done_on,
        "evidence": proofs(input.evidence),
        "actual": input.actual,
    }
    request = checked_later(CompleteActivityRequest, values)
    return await _activity_step(info, input.id, "complete", request, input.idempotency_key)


async def move_activity(info: Info, input: MoveActivityInput) -> ActivityPayload | None:
    """Gives an activity a new due day, with the reason."""
    values = {"expected_version": input.expected_version, "due_on": input.due_on, "reason": input.reason}
    request = checked_later(MoveActivityRequest, values)
    return await _activity_step(info, input.id, "move", request, input.idempotency_key)


async def cancel_activity(info: Info, input: TransitionWithReasonInput) -> ActivityPayload | None:
    """Gives an activity up."""
    request = checked_later(ReasonRequest, _with_reason(input))
    return await _activity_step(info, input.id, "cancel", request, input.idempotency_key)


async def _transition(info: Info, input: TransitionInput, verb: str) -> PlanPayload:
    request = checked_later(TransitionRequest, {"expected_version": input.expected_version, "note": input.note})
    return await _step(info, input.id, verb, request, input.idempotency_key)


async def _step(info: Info, node_id: str, verb: str, request: Request, key: str) -> PlanPayload:
    noun, plan_id = info.context.plans.plans, key_of(node_id, "Plan") or "nothing"

    async def step() -> Any:
        return await noun.step(plan_id, verb, request(), key=key)

    return _plan(*await attempted(info.context, step, present=lambda: noun.by_id.one(plan_id)))


async def _activity_step(info: Info, node_id: str, verb: str, request: Request, key: str) -> ActivityPayload:
    noun, activity_id = info.context.plans.activities, key_of(node_id, "Activity") or "nothing"

    async def step() -> Any:
        return await noun.step(activity_id, verb, request(), key=key)

    found = await attempted(info.context, step, present=lambda: noun.by_id.one(activity_id), fields=ACTIVITY_FIELDS)
    return _activity(*found)


def _with_reason(input: TransitionWithReasonInput) -> dict[str, Any]:
    return {"expected_version": input.expected_version, "reason": input.reason}


def _edited(input: EditPlanInput | AmendPlanInput) -> dict[str, Any]:
    return {
        "expected_version": input.expected_version,
        "title": words(input.title),
        "starts_on": input.starts_on,
        "ends_on": input.ends_on,
        "objectives": _objectives(input.objectives),
    }


def _objectives(given: list[PlanObjectiveInput] | None) -> list[dict[str, Any]] | None:
    if given is None:
        return None
    return [{"text": words(o.text), "target": o.target, "year": o.year, "goal": o.goal} for o in given]


def _deliverable(given: DeliverableInput | None) -> dict[str, Any] | None:
    return None if given is None else {"metric": words(given.metric), "goal": given.goal}


def _errors(refusals: list[Refused]) -> list[PlanUserError]:
    known = PlanErrorCode.__members__
    return [
        PlanUserError(code=known.get(r.code, PlanErrorCode.INVALID), field=r.field, message=r.message) for r in refusals
    ]


def _plan(plan: Any, refusals: list[Refused]) -> PlanPayload:
    return PlanPayload(plan=plan, user_errors=_errors(refusals))


def _activity(activity: Any, refusals: list[Refused]) -> ActivityPayload:
    return ActivityPayload(activity=activity, user_errors=_errors(refusals))
