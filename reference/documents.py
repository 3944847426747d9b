"""Identity of a signed document on the national document axis: issuing body, day of signing, number and notation."""

import re
from dataclasses import dataclass
from datetime import date

from reference.bodies import e_id_long, e_id_short
from reference.texts import nfc

_IDENTITY = re.compile(r"^(?P<issuer>[^,]+),(?P<year>\d{4})/(?P<month>\d{2})/(?P<day>\d{2}),(?P<number>.+)$")
_LONG_E_ID = re.compile(r"^\d{3}\.\d{2}\.\d{2}\.[A-Z]\d{2}$")
_NUMBER = re.compile(r"^(?P<number>\d+)(?P<notation>.*)$")
_DASHES = re.compile(r"[\u2010-\u2015\u2212]")
# The Icelandic letter looks like Đ and is what some keyboards write.
_ETH = str.maketrans({"\u00d0": "Đ", "\u00f0": "đ"})


class DocumentIdentityInvalid(ValueError):
    """Text that names no document: `field` says which part is at fault (document_id, issuer, signed_on, number)."""

    code = "DOCUMENT_IDENTITY_INVALID"
    vi = "Định danh văn bản phải có dạng 000.00.00.H26,2025/09/30,192/KH-UBND."
    en = "A document identity looks like 000.00.00.H26,2025/09/30,192/KH-UBND."

    def __init__(self, field: str) -> None:
        super().__init__(f"{self.vi} / {self.en}")
        self.field = field


@dataclass(frozen=True, slots=True)
class DocumentIdentity:
    """One document. `issuer` is the long code of the body; `number` is number and notation as it is written.

    Equality and `key` look at the normal form: the same document written twice is the same document.
    """

    issuer: str
    signed_on: date
    number: str

    @classmethod
    def of(cls, e_id: str, signed_on: date, *, number: str) -> "DocumentIdentity":
        """The document of a body (code short or long). Raises DocumentIdentityInvalid."""
        issuer = e_id_long(e_id_short(e_id))
        if not _LONG_E_ID.match(issuer):
            raise DocumentIdentityInvalid("issuer")
        tidy = _tidy(number)
        if not tidy or "," in tidy:
            raise DocumentIdentityInvalid("number")
        return cls(issuer, signed_on, tidy)

    @classmethod
    def parse(cls, text: str) -> "DocumentIdentity":
        """Reads `000.00.00.H26,2025/09/30,192/KH-UBND`, blanks allowed. Raises DocumentIdentityInvalid."""
        found = _IDENTITY.match(_tidy(text))
        if found is None:
            raise DocumentIdentityInvalid("document_id")
        try:
            signed_on = date(int(found["year"]), int(found["month"]), int(found["day"]))
        except ValueError as no_day:
            raise DocumentIdentityInvalid("signed_on") from no_day
        return cls.of(found["issuer"], signed_on, number=found["number"])

    def format(self) -> str:
        """The identity as it is shown: `000.00.00.H26,2025/09/30,192/KH-UBND`."""
        return f"{self.issuer},{self.signed_on:%Y/%m/%d},{self.number}"

    def key(self) -> str:
        """The identity as it is compared: capitals, and a number without leading zeros."""
        return f"{self.issuer},{self.signed_on:%Y/%m/%d},{_normal_number(self.number)}"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, DocumentIdentity) and self.key() == other.key()

    def __hash__(self) -> int:
        return hash(self.key())

    def __str__(self) -> str:
        return self.format()


def _tidy(text: str) -> str:
    plain = _DASHES.sub("-", nfc(text).translate(_ETH))
    return "".join(plain.split())


def _normal_number(number: str) -> str:
    found = _NUMBER.match(number)
    if found is None:
        return number.upper()
    return f"{found['number'].lstrip('0') or '0'}{found['notation'].upper()}"
