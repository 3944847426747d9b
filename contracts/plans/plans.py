"""Plans of bodies: requests, views and the message about them."""

from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar

from pydantic import Field

from chassis.messages import MessageData
from contracts.changes import DocumentGiven, DocumentView, ListPage, ListRequest
from contracts.figures import FigureChanged
from contracts.vocabulary import BodyKind, DatedId, LocalizedText, Request, TargetCode, View

TOPIC = "lantoa.plans"


class PlanState(StrEnum):
    """Where a plan is in its life."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    APPROVED = "approved"
    PROMULGATED = "promulgated"
    AMENDED = "amended"
    SUPERSEDED = "superseded"
    REVOKED = "revoked"


class PlanObjective(View):
    """What a plan wants to reach; `year` null for its whole life, `goal` 0 to 1."""

    text: LocalizedText
    target: TargetCode | None = None
    year: int | None = None
    goal: float | None = None


class PlanObjectiveGiven(Request):
    """An objective as people enter it."""

    text: LocalizedText
    target: TargetCode | None = None
    year: int | None = Field(default=None, ge=2025, le=2045)
    goal: float | None = Field(default=None, ge=0, le=1)


class ActivityCounts(View):
    """How far a plan is carried out; `moved` are of the total."""

    total: int = 0
    planned: int = 0
    under_way: int = 0
    done: int = 0
    done_late: int = 0
    overdue: int = 0
    canceled: int = 0
    moved: int = 0


class PlanView(View):
    """A plan. `is_on_time` is null before its promulgation."""

    id: str
    version: int
    updated_at: datetime
    body_id: DatedId
    title: LocalizedText
    state: PlanState
    starts_on: date
    ends_on: date
    objectives: tuple[PlanObjective, ...]
    documents: tuple[DocumentView, ...]
    promulgated_on: date | None
    is_on_time: bool | None
    submitted_at: datetime | None
    approved_at: datetime | None
    state_reason: LocalizedText | None
    supersedes_id: str | None
    superseded_by_id: str | None
    adopted_from_id: str | None
    parent_id: str | None
    activity_counts: ActivityCounts
    may: tuple[str, ...] = ()


class CreatePlanRequest(Request):
    """Opens a draft."""

    body_id: DatedId
    title: LocalizedText
    starts_on: date
    ends_on: date
    objectives: tuple[PlanObjectiveGiven, ...] = Field(default=(), max_length=30)
    parent_id: str | None = None


class EditPlanRequest(Request):
    """Changes a draft or a returned plan; an absent field stays as it is."""

    expected_version: int = Field(ge=1)
    title: LocalizedText | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    objectives: tuple[PlanObjectiveGiven, ...] | None = Field(default=None, max_length=30)


class PromulgatePlanRequest(Request):
    """Enters the document that puts an approved plan in force."""

    expected_version: int = Field(ge=1)
    document: DocumentGiven
    supersedes_id: str | None = None


class AmendPlanRequest(EditPlanRequest):
    """Changes a plan in force by a later document."""

    document: DocumentGiven
    reason: str = Field(min_length=10, max_length=2000)


class AdoptPlanRequest(Request):
    """Makes the plan of a body that ceased the plan of its successor."""

    body_id: DatedId
    plan_id: str
    document: DocumentGiven


class PlanOrder(StrEnum):
    """Orders of lists of plans."""

    UPDATED_AT_DESC = "updated_at_desc"
    PROMULGATED_ON_ASC = "promulgated_on_asc"
    PROMULGATED_ON_DESC = "promulgated_on_desc"
    SUBMITTED_AT_ASC = "submitted_at_asc"


class PlanFilter(Request):
    """All conditions hold; an absent field is no condition."""

    body_ids: tuple[DatedId, ...] | None = None
    body_kinds: tuple[BodyKind, ...] | None = None
    province_id: DatedId | None = None
    states: tuple[PlanState, ...] | None = None
    is_on_time: bool | None = None
    promulgated_from: date | None = None
    promulgated_to: date | None = None
    parent_id: str | None = None
    text: str | None = Field(default=None, min_length=2, max_length=100)


class PlansRequest(ListRequest):
    """One page of plans."""

    filter: PlanFilter = PlanFilter()
    order: PlanOrder = PlanOrder.UPDATED_AT_DESC


class PlansBatch(Request):
    """Several such pages."""

    lists: tuple[PlansRequest, ...] = Field(max_length=100)


class PlansPage(ListPage):
    """A page of plans."""

    rows: tuple[PlanView, ...]


class PlansPages(View):
    """The pages in the order asked."""

    pages: tuple[PlansPage, ...]


class PlanRows(View):
    """Plans by id or body, in the order asked, null for what is not there or hidden."""

    rows: tuple[PlanView | None, ...]


class BodiesRequest(Request):
    """Bodies whose plan in force is asked for."""

    body_ids: tuple[DatedId, ...] = Field(max_length=500)


class DocumentsRequest(Request):
    """Documents, by identity, whose plans are asked for."""

    document_ids: tuple[str, ...] = Field(max_length=500)


class PlanChanged(MessageData):
    """A plan made a step: `action` is the mutation. Carries what other services judge by, no draft's words."""

    type: ClassVar[str] = "vn.lantoa.plans.plan.changed.v1"
    topic: ClassVar[str] = TOPIC

    id: str
    action: str
    body_id: str
    state: PlanState
    promulgated_on: date | None
    document_id: str | None
    adopted_from_id: str | None
    parent_id: str | None


class PlanFigureChanged(FigureChanged):
    """Figures of T1 may have moved."""

    topic: ClassVar[str] = TOPIC
