"""Rules for Vietnamese text: one stored form, one form to search in, one order to sort by."""

import unicodedata

_ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_LETTER_RANKS = {letter: rank for rank, letter in enumerate(_ALPHABET, start=100)}
# The order of tones in Vietnamese dictionaries: none, huyền, hỏi, ngã, sắc, nặng.
_TONE_RANKS = {"\u0300": 1, "\u0309": 2, "\u0303": 3, "\u0301": 4, "\u0323": 5}

OrderKey = tuple[tuple[int, ...], tuple[int, ...], str]


def nfc(text: str) -> str:
    """The form in which text is stored: composed, without blanks at its ends."""
    return unicodedata.normalize("NFC", text).strip()


def folded(text: str) -> str:
    """The form in which text is searched: no case, no marks, đ as d, single blanks ("Đà  Nẵng" → "da nang")."""
    decomposed = unicodedata.normalize("NFD", unicodedata.normalize("NFC", text).casefold())
    bare = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return " ".join(bare.replace("đ", "d").split())


def vietnamese_order(text: str) -> OrderKey:
    """Sort key of the Vietnamese alphabet: letters decide first, then tones, then the text itself."""
    composed = nfc(text)
    letters: list[int] = []
    tones: list[int] = []
    for character in composed.casefold():
        letter, tone = _letter_and_tone(character)
        letters.append(_LETTER_RANKS.get(letter, min(ord(letter), 99)))
        tones.append(tone)
    return tuple(letters), tuple(tones), composed


def _letter_and_tone(character: str) -> tuple[str, int]:
    decomposed = unicodedata.normalize("NFD", character)
    tone = next((_TONE_RANKS[mark] for mark in decomposed if mark in _TONE_RANKS), 0)
    letter = unicodedata.normalize("NFC", "".join(mark for mark in decomposed if mark not in _TONE_RANKS))
    return letter[:1] or " ", tone
