"""What every change of a plan shares: load it as the viewer sees it, ask the table, write what a change leaves."""

from datetime import date

from chassis import clock
from chassis.identity import Viewer
from chassis.mongo import Transaction
from chassis.problems import absent, check_version, refused
from contracts.changes import DocumentGiven
from contracts.figures import FigureChanged
from contracts.plans.plans import PlanChanged, PlanFigureChanged
from contracts.vocabulary import MeasureCode
from reference.actions import Action
from reference.authorization import require
from reference.calendars import start_of_day, vietnam_day
from reference.dated import is_valid_on
from reference.documents import DocumentIdentity, DocumentIdentityInvalid
from reference.figures import moved_scopes
from reference.resources import Resources
from reference.steps import tell
from services.plans.body_plans import queries, store
from services.plans.body_plans.domain import BodyPlan, SignedDocument
from services.plans.body_plans.store import PLANS

# A plan that is signed brings its activities into the figures, so that all of T1 may move.
MEASURES = (
    MeasureCode.PLAN_PROMULGATED_ON_TIME.value,
    MeasureCode.PLAN_PROMULGATED.value,
    MeasureCode.PLAN_CARRIED_OUT.value,
    MeasureCode.ACTIVITY_DONE_ON_TIME.value,
    MeasureCode.ACTIVITY_JOINT.value,
)


async def allowed_plan(
    transaction: Transaction,
    resources: Resources,
    viewer: Viewer,
    plan_id: str,
    *,
    action: Action,
    expected_version: int | None = None,
) -> BodyPlan:
    """The plan, for a viewer who may do that to it. Raises `not-found`, `forbidden` or `version-conflict`."""
    plan = await queries.one(transaction, viewer, resources.reference, plan_id)
    if plan is None:
        raise absent()
    require(resources.reference, viewer, action, queries.resource_of(resources.reference, plan.body_id))
    if expected_version is not None:
        check_version(expected_version, plan.version)
    return plan


async def keep(
    transaction: Transaction,
    resources: Resources,
    viewer: Viewer,
    plan: BodyPlan,
    *,
    action: Action,
    signed_on: date | None = None,
    note: str | None = None,
    moves_figures: bool = False,
) -> None:
    """Writes the plan's new version with its history, message and audit row."""
    if plan.version == 1:
        await PLANS.insert(transaction, plan)
    else:
        await PLANS.replace(transaction, plan)
    messages: list[PlanChanged | FigureChanged] = [_message(plan, action)]
    if moves_figures:
        messages.append(
            PlanFigureChanged(measures=MEASURES, scopes=moved_scopes(resources.reference.bodies, [plan.body_id]))
        )
    await tell(
        transaction,
        resources,
        viewer,
        action=action,
        object_id=plan.id,
        version=plan.version,
        messages=messages,
        occurred_at=start_of_day(signed_on) if signed_on else None,
        note=note,
    )


async def signed(
    transaction: Transaction, resources: Resources, viewer: Viewer, given: DocumentGiven, *, plan_id: str, body_id: str
) -> SignedDocument:
    """The document of a body, bound to the plan. Raises INVALID, SIGNING_DAY_INVALID or DOCUMENT_TAKEN."""
    now, body = clock.now(), resources.reference.bodies.body(body_id)
    if body is None:
        raise absent()
    if given.signed_on > vietnam_day(now) or not is_valid_on(body, given.signed_on):
        vi, en = (
            "Ngày ký ở tương lai hoặc ngoài thời gian có cơ quan.",
            "Signed in the future, or when its body was not.",
        )
        raise refused("SIGNING_DAY_INVALID", "/document/signed_on", vi=vi, en=en)
    document = SignedDocument.of(_identity(body.e_id, given), given.url, now)
    holder = (await store.holders_of(transaction, viewer, [document.key])).get(document.key)
    if holder is None:
        await store.take_document(transaction, document, plan_id)  # a lost race runs the whole change again
    elif holder != plan_id:
        vi, en = "Văn bản này đã ban hành kế hoạch khác.", "Another plan was promulgated by this document."
        raise refused("DOCUMENT_TAKEN", "/document/number", vi=vi, en=en)
    return document


def _identity(e_id: str, given: DocumentGiven) -> DocumentIdentity:
    try:
        return DocumentIdentity.of(e_id, given.signed_on, number=given.number)
    except DocumentIdentityInvalid as error:
        raise refused("INVALID", "/document/number", vi=error.vi, en=error.en) from error


def _message(plan: BodyPlan, action: Action) -> PlanChanged:
    return PlanChanged(
        id=plan.id,
        action=action.value,
        body_id=plan.body_id,
        state=plan.state,
        promulgated_on=plan.promulgated_on,
        document_id=plan.documents[0].id if plan.documents else None,
        adopted_from_id=plan.adopted_from_id,
        parent_id=plan.parent_id,
    )
