"""Nominations: requests, views and the message about them. Messages name no person."""

from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar

from pydantic import Field

from chassis.messages import MessageData
from contracts.changes import DocumentGiven, EvidenceGiven, EvidenceView, ListPage, ListRequest
from contracts.figures import FigureChanged
from contracts.vocabulary import DatedId, LocalizedText, Request, ScopeRef, View

TOPIC = "lantoa.honors"


class NominationState(StrEnum):
    """The stages of a dossier, in order, and its exits."""

    NOMINATED = "nominated"
    COMPLETENESS_CHECKED = "completeness_checked"
    CONSULTING = "consulting"
    APPRAISED = "appraised"
    COUNCIL_VOTED = "council_voted"
    SUBMITTED = "submitted"
    DECIDED = "decided"
    ANNOUNCED = "announced"
    PRESENTED = "presented"
    RETURNED = "returned"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    REVOKED = "revoked"


class RecipientKind(StrEnum):
    """Who can be honored."""

    ORGANIZATION = "organization"
    BUSINESS = "business"
    INDIVIDUAL = "individual"
    COLLECTIVE = "collective"
    HOUSEHOLD = "household"


class AchievementCategory(StrEnum):
    """The two kinds of merit that the Decision names."""

    CONTRIBUTION = "contribution"
    COMMUNICATION_MODEL = "communication_model"


class Recipient(View):
    """Who is honored. Of a person no more than name, title and work unit."""

    kind: RecipientKind
    name: str
    title: str | None = None
    work_unit: str | None = None
    province_id: DatedId | None = None
    body_id: DatedId | None = None


class RecipientGiven(Request):
    """A recipient as people enter it."""

    kind: RecipientKind
    name: str = Field(min_length=1, max_length=300)
    title: str | None = Field(default=None, max_length=300)
    work_unit: str | None = Field(default=None, max_length=300)
    province_id: DatedId | None = None
    body_id: DatedId | None = None


class Achievement(View):
    """What an honor is given for; the service level runs from `achieved_on`."""

    category: AchievementCategory
    title: LocalizedText
    description: LocalizedText
    achieved_on: date
    evidence: tuple[EvidenceView, ...] = ()


class AchievementGiven(Request):
    """An achievement as people enter it."""

    category: AchievementCategory
    title: LocalizedText
    description: LocalizedText
    achieved_on: date
    evidence: tuple[EvidenceGiven, ...] = Field(max_length=20)


class CouncilVote(View):
    """How the council voted."""

    in_favor: int
    against: int
    abstained: int
    voted_on: date


class CouncilVoteGiven(Request):
    """A vote as it is entered."""

    in_favor: int = Field(ge=0, le=1000)
    against: int = Field(ge=0, le=1000)
    abstained: int = Field(ge=0, le=1000)


class NominationClock(View):
    """How long a dossier takes, in calendar days; time while returned does not count."""

    entered_state_at: datetime
    days_in_state: int
    days_allowed_in_state: int | None
    is_stuck: bool
    days_total: int
    days_allowed_total: int
    decision_due_on: date
    is_paused: bool


class NominationStepView(View):
    """One stage that a dossier went through."""

    state: NominationState
    held_by_id: DatedId
    entered_at: datetime
    left_at: datetime | None
    actor: str
    note: LocalizedText | None


class NominationView(View):
    """A dossier on its way to an honor."""

    id: str
    version: int
    updated_at: datetime
    recipient: Recipient
    achievement: Achievement
    form: str
    kind: str
    skips_council_vote: bool
    nominator_id: DatedId
    state: NominationState
    held_by_id: DatedId
    state_reason: LocalizedText | None
    clock: NominationClock
    steps: tuple[NominationStepView, ...]
    council_vote: CouncilVote | None
    possible_duplicate_ids: tuple[str, ...]
    merged_into_id: str | None
    honor_id: str | None
    may: tuple[str, ...] = ()


class CreateNominationRequest(Request):
    """Opens a dossier. `nominated_on` (default today) is for dossiers that began on paper."""

    nominator_id: DatedId
    recipient: RecipientGiven
    achievement: AchievementGiven
    form: str
    kind: str
    nominated_on: date | None = None


class EditNominationRequest(Request):
    """An absent field stays as it is; `achievement` replaces the whole."""

    expected_version: int = Field(ge=1)
    recipient: RecipientGiven | None = None
    achievement: AchievementGiven | None = None
    form: str | None = None
    kind: str | None = None


class AdvanceNominationRequest(Request):
    """Moves a dossier to a next stage; `on` is the day it happened."""

    expected_version: int = Field(ge=1)
    to: NominationState
    on: date | None = None
    council_vote: CouncilVoteGiven | None = None
    note: str | None = Field(default=None, max_length=2000)


class DecideNominationRequest(Request):
    """Grants the honor by a signed decision."""

    expected_version: int = Field(ge=1)
    decision: DocumentGiven
    decided_by_id: DatedId


class MergeNominationsRequest(Request):
    """Joins nominations of one achievement into the one that goes on."""

    merge_ids: tuple[str, ...] = Field(min_length=1, max_length=10)
    reason: str = Field(min_length=10, max_length=2000)


class NominationOrder(StrEnum):
    """Orders of lists of nominations."""

    ENTERED_STATE_AT_ASC = "entered_state_at_asc"
    UPDATED_AT_DESC = "updated_at_desc"
    ACHIEVED_ON_ASC = "achieved_on_asc"


class NominationFilter(Request):
    """All conditions hold; an absent field is no condition."""

    nominator_ids: tuple[DatedId, ...] | None = None
    held_by_ids: tuple[DatedId, ...] | None = None
    province_id: DatedId | None = None
    states: tuple[NominationState, ...] | None = None
    forms: tuple[str, ...] | None = None
    recipient_kinds: tuple[RecipientKind, ...] | None = None
    is_stuck: bool | None = None
    achieved_from: date | None = None
    achieved_to: date | None = None
    text: str | None = Field(default=None, min_length=2, max_length=100)


class NominationsRequest(ListRequest):
    """One page of nominations."""

    filter: NominationFilter = NominationFilter()
    order: NominationOrder = NominationOrder.ENTERED_STATE_AT_ASC


class NominationsBatch(Request):
    """Several such pages."""

    lists: tuple[NominationsRequest, ...] = Field(max_length=100)


class NominationsPage(ListPage):
    """A page of nominations."""

    rows: tuple[NominationView, ...]


class NominationsPages(View):
    """The pages in the order asked."""

    pages: tuple[NominationsPage, ...]


class NominationRows(View):
    """Nominations by id, in the order asked, null for what is not there or hidden."""

    rows: tuple[NominationView | None, ...]


class PipelineRequest(Request):
    """Open dossiers by stage; without a scope as wide as the viewer may see."""

    scope: ScopeRef | None = None


class PipelineStageView(View):
    """The open dossiers of one stage; `median_days` of those that left it in the last year, null when none did."""

    state: NominationState
    open_count: int
    stuck_count: int
    median_days: float | None
    oldest_entered_at: datetime | None


class PipelineView(View):
    """The board of stages."""

    stages: tuple[PipelineStageView, ...]
    open_count: int
    stuck_count: int


class NominationChanged(MessageData):
    """A dossier made a step."""

    type: ClassVar[str] = "vn.lantoa.honors.nomination.changed.v1"
    topic: ClassVar[str] = TOPIC

    id: str
    action: str
    state: NominationState
    nominator_id: str
    held_by_id: str
    form: str
    kind: str


class HonorFigureChanged(FigureChanged):
    """Figures of T5 may have moved."""

    topic: ClassVar[str] = TOPIC
