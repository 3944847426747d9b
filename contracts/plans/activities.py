"""Activities of plans: requests, views and the message about them."""

from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar

from pydantic import Field

from chassis.messages import MessageData
from contracts.changes import EvidenceGiven, EvidenceView, ListPage, ListRequest
from contracts.plans.plans import TOPIC
from contracts.vocabulary import DatedId, LocalizedText, OutreachChannel, Request, View


class ActivityState(StrEnum):
    """Where an activity stands; the last four are computed from its days."""

    PLANNED = "planned"
    UNDER_WAY = "under_way"
    DONE = "done"
    DONE_LATE = "done_late"
    OVERDUE = "overdue"
    CANCELED = "canceled"


class Deliverable(View):
    """What an activity promises, and what came of it."""

    metric: LocalizedText
    goal: float
    actual: float | None = None


class DeliverableGiven(Request):
    """A promise as people enter it."""

    metric: LocalizedText
    goal: float = Field(gt=0)


class ActivityView(View):
    """An activity. `due_on` is the day in force, `first_due_on` the one first planned; `budget` in VND."""

    id: str
    version: int
    updated_at: datetime
    plan_id: str
    title: LocalizedText
    state: ActivityState
    stage: str | None
    industries: tuple[str, ...]
    fields: tuple[str, ...]
    audiences: tuple[str, ...]
    channels: tuple[OutreachChannel, ...]
    lead_body_id: DatedId
    coordinating_body_ids: tuple[DatedId, ...]
    starts_on: date
    due_on: date
    first_due_on: date
    done_on: date | None
    is_moved: bool
    state_reason: LocalizedText | None
    budget: int | None
    deliverable: Deliverable | None
    evidence: tuple[EvidenceView, ...]
    outreach_event_count: int
    may: tuple[str, ...] = ()


class AddActivityRequest(Request):
    """Adds a piece of work to a plan. Without a lead body it is the plan's."""

    plan_id: str
    title: LocalizedText
    stage: str | None = None
    industries: tuple[str, ...] = Field(default=(), max_length=10)
    fields: tuple[str, ...] = Field(default=(), max_length=10)
    audiences: tuple[str, ...] = Field(default=(), max_length=10)
    channels: tuple[OutreachChannel, ...] = Field(max_length=12)
    lead_body_id: DatedId | None = None
    coordinating_body_ids: tuple[DatedId, ...] = Field(default=(), max_length=56)
    starts_on: date
    due_on: date
    budget: int | None = Field(default=None, ge=0, le=2**53 - 1)
    deliverable: DeliverableGiven | None = None


class EditActivityRequest(Request):
    """An absent field stays as it is; a list replaces the whole list."""

    expected_version: int = Field(ge=1)
    title: LocalizedText | None = None
    stage: str | None = None
    industries: tuple[str, ...] | None = Field(default=None, max_length=10)
    fields: tuple[str, ...] | None = Field(default=None, max_length=10)
    audiences: tuple[str, ...] | None = Field(default=None, max_length=10)
    channels: tuple[OutreachChannel, ...] | None = Field(default=None, max_length=12)
    coordinating_body_ids: tuple[DatedId, ...] | None = Field(default=None, max_length=56)
    starts_on: date | None = None
    budget: int | None = Field(default=None, ge=0, le=2**53 - 1)
    deliverable: DeliverableGiven | None = None


class CompleteActivityRequest(Request):
    """Reports an activity done, with evidence."""

    expected_version: int = Field(ge=1)
    done_on: date
    evidence: tuple[EvidenceGiven, ...] = Field(max_length=20)
    actual: float | None = None


class MoveActivityRequest(Request):
    """Gives an activity a new due day, with the reason."""

    expected_version: int = Field(ge=1)
    due_on: date
    reason: str = Field(min_length=10, max_length=2000)


class ActivityOrder(StrEnum):
    """Orders of lists of activities."""

    DUE_ON_ASC = "due_on_asc"
    DUE_ON_DESC = "due_on_desc"
    UPDATED_AT_DESC = "updated_at_desc"


class ActivityFilter(Request):
    """All conditions hold; `body_ids` lead or coordinate it, `is_joint` says that it is of two bodies or more.

    Of tags any of a list matches, and a wider term matches those below it.
    """

    plan_id: str | None = None
    body_ids: tuple[DatedId, ...] | None = None
    states: tuple[ActivityState, ...] | None = None
    is_moved: bool | None = None
    is_joint: bool | None = None
    due_from: date | None = None
    due_to: date | None = None
    channels: tuple[OutreachChannel, ...] | None = None
    stages: tuple[str, ...] | None = None
    industries: tuple[str, ...] | None = None
    fields: tuple[str, ...] | None = None
    audiences: tuple[str, ...] | None = None
    text: str | None = Field(default=None, min_length=2, max_length=100)


class ActivitiesRequest(ListRequest):
    """One page of activities."""

    filter: ActivityFilter = ActivityFilter()
    order: ActivityOrder = ActivityOrder.DUE_ON_ASC


class ActivitiesBatch(Request):
    """Several such pages."""

    lists: tuple[ActivitiesRequest, ...] = Field(max_length=100)


class ActivitiesPage(ListPage):
    """A page of activities."""

    rows: tuple[ActivityView, ...]


class ActivitiesPages(View):
    """The pages in the order asked."""

    pages: tuple[ActivitiesPage, ...]


class ActivityRows(View):
    """Activities by id, in the order asked, null for what is not there or hidden."""

    rows: tuple[ActivityView | None, ...]


class ActivityChanged(MessageData):
    """An activity made a step: `action` is the mutation."""

    type: ClassVar[str] = "vn.lantoa.plans.activity.changed.v1"
    topic: ClassVar[str] = TOPIC

    id: str
    action: str
    plan_id: str
    lead_body_id: str
    status: str
    due_on: date
    done_on: date | None
    stage: str | None
    industries: tuple[str, ...]
    fields: tuple[str, ...]
    audiences: tuple[str, ...]
