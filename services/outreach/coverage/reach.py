"""Second step: on which days an access point counts, as spans.

A play on day d counts on the days d to d + 89: the window is the 90 calendar days that end with the day of the figure.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Days from `first` to `last`, both included."""

    first: date
    last: date


def span_of(day: date, window_days: int) -> Span:
    """The days on which a play of `day` counts."""
    return Span(day, day + timedelta(days=window_days - 1))


def merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    """The same days in the fewest spans, sorted; spans that touch become one."""
    joined: list[Span] = []
    for span in sorted(spans):
        if joined and span.first <= joined[-1].last + timedelta(days=1):
            joined[-1] = Span(joined[-1].first, max(joined[-1].last, span.last))
        else:
            joined.append(span)
    return tuple(joined)


def extended(spans: Sequence[Span], days: Iterable[date], window_days: int) -> tuple[Span, ...]:
    """The spans with plays on more days; the same days again change nothing."""
    return merged([*spans, *(span_of(day, window_days) for day in days)])
