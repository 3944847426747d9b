"""Cursors open only where they were sealed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.errors import Fault
from gateway.execution.cursors import Cursors

CURSORS = Cursors("secret")


@given(st.text(), st.text(max_size=50))
def test_a_cursor_opens_to_its_place(bound_to: str, place: str) -> None:
    assert CURSORS.open(bound_to, CURSORS.seal(bound_to, place)) == place


@given(st.text(max_size=80))
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(Fault):
        CURSORS.open("list", text)


def test_a_cursor_of_another_list_or_key_is_refused() -> None:
    with pytest.raises(Fault):
        CURSORS.open("other", CURSORS.seal("list", "x"))
    with pytest.raises(Fault):
        Cursors("other").open("list", CURSORS.seal("list", "x"))
