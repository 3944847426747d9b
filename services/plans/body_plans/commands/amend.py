"""Changes a plan in force by a later document."""

from chassis import clock
from chassis.identity import Viewer
from chassis.mongo import Transaction
from contracts.plans.plans import AmendPlanRequest
from reference.actions import Action
from reference.resources import Resources
from services.plans.body_plans.commands.change import allowed_plan, keep, signed
from services.plans.body_plans.commands.edit import edited
from services.plans.body_plans.domain import amended, possible


async def amend(
    transaction: Transaction, resources: Resources, viewer: Viewer, plan_id: str, *, request: AmendPlanRequest
) -> str:
    """The plan's id. Raises as every change of a plan, and DOCUMENT_TAKEN, SIGNING_DAY_INVALID."""
    action = Action.AMEND_PLAN
    plan = await allowed_plan(
        transaction, resources, viewer, plan_id, action=action, expected_version=request.expected_version
    )
    possible(plan, action.value)
    document = await signed(transaction, resources, viewer, request.document, plan_id=plan.id, body_id=plan.body_id)
    after = amended(edited(plan, request), document, reason=request.reason, at=clock.now())
    await keep(
        transaction,
        resources,
        viewer,
        after,
        action=action,
        signed_on=document.signed_on,
        note=request.reason,
        moves_figures=True,
    )
    return plan.id
