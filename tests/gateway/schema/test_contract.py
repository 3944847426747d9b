"""What is built keeps the contract: nothing narrower, its words, and the operations of front ends inside the limits."""

from pathlib import Path

import pytest
from graphql import build_ast_schema, find_breaking_changes, parse, validate

from gateway.execution.limits import measure
from gateway.execution.weights import read_weights
from gateway.schema.build import build, contract
from gateway.schema.file import OF_DIRECTIVES, built_part

PROMISED = contract()
BUILT = build(PROMISED)._schema
OPERATIONS = sorted((Path(__file__).parent.parent / "operations").glob("*.graphql"))


def test_nothing_built_is_narrower_than_promised() -> None:
    part = build_ast_schema(built_part(PROMISED, BUILT))
    changes = [change.description for change in find_breaking_changes(part, BUILT)]
    assert [change for change in changes if not change.startswith(OF_DIRECTIVES) and "Directive" not in change] == []


def test_every_type_and_field_is_described_where_the_contract_describes_it() -> None:
    promised = build_ast_schema(PROMISED)
    for name, kind in BUILT.type_map.items():
        if not name.startswith("__"):
            assert kind.description == promised.type_map[name].description, name


@pytest.mark.parametrize("path", OPERATIONS, ids=lambda path: path.stem)
def test_operations_of_front_ends_are_valid_and_inside_the_limits(path: Path) -> None:
    document = parse(path.read_text(encoding="utf-8"), max_tokens=217)
    assert validate(BUILT, document) == []
    found = measure(BUILT, document, read_weights(PROMISED), {})
    assert found.depth <= 6
    assert found.aliases <= 5
    assert found.cost <= 1546
