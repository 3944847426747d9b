"""Vietnamese text: stored, searched and sorted."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reference.texts import folded, nfc, vietnamese_order


@pytest.mark.parametrize(
    ("text", "expected"),
    [("Đà Nẵng", "da nang"), ("  ĐẮK   LẮK ", "dak lak"), ("Thừa Thiên Huế", "thua thien hue"), ("", "")],
)
def test_search_ignores_marks_case_and_blanks(text: str, expected: str) -> None:
    assert folded(text) == expected


@given(st.text())
def test_folding_is_the_same_for_every_spelling_of_a_text(text: str) -> None:
    assert folded(unicodedata.normalize("NFD", text)) == folded(unicodedata.normalize("NFC", text))


@given(st.text(alphabet="aàáâđĐ eEễ \u0301x"))
def test_folding_twice_changes_nothing(text: str) -> None:
    assert folded(folded(text)) == folded(text)


def test_stored_form_is_composed() -> None:
    assert nfc(" " + unicodedata.normalize("NFD", "Huế") + "\n") == "Huế"


def test_letters_decide_before_tones() -> None:
    names = ["Đà Nẵng", "Cần Thơ", "Điện Biên", "Cao Bằng", "Cà Mau", "Đắk Lắk", "An Giang", "Dĩ An"]
    expected = ["An Giang", "Cà Mau", "Cao Bằng", "Cần Thơ", "Dĩ An", "Đà Nẵng", "Đắk Lắk", "Điện Biên"]
    assert sorted(names, key=vietnamese_order) == expected


def test_tones_stand_in_dictionary_order() -> None:
    assert sorted(["mạ", "má", "mã", "mả", "mà", "ma"], key=vietnamese_order) == ["ma", "mà", "mả", "mã", "má", "mạ"]


@given(st.text())
def test_every_text_can_be_sorted(text: str) -> None:
    assert vietnamese_order(text) == vietnamese_order(unicodedata.normalize("NFD", text))
