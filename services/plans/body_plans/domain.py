"""The life of a plan: which step is possible when, what it leaves, and when it is in force (T1)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from chassis.problems import refused
from contracts.plans.plans import PlanObjective, PlanState
from contracts.vocabulary import DatedId, LocalizedText
from reference.documents import DocumentIdentity
from reference.states import not_possible_in

IN_FORCE = frozenset({PlanState.PROMULGATED, PlanState.AMENDED})
PUBLIC = IN_FORCE | {PlanState.SUPERSEDED, PlanState.REVOKED}
EDITABLE = frozenset({PlanState.DRAFT, PlanState.RETURNED})


@dataclass(frozen=True, slots=True)
class SignedDocument:
    """A document of a plan. `id` is its identity as it is shown, `key` as it is compared."""

    id: str
    key: str
    number: str
    signed_on: date
    url: str | None
    recorded_at: datetime

    @classmethod
    def of(cls, identity: DocumentIdentity, url: str | None, at: datetime) -> "SignedDocument":
        """The document of an identity, learned at `at`."""
        return cls(identity.format(), identity.key(), identity.number, identity.signed_on, url, at)


@dataclass(frozen=True, slots=True)
class BodyPlan:
    """A plan as it is kept. Days are of the world, instants of the platform."""

    id: str
    version: int
    updated_at: datetime
    created_at: datetime
    body_id: DatedId
    title: LocalizedText
    folded_title: str
    state: PlanState
    starts_on: date
    ends_on: date
    objectives: tuple[PlanObjective, ...] = ()
    documents: tuple[SignedDocument, ...] = ()
    parent_id: str | None = None
    submitted_at: datetime | None = None
    approved_at: datetime | None = None
    state_reason: LocalizedText | None = None
    promulgated_on: date | None = None
    promulgated_at: datetime | None = None
    supersedes_id: str | None = None
    superseded_by_id: str | None = None
    superseded_on: date | None = None
    superseded_at: datetime | None = None
    revoked_on: date | None = None
    revoked_at: datetime | None = None
    adopted_from_id: str | None = None

    def is_in_force(self, day: date, known_at: datetime | None = None) -> bool:
        """Whether it is in force at the end of that day, as known then (None: now)."""
        if self.promulgated_on is None or self.promulgated_on > day or not _known(self.promulgated_at, known_at):
            return False
        superseded = _happened(self.superseded_on, self.superseded_at, day, known_at)
        return not superseded and not self.is_revoked(day, known_at)

    def is_revoked(self, day: date, known_at: datetime | None = None) -> bool:
        """Whether it was ended without a successor by the end of that day, as known then (None: now)."""
        return _happened(self.revoked_on, self.revoked_at, day, known_at)

    @property
    def is_own_plan(self) -> bool:
        """Whether it serves no other: of such plans a body has one in force at a time, and it counts for T1."""
        return self.parent_id is None


@dataclass(frozen=True, slots=True)
class Step:
    """A plain step: from which states to which, and whether it keeps a reason."""

    sources: frozenset[PlanState]
    target: PlanState


STEPS: Mapping[str, Step] = {
    "SUBMIT_PLAN": Step(EDITABLE, PlanState.SUBMITTED),
    "RETURN_PLAN": Step(frozenset({PlanState.SUBMITTED}), PlanState.RETURNED),
    "APPROVE_PLAN": Step(frozenset({PlanState.SUBMITTED}), PlanState.APPROVED),
}
# The states in which each other action is possible.
POSSIBLE_IN: Mapping[str, frozenset[PlanState]] = {
    "EDIT_PLAN": EDITABLE,
    "PROMULGATE_PLAN": frozenset({PlanState.APPROVED}),
    "AMEND_PLAN": IN_FORCE,
    "REVOKE_PLAN": IN_FORCE,
    "ADD_ACTIVITY": EDITABLE | IN_FORCE | {PlanState.SUBMITTED, PlanState.APPROVED},
    **{name: step.sources for name, step in STEPS.items()},
}


def possible(plan: BodyPlan, action: str) -> BodyPlan:
    """The plan, if the action is possible in its state. Raises `state-conflict`."""
    if plan.state not in POSSIBLE_IN[action]:
        raise not_possible_in(plan.state)
    return plan


def stepped(plan: BodyPlan, action: str, *, at: datetime, reason: str | None) -> BodyPlan:
    """The plan after a plain step."""
    possible(plan, action)
    target = STEPS[action].target
    return replace(
        plan,
        state=target,
        version=plan.version + 1,
        updated_at=at,
        state_reason=LocalizedText(vi=reason) if reason else None,
        submitted_at=at if target is PlanState.SUBMITTED else plan.submitted_at,
        approved_at=at if target is PlanState.APPROVED else plan.approved_at,
    )


def check_days(starts_on: date, ends_on: date) -> None:
    """Refuses a plan that ends before it starts."""
    if ends_on < starts_on:
        raise refused("INVALID", "/ends_on", vi="Kết thúc trước khi bắt đầu.", en="It ends before it starts.")


def promulgated(plan: BodyPlan, document: SignedDocument, *, supersedes: BodyPlan | None, at: datetime) -> BodyPlan:
    """The plan put in force by its document. T1 goes by the day of signing, whenever it is entered."""
    possible(plan, "PROMULGATE_PLAN")
    if supersedes is not None:
        _check_later(supersedes, document)
    return replace(
        plan,
        state=PlanState.PROMULGATED,
        version=plan.version + 1,
        updated_at=at,
        documents=(document,),
        promulgated_on=document.signed_on,
        promulgated_at=at,
        supersedes_id=supersedes.id if supersedes else None,
        state_reason=None,
    )


def superseded(plan: BodyPlan, by: BodyPlan, *, at: datetime) -> BodyPlan:
    """The plan replaced by another that is in force from its signing on."""
    return replace(
        plan,
        state=PlanState.SUPERSEDED,
        version=plan.version + 1,
        updated_at=at,
        superseded_by_id=by.id,
        superseded_on=by.promulgated_on,
        superseded_at=at,
    )


def amended(plan: BodyPlan, document: SignedDocument, *, reason: str, at: datetime) -> BodyPlan:
    """The plan changed by a later document; the first signing day is kept for T1."""
    possible(plan, "AMEND_PLAN")
    _check_later(plan, document)
    return replace(
        plan,
        state=PlanState.AMENDED,
        version=plan.version + 1,
        updated_at=at,
        documents=(*plan.documents, document),
        state_reason=LocalizedText(vi=reason),
    )


def revoked(plan: BodyPlan, document: SignedDocument, *, reason: str, at: datetime) -> BodyPlan:
    """The plan ended by a document; without a successor its body leaves the numerator of T1."""
    possible(plan, "REVOKE_PLAN")
    _check_later(plan, document)
    return replace(
        plan,
        state=PlanState.REVOKED,
        version=plan.version + 1,
        updated_at=at,
        documents=(*plan.documents, document),
        revoked_on=document.signed_on,
        revoked_at=at,
        state_reason=LocalizedText(vi=reason),
    )


def adopted(former: BodyPlan, *, plan_id: str, body_id: DatedId, document: SignedDocument, at: datetime) -> BodyPlan:
    """The words and objectives of a predecessor's plan as a plan of its successor, with a life of its own.

    Possible while the former stands: what was revoked or replaced cannot be taken over.
    """
    if former.state not in IN_FORCE:
        vi, en = "Kế hoạch này không còn hiệu lực.", "That plan is not in force."
        raise refused("STATE_CONFLICT", "/plan_id", vi=vi, en=en)
    _check_later(former, document)
    return BodyPlan(
        id=plan_id,
        version=1,
        updated_at=at,
        created_at=at,
        body_id=body_id,
        title=former.title,
        folded_title=former.folded_title,
        state=PlanState.PROMULGATED,
        starts_on=former.starts_on,
        ends_on=former.ends_on,
        objectives=former.objectives,
        documents=(document,),
        promulgated_on=document.signed_on,
        promulgated_at=at,
        adopted_from_id=former.id,
    )


def in_force_among(plans: Iterable[BodyPlan], day: date) -> BodyPlan | None:
    """The plan of a body that serves no other and is in force on that day."""
    return next((plan for plan in plans if plan.is_own_plan and plan.is_in_force(day)), None)


def counting_plan(plans: Mapping[str, BodyPlan], day: date, *, known_at: datetime | None = None) -> BodyPlan | None:
    """Of a body's own plans that serve no other: the one in force that day, the newest signed first."""
    found = [plan for plan in plans.values() if plan.is_own_plan and plan.is_in_force(day, known_at)]
    return max(found, key=lambda plan: (plan.promulgated_on or date.min, plan.id), default=None)


def first_signed_on(plan: BodyPlan, plans: Mapping[str, BodyPlan]) -> date | None:
    """When the line of plans that ends in `plan` was first signed: a plan superseded by one in force still counts."""
    seen = {plan.id}
    while plan.supersedes_id in plans and plan.supersedes_id not in seen:
        plan = plans[plan.supersedes_id or ""]
        seen.add(plan.id)
    return plan.promulgated_on


def _check_later(plan: BodyPlan, document: SignedDocument) -> None:
    """Refuses a document that ends, changes or takes over a plan before that plan was signed."""
    if plan.promulgated_on and document.signed_on < plan.promulgated_on:
        vi, en = "Ký trước văn bản ban hành kế hoạch.", "Signed before the document that promulgated the plan."
        raise refused("SIGNING_DAY_INVALID", "/document/signed_on", vi=vi, en=en)


def _happened(on: date | None, at: datetime | None, day: date, known_at: datetime | None) -> bool:
    return on is not None and on <= day and _known(at, known_at)


def _known(at: datetime | None, known_at: datetime | None) -> bool:
    return known_at is None or (at is not None and at <= known_at)
