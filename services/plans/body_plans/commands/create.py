"""Opens a draft of a plan."""

from chassis import clock, ids
from chassis.identity import Viewer
from chassis.mongo import Transaction
from chassis.problems import refused
from contracts.plans.plans import CreatePlanRequest, PlanObjective, PlanState
from contracts.vocabulary import LocalizedText
from reference.actions import Action
from reference.authorization import require
from reference.resources import Resources
from reference.texts import folded, nfc
from services.plans.body_plans import queries
from services.plans.body_plans.commands.change import keep
from services.plans.body_plans.domain import BodyPlan, check_days


async def create(transaction: Transaction, resources: Resources, viewer: Viewer, request: CreatePlanRequest) -> str:
    """The id of the draft. Raises `forbidden`, or a refusal that names the field."""
    reference = resources.reference
    if reference.bodies.body(request.body_id) is None:
        raise refused("NOT_FOUND", "/body_id", vi="Không có cơ quan này.", en="There is no such body.")
    require(reference, viewer, Action.CREATE_PLAN, queries.resource_of(reference, request.body_id))
    check_days(request.starts_on, request.ends_on)
    if request.parent_id and not await queries.one(transaction, viewer, reference, request.parent_id):
        vi, en = "Không có kế hoạch cấp trên này.", "There is no such plan to serve."
        raise refused("NOT_FOUND", "/parent_id", vi=vi, en=en)
    now, title = clock.now(), tidy(request.title)
    plan = BodyPlan(
        id=ids.random_id(),
        version=1,
        updated_at=now,
        created_at=now,
        body_id=request.body_id,
        title=title,
        folded_title=folded(title.vi),
        state=PlanState.DRAFT,
        starts_on=request.starts_on,
        ends_on=request.ends_on,
        objectives=tuple(PlanObjective(**dict(objective)) for objective in request.objectives),
        parent_id=request.parent_id,
    )
    await keep(transaction, resources, viewer, plan, action=Action.CREATE_PLAN)
    return plan.id


def tidy(text: LocalizedText) -> LocalizedText:
    """The text as it is kept."""
    return LocalizedText(vi=nfc(text.vi), en=nfc(text.en) if text.en else None)
