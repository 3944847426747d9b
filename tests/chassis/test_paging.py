"""Cursors that only we write, and lists over time that miss nothing at the edges of their buckets."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.paging import decode_cursor, encode_cursor, instant_of, newest_first, page_of
from chassis.problems import Problem

FLOOR = datetime(2026, 1, 1, tzinfo=UTC)


@given(st.lists(st.text(), min_size=1, max_size=4))
def test_a_cursor_brings_back_its_place(parts: list[str]) -> None:
    assert decode_cursor(encode_cursor(*parts), len(parts)) == tuple(parts)


@given(st.one_of(st.text(), st.sampled_from([encode_cursor("a"), encode_cursor("a", "b", "c"), "W10", "bnVsbA", "NQ"])))
def test_anything_else_is_a_problem_and_no_fault(cursor: str) -> None:
    with pytest.raises(Problem) as refused:
        decode_cursor(cursor, 2)
    assert refused.value.slug == "cursor-invalid"


def test_an_instant_of_a_cursor_is_one_with_its_offset() -> None:
    assert instant_of(FLOOR.isoformat()) == FLOOR
    for part in ("a", "", "2026-01-01T00:00:00", "2026-01-01"):
        with pytest.raises(Problem) as refused:
            instant_of(part)
        assert refused.value.slug == "cursor-invalid"


def test_a_page_knows_whether_more_follow() -> None:
    assert [page_of([1, 2, 3], first).has_next for first in (2, 3)] == [True, False]
    assert page_of([1, 2, 3], 2).rows == (1, 2)


@given(st.lists(st.integers(0, 40 * 24)), st.integers(0, 40 * 24), st.integers(1, 20))
async def test_the_newest_before_an_instant_come_in_order_and_none_is_missed(
    hours: list[int], before: int, want: int
) -> None:
    instants = sorted((FLOOR + timedelta(hours=hour) for hour in hours), reverse=True)

    async def read(low: datetime, high: datetime) -> Sequence[datetime]:
        return [instant for instant in instants if low <= instant < high]

    end = FLOOR + timedelta(hours=before)
    found = await newest_first(read, before=end, floor=FLOOR, want=want)
    wanted = [instant for instant in instants if instant < end]
    assert found == wanted[: len(found)]
    assert len(found) >= min(want, len(wanted))
