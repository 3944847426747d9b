"""What was heard is a union of facts: order and repetition change nothing."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.outreach.coverage.heard import Fact, Tagged, resolved, union

DAY = date(2026, 5, 1)
NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
TAGGED = Tagged(frozenset({"innovation"}), {"H57|7": NOON + timedelta(hours=5)})

instants = st.integers(0, 600).map(lambda minutes: NOON + timedelta(minutes=minutes))
facts = st.builds(
    Fact,
    key=st.just("device|46|a"),
    province_id=st.just("46"),
    day=st.just(DAY),
    occurred_at=instants,
    recorded_at=instants,
    themes=st.sampled_from([(), ("innovation",), ("public_health",)]),
    content_key=st.sampled_from([None, "H57|7", "H57|8"]),
)


@given(st.lists(facts, min_size=1, max_size=8), st.randoms(use_true_random=False))
def test_order_and_repetition_change_nothing(some: list[Fact], chance: object) -> None:
    once = union(None, some, TAGGED)
    shuffled = [*some, *some]
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert union(union(None, shuffled[:3], TAGGED), shuffled, TAGGED) == once


@given(st.lists(facts, min_size=1, max_size=8))
def test_program_information_is_known_since_the_first_fact_and_tag(some: list[Fact]) -> None:
    row = union(None, some, TAGGED)
    own = [fact.recorded_at for fact in some if "innovation" in fact.themes]
    tagged = [max(fact.recorded_at, TAGGED.since["H57|7"]) for fact in some if fact.content_key == "H57|7"]
    assert row.program_since == min([*own, *tagged], default=None)


def test_a_tag_that_comes_late_turns_the_answer() -> None:
    fact = Fact("device|46|a", "46", DAY, NOON, NOON, (), "H57|8")
    row = union(None, [fact], TAGGED)
    assert row.program_since is None
    assert resolved(row, Tagged(TAGGED.program_themes, {"H57|8": NOON})).program_since == NOON
