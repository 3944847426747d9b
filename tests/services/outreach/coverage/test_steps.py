"""The people of a commune over time, held against a day-by-day count by the rule's own words."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.outreach.coverage.reach import Span, extended, merged, span_of
from services.outreach.coverage.steps import NOBODY, Public, counts_on, on_day, reached, steps

START = date(2026, 1, 1)
VILLAGES = {"a": 100, "b": 250, "c": 400}
PEOPLE = 1000

days = st.integers(0, 200).map(lambda n: START + timedelta(days=n))
publics = st.builds(
    Public,
    villages=st.frozensets(st.sampled_from("abcx")),
    people_served=st.none() | st.integers(0, 1500),
    is_located=st.booleans(),
)
channels = st.lists(st.tuples(publics, st.lists(days, max_size=6)), max_size=5)


@given(channels, days)
def test_steps_say_of_every_day_what_the_channels_of_that_day_reach(
    heard: list[tuple[Public, list[date]]], day: date
) -> None:
    spans = [(public, extended((), plays, 90)) for public, plays in heard]
    active = [p for p, plays in heard if any(play <= day <= play + timedelta(days=89) for play in plays)]
    wanted = reached(active, people=PEOPLE, villages=VILLAGES) if active else NOBODY
    assert on_day(steps(spans, people=PEOPLE, villages=VILLAGES), day) == wanted


@given(st.lists(publics, max_size=6))
def test_lower_never_passes_upper_nor_the_people(found: list[Public]) -> None:
    both = reached(found, people=PEOPLE, villages=VILLAGES)
    assert 0 <= both.lower <= both.upper <= PEOPLE


@given(st.lists(days), st.lists(days))
def test_spans_do_not_depend_on_order_or_repetition(some: list[date], more: list[date]) -> None:
    together = merged(span_of(day, 90) for day in [*some, *more])
    assert extended(extended((), more, 90), [*some, *more, *some], 90) == together


def test_two_channels_heard_by_the_same_people_are_not_two_publics() -> None:
    found = [Public(frozenset("ab"), 900, is_located=True), Public(frozenset(), 300, is_located=True)]
    both = reached(found, people=PEOPLE, villages=VILLAGES)
    assert (both.lower, both.upper, both.capped) == (350, 650, False)


def test_a_channel_that_declares_neither_serves_the_whole_commune() -> None:
    whole = reached([Public(frozenset(), None, is_located=True)], people=PEOPLE, villages=VILLAGES)
    assert (whole.lower, whole.upper, whole.capped) == (PEOPLE, PEOPLE, False)


def test_channels_without_a_place_add_to_the_upper_bound_only() -> None:
    both = reached([Public(frozenset(), 300, is_located=False)], people=PEOPLE, villages=VILLAGES)
    assert (both.lower, both.upper) == (0, 300)


def test_a_reach_beyond_the_people_is_cut_and_flagged() -> None:
    both = reached([Public(frozenset(), 1001, is_located=True)], people=PEOPLE, villages=VILLAGES)
    assert (both.lower, both.upper, both.capped) == (PEOPLE, PEOPLE, True)


def test_the_window_is_the_ninety_days_that_end_with_the_day() -> None:
    spans = (span_of(date(2026, 8, 3), 90),)
    assert spans == (Span(date(2026, 8, 3), date(2026, 10, 31)),)
    assert counts_on(spans, date(2026, 10, 31))
    assert not counts_on(spans, date(2026, 11, 1))
