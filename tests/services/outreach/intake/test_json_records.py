"""JSON of emitters is read strictly, so that two readers cannot understand it differently."""

import pytest

from services.outreach.intake.json_records import MalformedJson, read_object


def test_utf_8_is_read_with_a_byte_order_mark_or_without() -> None:
    text = '{"TieuDe": "Bản tin"}'
    assert read_object(text.encode()) == read_object(text.encode("utf-8-sig")) == {"TieuDe": "Bản tin"}


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_other_encodings_are_refused_not_guessed(encoding: str) -> None:
    with pytest.raises(MalformedJson):
        read_object('{"TieuDe": "Bản tin"}'.encode(encoding))
