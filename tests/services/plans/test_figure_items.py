"""The rules of T1 as arithmetic: whatever plans and activities there are, the sums keep the words of the measures."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from contracts.plans.plans import PlanState
from contracts.vocabulary import LocalizedText
from reference.catalog import default
from services.plans import figure_items
from services.plans.activities.domain import ActivityFact, Move
from services.plans.body_plans.domain import BodyPlan
from services.plans.figure_items import Facts, Moment

DUE = date(2025, 12, 31)
HUE, AN_GIANG, KIEN_GIANG = "H57@2025-07-01", "H01@2025-07-01", "H33@2008-08-01"
NOW = datetime(2026, 6, 1, tzinfo=UTC)
DAYS = st.dates(date(2025, 6, 16), date(2026, 12, 31))
INSTANTS = DAYS.map(lambda day: datetime(day.year, day.month, day.day, 5, tzinfo=UTC))
BODIES = default().bodies.obligated_on(date(2026, 1, 1))


def plan(number: str, signed_on: date, *, body: str = HUE, **changes: object) -> BodyPlan:
    """A plan in force from a day on."""
    made = BodyPlan(
        id=number, version=1, updated_at=NOW, created_at=NOW, body_id=body, title=LocalizedText(vi="Kế hoạch"),
        folded_title="ke hoach", state=PlanState.PROMULGATED, starts_on=signed_on, ends_on=date(2030, 12, 31),
        promulgated_on=signed_on, promulgated_at=NOW,
    )  # fmt: skip
    return replace(made, **changes)  # type: ignore[arg-type]


def facts_of(*plans: BodyPlan) -> Facts:
    """Facts of these plans alone."""
    by_body: dict[str, dict[str, BodyPlan]] = {}
    for one in plans:
        by_body.setdefault(one.body_id, {})[one.id] = one
    return Facts(by_body)


def reason_of(items: list[figure_items.Item], body: str) -> tuple[bool, str]:
    """Whether a body counts, and why."""
    return next((item.counts, item.reason) for item in items if item.body_id == body)


@st.composite
def activities(draw: st.DrawFn) -> ActivityFact:
    """Any activity of a signed plan."""
    done, canceled = draw(st.none() | DAYS), draw(st.none() | DAYS)
    return ActivityFact(
        id=draw(st.uuids().map(str)),
        created_at=draw(INSTANTS),
        title=LocalizedText(vi="Tập huấn"),
        plan_body_id=HUE,
        lead_body_id=draw(st.sampled_from([HUE, AN_GIANG])),
        first_due_on=draw(DAYS),
        moves=tuple(Move(day, at) for day, at in draw(st.lists(st.tuples(DAYS, INSTANTS), max_size=3))),
        done_on=done,
        done_at=draw(INSTANTS) if done else None,
        canceled_on=None if done else canceled,
        canceled_at=draw(INSTANTS) if canceled and not done else None,
        public_from=draw(DAYS),
        public_at=draw(INSTANTS),
    )


@given(st.lists(DAYS, max_size=5, unique=True), DAYS)
def test_who_is_on_time_also_has_a_plan_and_all_56_are_asked(signed: list[date], day: date) -> None:
    facts = facts_of(*(plan(str(n), on, body=BODIES[n].id) for n, on in enumerate(signed)))
    having = figure_items.in_force(facts, BODIES, Moment(day))
    in_time = figure_items.on_time(facts, BODIES, Moment(day), due=DUE)
    assert len(having) == len(in_time) == 56
    assert {item.body_id for item in in_time if item.counts} <= {item.body_id for item in having if item.counts}
    assert sum(item.counts for item in having) == sum(on <= day for on in signed)
    assert sum(item.counts for item in in_time) == sum(on <= min(day, DUE) for on in signed)


@given(DAYS, st.integers(0, 400))
def test_what_is_entered_late_counts_by_its_signing_day(signed_on: date, late: int) -> None:
    recorded = datetime.combine(signed_on, datetime.min.time(), UTC) + timedelta(days=late)
    facts, day = facts_of(plan("p", signed_on, promulgated_at=recorded)), date(2026, 12, 31)
    assert reason_of(figure_items.on_time(facts, BODIES, Moment(day), due=DUE), HUE)[0] == (signed_on <= DUE)
    before = Moment(day, recorded - timedelta(seconds=1))
    assert reason_of(figure_items.in_force(facts, BODIES, before), HUE) == (False, "no_plan")
    assert reason_of(figure_items.in_force(facts, BODIES, Moment(day, recorded)), HUE)[0]


def test_a_line_of_plans_is_on_time_by_its_first_and_gone_with_its_last() -> None:
    first = plan("1", date(2025, 9, 30), superseded_by_id="2", superseded_on=date(2026, 2, 1), superseded_at=NOW)
    second = plan("2", date(2026, 2, 1), supersedes_id="1")
    day = Moment(date(2026, 3, 31))
    facts = facts_of(first, second)
    assert reason_of(figure_items.on_time(facts, BODIES, day, due=DUE), HUE) == (True, "plan_signed_on_time")
    revoked = replace(second, state=PlanState.REVOKED, revoked_on=date(2026, 3, 1), revoked_at=NOW)
    gone = facts_of(first, revoked)
    assert reason_of(figure_items.on_time(gone, BODIES, day, due=DUE), HUE) == (False, "plan_revoked")
    assert reason_of(figure_items.in_force(gone, BODIES, Moment(date(2026, 2, 28))), HUE)[0]


def test_a_plan_that_serves_another_does_not_count() -> None:
    facts = facts_of(plan("y", date(2025, 9, 1), parent_id="p"))
    assert reason_of(figure_items.in_force(facts, BODIES, Moment(DUE)), HUE) == (False, "no_plan")


def test_a_predecessors_plan_counts_from_its_adoption() -> None:
    former = plan("f", date(2025, 6, 20), body=KIEN_GIANG)
    at = Moment(date(2025, 9, 30))
    waiting = figure_items.in_force(facts_of(former), BODIES, at)
    assert reason_of(waiting, AN_GIANG) == (False, "plan_of_predecessor_not_adopted")
    own = plan("a", date(2025, 8, 1), body=AN_GIANG, adopted_from_id="f")
    adopted = figure_items.in_force(facts_of(former, own), BODIES, at)
    assert reason_of(adopted, AN_GIANG) == (True, "plan_adopted")


@given(st.lists(activities(), max_size=8), DAYS, st.none() | INSTANTS)
def test_every_activity_due_is_asked_once_and_counts_only_when_done_by_its_day(
    found: list[ActivityFact], day: date, known_at: datetime | None
) -> None:
    at = Moment(day, known_at)
    items = figure_items.done_on_time(Facts(activities=found), at)
    by_id = {fact.id: fact for fact in found}
    assert len({item.subject.id for item in items}) == len(items)
    for item in items:
        fact = by_id[item.subject.id]
        assert fact.due_as_known(known_at) <= day
        assert fact.canceled_on is None or fact.canceled_on > day or known_at is not None
        if item.counts:
            assert fact.done_on is not None and fact.done_on <= min(day, fact.due_as_known(known_at))
        assert item.is_moved == any(known_at is None or move.recorded_at <= known_at for move in fact.moves)
    assert {item.subject.id for item in items} <= {
        item.subject.id for item in figure_items.joint(Facts(activities=found), at)
    }


@given(st.lists(activities(), max_size=8), DAYS, INSTANTS)
def test_what_was_learned_later_was_not_known_then(found: list[ActivityFact], day: date, known_at: datetime) -> None:
    known = [
        replace(
            fact,
            moves=tuple(move for move in fact.moves if move.recorded_at <= known_at),
            done_on=fact.done_on if fact.done_at and fact.done_at <= known_at else None,
            canceled_on=fact.canceled_on if fact.canceled_at and fact.canceled_at <= known_at else None,
        )
        for fact in found
        if max(fact.created_at, fact.public_at or known_at) <= known_at
    ]
    then, as_if_now = Facts(activities=found), Facts(activities=known)
    assert _sums(then, Moment(day, known_at)) == _sums(as_if_now, Moment(day))


def _sums(facts: Facts, at: Moment) -> list[tuple[str, bool, str]]:
    items = [
        *figure_items.done_on_time(facts, at),
        *figure_items.carried_out(facts, BODIES, at, window_months=12),
        *figure_items.joint(facts, at),
    ]
    return [(item.subject.id, item.counts, item.reason) for item in items]


@given(DAYS, st.integers(0, 800))
def test_work_carries_a_plan_for_twelve_months(done_on: date, later: int) -> None:
    day = done_on + timedelta(days=later)
    fact = ActivityFact(
        id="a", created_at=NOW, title=LocalizedText(vi="Tập huấn"), plan_body_id=HUE, lead_body_id=HUE,
        first_due_on=done_on, done_on=done_on, done_at=NOW, public_from=date(2025, 6, 16), public_at=NOW,
    )  # fmt: skip
    items = figure_items.carried_out(Facts(activities=[fact]), BODIES, Moment(day), window_months=12)
    assert reason_of(items, HUE)[0] == (figure_items.months_before(day, 12) < done_on)


def test_twelve_months_before_a_leap_day_end_with_february() -> None:
    assert figure_items.months_before(date(2028, 2, 29), 12) == date(2027, 2, 28)
    assert figure_items.months_before(date(2026, 1, 15), 12) == date(2025, 1, 15)
    assert figure_items.months_before(date(2026, 3, 31), 1) == date(2026, 2, 28)
