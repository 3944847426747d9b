"""Controlled lists: the lists are code, their dated terms are data."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from contracts.vocabulary import LocalizedText
from reference.dated import is_valid_on
from reference.files import DataFileInvalid, DataFiles


class Vocabulary(StrEnum):
    """The lists."""

    STAGE = "STAGE"
    INDUSTRY = "INDUSTRY"
    SCIENCE_FIELD = "SCIENCE_FIELD"
    AUDIENCE = "AUDIENCE"
    THEME = "THEME"
    LANGUAGE = "LANGUAGE"
    FORMAT = "FORMAT"
    REGION = "REGION"
    TASK_FORM = "TASK_FORM"
    HONOR_KIND = "HONOR_KIND"
    FEEDBACK_TOPIC = "FEEDBACK_TOPIC"
    FEEDBACK_KIND = "FEEDBACK_KIND"


@dataclass(frozen=True, slots=True, kw_only=True)
class TermRow:
    """A term as `vocabularies.yaml` has it."""

    code: str
    vi: str
    en: str
    parent: str | None = None
    valid_from: date
    valid_to: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A word of a list. `parent` is the code of the wider term in the same list."""

    vocabulary: Vocabulary
    code: str
    name: LocalizedText
    parent: str | None
    valid_from: date
    valid_to: date | None


class Vocabularies:
    """All terms, in the order of the file."""

    def __init__(self, terms: Iterable[Term]) -> None:
        self.terms = tuple(terms)
        self._terms = {(term.vocabulary, term.code): term for term in self.terms}
        self._children: dict[tuple[Vocabulary, str], list[str]] = defaultdict(list)
        for term in self.terms:
            if term.parent is not None:
                self._children[term.vocabulary, term.parent].append(term.code)

    def term(self, vocabulary: Vocabulary, code: str) -> Term | None:
        """The term of that code, on whatever day, or null."""
        return self._terms.get((vocabulary, code))

    def of(self, vocabulary: Vocabulary, day: date | None = None) -> tuple[Term, ...]:
        """The terms of a list: those of a day, or all."""
        mine = (term for term in self.terms if term.vocabulary is vocabulary)
        return tuple(term for term in mine if day is None or is_valid_on(term, day))

    def is_term(self, vocabulary: Vocabulary, code: str, day: date) -> bool:
        """Whether the list has the code on that day."""
        term = self.term(vocabulary, code)
        return term is not None and is_valid_on(term, day)

    def unknown(self, vocabulary: Vocabulary, codes: Iterable[str], *, day: date) -> tuple[str, ...]:
        """The codes among these that the list does not have on that day, in the order given."""
        return tuple(code for code in codes if not self.is_term(vocabulary, code, day))

    def widened(self, vocabulary: Vocabulary, codes: Iterable[str]) -> frozenset[str]:
        """The codes and all below them: in a filter a parent matches its children."""
        open_codes, found = list(codes), set[str]()
        while open_codes:
            code = open_codes.pop()
            if code not in found:
                found.add(code)
                open_codes.extend(self._children.get((vocabulary, code), ()))
        return frozenset(found)


def load_vocabularies(files: DataFiles) -> Vocabularies:
    """Reads `vocabularies.yaml`. Raises DataFileInvalid on a missing list, a code twice or an unknown parent."""
    lists = files.read("vocabularies.yaml", dict[Vocabulary, tuple[TermRow, ...]])
    faults = [f"{vocabulary}: missing" for vocabulary in Vocabulary if vocabulary not in lists]
    faults += [fault for vocabulary, rows in lists.items() for fault in _faults(vocabulary, rows)]
    if faults:
        raise DataFileInvalid(files.path("vocabularies.yaml"), faults)
    return Vocabularies(_term(vocabulary, row) for vocabulary, rows in lists.items() for row in rows)


def _faults(vocabulary: Vocabulary, rows: tuple[TermRow, ...]) -> list[str]:
    codes = [row.code for row in rows]
    twice = [f"{vocabulary} {code}: stands twice" for code in set(codes) if codes.count(code) > 1]
    lost = [f"{vocabulary} {row.code}: no parent {row.parent}" for row in rows if row.parent not in (None, *codes)]
    return twice + lost


def _term(vocabulary: Vocabulary, row: TermRow) -> Term:
    return Term(
        vocabulary=vocabulary,
        code=row.code,
        name=LocalizedText(vi=row.vi, en=row.en),
        parent=row.parent,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
    )
