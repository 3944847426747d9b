"""Reasons in words, for people: why something counts, was left out or was refused (`reasons.yaml`)."""

from collections.abc import Mapping

from contracts.vocabulary import LocalizedText
from reference.files import DataFiles


class Reasons:
    """Text of each reason code."""

    def __init__(self, texts: Mapping[str, LocalizedText]) -> None:
        self._texts = dict(texts)

    @property
    def codes(self) -> frozenset[str]:
        """All codes that have a text."""
        return frozenset(self._texts)

    def text(self, code: str) -> LocalizedText:
        """The text of a reason. A code newer than the data file is shown as it is, so that an answer never fails."""
        return self._texts.get(code) or LocalizedText(vi=code, en=code)


def load_reasons(files: DataFiles) -> Reasons:
    """Reads `reasons.yaml`. Raises DataFileInvalid."""
    return Reasons(files.read("reasons.yaml", dict[str, LocalizedText]))
