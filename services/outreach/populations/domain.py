"""The rules of population series: a commune has a number, its villages may have parts of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class CommunePopulation:
    """People of one commune in one series; `villages` gives those of its villages that the series knows."""

    id: str  # series|commune
    series: str
    commune_id: str
    province_id: str
    people: int
    recorded_at: datetime
    villages: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Series:
    """A population series. The one imported last is in use, unless a setting names another."""

    id: str
    year: int
    is_apportioned: bool
    imported_at: datetime


def population_id(series: str, commune_id: str) -> str:
    """The key of a commune's row in a series."""
    return f"{series}|{commune_id}"
