"""Changes the words, days or objectives of a draft or a returned plan."""

from dataclasses import replace

from chassis import clock
from chassis.identity import Viewer
from chassis.mongo import Transaction
from contracts.plans.plans import EditPlanRequest, PlanObjective
from reference.actions import Action
from reference.resources import Resources
from reference.texts import folded
from services.plans.body_plans.commands.change import allowed_plan, keep
from services.plans.body_plans.commands.create import tidy
from services.plans.body_plans.domain import BodyPlan, check_days, possible


async def edit(
    transaction: Transaction, resources: Resources, viewer: Viewer, plan_id: str, *, request: EditPlanRequest
) -> str:
    """The plan's id. Raises as every change of a plan."""
    plan = await allowed_plan(
        transaction,
        resources,
        viewer,
        plan_id,
        action=Action.EDIT_PLAN,
        expected_version=request.expected_version,
    )
    after = replace(edited(possible(plan, "EDIT_PLAN"), request), version=plan.version + 1, updated_at=clock.now())
    await keep(transaction, resources, viewer, after, action=Action.EDIT_PLAN)
    return plan.id


def edited(plan: BodyPlan, request: EditPlanRequest) -> BodyPlan:
    """The plan with the fields that were given; version and time are the caller's."""
    title = tidy(request.title) if request.title else plan.title
    objectives = (
        plan.objectives
        if request.objectives is None
        else tuple(PlanObjective(**dict(objective)) for objective in request.objectives)
    )
    starts_on, ends_on = request.starts_on or plan.starts_on, request.ends_on or plan.ends_on
    check_days(starts_on, ends_on)
    return replace(
        plan, title=title, folded_title=folded(title.vi), starts_on=starts_on, ends_on=ends_on, objectives=objectives
    )
