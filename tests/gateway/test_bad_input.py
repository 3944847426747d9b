"""Bad input to the graph is answered as what it is: never INTERNAL, never a 500, and never written down."""

import json
import random
from collections.abc import Iterator

import pytest

from tests.gateway.conftest import Graph
from tests.services.bad_input import CANARY, NASTY, bodies, logged, spoiled

QUESTIONS = (
    "query($first: Int, $after: String) { plans(first: $first, after: $after) { nodes { id } } }",
    "query($first: Int, $after: String) { outreachEvents(first: $first, after: $after) { nodes { id } } }",
    "query($id: ID!) { node(id: $id) { id } }",
    "query($id: ID!) { plan(id: $id) { id title } }",
    "query($id: ID!) { task(id: $id) { id } }",
)
GOOD = {"first": 1, "after": None, "id": "UGxhbjox"}
JSON = {"content-type": "application/json"}
ALLOWED = {
    *("BAD_USER_INPUT", "GRAPHQL_PARSE_FAILED", "GRAPHQL_VALIDATION_FAILED", "CURSOR_INVALID", "COST_LIMIT_EXCEEDED"),
    *("SERVICE_UNAVAILABLE", "UNAUTHENTICATED", "FORBIDDEN", "NOT_FOUND"),
}


def deep() -> Iterator[str]:
    """Questions that are deep, wide or endless."""
    yield "{" * 10_000
    yield "{ a(b: " + "[" * 30_000
    yield "{ a(b: " + "[" * 300 + "]" * 300 + ") }"
    yield "{ a(b: " + "{a:" * 300 + "1" + "}" * 300 + ") }"
    yield "query(" + "$a: " + "[" * 400 + "Int" + "]" * 400 + ") { program { name } }"
    yield "{ program { ...a } } fragment a on Program { ...b } fragment b on Program { ...a }"
    yield "{ plans(first: " + "9" * 400 + ") { nodes { id } } }"
    yield "{ plans(first: 1e400) { nodes { id } } }"
    yield '{ node(id: "\\ud800") { id } }'
    yield '{ node(id: "\\u{110000}") { id } }'
    yield "{ program { name } } " + "#" * 100_000
    yield "\ufeff{ program { name } }"
    yield "\x00"
    yield ""


async def test_bad_variables_and_questions_are_answered_as_such(graph: Graph) -> None:
    chance, found = random.Random(1169), {}
    with logged() as written:
        for question in QUESTIONS:
            plain = await graph.ask(question, {name: GOOD[name] for name in GOOD if f"${name}" in question})
            assert "GRAPHQL_VALIDATION_FAILED" not in plain.codes
            asked = [{**GOOD, name: nasty} for name in GOOD if f"${name}" in question for nasty in NASTY]
            for variables in asked:
                answer = await graph.post(
                    json.dumps({"query": question, "variables": variables}).encode(), headers=JSON
                )
                found[question, str(variables)] = answer
        whole = {"query": QUESTIONS[0], "operationName": None, "variables": GOOD}
        for raw in [
            *(json.dumps(spoiled(whole, chance)).encode() for _ in range(100)),
            *(b for _, b in bodies(b'{"query":1}')),
        ]:
            found[raw[:200], ""] = await graph.post(raw, headers=JSON)
        for question in deep():
            found[question[:200], "deep"] = await graph.post(json.dumps({"query": question}).encode(), headers=JSON)
    wrong = {asked: answer for asked, answer in found.items() if answer.status >= 500 or set(answer.codes) - ALLOWED}
    assert not wrong, (
        "\n".join(f"{a} {w.status} {w.body}" for a, w in list(wrong.items())[:20]) + written.getvalue()[-3000:]
    )
    assert CANARY not in written.getvalue()


@pytest.mark.parametrize(
    "value", ["Bearer", "Bearer a.b.c", "Bearer " + "W1tb" * 1_000 + ".e30.AA", "Basic YTpi", "\xff"]
)
async def test_a_strange_token_is_unauthenticated(graph: Graph, value: str) -> None:
    answer = await graph.ask("{ program { name } }", headers={"authorization": value})
    assert answer.codes == ["UNAUTHENTICATED"]
