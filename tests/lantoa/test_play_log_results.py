"""What intake's answer lines mean to the person who sent a log."""

import pytest

from lantoa.play_log_results import disposition_of
from lantoa.problems import CommandError


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (b'{"line": 1, "disposition": "counted", "id": "a", "reason": null}', "counted"),
        (b'{"line": 2, "disposition": "rejected", "reason": "start_in_future"}', "rejected: start_in_future"),
        (b'{"line": 3, "disposition": "unheard", "TrangThaiGui": 0, "MoTa": ""}', "unheard"),
    ],
)
def test_a_record_is_counted_by_what_became_of_it(line: bytes, said: str) -> None:
    assert disposition_of(line) == said


def test_a_stream_that_broke_says_where_to_go_on() -> None:
    with pytest.raises(CommandError, match="play_log_interrupted") as refusal:
        disposition_of(b'{"problem": {"code": "unavailable"}, "resume_at_line": 501}')
    assert refusal.value.where == "line 501"


@pytest.mark.parametrize("line", [b"{", b"[]", b"<html>"])
def test_what_is_no_answer_is_no_success(line: bytes) -> None:
    with pytest.raises(CommandError, match="play_log_interrupted"):
        disposition_of(line)
