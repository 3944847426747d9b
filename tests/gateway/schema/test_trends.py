"""The days of a trend."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from gateway.schema.program.trends import MOST_POINTS, TrendInterval, days_between

DAYS = st.dates(date(2025, 6, 16), date(2035, 12, 31))


def test_months_end_with_the_day_asked_for() -> None:
    days = days_between(date(2025, 12, 31), date(2026, 3, 15), TrendInterval.MONTH)
    assert [day.isoformat() for day in days] == ["2025-12-31", "2026-01-31", "2026-02-28", "2026-03-15"]


def test_quarters_reach_back_over_the_year() -> None:
    days = days_between(date(2025, 6, 1), date(2026, 2, 28), TrendInterval.QUARTER)
    assert [day.isoformat() for day in days] == ["2025-08-31", "2025-11-30", "2026-02-28"]


@given(DAYS, st.sampled_from([TrendInterval.WEEK, TrendInterval.MONTH, TrendInterval.QUARTER]))
def test_days_rise_and_end_with_the_last(end: date, interval: TrendInterval) -> None:
    days = days_between(None, end, interval)
    assert days[-1] == end
    assert list(days) == sorted(set(days))
    assert len(days) <= MOST_POINTS
