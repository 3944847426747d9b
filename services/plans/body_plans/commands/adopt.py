"""Makes the plan of a body that ceased the plan of its successor, by the successor's own document."""

from chassis import clock, ids
from chassis.identity import Viewer
from chassis.mongo import Transaction
from chassis.problems import refused
from contracts.plans.plans import AdoptPlanRequest
from reference.actions import Action
from reference.authorization import require
from reference.figures import today
from reference.resources import Resources
from services.plans.body_plans import queries, store
from services.plans.body_plans.commands.change import keep, signed
from services.plans.body_plans.domain import adopted, in_force_among


async def adopt(transaction: Transaction, resources: Resources, viewer: Viewer, request: AdoptPlanRequest) -> str:
    """The id of the successor's plan, in force from its document's day.

    Raises `forbidden`, NOT_FOUND, NOT_PREDECESSOR, STATE_CONFLICT, PLAN_IN_FORCE and those of documents.
    """
    reference = resources.reference
    require(reference, viewer, Action.ADOPT_PLAN, queries.resource_of(reference, request.body_id))
    former = await queries.one(transaction, viewer, reference, request.plan_id)
    body = reference.bodies.body(request.body_id)
    if former is None or former.promulgated_on is None or body is None:
        raise refused("NOT_FOUND", "/plan_id", vi="Không có kế hoạch này.", en="There is no such plan.")
    if former.body_id not in body.predecessors:
        vi, en = "Không phải kế hoạch của cơ quan tiền thân.", "The plan is not of a predecessor."
        raise refused("NOT_PREDECESSOR", "/plan_id", vi=vi, en=en)
    await store.take_turn(transaction, body.id)
    if in_force_among(await store.of_bodies(transaction, viewer, [body.id]), today()):
        vi, en = "Cơ quan đã có kế hoạch hiệu lực.", "The body has a plan in force."
        raise refused("PLAN_IN_FORCE", "/body_id", vi=vi, en=en)
    plan_id = ids.random_id()
    document = await signed(transaction, resources, viewer, request.document, plan_id=plan_id, body_id=body.id)
    plan = adopted(former, plan_id=plan_id, body_id=body.id, document=document, at=clock.now())
    await keep(
        transaction,
        resources,
        viewer,
        plan,
        action=Action.ADOPT_PLAN,
        signed_on=document.signed_on,
        moves_figures=True,
    )
    return plan_id
