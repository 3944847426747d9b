"""What the figures of T1 count, unit by unit: pure rules over plans and activities, each unit with its reason.

A body counts by the plan that is in force, an activity by its lead body and its due day (`measures.yaml`).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from contracts.vocabulary import DatedId, FigureItemOutcome, FigureItemView, LocalizedText, SubjectRef
from reference.bodies import Body
from reference.calendars import start_of_day
from services.plans.activities.domain import ActivityFact
from services.plans.body_plans.domain import BodyPlan, counting_plan, first_signed_on

PlansOf = Mapping[DatedId, Mapping[str, BodyPlan]]


@dataclass(frozen=True, slots=True)
class Moment:
    """Of which day a figure speaks, at its end, and what was known by when (None: all that is known now)."""

    day: date
    known_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One unit behind a figure: whose it is, whether it counts, and why. Times are of the fact that decides."""

    subject: SubjectRef
    label: LocalizedText
    body_id: DatedId
    counts: bool
    reason: str
    occurred_at: datetime | None = None
    recorded_at: datetime | None = None
    is_moved: bool = False

    def view(self) -> FigureItemView:
        """The unit as it is told."""
        return FigureItemView(
            subject=self.subject,
            label=self.label,
            outcome=FigureItemOutcome.COUNTED if self.counts else FigureItemOutcome.NOT_COUNTED,
            reason=self.reason,
            numerator=int(self.counts),
            denominator=1,
            occurred_at=self.occurred_at,
            recorded_at=self.recorded_at,
            cursor=self.subject.id,
        )


@dataclass(frozen=True, slots=True)
class Facts:
    """What is read once for all figures of a batch: plans by body and id, and activities of plans that were signed."""

    plans: PlansOf = field(default_factory=dict)
    activities: Sequence[ActivityFact] = ()


def in_force(facts: Facts, bodies: Iterable[Body], at: Moment) -> list[Item]:
    """Each obligated body: whether it has a plan in force, whenever that was signed."""
    return [_of_body(facts, body, at, due=None) for body in bodies]


def on_time(facts: Facts, bodies: Iterable[Body], at: Moment, *, due: date) -> list[Item]:
    """Each obligated body: whether the line of plans that leads to the one in force was first signed by `due`."""
    return [_of_body(facts, body, at, due=due) for body in bodies]


def carried_out(facts: Facts, bodies: Iterable[Body], at: Moment, *, window_months: int) -> list[Item]:
    """Each obligated body: whether it did something, with evidence, in the months that end with the day."""
    newest: dict[DatedId, ActivityFact] = {}
    begins = months_before(at.day, window_months)
    for fact in facts.activities:
        done_on = fact.done_by(at.day, at.known_at)
        if done_on is None or done_on <= begins or not fact.is_public(at.day, at.known_at):
            continue
        best = newest.get(fact.plan_body_id)
        if best is None or best.done_on is None or done_on > best.done_on:
            newest[fact.plan_body_id] = fact
    return [_carried_out(body, newest.get(body.id)) for body in bodies]


def done_on_time(facts: Facts, at: Moment) -> list[Item]:
    """Each activity that was due by the day, without the canceled; a moved one by the day it was moved to."""
    return [_due(fact, at) for fact in _standing(facts, at) if fact.due_as_known(at.known_at) <= at.day]


def joint(facts: Facts, at: Moment) -> list[Item]:
    """Each activity not canceled: joint once a coordinating body accepted. Nobody can accept yet, so none is."""
    return [_activity(fact, counts=False, reason="not_joint", at=at) for fact in _standing(facts, at)]


def months_before(day: date, months: int) -> date:
    """The same day so many months earlier, or the last of that month."""
    place = day.year * 12 + day.month - 1 - months
    first = date(place // 12, place % 12 + 1, 1)
    after = date((place + 1) // 12, (place + 1) % 12 + 1, 1)
    return first.replace(day=min(day.day, (after - first).days))


def _standing(facts: Facts, at: Moment) -> list[ActivityFact]:
    return [
        fact
        for fact in facts.activities
        if fact.is_public(at.day, at.known_at) and not fact.is_canceled(at.day, at.known_at)
    ]


def _of_body(facts: Facts, body: Body, at: Moment, *, due: date | None) -> Item:
    own = facts.plans.get(body.id, {})
    plan = counting_plan(own, at.day, known_at=at.known_at)
    signed_on = first_signed_on(plan, own) if plan else None
    if plan is None or signed_on is None:
        return _body(body, counts=False, reason=_why_none(facts, body, at))
    counts = due is None or signed_on <= due
    if due is None:
        reason = "plan_adopted" if plan.adopted_from_id else "plan_in_force"
    else:
        reason = "plan_signed_on_time" if counts else "plan_signed_late"
    return _body(body, counts=counts, reason=reason, on=signed_on, recorded_at=plan.promulgated_at)


def _why_none(facts: Facts, body: Body, at: Moment) -> str:
    own = facts.plans.get(body.id, {}).values()
    if any(plan.is_own_plan and plan.is_revoked(at.day, at.known_at) for plan in own):
        return "plan_revoked"
    former = (counting_plan(facts.plans.get(other, {}), at.day, known_at=at.known_at) for other in body.predecessors)
    return "plan_of_predecessor_not_adopted" if any(former) else "no_plan"


def _carried_out(body: Body, done: ActivityFact | None) -> Item:
    if done is None:
        return _body(body, counts=False, reason="no_activity_done")
    return _body(body, counts=True, reason="activity_done_with_evidence", on=done.done_on, recorded_at=done.done_at)


def _due(fact: ActivityFact, at: Moment) -> Item:
    done_on = fact.done_by(at.day, at.known_at)
    if done_on is None:
        return _activity(fact, counts=False, reason="overdue", at=at)
    counts = done_on <= fact.due_as_known(at.known_at)
    return _activity(fact, counts=counts, reason="done_on_time" if counts else "done_late", at=at, done_on=done_on)


def _body(
    body: Body, *, counts: bool, reason: str, on: date | None = None, recorded_at: datetime | None = None
) -> Item:
    return Item(
        subject=SubjectRef(type="Body", id=body.id),
        label=body.name,
        body_id=body.id,
        counts=counts,
        reason=reason,
        occurred_at=start_of_day(on) if on else None,
        recorded_at=recorded_at,
    )


def _activity(fact: ActivityFact, *, counts: bool, reason: str, at: Moment, done_on: date | None = None) -> Item:
    return Item(
        subject=SubjectRef(type="Activity", id=fact.id),
        label=fact.title,
        body_id=fact.lead_body_id,
        counts=counts,
        reason=reason,
        occurred_at=start_of_day(done_on) if done_on else None,
        recorded_at=fact.done_at if done_on else fact.created_at,
        is_moved=fact.is_moved(at.known_at),
    )
