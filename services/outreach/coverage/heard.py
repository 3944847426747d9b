"""First step: what was heard of one device, or of one channel type in a commune, on one Vietnamese day.

A row is a union of facts, so that facts may come late, twice or in any order. Each answer carries since when the
platform knows it; a retraction takes facts away and has the row made anew from those that are left.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Fact:
    """What one counted event says: where, on which day, on which themes of its own, and which content it played."""

    key: str
    province_id: str
    day: date
    occurred_at: datetime
    recorded_at: datetime
    themes: tuple[str, ...]
    content_key: str | None


@dataclass(frozen=True, slots=True)
class Heard:
    """One key on one day. `alive_since` and `program_since` say since when each answer is known; None is no.

    `own_program_since` speaks of the events' own themes; `contents` are the content items played, and since when known.
    """

    key: str
    province_id: str
    day: date
    last_at: datetime
    alive_since: datetime | None
    own_program_since: datetime | None
    contents: Mapping[str, datetime] = field(default_factory=dict)
    program_since: datetime | None = None

    @property
    def id(self) -> str:
        """The key of the row."""
        return heard_id(self.key, self.day)


@dataclass(frozen=True, slots=True)
class Tagged:
    """Which themes are the program's (data), and the content items on one, with since when the platform knows that."""

    program_themes: frozenset[str]
    since: Mapping[str, datetime]


def heard_id(key: str, day: date) -> str:
    """The key of the row of one heard key and day."""
    return f"{key}|{day.isoformat()}"


def union(row: Heard | None, facts: Iterable[Fact], tagged: Tagged) -> Heard:
    """The row with more facts in it; the same facts again change nothing. Needs a row or one fact at least."""
    for fact in facts:
        row = _with(row, fact, tagged.program_themes)
    if row is None:
        raise ValueError("no facts")
    return resolved(row, tagged)


def resolved(row: Heard, tagged: Tagged) -> Heard:
    """The row with its program answer drawn from its own themes and from those of the content that was played."""
    by_content = [
        max(known, tagged.since[content]) for content, known in row.contents.items() if content in tagged.since
    ]
    return replace(row, program_since=_earliest(row.own_program_since, *by_content))


def _with(row: Heard | None, fact: Fact, program_themes: frozenset[str]) -> Heard:
    own = fact.recorded_at if program_themes.intersection(fact.themes) else None
    contents = {fact.content_key: fact.recorded_at} if fact.content_key else {}
    if row is None:
        return Heard(fact.key, fact.province_id, fact.day, fact.occurred_at, fact.recorded_at, own, contents)
    merged = dict(row.contents)
    for content, known in contents.items():
        merged[content] = min(known, merged.get(content, known))
    return replace(
        row,
        last_at=max(row.last_at, fact.occurred_at),
        alive_since=_earliest(row.alive_since, fact.recorded_at),
        own_program_since=_earliest(row.own_program_since, own),
        contents=merged,
    )


def _earliest(*instants: datetime | None) -> datetime | None:
    return min((instant for instant in instants if instant is not None), default=None)
