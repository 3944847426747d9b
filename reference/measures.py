"""What the platform measures, and the pure rules of a figure: its share and where it stands on the way to the goal.

Both are decided with whole numbers and fractions: a figure that is a hair below its goal is never shown at it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from types import MappingProxyType

from contracts.vocabulary import FigureStatus, LocalizedText, MeasureCode, ScopeKind, TargetCode
from reference.files import DataFileInvalid, DataFiles

_DECIMALS = 6
_STEP = Fraction(1, 10**_DECIMALS)


@dataclass(frozen=True, slots=True)
class Unit:
    """What one unit of a measure is: body, task, person, report."""

    code: str
    vi: str
    en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Defaults:
    """What holds for a measure that says nothing else."""

    line: date
    band: float
    due: date
    stale_after: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureRow:
    """A measure as `measures.yaml` has it."""

    code: MeasureCode
    target: TargetCode
    role: str
    owner: str
    unit: Unit
    scopes: tuple[ScopeKind, ...]
    place: str
    goal: float | None
    name: LocalizedText
    numerator: LocalizedText
    denominator: LocalizedText
    rules: LocalizedText
    basis: LocalizedText
    breakdowns: tuple[str, ...]
    due: date | None = None
    line: date | None = None
    band: float | None = None
    stale_after: int | None = None
    parameters: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuresFile:
    """`measures.yaml`."""

    definition_version: int
    valid_from: date
    defaults: Defaults
    measures: tuple[MeasureRow, ...]
    not_measured: tuple[LocalizedText, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """The definition of a figure. `goal` and `band` are shares (0 to 1), `stale_after` is in days.

    `breakdowns` name the dimensions by which a figure can be split; `parameters` are the numbers of the rule.
    """

    code: MeasureCode
    target: TargetCode
    is_headline: bool
    owner: str
    unit: Unit
    scopes: frozenset[ScopeKind]
    place: str
    goal: float | None
    due: date
    line: date
    band: float
    stale_after: int | None
    name: LocalizedText
    numerator: LocalizedText
    denominator: LocalizedText
    rules: LocalizedText
    basis: LocalizedText
    breakdowns: tuple[str, ...]
    parameters: Mapping[str, int]
    definition_version: int
    valid_from: date


class Measures:
    """All measures, by code, target and owner, in the order of the file."""

    def __init__(self, measures: tuple[Measure, ...], *, not_measured: tuple[LocalizedText, ...] = ()) -> None:
        self.all = measures
        self.not_measured = not_measured
        self._by_code = {measure.code: measure for measure in measures}

    def get(self, code: MeasureCode) -> Measure:
        """The measure of that code; every code has one."""
        return self._by_code[code]

    def of_target(self, target: TargetCode) -> tuple[Measure, ...]:
        """The measures of a target, its headline first."""
        mine = (measure for measure in self.all if measure.target is target)
        return tuple(sorted(mine, key=lambda measure: not measure.is_headline))

    def headline_of(self, target: TargetCode) -> Measure:
        """The measure that stands for a target."""
        return self.of_target(target)[0]

    def owned_by(self, service: str) -> tuple[Measure, ...]:
        """The measures that a service computes."""
        return tuple(measure for measure in self.all if measure.owner == service)


def load_measures(files: DataFiles) -> Measures:
    """Reads `measures.yaml`. Raises DataFileInvalid unless each code stands once and each target has one headline."""
    content = files.read("measures.yaml", MeasuresFile)
    measures = tuple(_measure(row, content) for row in content.measures)
    faults = [f"{code}: defined {_count(measures, code)} times" for code in MeasureCode if _count(measures, code) != 1]
    faults += [f"{target}: needs one headline" for target in TargetCode if _headlines(measures, target) != 1]
    if faults:
        raise DataFileInvalid(files.path("measures.yaml"), faults)
    return Measures(measures, not_measured=content.not_measured)


def _count(measures: tuple[Measure, ...], code: MeasureCode) -> int:
    return sum(measure.code is code for measure in measures)


def _headlines(measures: tuple[Measure, ...], target: TargetCode) -> int:
    return sum(measure.is_headline and measure.target is target for measure in measures)


def _measure(row: MeasureRow, content: MeasuresFile) -> Measure:
    defaults = content.defaults
    return Measure(
        code=row.code,
        target=row.target,
        is_headline=row.role == "headline",
        owner=row.owner,
        unit=row.unit,
        scopes=frozenset(row.scopes),
        place=row.place,
        goal=row.goal,
        due=row.due or defaults.due,
        line=row.line or defaults.line,
        band=defaults.band if row.band is None else row.band,
        stale_after=defaults.stale_after if row.stale_after is None else row.stale_after,
        name=row.name,
        numerator=row.numerator,
        denominator=row.denominator,
        rules=row.rules,
        basis=row.basis,
        breakdowns=row.breakdowns,
        parameters=MappingProxyType(row.parameters),
        definition_version=content.definition_version,
        valid_from=content.valid_from,
    )


def share(numerator: int, denominator: int, *, goal: float | None = None) -> float | None:
    """numerator / denominator with six decimals; null when the denominator is 0: not applicable.

    Rounding never lifts a share to 1 or to `goal` that it has not reached.
    """
    if denominator == 0:
        return None
    exact = Fraction(numerator, denominator)
    rounded = round(exact, _DECIMALS)
    lifted = any(exact < mark <= rounded for mark in (Fraction(1), _exact(goal)) if mark is not None)
    return float(rounded - _STEP if lifted else rounded)


def value_of(measure: Measure, numerator: int, denominator: int) -> float | None:
    """The value of a figure: its share, not rounded over the measure's goal."""
    return share(numerator, denominator, goal=measure.goal)


def status_of(measure: Measure, numerator: int, denominator: int, as_of: date) -> FigureStatus | None:
    """Where the figure stands at the end of `as_of`; null without a goal or with a denominator of 0."""
    goal = _exact(measure.goal)
    if goal is None or denominator == 0:
        return None
    exact = Fraction(numerator, denominator)
    if exact >= goal:
        return FigureStatus.ACHIEVED
    if as_of > measure.due:
        return FigureStatus.OFF_TRACK
    return _status_on_line(exact, _line_on(measure, goal, as_of), Fraction(str(measure.band)))


def _status_on_line(exact: Fraction, expected: Fraction, band: Fraction) -> FigureStatus:
    if exact >= expected:
        return FigureStatus.ON_TRACK
    return FigureStatus.AT_RISK if exact >= expected - band else FigureStatus.OFF_TRACK


def _line_on(measure: Measure, goal: Fraction, day: date) -> Fraction:
    """The share that the straight line asks for on that day: 0 until it begins, the goal on its due day."""
    length = (measure.due - measure.line).days
    if length <= 0:
        return goal
    return goal * max(Fraction((day - measure.line).days, length), Fraction(0))


def _exact(number: float | None) -> Fraction | None:
    # Through its decimal digits: the float 0.8 is not four fifths, the goal is.
    return None if number is None else Fraction(str(number))
