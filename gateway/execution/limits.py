"""Limits of a document, measured in one pass after parsing and before validation.

Each fragment is measured once, however often it is spread, so that the time grows with the length of the document and
not with what its fragments would unfold to.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    VariableNode,
    get_named_type,
    is_leaf_type,
)

from gateway.errors import Code, Fault
from gateway.execution.weights import USUAL, Weights

MUTATION_COST = 10
PAGE = 20
LARGEST_PAGE = 100
INTROSPECTION = ("__schema", "__type")


@dataclass(frozen=True, slots=True)
class Limits:
    """The most that one operation may be."""

    depth: int
    aliases: int
    root_fields: int
    directives: int
    cost: int
    tokens: int = 800


@dataclass(frozen=True, slots=True)
class Measured:
    """What an operation, a fragment or a selection comes to; fragments count wherever they are spread."""

    depth: int = 0
    aliases: int = 0
    fields: int = 0
    directives: int = 0
    cost: int = 0
    introspects: bool = False

    def with_(self, other: "Measured") -> "Measured":
        """Both side by side."""
        return Measured(
            max(self.depth, other.depth),
            self.aliases + other.aliases,
            self.fields + other.fields,
            self.directives + other.directives,
            self.cost + other.cost,
            self.introspects or other.introspects,
        )


NOTHING = Measured()


def measure(
    schema: GraphQLSchema, document: DocumentNode, weights: Weights, variables: Mapping[str, object]
) -> Measured:
    """The largest of the document's operations, property by property."""
    ruler = _Ruler(schema, document, weights, variables)
    largest = NOTHING
    for definition in document.definitions:
        if isinstance(definition, OperationDefinitionNode):
            one = ruler.operation(definition)
            largest = Measured(
                max(largest.depth, one.depth),
                max(largest.aliases, one.aliases),
                max(largest.fields, one.fields),
                max(largest.directives, one.directives),
                max(largest.cost, one.cost),
                largest.introspects or one.introspects,
            )
    return largest


def check(found: Measured, limits: Limits) -> None:
    """Raises `Fault` for the first limit that is passed."""
    pairs = (
        ("depth", found.depth, limits.depth),
        ("aliases", found.aliases, limits.aliases),
        ("root fields", found.fields, limits.root_fields),
        ("directives", found.directives, limits.directives),
    )
    for what, count, most in pairs:
        if count > most:
            raise _over(Code.GRAPHQL_VALIDATION_FAILED, what, count, most)
    if found.cost > limits.cost:
        raise _over(Code.COST_LIMIT_EXCEEDED, "cost", found.cost, limits.cost)


def _over(code: Code, what: str, count: int, most: int) -> Fault:
    shown = str(count) if count < 10**9 else "over 10^9"
    return Fault(
        code,
        vi=f"Truy vấn vượt giới hạn về {what}: {shown}, tối đa {most}. Hãy chia nhỏ truy vấn.",
        en=f"The document passes the limit of {what}: {shown}, at most {most}. Ask for less, or in parts.",
    )


class _Ruler:
    """Measures selections of one document; what a fragment comes to is kept by its name."""

    def __init__(
        self, schema: GraphQLSchema, document: DocumentNode, weights: Weights, variables: Mapping[str, object]
    ) -> None:
        self._schema, self._weights, self._variables = schema, weights, variables
        self._defaults: dict[str, object] = {}
        self._fragments = {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}
        self._known: dict[tuple[str, int], Measured] = {}

    def operation(self, operation: OperationDefinitionNode) -> Measured:
        """One operation; `fields` is how many of the root type it selects."""
        self._known.clear()
        self._defaults = {
            variable.variable.name.value: int(variable.default_value.value)
            for variable in operation.variable_definitions or ()
            if isinstance(variable.default_value, IntValueNode)
        }
        root = self._schema.get_root_type(operation.operation)
        found = self._selections(operation.selection_set, root, PAGE)
        extra = MUTATION_COST * found.fields if operation.operation is OperationType.MUTATION else 0
        return found.with_(Measured(directives=len(operation.directives or ()), cost=extra))

    def _selections(self, selections: SelectionSetNode | None, parent: GraphQLNamedType | None, page: int) -> Measured:
        total = NOTHING
        for selection in selections.selections if selections else ():
            if isinstance(selection, FieldNode):
                found = self._field(selection, parent, page)
            elif isinstance(selection, InlineFragmentNode):
                condition = selection.type_condition
                narrowed = self._schema.get_type(condition.name.value) if condition else parent
                found = self._selections(selection.selection_set, narrowed, page)
            else:
                assert isinstance(selection, FragmentSpreadNode)
                found = self._fragment(selection.name.value, page)
            total = total.with_(found).with_(Measured(directives=len(selection.directives or ())))
        return total

    def _fragment(self, name: str, page: int) -> Measured:
        # A fragment inside itself is measured as nothing: validation refuses it anyhow.
        fragment = self._fragments.get(name)
        if fragment is None:
            return NOTHING
        known = self._known.get((name, page))
        if known is None:
            self._known[name, page] = NOTHING
            parent = self._schema.get_type(fragment.type_condition.name.value)
            known = self._known[name, page] = self._selections(fragment.selection_set, parent, page)
        return known

    def _field(self, field: FieldNode, parent: GraphQLNamedType | None, page: int) -> Measured:
        name = field.name.value
        alias = 1 if field.alias else 0
        if name in INTROSPECTION:
            return Measured(aliases=alias, fields=1, introspects=True)
        definition = _definition(parent, name)
        kind = get_named_type(definition.type) if definition else None
        inner = self._selections(field.selection_set, kind, self._page(field, definition, page))
        own, times = self._price(parent, name, kind, page)
        return Measured(
            depth=inner.depth + 1,
            aliases=inner.aliases + alias,
            fields=1,
            directives=inner.directives,
            cost=own + times * inner.cost,
            introspects=inner.introspects,
        )

    def _price(
        self, parent: GraphQLNamedType | None, name: str, kind: GraphQLNamedType | None, page: int
    ) -> tuple[int, int]:
        """The field's own cost, and how many times what is below it counts."""
        weight = self._weights.get((parent.name, name), USUAL) if parent else USUAL
        times = weight.size or 1
        if parent is not None and parent.name.endswith("Connection") and name in ("nodes", "edges"):
            times = page
        if weight.own is not None:
            return weight.own, times
        return (0 if kind is None or is_leaf_type(kind) else times), times

    def _page(self, field: FieldNode, definition: GraphQLField | None, page: int) -> int:
        """How many elements a connection below this field may have; unchanged where it has no `first`."""
        if definition is None or "first" not in definition.args:
            return page
        for argument in field.arguments or ():
            if argument.name.value == "first":
                return _within(self._whole(argument.value))
        return _within(definition.args["first"].default_value)

    def _whole(self, value: object) -> object:
        if isinstance(value, IntValueNode):
            return int(value.value)
        if isinstance(value, VariableNode):
            name = value.name.value
            return self._variables.get(name, self._defaults.get(name))
        return None


def _within(first: object) -> int:
    return min(max(first, 1), LARGEST_PAGE) if isinstance(first, int) else PAGE


def _definition(parent: GraphQLNamedType | None, name: str) -> GraphQLField | None:
    if isinstance(parent, GraphQLObjectType | GraphQLInterfaceType):
        found: GraphQLField | None = parent.fields.get(name)
        return found
    return None
