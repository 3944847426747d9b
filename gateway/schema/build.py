"""Builds the schema: types from the classes, words from `contract.graphql`."""

from pathlib import Path

import strawberry
from graphql import (
    DocumentNode,
    EnumTypeDefinitionNode,
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    InputObjectTypeDefinitionNode,
    InterfaceTypeDefinitionNode,
    ObjectTypeDefinitionNode,
    StringValueNode,
    TypeDefinitionNode,
    parse,
)
from strawberry.schema.config import StrawberryConfig

from gateway.schema.roots import Mutation, Query, Subscription
from gateway.schema.scalars import SCALARS

FOLDER = Path(__file__).parent.parent
CONTRACT = FOLDER / "contract.graphql"


def contract() -> DocumentNode:
    """The promised graph, with its words, costs and sizes of lists."""
    return parse(CONTRACT.read_text(encoding="utf-8"))


def build(promised: DocumentNode) -> strawberry.Schema:
    """The schema as far as it is built; each part is described in the words of the contract."""
    config = StrawberryConfig(scalar_map=SCALARS)
    schema = strawberry.Schema(Query, Mutation, Subscription, config=config)
    describe(schema._schema, promised)
    return schema


def describe(schema: GraphQLSchema, promised: DocumentNode) -> None:
    """Gives every type, field, argument and value of the schema its description in the contract."""
    for definition in promised.definitions:
        if isinstance(definition, TypeDefinitionNode):
            kind = schema.type_map.get(definition.name.value)
            if kind is not None:
                kind.description = _words(definition.description)
                _describe_parts(kind, definition)


def _describe_parts(kind: object, definition: TypeDefinitionNode) -> None:
    if isinstance(kind, GraphQLEnumType) and isinstance(definition, EnumTypeDefinitionNode):
        for value in definition.values or ():
            if value.name.value in kind.values:
                kind.values[value.name.value].description = _words(value.description)
    elif isinstance(kind, GraphQLInputObjectType) and isinstance(definition, InputObjectTypeDefinitionNode):
        for given in definition.fields or ():
            if given.name.value in kind.fields:
                kind.fields[given.name.value].description = _words(given.description)
    elif isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
        assert isinstance(definition, ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode)
        _describe_fields(kind, definition)


def _describe_fields(
    kind: GraphQLObjectType | GraphQLInterfaceType,
    definition: ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode,
) -> None:
    for field in definition.fields or ():
        built = kind.fields.get(field.name.value)
        if built is not None:
            built.description = _words(field.description)
            for argument in field.arguments or ():
                if argument.name.value in built.args:
                    built.args[argument.name.value].description = _words(argument.description)


def _words(description: StringValueNode | None) -> str | None:
    return description.value if description else None
