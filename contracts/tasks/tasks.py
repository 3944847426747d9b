"""S&T tasks: requests, views and the messages about them."""

from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar

from pydantic import Field

from chassis.messages import MessageData
from contracts.changes import ListPage, ListRequest
from contracts.figures import FigureChanged
from contracts.vocabulary import ChannelGroup, Code, DatedId, LocalizedText, Request, View

TOPIC = "lantoa.tasks"


class TaskLevel(StrEnum):
    """Level at which a task is managed."""

    NATIONAL = "national"
    MINISTERIAL = "ministerial"
    PROVINCIAL = "provincial"
    GRASSROOTS = "grassroots"


class TaskState(StrEnum):
    """Where a task stands; recorded here, decided elsewhere."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    UNDER_WAY = "under_way"
    ACCEPTED = "accepted"
    TERMINATED = "terminated"


class TaskHost(View):
    """An organization that carries a task out; `body_id` when it is one of the bodies."""

    name: str
    body_id: DatedId | None = None


class FundingSource(View):
    """Money behind a task, in VND."""

    name: str
    is_state_budget: bool
    amount: int


class TaskCommunication(View):
    """How far a task has been told."""

    is_communicated: bool
    groups: tuple[ChannelGroup, ...]
    missing_groups: tuple[ChannelGroup, ...]
    first_verified_at: datetime | None
    verified_count: int
    pending_count: int


class TaskView(View):
    """An open task. `state_budget_share` is 0 to 1."""

    id: str
    version: int
    updated_at: datetime
    scheme: str
    code: str
    title: LocalizedText
    summary: LocalizedText | None
    level: TaskLevel
    form: str
    fields: tuple[str, ...]
    state: TaskState
    managing_body_id: DatedId
    hosts: tuple[TaskHost, ...]
    funding: tuple[FundingSource, ...]
    state_budget_share: float
    starts_on: date | None
    ends_on: date | None
    communication: TaskCommunication
    may: tuple[str, ...] = ()


class TaskHostGiven(Request):
    """A host as people enter it."""

    name: str = Field(min_length=1, max_length=300)
    body_id: DatedId | None = None


class FundingGiven(Request):
    """A funding source as people enter it."""

    name: str = Field(min_length=1, max_length=300)
    is_state_budget: bool
    amount: int = Field(ge=0, le=2**53 - 1)


class RegisterTaskRequest(Request):
    """Registers a task whose officer states that it holds no state secret."""

    is_unclassified: bool | None = None
    declassified_on: date | None = None
    scheme: str = Field(min_length=1, max_length=100)
    code: str = Field(min_length=1, max_length=100)
    title: LocalizedText
    summary: LocalizedText | None = None
    level: TaskLevel
    form: str
    fields: tuple[str, ...] = Field(min_length=1, max_length=10)
    state: TaskState
    managing_body_id: DatedId
    hosts: tuple[TaskHostGiven, ...] = Field(max_length=20)
    funding: tuple[FundingGiven, ...] = Field(max_length=20)
    starts_on: date | None = None
    ends_on: date | None = None


class EditTaskRequest(Request):
    """An absent field stays as it is; a list replaces the whole list."""

    expected_version: int = Field(ge=1)
    title: LocalizedText | None = None
    summary: LocalizedText | None = None
    fields: tuple[str, ...] | None = Field(default=None, min_length=1, max_length=10)
    state: TaskState | None = None
    managing_body_id: DatedId | None = None
    hosts: tuple[TaskHostGiven, ...] | None = Field(default=None, max_length=20)
    funding: tuple[FundingGiven, ...] | None = Field(default=None, max_length=20)
    starts_on: date | None = None
    ends_on: date | None = None


class ClassifyTaskRequest(Request):
    """Nothing but the task: it must never fail for a conflict, and a reason could hold the secret."""


class TaskOrder(StrEnum):
    """Orders of lists of tasks."""

    ENDS_ON_ASC = "ends_on_asc"
    STARTS_ON_DESC = "starts_on_desc"
    UPDATED_AT_DESC = "updated_at_desc"
    CODE_ASC = "code_asc"


class TaskFilter(Request):
    """All conditions hold; `body_ids` manage or host it; `missing_groups` have no verified publication."""

    body_ids: tuple[DatedId, ...] | None = None
    province_id: DatedId | None = None
    levels: tuple[TaskLevel, ...] | None = None
    forms: tuple[str, ...] | None = None
    fields: tuple[str, ...] | None = None
    states: tuple[TaskState, ...] | None = None
    is_eligible: bool | None = None
    is_communicated: bool | None = None
    missing_groups: tuple[ChannelGroup, ...] | None = None
    ends_from: date | None = None
    ends_to: date | None = None
    text: str | None = Field(default=None, min_length=2, max_length=100)


class TasksRequest(ListRequest):
    """One page of tasks."""

    filter: TaskFilter = TaskFilter()
    order: TaskOrder = TaskOrder.ENDS_ON_ASC


class TasksBatch(Request):
    """Several such pages."""

    lists: tuple[TasksRequest, ...] = Field(max_length=100)


class TasksPage(ListPage):
    """A page of tasks."""

    rows: tuple[TaskView, ...]


class TasksPages(View):
    """The pages in the order asked."""

    pages: tuple[TasksPage, ...]


class TaskRows(View):
    """Tasks by id, in the order asked, null for what is not there or hidden."""

    rows: tuple[TaskView | None, ...]


class TaskChanged(MessageData):
    """A task made a step. Ids, codes of terms and states alone: who wants words asks the service as a viewer."""

    type: ClassVar[str] = "vn.lantoa.tasks.task.changed.v1"
    topic: ClassVar[str] = TOPIC

    id: Code
    action: Code
    state: TaskState
    level: TaskLevel
    form: Code
    fields: tuple[Code, ...]
    body_ids: tuple[Code, ...]
    groups: tuple[ChannelGroup, ...]
    is_eligible: bool


class TaskWithdrawn(MessageData):
    """A tombstone: this id is nothing any more; whoever keeps a copy or a link forgets it."""

    type: ClassVar[str] = "vn.lantoa.tasks.task.withdrawn.v1"
    topic: ClassVar[str] = TOPIC

    id: Code


class TaskFigureChanged(FigureChanged):
    """Figures of T2 may have moved."""

    topic: ClassVar[str] = TOPIC
