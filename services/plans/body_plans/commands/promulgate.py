"""Enters the document that puts an approved plan in force."""

from chassis import clock
from chassis.identity import Viewer
from chassis.mongo import Transaction
from chassis.problems import refused
from contracts.plans.plans import PromulgatePlanRequest
from reference.actions import Action
from reference.figures import today
from reference.resources import Resources
from services.plans.activities import queries as activities
from services.plans.body_plans import store
from services.plans.body_plans.commands.change import allowed_plan, keep, signed
from services.plans.body_plans.domain import BodyPlan, in_force_among, possible, promulgated, superseded


async def promulgate(
    transaction: Transaction, resources: Resources, viewer: Viewer, plan_id: str, *, request: PromulgatePlanRequest
) -> str:
    """The plan's id. Raises as every change of a plan, and DOCUMENT_TAKEN, SIGNING_DAY_INVALID, PLAN_IN_FORCE."""
    action = Action.PROMULGATE_PLAN
    plan = await allowed_plan(
        transaction, resources, viewer, plan_id, action=action, expected_version=request.expected_version
    )
    possible(plan, action.value)
    for decided in (plan.body_id, plan.id):
        await store.take_turn(transaction, decided)
    replaced = await _replaced(transaction, viewer, plan, request.supersedes_id)
    document = await signed(transaction, resources, viewer, request.document, plan_id=plan.id, body_id=plan.body_id)
    now = clock.now()
    after = promulgated(plan, document, supersedes=replaced, at=now)
    await keep(transaction, resources, viewer, after, action=action, signed_on=document.signed_on, moves_figures=True)
    await activities.publish(transaction, plan.id, document.signed_on, at=now)
    if replaced is not None:
        ended = superseded(replaced, after, at=now)
        await keep(transaction, resources, viewer, ended, action=action, signed_on=document.signed_on)
    return plan.id


async def _replaced(
    transaction: Transaction, viewer: Viewer, plan: BodyPlan, supersedes_id: str | None
) -> BodyPlan | None:
    """The plan in force that this one replaces. Of plans that serve no other a body has one in force at a time."""
    own = {other.id: other for other in await store.of_bodies(transaction, viewer, [plan.body_id])}
    if supersedes_id is not None:
        found = own.get(supersedes_id)
        if found is None or not found.is_in_force(today()):
            vi, en = "Không có kế hoạch đang hiệu lực này.", "There is no such plan in force of the body."
            raise refused("NOT_FOUND", "/supersedes_id", vi=vi, en=en)
        return found
    if plan.is_own_plan and in_force_among(own.values(), today()):
        vi = "Cơ quan đang có kế hoạch hiệu lực; hãy nêu kế hoạch được thay thế."
        raise refused("PLAN_IN_FORCE", "/supersedes_id", vi=vi, en="The body has a plan in force; name it.")
    return None
