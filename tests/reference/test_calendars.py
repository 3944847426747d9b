"""Days are Vietnamese, instants are UTC."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reference.calendars import Calendars, MonthDay, end_of_day, month_ends, start_of_day, vietnam_day

DAYS = st.dates(min_value=date(2000, 1, 2), max_value=date(2100, 12, 30))


def calendars() -> Calendars:
    return Calendars(
        time_zone="Asia/Ho_Chi_Minh",
        reporting_year_starts=MonthDay(month=12, day=15),
        holidays=frozenset({date(2026, 4, 30), date(2026, 5, 1)}),
        worked_weekend_days=frozenset({date(2026, 5, 2)}),
        service_levels={},
    )


def test_a_vietnamese_day_ends_at_seventeen_hours_utc() -> None:
    assert end_of_day(date(2025, 12, 31)) == datetime(2025, 12, 31, 17, tzinfo=UTC)
    assert vietnam_day(datetime(2025, 12, 31, 16, 59, 59, tzinfo=UTC)) == date(2025, 12, 31)
    assert vietnam_day(datetime(2025, 12, 31, 17, tzinfo=UTC)) == date(2026, 1, 1)


@given(DAYS)
def test_a_day_holds_its_first_instant_and_not_its_end(day: date) -> None:
    assert vietnam_day(start_of_day(day)) == day
    assert vietnam_day(end_of_day(day) - timedelta(microseconds=1)) == day
    assert vietnam_day(end_of_day(day)) == day + timedelta(days=1)


def test_an_instant_without_an_offset_is_refused() -> None:
    with pytest.raises(ValueError, match="offset"):
        vietnam_day(datetime(2026, 1, 1))  # noqa: DTZ001 - the missing offset is what is tested


@given(DAYS)
def test_reporting_years_hold_their_days_and_follow_each_other(day: date) -> None:
    year = calendars().reporting_year(day)
    assert year.starts_on <= day <= year.ends_on
    assert calendars().reporting_year(year.ends_on + timedelta(days=1)).year == year.year + 1


def test_the_reporting_year_turns_on_the_fifteenth_of_december() -> None:
    assert calendars().reporting_year(date(2025, 12, 14)).year == 2025
    turned = calendars().reporting_year(date(2025, 12, 15))
    assert (turned.year, turned.starts_on, turned.ends_on) == (2026, date(2025, 12, 15), date(2026, 12, 14))


@pytest.mark.parametrize(
    ("days", "expected"),
    [(0, date(2026, 4, 29)), (1, date(2026, 5, 2)), (2, date(2026, 5, 4)), (6, date(2026, 5, 8))],
)
def test_working_days_leave_out_holidays_and_take_worked_saturdays(days: int, expected: date) -> None:
    assert calendars().working_days_after(date(2026, 4, 29), days) == expected


def test_month_ends_within_a_span() -> None:
    assert month_ends(date(2024, 1, 31), date(2024, 3, 30)) == (date(2024, 1, 31), date(2024, 2, 29))
    assert month_ends(date(2024, 2, 10), date(2024, 2, 20)) == ()
