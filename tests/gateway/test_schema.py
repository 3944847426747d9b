"""What is built keeps the promise of the public graph, and the checked-in file says what is built."""

from graphql import GraphQLSchema, build_ast_schema, find_breaking_changes

from gateway.schema import file
from gateway.schema.build import FOLDER, build, contract


def built() -> GraphQLSchema:
    """The schema that the gateway serves."""
    return build(contract())._schema


def test_everything_built_stands_in_the_contract_with_the_same_types() -> None:
    promised = build_ast_schema(contract(), assume_valid=True)
    broken = find_breaking_changes(built(), promised)
    assert [change.description for change in broken] == []


def test_the_first_part_is_built() -> None:
    query = built().query_type
    assert query is not None
    assert {"program", "measures", "node", "nodes", "provinceByCode", "outreachEvents"} <= set(query.fields)


def test_the_checked_in_schema_is_current() -> None:
    assert (FOLDER / "schema.graphql").read_text() == file.text()
