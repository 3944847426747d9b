"""Value types that every service shares: roles, places, channels, targets, measures and the figure record.

Enumerations here are those that code branches on; everything else (terms, forms, kinds) is data in `reference/data`.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator
from pydantic_core import PydanticCustomError

# An identity of dated master data: a code and the first day of its first period, joined by "@" ("H26@2025-07-01").
DatedId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9.]+@\d{4}-\d{2}-\d{2}$")]
# What cannot hold words: an id, the code of a term or of an action, a digest. No blanks, no letters with marks.
Code = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._:@|-]{1,100}$")]
EId = Annotated[str, StringConstraints(pattern=r"^[A-Z]\d{2}(\.\d{1,3})*$")]


LARGEST = 2**53 - 1  # whole numbers beyond it are not the same in every JSON reader (RFC 8259, §6)
FIRST_YEAR, LAST_YEAR = 1900, 2999


def within_reach(value: object) -> object:
    """Numbers and days of people's business: with others the platform cannot reckon. Raises PydanticCustomError."""
    if isinstance(value, date) and not FIRST_YEAR <= value.year <= LAST_YEAR:
        words = {"first": FIRST_YEAR, "last": LAST_YEAR}
        raise PydanticCustomError("year_out_of_range", "The year should be between {first} and {last}", words)
    if isinstance(value, int) and abs(value) > LARGEST:
        raise PydanticCustomError("number_out_of_range", "The number is too large")
    if isinstance(value, tuple):
        for part in value:
            within_reach(part)
    return value


class View(BaseModel):
    """What a service answers with. Fields may be added; readers ignore those they don't know."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Request(BaseModel):
    """What a service is asked. An unknown field is a mistake of the caller and is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    _within_reach = field_validator("*")(within_reach)


class IdsRequest(Request):
    """Objects by id, answered in this order, null for what is not there or hidden."""

    ids: tuple[str, ...] = Field(max_length=500)


class LocalizedText(BaseModel):
    """Vietnamese always, English where there is one. Stored as NFC."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    vi: str = Field(min_length=1, max_length=4000)
    en: str | None = Field(default=None, max_length=4000)


class Role(StrEnum):
    """Roles a token can grant (`reference/data/permissions.yaml`)."""

    PUBLIC = "public"
    BODY_OFFICER = "body_officer"
    BODY_APPROVER = "body_approver"
    PROVINCIAL_OFFICER = "provincial_officer"
    NATIONAL_COORDINATOR = "national_coordinator"
    HONORS_COUNCIL = "honors_council"
    AUDITOR = "auditor"
    EMITTER = "emitter"
    OPERATOR = "operator"
    SYSTEM = "system"


class BodyKind(StrEnum):
    """What a body is."""

    MINISTRY = "ministry"
    MINISTERIAL_LEVEL_AGENCY = "ministerial_level_agency"
    GOVERNMENT_AGENCY = "government_agency"
    PROVINCIAL_COMMITTEE = "provincial_committee"
    SUBORDINATE = "subordinate"


class ProvinceKind(StrEnum):
    """Kind of province-level unit."""

    CITY = "city"
    PROVINCE = "province"


class CommuneKind(StrEnum):
    """Kind of commune-level unit: phường, xã, đặc khu."""

    WARD = "ward"
    RURAL_COMMUNE = "rural_commune"
    SPECIAL_ZONE = "special_zone"


class OutreachChannel(StrEnum):
    """The eight types of Decree 49/2024/NĐ-CP, in its order, and the press."""

    COMMUNE_LOUDSPEAKER = "commune_loudspeaker"
    PUBLIC_NOTICE_BOARD = "public_notice_board"
    GRASSROOTS_BULLETIN = "grassroots_bulletin"
    NON_COMMERCIAL_DOCUMENT = "non_commercial_document"
    PROPAGANDIST = "propagandist"
    PORTAL = "portal"
    SOCIAL_NETWORK = "social_network"
    TELECOM_MESSAGE = "telecom_message"
    NEWSPAPER = "newspaper"
    RADIO = "radio"
    TELEVISION = "television"
    PUBLIC_EVENT = "public_event"


GRASSROOTS_CHANNELS = tuple(OutreachChannel)[:8]
LOCATED_CHANNELS = frozenset(GRASSROOTS_CHANNELS[:5])


class ChannelGroup(StrEnum):
    """The three groups of channels that Decision 1169 names."""

    MASS_MEDIA = "mass_media"
    DIGITAL_PLATFORM = "digital_platform"
    SOCIAL_NETWORK = "social_network"


class TargetCode(StrEnum):
    """The targets of Decision 1169."""

    T1 = "T1"
    T2 = "T2"
    T3 = "T3"
    T4 = "T4"
    T5 = "T5"


class MeasureCode(StrEnum):
    """What the platform measures; definitions stand in `reference/data/measures.yaml`."""

    PLAN_PROMULGATED_ON_TIME = "PLAN_PROMULGATED_ON_TIME"
    PLAN_PROMULGATED = "PLAN_PROMULGATED"
    PLAN_CARRIED_OUT = "PLAN_CARRIED_OUT"
    ACTIVITY_DONE_ON_TIME = "ACTIVITY_DONE_ON_TIME"
    ACTIVITY_JOINT = "ACTIVITY_JOINT"
    REPORT_COMPLETE = "REPORT_COMPLETE"
    REPORT_ON_TIME = "REPORT_ON_TIME"
    TASK_COMMUNICATED = "TASK_COMMUNICATED"
    TASK_COMMUNICATED_ALL_GROUPS = "TASK_COMMUNICATED_ALL_GROUPS"
    PEOPLE_COVERED = "PEOPLE_COVERED"
    PEOPLE_WITH_LIVE_CHANNEL = "PEOPLE_WITH_LIVE_CHANNEL"
    CONTENT_GAP_FILLED = "CONTENT_GAP_FILLED"
    POLICY_NEWS_ON_TIME = "POLICY_NEWS_ON_TIME"
    FEEDBACK_ANSWERED_ON_TIME = "FEEDBACK_ANSWERED_ON_TIME"
    STAFF_TRAINED = "STAFF_TRAINED"
    STAFF_HALF_TRAINED = "STAFF_HALF_TRAINED"
    HONOR_DECIDED_ON_TIME = "HONOR_DECIDED_ON_TIME"
    MODEL_REPLICATED = "MODEL_REPLICATED"


class FigureStatus(StrEnum):
    """Where a figure stands on its way to the goal."""

    ACHIEVED = "achieved"
    ON_TRACK = "on_track"
    AT_RISK = "at_risk"
    OFF_TRACK = "off_track"


class ScopeKind(StrEnum):
    """What a figure can speak of."""

    PROGRAM = "program"
    BODY = "body"
    PROVINCE = "province"
    COMMUNE = "commune"


class ScopeRef(BaseModel):
    """One scope: its kind and dated id (null for the program)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: ScopeKind
    id: DatedId | None = None


class FigureCell(BaseModel):
    """Which figure is asked for. `as_of` is a Vietnamese day at its end; absent means today, open until now."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    measure: MeasureCode
    scope: ScopeRef
    as_of: date | None = None
    known_at: datetime | None = None
    series: str | None = None

    _within_reach = field_validator("*")(within_reach)


class Exclusion(View):
    """How many items were left out for one reason."""

    reason: str
    count: int


class FigureView(View):
    """One figure: sums first, `value` derived from them (null when the denominator is 0), never averaged.

    `lower` and `upper` are numerators of an estimate (T3), null for a count. `newest_fact_at` is when the newest
    fact in it happened; `silent` names scopes (dated ids) that sent nothing for longer than the measure allows.
    """

    measure: MeasureCode
    scope: ScopeRef
    as_of: date
    known_at: datetime | None = None
    definition_version: int
    numerator: int
    denominator: int
    value: float | None
    goal: float | None
    status: FigureStatus | None
    upper_numerator: int | None = None
    series: str | None = None
    newest_fact_at: datetime | None = None
    computed_at: datetime
    is_stale: bool = False
    silent: tuple[ScopeRef, ...] = ()
    excluded: tuple[Exclusion, ...] = ()


class FiguresRequest(Request):
    """Up to 500 cells, answered in their order."""

    cells: tuple[FigureCell, ...] = Field(max_length=500)


class CellRefusal(View):
    """Why one question of a batch is not answered; `position` counts from 0, `code` is that of a problem."""

    position: int
    code: str
    vi: str
    en: str


class FiguresAnswer(View):
    """Null where the measure has no meaning in the scope, and where `refusals` says why; the rest is answered."""

    figures: tuple[FigureView | None, ...]
    refusals: tuple[CellRefusal, ...] = ()


class FigurePoint(View):
    """A figure at the end of one interval of a trend."""

    as_of: date
    numerator: int
    denominator: int
    value: float | None
    status: FigureStatus | None


class TrendCell(BaseModel):
    """A figure at the end of each of `days` (oldest first, 120 at most)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    cell: FigureCell
    days: tuple[date, ...] = Field(max_length=120)

    _within_reach = field_validator("*")(within_reach)


class TrendsRequest(Request):
    """Several trends in one call."""

    trends: tuple[TrendCell, ...] = Field(max_length=100)


class TrendsAnswer(View):
    """Points of each trend, in the order asked; null where the measure has no meaning in the scope, or by refusal."""

    trends: tuple[tuple[FigurePoint, ...] | None, ...]
    refusals: tuple[CellRefusal, ...] = ()


class FigureItemOutcome(StrEnum):
    """What an item did to a figure: in both sums, in the denominator only, in neither."""

    COUNTED = "counted"
    NOT_COUNTED = "not_counted"
    EXCLUDED = "excluded"


class SubjectRef(View):
    """An object of the graph by its type (`Plan`, `Task`, `Commune`…) and key."""

    type: str
    id: str


class FigureItemView(View):
    """One item behind a figure and why it counts or not."""

    subject: SubjectRef | None
    label: LocalizedText
    outcome: FigureItemOutcome
    reason: str
    numerator: int
    denominator: int
    occurred_at: datetime | None = None
    recorded_at: datetime | None = None
    cursor: str


class FigureItemsRequest(Request):
    """The items behind one figure, page by page."""

    cell: FigureCell
    outcomes: tuple[FigureItemOutcome, ...] | None = None
    first: int = Field(default=20, ge=1, le=100)
    after: str | None = None


class FigureItemsAnswer(View):
    """One page of items; `total` counts those that fit the filter."""

    items: tuple[FigureItemView, ...]
    has_next: bool
    total: int
