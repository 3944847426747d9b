"""The order in which committed batches are numbered."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from chassis.relay import versions_in_order


def batch(name: str, *rows: tuple[str, int]) -> dict[str, Any]:
    """A batch of the outbox with messages about (subject, version)."""
    return {"_id": name, "messages": [{"subject": subject, "sequence": version} for subject, version in rows]}


def test_an_earlier_version_goes_first_although_its_id_is_later() -> None:
    later, earlier = batch("a", ("plan", 2)), batch("b", ("plan", 1))
    assert versions_in_order([later, earlier]) == [earlier, later]


@given(st.permutations([("x", 1), ("x", 2), ("x", 3), ("y", 1), ("y", 2)]))
def test_versions_of_a_subject_rise_whatever_the_ids_say(rows: list[tuple[str, int]]) -> None:
    ordered = versions_in_order([batch(str(at), row) for at, row in enumerate(rows)])
    for subject in ("x", "y"):
        found = [r["sequence"] for b in ordered for r in b["messages"] if r["subject"] == subject]
        assert found == sorted(found)
    assert len(ordered) == len(rows)
