"""Shares and statuses are decided exactly."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.vocabulary import FigureStatus, MeasureCode, TargetCode
from reference.files import OWN_DATA, DataFileInvalid, DataFiles
from reference.measures import load_measures, share, status_of, value_of

MEASURES = load_measures(DataFiles())
COVERED = MEASURES.get(MeasureCode.PEOPLE_COVERED)
PARTS = st.integers(min_value=1, max_value=10**9).flatmap(
    lambda whole: st.tuples(st.integers(min_value=0, max_value=whole), st.just(whole))
)


def test_every_code_is_defined_in_both_languages() -> None:
    assert {measure.code for measure in MEASURES.all} == set(MeasureCode)
    for measure in MEASURES.all:
        for text in (measure.name, measure.numerator, measure.denominator, measure.rules, measure.basis):
            assert text.vi and text.en and text.vi != text.en


def test_targets_and_owners() -> None:
    headlines = [MEASURES.headline_of(target).code for target in TargetCode]
    assert headlines == [
        MeasureCode.PLAN_PROMULGATED_ON_TIME,
        MeasureCode.TASK_COMMUNICATED,
        MeasureCode.PEOPLE_COVERED,
        MeasureCode.STAFF_TRAINED,
        MeasureCode.HONOR_DECIDED_ON_TIME,
    ]
    assert [len(MEASURES.owned_by(service)) for service in ("plans", "tasks", "outreach", "honors")] == [7, 2, 7, 2]
    assert len(MEASURES.of_target(TargetCode.T1)) == 7


def test_defaults_and_numbers_of_a_measure() -> None:
    on_time = MEASURES.get(MeasureCode.PLAN_PROMULGATED_ON_TIME)
    assert (on_time.goal, on_time.due, on_time.stale_after) == (1.0, date(2025, 12, 31), None)
    assert (COVERED.goal, COVERED.due, COVERED.line) == (0.8, date(2030, 12, 31), date(2025, 6, 16))
    assert (COVERED.band, COVERED.stale_after, COVERED.parameters["window_days"]) == (0.1, 7, 90)


def test_nothing_over_nothing_is_not_applicable() -> None:
    assert share(0, 0) is None
    assert status_of(COVERED, 0, 0, date(2026, 1, 1)) is None


@pytest.mark.parametrize(
    ("numerator", "denominator", "goal", "expected"),
    [
        (2, 3, None, 0.666667),
        (1, 1, None, 1.0),
        (9_999_999, 10_000_000, None, 0.999999),
        (7_999_999, 10_000_000, 0.8, 0.799999),
        (7_999_999, 10_000_000, None, 0.8),
        (8, 10, 0.8, 0.8),
    ],
)
def test_shares_have_six_decimals(numerator: int, denominator: int, goal: float | None, expected: float) -> None:
    assert share(numerator, denominator, goal=goal) == expected


@given(PARTS)
def test_a_shown_value_reaches_the_goal_only_with_the_exact_one(parts: tuple[int, int]) -> None:
    value = value_of(COVERED, *parts)
    assert value is not None
    assert (value >= 0.8) == (Fraction(*parts) >= Fraction(4, 5))
    assert (value == 1.0) == (parts[0] == parts[1])
    assert abs(Fraction(str(value)) - Fraction(*parts)) <= Fraction(1, 10**6)


@given(PARTS, st.dates(min_value=date(2025, 1, 1), max_value=date(2032, 1, 1)))
def test_a_figure_is_achieved_exactly_when_it_reaches_the_goal(parts: tuple[int, int], day: date) -> None:
    achieved = status_of(COVERED, *parts, day) is FigureStatus.ACHIEVED
    assert achieved == (5 * parts[0] >= 4 * parts[1])


ORDER = [FigureStatus.OFF_TRACK, FigureStatus.AT_RISK, FigureStatus.ON_TRACK, FigureStatus.ACHIEVED]


@given(PARTS, st.dates(min_value=date(2025, 1, 1), max_value=date(2032, 1, 1)), st.integers(0, 2000))
def test_waiting_never_betters_a_status(parts: tuple[int, int], day: date, days: int) -> None:
    now, later = status_of(COVERED, *parts, day), status_of(COVERED, *parts, day + timedelta(days=days))
    assert now is not None and later is not None
    assert ORDER.index(later) <= ORDER.index(now)


@pytest.mark.parametrize(
    ("numerator", "day", "expected"),
    [
        (0, date(2025, 6, 16), FigureStatus.ON_TRACK),
        (0, date(2025, 1, 1), FigureStatus.ON_TRACK),
        (40, date(2026, 1, 2), FigureStatus.ON_TRACK),
        (39, date(2026, 1, 2), FigureStatus.AT_RISK),
        (30, date(2026, 1, 2), FigureStatus.AT_RISK),
        (29, date(2026, 1, 2), FigureStatus.OFF_TRACK),
        (79, date(2026, 7, 21), FigureStatus.AT_RISK),
        (79, date(2026, 7, 22), FigureStatus.OFF_TRACK),
        (80, date(2026, 7, 22), FigureStatus.ACHIEVED),
    ],
)
def test_the_straight_line_and_its_band(numerator: int, day: date, expected: FigureStatus) -> None:
    # 400 days from 0 to 0.8: the line asks for 0.4 after 200 days.
    measure = replace(COVERED, line=date(2025, 6, 16), due=date(2026, 7, 21))
    assert status_of(measure, numerator, 100, day) is expected


def test_a_measure_without_a_goal_has_no_status() -> None:
    assert status_of(MEASURES.get(MeasureCode.MODEL_REPLICATED), 1, 2, date(2026, 1, 1)) is None


def test_a_line_without_length_asks_for_the_goal() -> None:
    measure = replace(COVERED, line=date(2026, 1, 1), due=date(2026, 1, 1))
    assert status_of(measure, 75, 100, date(2026, 1, 1)) is FigureStatus.AT_RISK


def test_a_file_that_forgets_a_measure_is_refused(tmp_path: Path) -> None:
    text = (OWN_DATA / "measures.yaml").read_text(encoding="utf-8")
    (tmp_path / "measures.yaml").write_text(text.replace("code: STAFF_TRAINED\n", "code: REPORT_COMPLETE\n"), "utf-8")
    with pytest.raises(DataFileInvalid, match="STAFF_TRAINED: defined 0 times"):
        load_measures(DataFiles(tmp_path))
