"""Documents: parsed and validated once, kept by their text, measured against the limits at each request."""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    GraphQLSyntaxError,
    OperationDefinitionNode,
    parse,
    validate,
)

from gateway.errors import Code, Fault
from gateway.execution.limits import Limits, Measured, check, measure
from gateway.execution.stored import StoredDocuments
from gateway.execution.weights import Weights

Value = TypeVar("Value")
KEPT = 1000
MOST_ERRORS = 20


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document that may be run, the operation chosen, and what it comes to."""

    document: DocumentNode
    operation: OperationDefinitionNode
    measured: Measured


class Invalid(Exception):
    """A document that does not fit the graph, with what is wrong."""

    def __init__(self, errors: list[GraphQLError]) -> None:
        super().__init__(errors[0].message)
        self.errors = errors


class Documents:
    """Prepares documents for one schema; `stored` are those that clients name by an id."""

    def __init__(
        self, schema: GraphQLSchema, weights: Weights, limits: Limits, stored: StoredDocuments | None = None
    ) -> None:
        self._schema, self._weights, self._limits = schema, weights, limits
        self.stored = stored or StoredDocuments({})
        self._parsed: OrderedDict[str, DocumentNode] = OrderedDict()
        self._valid: OrderedDict[str, list[GraphQLError]] = OrderedDict()

    def prepare(
        self, text: str, *, operation_name: str | None, variables: Mapping[str, object], introspection: bool
    ) -> Prepared:
        """The document, ready to run. Raises `Fault` for a limit, `Invalid` for what does not fit the graph."""
        document = self._document(text)
        measured = measure(self._schema, document, self._weights, variables)
        if measured.introspects and not introspection:
            vi, en = "Chỉ cán bộ đăng nhập mới được đọc lược đồ.", "Introspection is for signed-in staff."
            raise Fault(Code.FORBIDDEN, vi=vi, en=en)
        check(measured, self._limits)
        errors = self._errors(text, document)
        if errors:
            raise Invalid(errors)
        return Prepared(document, _operation(document, operation_name), measured)

    def unfit(self) -> list[tuple[str, str]]:
        """The stored documents that could never be run, with the reason."""
        found: list[tuple[str, str]] = []
        for document_id, text in self.stored.texts.items():
            try:
                errors = self._errors(text, self._document(text))
            except Fault as fault:
                found.append((document_id, fault.en))
            else:
                found += [(document_id, error.message) for error in errors[:1]]
        return found

    def _document(self, text: str) -> DocumentNode:
        known = self._parsed.get(text)
        if known is None:
            try:
                known = parse(text, max_tokens=self._limits.tokens, no_location=False)
            except GraphQLSyntaxError as error:
                raise Fault(Code.GRAPHQL_PARSE_FAILED, vi=error.message, en=error.message) from error
            _keep(self._parsed, text, known)
        return known

    def _errors(self, text: str, document: DocumentNode) -> list[GraphQLError]:
        known = self._valid.get(text)
        if known is None:
            known = validate(self._schema, document, max_errors=MOST_ERRORS)
            _keep(self._valid, text, known)
        return known


def _keep(kept: OrderedDict[str, Value], text: str, value: Value) -> None:
    kept[text] = value
    if len(kept) > KEPT:
        kept.popitem(last=False)


def _operation(document: DocumentNode, name: str | None) -> OperationDefinitionNode:
    operations = [d for d in document.definitions if isinstance(d, OperationDefinitionNode)]
    for operation in operations:
        if (name is None and len(operations) == 1) or (operation.name and operation.name.value == name):
            return operation
    vi = "Tài liệu không có thao tác này, hoặc có nhiều thao tác; hãy nêu operationName."
    raise Fault(Code.BAD_USER_INPUT, vi=vi, en="The document has no such operation, or several: give operationName.")
