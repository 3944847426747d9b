"""The way of a dossier and its clock (T5): days are calendar days, returned time does not count."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from chassis.problems import refused, state_conflict
from contracts.honors.nominations import Achievement, CouncilVote, NominationClock, NominationState, Recipient
from contracts.vocabulary import DatedId, LocalizedText
from reference.calendars import start_of_day, vietnam_day
from reference.honor_forms import HonorForm
from reference.states import not_possible_in
from reference.texts import folded

S = NominationState
IRREGULAR = "irregular"
NEXT: Mapping[NominationState, tuple[NominationState, ...]] = {
    S.NOMINATED: (S.COMPLETENESS_CHECKED,),
    S.COMPLETENESS_CHECKED: (S.CONSULTING, S.APPRAISED),
    S.CONSULTING: (S.APPRAISED,),
    S.APPRAISED: (S.COUNCIL_VOTED, S.SUBMITTED),
    S.COUNCIL_VOTED: (S.SUBMITTED,),
    S.DECIDED: (S.ANNOUNCED,),
    S.ANNOUNCED: (S.PRESENTED,),
}
IN_APPRAISAL = frozenset({S.NOMINATED, S.COMPLETENESS_CHECKED, S.CONSULTING, S.APPRAISED, S.COUNCIL_VOTED, S.SUBMITTED})
OPEN = IN_APPRAISAL | {S.RETURNED}
STAGES = (*sorted(IN_APPRAISAL, key=list(S).index), S.DECIDED, S.ANNOUNCED, S.RETURNED)
POSSIBLE_IN: Mapping[str, frozenset[NominationState]] = {
    "EDIT_NOMINATION": frozenset({S.NOMINATED, S.RETURNED}),
    "ADVANCE_NOMINATION": frozenset(NEXT),
    "DECIDE_NOMINATION": frozenset({S.SUBMITTED}),
    "RETURN_NOMINATION": IN_APPRAISAL,
    "RESUBMIT_NOMINATION": frozenset({S.RETURNED}),
    "REJECT_NOMINATION": OPEN,
    "WITHDRAW_NOMINATION": OPEN,
    "MERGE_NOMINATIONS": OPEN,
}


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage that a dossier went through, by the days on which it really did."""

    state: NominationState
    held_by_id: DatedId
    entered_on: date
    entered_at: datetime
    actor: str
    left_on: date | None = None
    left_at: datetime | None = None
    note: LocalizedText | None = None


@dataclass(frozen=True, slots=True)
class Nomination:
    """A dossier as it is kept. `stuck_on` is the day from which it stands too long where it is."""

    id: str
    version: int
    updated_at: datetime
    recorded_at: datetime
    nominator_id: DatedId
    recipient: Recipient
    folded_recipient: str
    folded_text: str
    achievement: Achievement
    achieved_on: date
    form: str
    kind: str
    service_level_days: int
    state: NominationState
    held_by_id: DatedId
    handler_id: DatedId  # with whom it stands while it is not returned
    stages: tuple[Stage, ...]
    entered_state_at: datetime
    province_id: DatedId | None = None
    stuck_on: date | None = None
    state_reason: LocalizedText | None = None
    council_vote: CouncilVote | None = None
    returned_from: NominationState | None = None
    merged_into_id: str | None = None
    honor_id: str | None = None
    decided_on: date | None = None
    decided_by_id: DatedId | None = None
    ended_on: date | None = None  # rejected, withdrawn, merged or revoked

    @property
    def skips_council_vote(self) -> bool:
        """Whether its kind is decided without the council's vote."""
        return self.kind == IRREGULAR

    def days_returned(self, until: date) -> int:
        """Days with the nominator up to that day: they do not count."""
        return sum(
            max(0, (min(stage.left_on or until, until) - min(stage.entered_on, until)).days)
            for stage in self.stages
            if stage.state is S.RETURNED
        )

    def is_returned_on(self, day: date) -> bool:
        """Whether it was with the nominator at the end of that day."""
        return any(
            stage.state is S.RETURNED and stage.entered_on <= day and (stage.left_on is None or day < stage.left_on)
            for stage in self.stages
        )

    def days_to(self, day: date) -> int:
        """Days of its service level used up to that day."""
        return max(0, (day - self.achieved_on).days - self.days_returned(day))

    def due_on(self, day: date) -> date:
        """The last day on which a decision is on time, as far as it is known on `day`."""
        return self.achieved_on + timedelta(days=self.service_level_days + self.days_returned(day))

    def is_decided_on_time(self) -> bool:
        """Whether its decision came within the service level of its form."""
        return self.decided_on is not None and self.days_to(self.decided_on) <= self.service_level_days


def clock_of(nomination: Nomination, form: HonorForm, today: date) -> NominationClock:
    """The clock as it stands today."""
    entered = nomination.stages[-1].entered_on
    until = nomination.decided_on or nomination.ended_on or today
    return NominationClock(
        entered_state_at=nomination.entered_state_at,
        days_in_state=(today - entered).days,
        days_allowed_in_state=form.days_allowed_in(nomination.state.value),
        is_stuck=nomination.stuck_on is not None and nomination.stuck_on <= today,
        days_total=nomination.days_to(until),
        days_allowed_total=nomination.service_level_days,
        decision_due_on=nomination.due_on(until),
        is_paused=nomination.state is S.RETURNED,
    )


def possible(nomination: Nomination, action: str) -> Nomination:
    """The dossier, if the action is possible in its state. Raises `state-conflict`."""
    if nomination.state not in POSSIBLE_IN[action]:
        raise not_possible_in(nomination.state)
    return nomination


def check_next(nomination: Nomination, to: NominationState, *, has_vote: bool) -> None:
    """Refuses a stage that may not follow, and one that needs the council's vote. Raises refusals."""
    possible(nomination, "ADVANCE_NOMINATION")
    if to not in NEXT[nomination.state]:
        raise state_conflict("Không thể chuyển thẳng đến bước này.", "This stage may not follow the present one.")
    needs_vote = to is S.SUBMITTED and nomination.state is S.APPRAISED and not nomination.skips_council_vote
    if needs_vote or (to is S.COUNCIL_VOTED and not has_vote):
        vi, en = "Bước này cần kết quả biểu quyết của hội đồng.", "This stage needs the council's vote."
        raise refused("COUNCIL_VOTE_REQUIRED", "/council_vote", vi=vi, en=en)
    if to is S.COMPLETENESS_CHECKED and not nomination.achievement.evidence:
        vi, en = "Hồ sơ chưa có minh chứng.", "The dossier has no evidence."
        raise refused("EVIDENCE_REQUIRED", "/to", vi=vi, en=en)


def check_day(nomination: Nomination, on: date, *, today: date, pointer: str) -> None:
    """Refuses a day in the future or before the dossier came to its present stage."""
    if on > today or on < nomination.stages[-1].entered_on:
        vi, en = "Ngày ở tương lai hoặc trước bước hiện tại.", "In the future, or before the present stage."
        raise refused("INVALID", pointer, vi=vi, en=en)


def entered(
    nomination: Nomination, state: NominationState, *, on: date, at: datetime, actor: str, form: HonorForm,
    note: LocalizedText | None = None,
) -> Nomination:  # fmt: skip
    """The dossier in another stage from that day on; its clock for the stage starts anew."""
    holder = nomination.nominator_id if state is S.RETURNED else nomination.handler_id
    moment = at if on == vietnam_day(at) else max(start_of_day(on), nomination.entered_state_at)
    left = replace(nomination.stages[-1], left_on=on, left_at=moment)
    stage = Stage(state, holder, on, moment, actor, note=note)
    allowed = form.days_allowed_in(state.value)
    return replace(
        nomination,
        version=nomination.version + 1,
        updated_at=at,
        state=state,
        held_by_id=holder,
        stages=(*nomination.stages[:-1], left, stage),
        entered_state_at=moment,
        stuck_on=None if allowed is None else on + timedelta(days=allowed + 1),
        state_reason=note if state in (S.RETURNED, S.REJECTED, S.WITHDRAWN) else None,
    )


def achievement_key(recipient: Recipient, achievement: Achievement) -> str:
    """What makes two achievements one: recipient, day and title (one achievement, one honor)."""
    return f"{folded(recipient.name)}|{achievement.achieved_on}|{folded(achievement.title.vi)}"


def looks_alike(one: Nomination, other: Nomination) -> float:
    """How alike two dossiers of one recipient are, 0 to 1: days close by, and words that their titles share."""
    if one.folded_recipient != other.folded_recipient or abs((one.achieved_on - other.achieved_on).days) > 30:
        return 0.0
    first, second = (set(folded(row.achievement.title.vi).split()) for row in (one, other))
    return len(first & second) / len(first | second)
