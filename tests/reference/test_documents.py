"""The same document written twice is one document."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reference.documents import DocumentIdentity, DocumentIdentityInvalid

WRITTEN = "000.00.00.H26,2025/09/30,192/KH-UBND"


def test_reads_and_writes_an_identity() -> None:
    document = DocumentIdentity.parse(WRITTEN)
    assert (document.issuer, document.signed_on, document.number) == (
        "000.00.00.H26",
        date(2025, 9, 30),
        "192/KH-UBND",
    )
    assert document.format() == WRITTEN


@pytest.mark.parametrize(
    "text",
    [
        " 000.00.00.H26, 2025/09/30, 192/kh-ubnd ",
        "H26,2025/09/30,0192/KH–UBND",
        "000.00.00.h26,2025/09/30,192 / KH - UBND",
    ],
)
def test_spellings_of_one_document_are_equal(text: str) -> None:
    same = DocumentIdentity.parse(text)
    assert same == DocumentIdentity.parse(WRITTEN)
    assert same.key() == DocumentIdentity.parse(WRITTEN).key()
    assert len({same, DocumentIdentity.parse(WRITTEN)}) == 1


def test_composed_and_decomposed_letters_and_the_icelandic_one_are_equal() -> None:
    spellings = ["1169/QĐ-TTg", "1169/QÐ-TTg", "1169/qđ-ttg"]
    assert len({DocumentIdentity.of("G22", date(2025, 6, 16), number=number) for number in spellings}) == 1
    assert DocumentIdentity.of("G22", date(2025, 6, 16), number="1169/QĐ-TTg").number == "1169/QĐ-TTg"


@pytest.mark.parametrize(
    "text",
    [
        "000.00.00.H26,2025/09/30,193/KH-UBND",
        "000.00.00.H26,2025/09/29,192/KH-UBND",
        "000.00.00.H57,2025/09/30,192/KH-UBND",
        "000.00.05.H26,2025/09/30,192/KH-UBND",
        "000.00.00.H26,2025/09/30,192/QĐ-UBND",
    ],
)
def test_other_documents_are_not_equal(text: str) -> None:
    assert DocumentIdentity.parse(text) != DocumentIdentity.parse(WRITTEN)


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("192/KH-UBND", "document_id"),
        ("", "document_id"),
        ("000.00.00.H26,2025-09-30,192/KH-UBND", "document_id"),
        ("000.00.00.H26,2025/02/30,192/KH-UBND", "signed_on"),
        ("Hà Nội,2025/09/30,192/KH-UBND", "issuer"),
        ("000.00.00.H26,2025/09/30,192/KH,UBND", "number"),
    ],
)
def test_what_names_no_document_is_refused(text: str, field: str) -> None:
    with pytest.raises(DocumentIdentityInvalid) as refused:
        DocumentIdentity.parse(text)
    assert refused.value.field == field


@given(st.dates(date(1900, 1, 1)), st.integers(1, 99_999), st.sampled_from(["KH-UBND", "QĐ-BKHCN", "KH-BVHTTDL"]))
def test_what_is_written_can_be_read(day: date, number: int, notation: str) -> None:
    document = DocumentIdentity.of("G06", day, number=f"{number}/{notation}")
    assert DocumentIdentity.parse(document.format()) == DocumentIdentity.parse(document.key()) == document
