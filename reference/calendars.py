"""Days, deadlines and reporting years as they are cut in Viet Nam; instants are UTC."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone

from reference.files import DataFiles

_DAY = timedelta(days=1)
_SATURDAY = 5
# Asia/Ho_Chi_Minh: seven hours ahead of UTC, no daylight saving (domain rules, figures).
VIETNAM = timezone(timedelta(hours=7), "Asia/Ho_Chi_Minh")


def vietnam_day(instant: datetime) -> date:
    """The Vietnamese day in which the instant falls. Raises ValueError for a time without an offset."""
    if instant.tzinfo is None:
        raise ValueError("an instant needs an offset")
    return instant.astimezone(VIETNAM).date()


def start_of_day(day: date) -> datetime:
    """The UTC instant at which the Vietnamese day begins: 17:00 of the day before."""
    return datetime.combine(day, time(), tzinfo=VIETNAM).astimezone(UTC)


def end_of_day(day: date) -> datetime:
    """The UTC instant at which the Vietnamese day ends, which is no longer part of it: 17:00."""
    return start_of_day(day + _DAY)


def month_ends(start: date, end: date) -> tuple[date, ...]:
    """The last days of the months within start and end, both included, oldest first."""
    ends: list[date] = []
    last = _end_of_month(start)
    while last <= end:
        ends.append(last)
        last = _end_of_month(last + _DAY)
    return tuple(ends)


def _end_of_month(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - _DAY


@dataclass(frozen=True, slots=True)
class ReportingYear:
    """The year of a report and its first and last day."""

    year: int
    starts_on: date
    ends_on: date


@dataclass(frozen=True, slots=True)
class MonthDay:
    """A day of any year."""

    month: int
    day: int


@dataclass(frozen=True, slots=True)
class Calendars:
    """The calendar of offices: reporting years, holidays and the Saturdays worked for them (`calendars.yaml`).

    `service_levels` are the platform's own terms in days, by name.
    """

    time_zone: str
    reporting_year_starts: MonthDay
    holidays: frozenset[date]
    worked_weekend_days: frozenset[date]
    service_levels: dict[str, int]

    def reporting_year(self, day: date) -> ReportingYear:
        """The reporting year that holds the day; it bears the number of the year in which it ends."""
        start = self._year_start(day.year)
        if day < start:
            start = self._year_start(day.year - 1)
        end = self._year_start(start.year + 1) - _DAY
        return ReportingYear(year=end.year, starts_on=start, ends_on=end)

    def is_working_day(self, day: date) -> bool:
        """Monday to Friday without holidays, and the weekend days that are worked in exchange."""
        if day in self.worked_weekend_days:
            return True
        return day.weekday() < _SATURDAY and day not in self.holidays

    def working_days_after(self, day: date, days: int) -> date:
        """The day on which so many working days have passed; `day` itself is not counted, 0 gives it back."""
        while days > 0:
            day += _DAY
            days -= self.is_working_day(day)
        return day

    def _year_start(self, year: int) -> date:
        return date(year, self.reporting_year_starts.month, self.reporting_year_starts.day)


def load_calendars(files: DataFiles) -> Calendars:
    """Reads `calendars.yaml`. Raises DataFileInvalid."""
    return files.read("calendars.yaml", Calendars)
