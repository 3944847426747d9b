"""Which terms an event is described with, and whether the vocabularies have them on its day."""

from datetime import date
from typing import NamedTuple

from contracts.outreach.outreach_events import EmittedEvent, RecordOutreachEventRequest
from reference.vocabularies import Vocabularies, Vocabulary

VOCABULARIES = {
    "themes": Vocabulary.THEME,
    "stage": Vocabulary.STAGE,
    "industries": Vocabulary.INDUSTRY,
    "fields": Vocabulary.SCIENCE_FIELD,
    "audiences": Vocabulary.AUDIENCE,
    "language": Vocabulary.LANGUAGE,
}
Described = EmittedEvent | RecordOutreachEventRequest


class Unknown(NamedTuple):
    """The first field with terms that its vocabulary does not have, and those terms."""

    field: str
    codes: tuple[str, ...]


def unknown_terms(vocabularies: Vocabularies, described: Described, day: date) -> Unknown | None:
    """What no vocabulary of that day has, or None where all is known."""
    for field, vocabulary in VOCABULARIES.items():
        given: str | tuple[str, ...] | None = getattr(described, field)
        codes = (given,) if isinstance(given, str) else given or ()
        if missing := vocabularies.unknown(vocabulary, codes, day=day):
            return Unknown(field, missing)
    return None
