"""Forms of honor, who decides them, and how long each step may take (`honor_forms.yaml`)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

from contracts.vocabulary import LocalizedText
from reference.dated import is_valid_on
from reference.files import DataFiles


@dataclass(frozen=True, slots=True, kw_only=True)
class FormDefaults:
    """What holds for a form that says nothing else."""

    service_level_days: int
    valid_from: date
    days_in_state: dict[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class FormRow:
    """A form as the file has it."""

    code: str
    vi: str
    en: str
    rank: int
    decided_by: LocalizedText
    service_level_days: int | None = None
    days_in_state: dict[str, int] = field(default_factory=dict)
    is_decided_by_nominator: bool = False
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HonorFormsFile:
    """`honor_forms.yaml`."""

    defaults: FormDefaults
    forms: tuple[FormRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HonorForm:
    """A form of honor. `service_level_days`: calendar days from the achievement to the decision; rank 1 is highest.

    A body decides some forms itself (`is_decided_by_nominator`); dossiers of the others stand with the council.
    """

    code: str
    name: LocalizedText
    decided_by: LocalizedText
    rank: int
    service_level_days: int
    days_in_state: Mapping[str, int]
    is_decided_by_nominator: bool
    valid_from: date
    valid_to: date | None

    def days_allowed_in(self, state: str) -> int | None:
        """How many days a dossier may stand in a state; null for one without a limit."""
        return self.days_in_state.get(state)


class HonorForms:
    """All forms, highest first."""

    def __init__(self, forms: tuple[HonorForm, ...]) -> None:
        self.all = tuple(sorted(forms, key=lambda form: form.rank))
        self._forms = {form.code: form for form in forms}

    def get(self, code: str) -> HonorForm | None:
        """The form of that code, or null."""
        return self._forms.get(code)

    def on(self, day: date) -> tuple[HonorForm, ...]:
        """The forms of that day, highest first."""
        return tuple(form for form in self.all if is_valid_on(form, day))


def load_honor_forms(files: DataFiles) -> HonorForms:
    """Reads `honor_forms.yaml`. Raises DataFileInvalid."""
    content = files.read("honor_forms.yaml", HonorFormsFile)
    return HonorForms(tuple(_form(row, content.defaults) for row in content.forms))


def _form(row: FormRow, defaults: FormDefaults) -> HonorForm:
    return HonorForm(
        code=row.code,
        name=LocalizedText(vi=row.vi, en=row.en),
        decided_by=row.decided_by,
        rank=row.rank,
        service_level_days=row.service_level_days or defaults.service_level_days,
        days_in_state=MappingProxyType({**defaults.days_in_state, **row.days_in_state}),
        is_decided_by_nominator=row.is_decided_by_nominator,
        valid_from=row.valid_from or defaults.valid_from,
        valid_to=row.valid_to,
    )
