"""The plain steps of a plan: sent for approval, sent back, approved."""

from chassis import clock
from chassis.identity import Viewer
from chassis.mongo import Transaction
from contracts.changes import ReasonRequest, TransitionRequest
from reference.actions import Action
from reference.resources import Resources
from services.plans.body_plans.commands.change import allowed_plan, keep
from services.plans.body_plans.domain import stepped


async def step(
    transaction: Transaction,
    resources: Resources,
    viewer: Viewer,
    plan_id: str,
    *,
    action: Action,
    request: TransitionRequest | ReasonRequest,
) -> str:
    """The plan's id. Raises as every change of a plan."""
    plan = await allowed_plan(
        transaction, resources, viewer, plan_id, action=action, expected_version=request.expected_version
    )
    reason = request.reason if isinstance(request, ReasonRequest) else None
    after = stepped(plan, action.value, at=clock.now(), reason=reason)
    note = reason if isinstance(request, ReasonRequest) else request.note
    await keep(transaction, resources, viewer, after, action=action, note=note)
    return plan.id
