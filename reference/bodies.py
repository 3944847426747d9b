"""Bodies of the political system, dated: central bodies, People's Committees of provinces, and those below them."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from contracts.vocabulary import BodyKind, DatedId, LocalizedText
from reference.dated import ByCode, is_valid_on, on_day

# Decision 20/2020/QĐ-TTg writes a code from the lowest level to the highest, padded: 003.12.05.G06.
_LEVEL_WIDTHS = (2, 2, 3)


def e_id_long(e_id: str) -> str:
    """The long form of an electronic identification code: H26 → 000.00.00.H26, G06.5 → 000.00.05.G06."""
    top, *levels = e_id.split(".")
    numbers = [*levels, "0", "0", "0"][:3]
    padded = [number.zfill(width) for number, width in zip(numbers, _LEVEL_WIDTHS, strict=True)]
    return ".".join([*reversed(padded), top])


def e_id_short(e_id: str) -> str:
    """The short form of a code in either form: 000.00.00.H26 → H26, 000.00.05.G06 → G06.05."""
    first, *rest = e_id.strip().upper().split(".")
    if not first.isdigit() or len(rest) != len(_LEVEL_WIDTHS):
        return e_id.strip().upper()
    top, *levels = reversed([first, *rest])
    while levels and not levels[-1].strip("0"):
        levels.pop()
    return ".".join([top, *levels])


@dataclass(frozen=True, slots=True)
class BodyPeriod:
    """What a body was called, from one day to another."""

    name: LocalizedText
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class Body:
    """A body. `name` is that of its newest period; `e_id` is the short code (G06, H26)."""

    id: DatedId
    e_id: str
    name: LocalizedText
    kind: BodyKind
    province_id: DatedId | None
    parent_id: DatedId | None
    periods: tuple[BodyPeriod, ...]
    valid_from: date
    valid_to: date | None
    predecessors: tuple[DatedId, ...]
    successors: tuple[DatedId, ...]
    e_id_confirmed: bool

    @property
    def code(self) -> str:
        """The short code."""
        return self.e_id

    @property
    def e_id_long(self) -> str:
        """The long code: 000.00.00.H26."""
        return e_id_long(self.e_id)

    def name_on(self, day: date) -> LocalizedText:
        """The name on that day; the newest where it was not there."""
        return (on_day(self.periods, day) or self.periods[-1]).name


class Bodies:
    """All bodies, looked up by identity or by code and day.

    `obliged_from` is the day of the Decision: before it no body owed a plan.
    """

    def __init__(self, bodies: Iterable[Body], *, obliged_from: date) -> None:
        self.bodies = tuple(sorted(bodies, key=lambda body: (body.e_id, body.valid_from)))
        self._obliged_from = obliged_from
        self._bodies = {body.id: body for body in self.bodies}
        self._by_e_id = ByCode(self.bodies)
        self._by_province = {body.province_id: body for body in self.bodies if _is_committee(body)}
        self._children: dict[DatedId, list[Body]] = defaultdict(list)
        for body in self.bodies:
            if body.parent_id is not None:
                self._children[body.parent_id].append(body)
        self._covered = {body.id: frozenset(self._walk(body.id)) for body in self.bodies}
        self._covering = {
            body.id: tuple(other for other in self.bodies if body.id in self._covered[other.id]) for body in self.bodies
        }

    def body(self, body_id: DatedId) -> Body | None:
        """The body with that identity, or null."""
        return self._bodies.get(body_id)

    def by_e_id(self, e_id: str, day: date) -> Body | None:
        """The body that had the code, short or long, on that day, or null."""
        return self._by_e_id.on(e_id_short(e_id), day)

    def of_province(self, province_id: DatedId) -> Body | None:
        """The People's Committee of a province, or null."""
        return self._by_province.get(province_id)

    def all_on(self, day: date) -> tuple[Body, ...]:
        """The bodies of that day, by code."""
        return tuple(body for body in self.bodies if is_valid_on(body, day))

    def obligated_on(self, day: date) -> tuple[Body, ...]:
        """The bodies that T1 obliges on that day, by code: 56 since 2025-07-01."""
        if day < self._obliged_from:
            return ()
        return tuple(body for body in self.all_on(day) if body.kind is not BodyKind.SUBORDINATE)

    def is_obligated(self, body_id: DatedId, day: date) -> bool:
        """Whether T1 obliges the body on that day."""
        body = self._bodies.get(body_id)
        return (
            body is not None
            and day >= self._obliged_from
            and body.kind is not BodyKind.SUBORDINATE
            and is_valid_on(body, day)
        )

    def covered_by(self, body_id: DatedId) -> frozenset[DatedId]:
        """The body, those below it, and those that they took over; empty for an unknown one."""
        return self._covered.get(body_id, frozenset())

    def covering(self, body_id: DatedId) -> tuple["Body", ...]:
        """The body and those that cover it: whose figures its facts move; empty for an unknown one."""
        return self._covering.get(body_id, ())

    def _walk(self, body_id: DatedId) -> Iterable[DatedId]:
        yield body_id
        body = self._bodies.get(body_id)
        for child in self._children.get(body_id, ()):
            yield from self._walk(child.id)
        for predecessor in body.predecessors if body else ():
            yield from self._walk(predecessor)


def _is_committee(body: Body) -> bool:
    return body.kind is BodyKind.PROVINCIAL_COMMITTEE
