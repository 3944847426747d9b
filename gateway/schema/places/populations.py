"""People of a place, in one of several counts."""

from dataclasses import dataclass

import strawberry

from contracts.outreach.populations import PopulationSeriesView
from contracts.vocabulary import DatedId
from gateway.context import Context, Info
from gateway.schema.shared import Locale, say


def _name(series: strawberry.Parent[PopulationSeriesView], info: Info, locale: Locale | None = None) -> str:
    return say(info, info.context.reference.reasons.text(series.code), locale)


@strawberry.type
class PopulationSeries:
    """One count of the population; several are in use and they differ."""

    code: str
    name: str = strawberry.field(resolver=_name)
    year: int
    people: int
    is_apportioned: bool


@strawberry.type
class Population:
    """People of a place in one series."""

    people: int
    series: PopulationSeries


@dataclass(frozen=True, slots=True)
class PopulationRow:
    """People of a place, and in which series."""

    people: int
    series: PopulationSeriesView


def population_of(context: Context, place: DatedId, code: str | None) -> PopulationRow | None:
    """People of a commune or province in the series asked for, or the one in use; null where it has no number."""
    series = context.services.populations.series(code)
    if series is None:
        return None
    people = context.services.populations.people(place, series.code)
    return None if people is None else PopulationRow(people, series)
