"""The rules of T4: who is full-time staff of which body on a day, and in which topics they are trained then."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from contracts.vocabulary import DatedId


class Topic(StrEnum):
    """The two contents in which Decision 1169 wants staff to be trained."""

    DIGITAL_COMMUNICATION = "digital_communication"
    SCIENCE_TECHNOLOGY = "science_technology"


class StaffKind(StrEnum):
    """The three kinds of communication staff that the target names."""

    COMMUNICATION = "communication"
    GRASSROOTS_INFORMATION = "grassroots_information"
    FOREIGN_INFORMATION = "foreign_information"


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A row of a register, in the version that was known from one instant to another (None: still is)."""

    id: str
    natural_key: str
    known_from: datetime
    known_to: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Employment(Known):
    """A person's work at a body. `staff_key` is the body's own pseudonym of the person, the same after a move."""

    staff_key: str
    body_id: DatedId
    kind: StaffKind
    is_full_time: bool
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadCount(Known):
    """Full-time staff that a body declares without a list: a denominator that nobody can verify."""

    body_id: DatedId
    kind: StaffKind
    people: int
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Completion(Known):
    """A person's completed course; valid from `completed_on` to `valid_until`, both included.

    It counts for people who work or worked at a body that its file `speaks_for` (empty: for everybody).
    """

    staff_key: str
    speaks_for: tuple[DatedId, ...]
    course: str
    topics: tuple[Topic, ...]
    completed_on: date
    valid_until: date | None


@dataclass(frozen=True, slots=True)
class Registers:
    """All that is known of staff at one instant."""

    employments: Sequence[Employment]
    head_counts: Sequence[HeadCount]
    completions: Sequence[Completion]


@dataclass(frozen=True, slots=True)
class Person:
    """Someone on one day: where they work then, and the topics whose completion is valid or has lapsed."""

    staff_key: str
    body_id: DatedId
    kind: StaffKind
    is_full_time: bool
    topics: frozenset[Topic]
    lapsed: frozenset[Topic]

    @property
    def reason(self) -> str:
        """Why the person counts or not, as a code of `reasons.yaml`."""
        if not self.is_full_time:
            return "part_time"
        if len(self.topics) == len(Topic):
            return "both_topics"
        if self.lapsed:
            return "completion_expired"
        return "half_trained" if self.topics else "not_trained"


@dataclass(frozen=True, slots=True)
class Counted:
    """The sums of T4 of a set of bodies: `full_time` contains `unverified`, which no list backs."""

    full_time: int = 0
    in_both: int = 0
    in_one: int = 0
    part_time: int = 0
    unverified: int = 0


def known_row_id(natural_key: str, known_from: datetime) -> str:
    """The id of one version of a row."""
    return f"{natural_key}|{known_from.isoformat()}"


def superseded(row: Known, at: datetime) -> Known:
    """The row once another version of it is known."""
    return replace(row, known_to=at)


def says_the_same(present: Known | None, arriving: Known) -> bool:
    """Whether a file tells nothing new of a row."""
    return present is not None and replace(arriving, id=present.id, known_from=present.known_from) == present


def people_on(day: date, registers: Registers) -> list[Person]:
    """Each person once, where they work on that day: of two works that overlap, the one begun later."""
    at_work: dict[str, Employment] = {}
    for employment in sorted(registers.employments, key=lambda row: (row.valid_from, row.known_from)):
        if _holds(employment.valid_from, employment.valid_to, day):
            at_work[employment.staff_key] = employment
    bodies, completions = defaultdict(set), defaultdict(list)
    for employment in registers.employments:
        bodies[employment.staff_key].add(employment.body_id)
    for completion in registers.completions:
        speaks = not completion.speaks_for or not bodies[completion.staff_key].isdisjoint(completion.speaks_for)
        if speaks and completion.completed_on <= day:
            completions[completion.staff_key].append(completion)
    return [_person(work, completions[key], day) for key, work in sorted(at_work.items())]


def counts_on(day: date, registers: Registers) -> Mapping[DatedId, Counted]:
    """The sums of each body on that day. A body without any list counts by what it declared."""
    people: dict[DatedId, Counter[str]] = defaultdict(Counter)
    for person in people_on(day, registers):
        people[person.body_id][_class(person)] += 1
    declared: dict[DatedId, dict[StaffKind, HeadCount]] = defaultdict(dict)
    for row in sorted(registers.head_counts, key=lambda row: (row.valid_from, row.known_from)):
        if _holds(row.valid_from, row.valid_to, day) and row.body_id not in people:
            declared[row.body_id][row.kind] = row
    counted = {body: _counted(classes) for body, classes in people.items()}
    for body, rows in declared.items():
        people_there = sum(row.people for row in rows.values())
        counted[body] = Counted(full_time=people_there, unverified=people_there)
    return counted


def added(parts: Iterable[Counted]) -> Counted:
    """The sum over several bodies."""
    total = Counted()
    for part in parts:
        total = Counted(
            total.full_time + part.full_time,
            total.in_both + part.in_both,
            total.in_one + part.in_one,
            total.part_time + part.part_time,
            total.unverified + part.unverified,
        )
    return total


def _person(work: Employment, completions: Sequence[Completion], day: date) -> Person:
    valid = {t for c in completions if _holds(c.completed_on, c.valid_until, day) for t in c.topics}
    lapsed = {topic for completion in completions for topic in completion.topics} - valid
    return Person(work.staff_key, work.body_id, work.kind, work.is_full_time, frozenset(valid), frozenset(lapsed))


def _class(person: Person) -> str:
    return str(len(person.topics)) if person.is_full_time else "part_time"


def _counted(classes: Counter[str]) -> Counted:
    full_time = classes["0"] + classes["1"] + classes["2"]
    return Counted(full_time, in_both=classes["2"], in_one=classes["1"], part_time=classes["part_time"])


def _holds(first: date, last: date | None, day: date) -> bool:
    return first <= day and (last is None or day <= last)
