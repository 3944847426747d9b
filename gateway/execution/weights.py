"""What a field costs and how long a list is taken to be: read from `@cost` and `@listSize` of a schema document."""

from dataclasses import dataclass

from graphql import (
    DocumentNode,
    FieldDefinitionNode,
    InterfaceTypeDefinitionNode,
    IntValueNode,
    ObjectTypeDefinitionNode,
)


@dataclass(frozen=True, slots=True)
class Weight:
    """A field's own cost where it is not the usual one, and the assumed length of its list."""

    own: int | None = None
    size: int | None = None


Weights = dict[tuple[str, str], Weight]
USUAL = Weight()


def read_weights(document: DocumentNode) -> Weights:
    """The weights of all fields of a schema document that name one, by type and field."""
    weights: Weights = {}
    for definition in document.definitions:
        if isinstance(definition, ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode):
            for field in definition.fields or ():
                weight = Weight(_number(field, "cost", "weight"), _number(field, "listSize", "assumedSize"))
                if weight != USUAL:
                    weights[definition.name.value, field.name.value] = weight
    return weights


def _number(field: FieldDefinitionNode, directive: str, argument: str) -> int | None:
    for applied in field.directives or ():
        if applied.name.value == directive:
            for given in applied.arguments or ():
                if given.name.value == argument and isinstance(given.value, IntValueNode):
                    return int(given.value.value)
    return None
