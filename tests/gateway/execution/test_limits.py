"""Limits are measured in time that grows with the document, not with what its fragments unfold to."""

import time

import pytest
from graphql import DocumentNode, parse

from gateway.errors import Code, Fault
from gateway.execution.documents import Documents
from gateway.execution.limits import Limits, Measured, check, measure
from gateway.execution.weights import read_weights
from gateway.schema.build import build, contract

PROMISED = contract()
SCHEMA = build(PROMISED)._schema
WEIGHTS = read_weights(PROMISED)
LIMITS = Limits(depth=10, aliases=30, root_fields=15, directives=20, cost=5000, tokens=800)


def measured(text: str | DocumentNode, **variables: object) -> Measured:
    """What a document comes to."""
    document = parse(text) if isinstance(text, str) else text
    return measure(SCHEMA, document, WEIGHTS, variables)


def test_cost_follows_sizes_of_lists_and_weights_of_fields() -> None:
    assert measured("{ program { name } }").cost == 1
    assert measured("{ provinces { name } }").cost == 63
    assert measured("{ program { figure(measure: PEOPLE_COVERED) { value } } }").cost == 6
    assert measured("{ outreachEvents(first: 10) { nodes { province { name } } } }").cost == 1 + 10 * 2
    assert measured("{ outreachEvents(first: 10) { totalCount } }").cost == 1 + 5
    query = "query($n: Int = 7) { communes(first: $n) { nodes { name } } }"
    assert measured(query).cost == 8
    assert measured(query, n=50).cost == 51


def test_a_mutation_costs_ten_more() -> None:
    text = "mutation($i: TransitionWithReasonInput!) { retractOutreachEvent(input: $i) { userErrors { code } } }"
    assert measured(text).cost == 10 + 1 + 5


def test_fragments_count_wherever_they_are_spread() -> None:
    text = '{ program { ...A } provinceByCode(code: "46") { ...A } } fragment A on Scope { x: id y: id name }'
    found = measured(text)
    assert (found.aliases, found.depth, found.fields) == (4, 2, 2)


@pytest.mark.parametrize("levels", [30, 60])
def test_a_bomb_of_nested_fragments_is_refused_at_once(levels: int) -> None:
    fragments = [f"fragment F{n} on Scope {{ ...F{n + 1} ...F{n + 1} }}" for n in range(levels)]
    last = f"fragment F{levels} on Scope {{ a: figure(measure: PEOPLE_COVERED) {{ id }} }}"
    document = parse("{ program { ...F0 } } " + " ".join([*fragments, last]))
    started = time.perf_counter()
    found = measured(document)
    assert time.perf_counter() - started < 0.2
    assert found.aliases == 2**levels
    with pytest.raises(Fault):
        check(found, LIMITS)


def test_a_fragment_inside_itself_ends() -> None:
    assert measured("{ program { ...A } } fragment A on Scope { id ...A }").fields == 1


@pytest.mark.parametrize(
    "text",
    [
        "{ " + " ".join(f"a{n}: __typename" for n in range(31)) + " }",
        "{ " + " ".join("program { id }" for _ in range(16)) + " }",
        "{ program { " + " ".join("id @skip(if: false)" for _ in range(21)) + " } }",
        "{ provinces { " + "body { province { " * 5 + "id" + " } }" * 5 + " } }",
    ],
    ids=["aliases", "root fields", "directives", "depth"],
)
def test_each_limit_is_held(text: str) -> None:
    with pytest.raises(Fault) as refused:
        check(measured(text), LIMITS)
    assert refused.value.code is Code.GRAPHQL_VALIDATION_FAILED


def test_a_dear_document_says_what_it_costs() -> None:
    text = "{ provinces { communes(first: 100) { nodes { name } } } }"
    with pytest.raises(Fault) as refused:
        check(measured(text), LIMITS)
    assert refused.value.code is Code.COST_LIMIT_EXCEEDED
    assert str(63 + 63 * 101) in refused.value.en


def test_tokens_are_counted_while_parsing() -> None:
    documents = Documents(SCHEMA, WEIGHTS, LIMITS)
    text = "{ program { " + "id " * 800 + "} }"
    with pytest.raises(Fault) as refused:
        documents.prepare(text, operation_name=None, variables={}, introspection=True)
    assert refused.value.code is Code.GRAPHQL_PARSE_FAILED


def test_introspection_is_for_those_who_may() -> None:
    documents = Documents(SCHEMA, WEIGHTS, LIMITS)
    text = "{ __schema { types { name } } }"
    assert documents.prepare(text, operation_name=None, variables={}, introspection=True).measured.introspects
    with pytest.raises(Fault) as refused:
        documents.prepare(text, operation_name=None, variables={}, introspection=False)
    assert refused.value.code is Code.FORBIDDEN
