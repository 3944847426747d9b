"""The rules of T4: persons once, where they work, in both topics."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.outreach.training.domain import (
    Completion,
    Employment,
    HeadCount,
    Registers,
    StaffKind,
    Topic,
    added,
    counts_on,
    people_on,
)

AT = datetime(2026, 1, 1, tzinfo=UTC)
DAY = date(2026, 6, 30)
A, B = "G06@2025-03-01", "H26@2025-07-01"
BOTH = (Topic.DIGITAL_COMMUNICATION, Topic.SCIENCE_TECHNOLOGY)


def work(
    key: str, body: str = A, *, first: date = date(2025, 1, 1), last: date | None = None, full: bool = True
) -> Employment:
    return Employment(
        id=f"{key}|{first}", natural_key=f"{key}|{first}", known_from=AT, staff_key=key, body_id=body,
        kind=StaffKind.COMMUNICATION, is_full_time=full, valid_from=first, valid_to=last,
    )  # fmt: skip


def done(
    key: str,
    *topics: Topic,
    on: date = date(2026, 1, 5),
    until: date | None = None,
    course: str = "c",
    speaks_for: tuple[str, ...] = (),
) -> Completion:
    natural = f"{key}|{course}|{on}"
    return Completion(
        id=natural, natural_key=natural, known_from=AT, staff_key=key, speaks_for=speaks_for, course=course,
        topics=topics, completed_on=on, valid_until=until,
    )  # fmt: skip


def test_two_courses_of_one_topic_are_half_a_training() -> None:
    twice = [done("p001", BOTH[0]), done("p001", BOTH[0], course="d")]
    counted = counts_on(DAY, Registers([work("p001")], [], twice))[A]
    assert (counted.full_time, counted.in_both, counted.in_one) == (1, 0, 1)


def test_a_person_who_moved_counts_where_they_are_now() -> None:
    moved = [work("p001", A), work("p001", B, first=date(2026, 3, 1))]
    registers = Registers(moved, [], [done("p001", *BOTH)])
    assert set(counts_on(DAY, registers)) == {B}
    assert set(counts_on(date(2026, 2, 28), registers)) == {A}


def test_part_time_people_are_outside() -> None:
    counted = counts_on(DAY, Registers([work("p001", full=False)], [], [done("p001", *BOTH)]))[A]
    assert (counted.full_time, counted.in_both, counted.part_time) == (0, 0, 1)


def test_a_completion_lapses_the_day_after_its_last() -> None:
    registers = Registers([work("p001")], [], [done("p001", *BOTH, until=DAY)])
    assert counts_on(DAY, registers)[A].in_both == 1
    after = DAY + timedelta(days=1)
    assert counts_on(after, registers)[A].in_both == 0
    assert people_on(after, registers)[0].reason == "completion_expired"


def test_a_file_speaks_only_for_its_own_people() -> None:
    foreign = done("p001", *BOTH, speaks_for=(B,))
    assert counts_on(DAY, Registers([work("p001", A)], [], [foreign]))[A].in_both == 0
    once_there = [work("p001", B, last=date(2025, 12, 31)), work("p001", A, first=date(2026, 1, 1))]
    assert counts_on(DAY, Registers(once_there, [], [foreign]))[A].in_both == 1


def test_a_declared_head_count_is_a_denominator_until_a_list_comes() -> None:
    declared = HeadCount(
        id="h", natural_key="h", known_from=AT, body_id=A, kind=StaffKind.COMMUNICATION, people=40,
        valid_from=date(2025, 7, 1), valid_to=None,
    )  # fmt: skip
    alone = counts_on(DAY, Registers([], [declared], []))[A]
    assert (alone.full_time, alone.unverified) == (40, 40)
    listed = counts_on(DAY, Registers([work("p001")], [declared], []))[A]
    assert (listed.full_time, listed.unverified) == (1, 0)


@given(
    st.lists(st.tuples(st.sampled_from(["p001", "p002", "p003"]), st.sampled_from([A, B]), st.booleans()), max_size=12),
    st.lists(st.tuples(st.sampled_from(["p001", "p002", "p003"]), st.sampled_from(BOTH)), max_size=12),
)
def test_persons_count_once_and_the_sums_are_of_persons(
    works: list[tuple[str, str, bool]], completions: list[tuple[str, Topic]]
) -> None:
    rows = [work(k, b, full=f, first=date(2025, 1, 1) + timedelta(days=n)) for n, (k, b, f) in enumerate(works)]
    registers = Registers(rows, [], [done(k, t, course=str(n)) for n, (k, t) in enumerate(completions)])
    total = added(counts_on(DAY, registers).values())
    assert total.full_time + total.part_time == len({key for key, _, _ in works})
    assert total.in_both + total.in_one <= total.full_time
    repeated = Registers([*rows, *rows], [], [*registers.completions, *registers.completions])
    assert counts_on(DAY, repeated) == counts_on(DAY, registers)
