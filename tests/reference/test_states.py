"""Every state has words, and what is refused in one is refused in words."""

import pytest

from reference.states import WORDS, not_possible_in

STATES = [state for kind in WORDS for state in kind]


@pytest.mark.parametrize("state", STATES, ids=lambda state: f"{type(state).__name__}.{state.name}")
def test_a_refusal_names_its_state_in_both_languages_and_no_code(state: object) -> None:
    problem = not_possible_in(state)  # type: ignore[arg-type]
    words = WORDS[type(state)][state]  # type: ignore[index]
    assert words.vi in problem.vi
    assert words.en is not None and words.en in problem.en
    assert problem.slug == "state-conflict"
    assert str(state).replace("_", " ") not in problem.vi and "_" not in problem.en
    assert problem.faults[0].vi == problem.vi
