"""Third step: how many people of a commune are reached, as steps over time (measure PEOPLE_COVERED).

`lower` is the larger of the people of the named villages, each once, and the largest declared reach, since two channels
heard by the same people are not two publics; `upper` adds the declared reaches up. Both are cut at the population.
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from services.outreach.coverage.reach import Span


@dataclass(frozen=True, slots=True)
class Public:
    """Whom an access point serves: villages, a declared number, or (neither) the whole commune."""

    villages: frozenset[str]
    people_served: int | None
    is_located: bool


@dataclass(frozen=True, slots=True)
class Reached:
    """People of a commune on one day: official value, upper bound, and whether the lower had to be cut."""

    lower: int
    upper: int
    capped: bool


@dataclass(frozen=True, slots=True)
class Step:
    """From this day on, until the next step."""

    first: date
    lower: int
    upper: int
    capped: bool


NOBODY = Reached(0, 0, capped=False)


def reached(publics: Sequence[Public], *, people: int, villages: Mapping[str, int]) -> Reached:
    """How many people of a commune the channels that were heard reach together."""
    located = [public for public in publics if public.is_located]
    if any(not public.villages and public.people_served is None for public in located):
        return Reached(people, people, capped=False)
    named = {village for public in located for village in public.villages}
    in_villages = sum(villages.get(village, 0) for village in named)
    declared = [public.people_served or 0 for public in located if not public.villages]
    lower = max([in_villages, *declared])
    beyond = sum(public.people_served or 0 for public in publics if not public.is_located)
    upper = in_villages + sum(declared) + beyond
    return Reached(min(lower, people), min(upper, people), capped=lower > people)


def steps(
    channels: Sequence[tuple[Public, Sequence[Span]]], *, people: int, villages: Mapping[str, int]
) -> tuple[Step, ...]:
    """The commune's people reached over time: a step at each day on which that number changes."""
    days = {span.first for _, spans in channels for span in spans}
    days |= {span.last + timedelta(days=1) for _, spans in channels for span in spans}
    found: list[Step] = []
    before = NOBODY
    for day in sorted(days):
        active = [public for public, spans in channels if counts_on(spans, day)]
        now = reached(active, people=people, villages=villages) if active else NOBODY
        if now != before:
            found.append(Step(day, now.lower, now.upper, now.capped))
            before = now
    return tuple(found)


def on_day(found: Sequence[Step], day: date) -> Reached:
    """What the steps say of a day."""
    place = bisect_right(found, day, key=lambda step: step.first) - 1
    return Reached(found[place].lower, found[place].upper, capped=found[place].capped) if place >= 0 else NOBODY


def counts_on(spans: Sequence[Span], day: date) -> bool:
    """Whether a day is in one of the sorted spans."""
    place = bisect_right(spans, day, key=lambda span: span.first) - 1
    return place >= 0 and spans[place].last >= day
