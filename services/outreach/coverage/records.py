"""What the coverage steps keep: reach of an access point, coverage of a commune, and when each scope was last heard."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from contracts.vocabulary import OutreachChannel
from services.outreach.coverage.reach import Span
from services.outreach.coverage.steps import Step


class Question(StrEnum):
    """What is asked of a day: was anything heard, and was program information heard?"""

    ALIVE = "alive"
    PROGRAM = "program"


@dataclass(frozen=True, slots=True)
class Reach:
    """On which days an access point counts, by question, and the keys under which it was heard."""

    id: str  # of the access point
    commune_id: str
    alive: tuple[Span, ...] = ()
    program: tuple[Span, ...] = ()
    heard_keys: tuple[str, ...] = ()

    def spans(self, question: Question) -> tuple[Span, ...]:
        """The spans of one question."""
        return self.program if question is Question.PROGRAM else self.alive


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel type of a commune: since when it has an access point, and on which days it counts."""

    channel: OutreachChannel
    known_from: date
    alive: tuple[Span, ...] = ()
    program: tuple[Span, ...] = ()

    def spans(self, question: Question) -> tuple[Span, ...]:
        """The spans of one question."""
        return self.program if question is Question.PROGRAM else self.alive


@dataclass(frozen=True, slots=True)
class UnregisteredDevice:
    """A device that was heard on days on which no access point named it."""

    id: str  # its heard key
    province_id: str
    days: tuple[date, ...]  # sorted
    last_day: date


@dataclass(frozen=True, slots=True)
class Coverage:
    """A commune in one population series. `revision` rises with each change, so that copies can be refreshed."""

    id: str  # series|commune
    series: str
    commune_id: str
    province_id: str
    people: int
    revision: int
    alive: tuple[Step, ...] = ()
    program: tuple[Step, ...] = ()
    channels: tuple[Channel, ...] = ()

    def steps(self, question: Question) -> tuple[Step, ...]:
        """The steps of one question."""
        return self.program if question is Question.PROGRAM else self.alive


@dataclass(frozen=True, slots=True)
class LastHeard:
    """When a scope (commune or province) was last heard on one day, by question."""

    id: str  # scope|day
    scope_id: str
    parent_id: str  # province of a commune, "program" of a province
    day: date
    alive_at: datetime | None
    program_at: datetime | None
