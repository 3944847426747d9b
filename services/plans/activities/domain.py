"""The life of an activity: planned, under way, done with evidence, moved or canceled; lateness is computed by day."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from chassis.problems import refused, state_conflict
from contracts.changes import EvidenceView
from contracts.plans.activities import ActivityState, Deliverable
from contracts.vocabulary import DatedId, LocalizedText, OutreachChannel

OPEN = ("planned", "under_way")
POSSIBLE_IN = {
    "EDIT_ACTIVITY": OPEN,
    "START_ACTIVITY": ("planned",),
    "COMPLETE_ACTIVITY": OPEN,
    "MOVE_ACTIVITY": OPEN,
    "CANCEL_ACTIVITY": OPEN,
}


@dataclass(frozen=True, slots=True)
class Move:
    """A new due day, and when the platform learned it."""

    due_on: date
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class Activity:
    """An activity as it is kept; `status` is what people did: planned, under_way, done or canceled."""

    id: str
    version: int
    updated_at: datetime
    created_at: datetime
    plan_id: str
    plan_body_id: DatedId
    title: LocalizedText
    folded_title: str
    status: str
    channels: tuple[OutreachChannel, ...]
    lead_body_id: DatedId
    body_ids: tuple[DatedId, ...]  # lead and coordinating ones
    starts_on: date
    due_on: date
    first_due_on: date
    stage: str | None = None
    industries: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    audiences: tuple[str, ...] = ()
    coordinating_body_ids: tuple[DatedId, ...] = ()
    done_on: date | None = None
    done_at: datetime | None = None
    canceled_on: date | None = None
    canceled_at: datetime | None = None
    state_reason: LocalizedText | None = None
    budget: int | None = None
    deliverable: Deliverable | None = None
    evidence: tuple[EvidenceView, ...] = ()
    public_from: date | None = None  # the signing day of its plan
    public_at: datetime | None = None  # when that was recorded
    moves: tuple[Move, ...] = ()
    is_moved: bool = False
    is_late: bool = False

    def state_on(self, day: date) -> ActivityState:
        """Where it stands on that day."""
        if self.status == "canceled":
            return ActivityState.CANCELED
        if self.done_on is not None:
            return ActivityState.DONE_LATE if self.is_late else ActivityState.DONE
        if self.due_on < day:
            return ActivityState.OVERDUE
        return ActivityState(self.status)


@dataclass(frozen=True, slots=True)
class ActivityFact:
    """What figures need of an activity, as known at any time (`known_at` None: now)."""

    id: str
    created_at: datetime
    title: LocalizedText
    plan_body_id: DatedId
    lead_body_id: DatedId
    first_due_on: date
    moves: tuple[Move, ...] = ()
    done_on: date | None = None
    done_at: datetime | None = None
    canceled_on: date | None = None
    canceled_at: datetime | None = None
    public_from: date | None = None
    public_at: datetime | None = None

    def is_public(self, day: date, known_at: datetime | None) -> bool:
        """Whether its plan had been signed by the end of that day."""
        return _happened(self.public_from, self.public_at, day, known_at) and _known(self.created_at, known_at)

    def is_canceled(self, day: date, known_at: datetime | None) -> bool:
        """Whether it had been given up by the end of that day."""
        return _happened(self.canceled_on, self.canceled_at, day, known_at)

    def done_by(self, day: date, known_at: datetime | None) -> date | None:
        """When it was done, if that was by the end of that day."""
        return self.done_on if _happened(self.done_on, self.done_at, day, known_at) else None

    def due_as_known(self, known_at: datetime | None) -> date:
        """The due day, after the moves that were known."""
        known = [move.due_on for move in self.moves if _known(move.recorded_at, known_at)]
        return known[-1] if known else self.first_due_on

    def is_moved(self, known_at: datetime | None) -> bool:
        """Whether a move was known."""
        return any(_known(move.recorded_at, known_at) for move in self.moves)


def possible(activity: Activity, action: str) -> Activity:
    """The activity, if the action is possible in its state. Raises `state-conflict`."""
    if activity.status not in POSSIBLE_IN[action]:
        raise state_conflict("Hoạt động đã xong hoặc đã hủy.", "The activity is done or canceled.")
    return activity


def check_days(starts_on: date, due_on: date) -> None:
    """Refuses an activity that is due before it starts."""
    if due_on < starts_on:
        raise refused("INVALID", "/due_on", vi="Hạn trước ngày bắt đầu.", en="Due before it starts.")


def started(activity: Activity, *, at: datetime) -> Activity:
    """The activity under way."""
    return _next(possible(activity, "START_ACTIVITY"), at, status="under_way")


def completed(
    activity: Activity, evidence: tuple[EvidenceView, ...], *, done_on: date, actual: float | None, at: datetime
) -> Activity:
    """The activity done. Done without evidence is not done."""
    possible(activity, "COMPLETE_ACTIVITY")
    if not evidence:
        vi, en = "Cần ít nhất một minh chứng.", "At least one evidence is needed."
        raise refused("EVIDENCE_REQUIRED", "/evidence", vi=vi, en=en)
    if done_on < activity.starts_on:
        raise refused("INVALID", "/done_on", vi="Trước ngày bắt đầu.", en="Before it starts.")
    promised = activity.deliverable
    deliverable = promised.model_copy(update={"actual": actual}) if promised and actual is not None else promised
    after = _next(activity, at, status="done", done_on=done_on, done_at=at, is_late=done_on > activity.due_on)
    return replace(after, evidence=evidence, deliverable=deliverable)


def moved(activity: Activity, due_on: date, *, reason: str, at: datetime) -> Activity:
    """The activity with a new due day; the first one is kept."""
    check_days(possible(activity, "MOVE_ACTIVITY").starts_on, due_on)
    moves = (*activity.moves, Move(due_on, at))
    return _next(activity, at, due_on=due_on, moves=moves, is_moved=True, state_reason=LocalizedText(vi=reason))


def canceled(activity: Activity, *, reason: str, on: date, at: datetime) -> Activity:
    """The activity given up."""
    possible(activity, "CANCEL_ACTIVITY")
    return _next(activity, at, status="canceled", canceled_on=on, canceled_at=at, state_reason=LocalizedText(vi=reason))


def _next(activity: Activity, at: datetime, **changes: object) -> Activity:
    return replace(activity, version=activity.version + 1, updated_at=at, **changes)  # type: ignore[arg-type]


def _happened(on: date | None, at: datetime | None, day: date, known_at: datetime | None) -> bool:
    return on is not None and on <= day and _known(at, known_at)


def _known(at: datetime | None, known_at: datetime | None) -> bool:
    return known_at is None or (at is not None and at <= known_at)
