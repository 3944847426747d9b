"""Runs prepared documents against one schema, and words their errors."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

import strawberry
from graphql import ExecutionResult, GraphQLError, OperationType, execute, subscribe

from gateway.errors import Code, Fault, too_late
from gateway.execution.budgets import Budgets
from gateway.execution.documents import Documents, Invalid, Prepared


class Asker(Protocol):
    """What the engine must know of the context of a request; `principal` is whose budget it is asked from."""

    @property
    def may_introspect(self) -> bool: ...

    @property
    def may_write_documents(self) -> bool: ...

    @property
    def is_public(self) -> bool: ...

    @property
    def principal(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Question:
    """What a client sends: a document or the id of a stored one, the operation in it, and variables."""

    text: str = ""
    document_id: str | None = None
    operation_name: str | None = None
    variables: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outcome:
    """An answer and its HTTP status: 200 with data, also in part; 4xx and 5xx without, and when to ask again."""

    status: int
    body: dict[str, object]
    retry_after: int | None = None


Tell = Callable[[GraphQLError, Any, Code], dict[str, object]]


class Engine:
    """Answers questions. `tell` words one error for a context; what has no code of its own gets the one given.

    `root` is what the resolvers of root fields are handed as their parent.
    """

    def __init__(
        self,
        schema: strawberry.Schema,
        documents: Documents,
        budgets: Budgets,
        *,
        tell: Tell,
        seconds: float,
        root: object,
    ) -> None:
        self._schema, self._documents, self._budgets, self._root = schema, documents, budgets, root
        self._tell, self._seconds = tell, seconds

    async def answer(self, question: Question, context: Asker, *, may_change: bool = True) -> Outcome:
        """The answer to a query, or to a mutation where it `may_change` something."""
        try:
            prepared = self._prepare(question, context)
            if prepared.operation.operation is OperationType.SUBSCRIPTION:
                vi, en = "Theo dõi trực tiếp chỉ chạy qua WebSocket.", "Subscriptions run over WebSocket only."
                raise Fault(Code.BAD_USER_INPUT, vi=vi, en=en)
            if prepared.operation.operation is OperationType.MUTATION and not may_change:
                return replace(self.refused(_changes_by_post(), context), status=405)
            self._budgets.spend(context.principal, prepared.measured.cost)
            async with asyncio.timeout(self._seconds):
                result = await self._execute(prepared, question, context)
        except TimeoutError:
            return self.refused(too_late(), context)
        except Fault as fault:
            return self.refused(fault, context)
        except Invalid as invalid:
            return Outcome(400, {"errors": self._told(invalid.errors, context, Code.GRAPHQL_VALIDATION_FAILED)})
        return self._outcome(result, context)

    async def follow(self, question: Question, context: Asker) -> AsyncIterator[dict[str, object]]:
        """The answers of a subscription, which costs once. Raises `Fault` or `Invalid` before the first."""
        prepared = self._prepare(question, context)
        if prepared.operation.operation is not OperationType.SUBSCRIPTION:
            vi, en = "Truy vấn và thay đổi chỉ gửi bằng POST.", "Queries and mutations are sent by POST only."
            raise Fault(Code.BAD_USER_INPUT, vi=vi, en=en)
        self._budgets.spend(context.principal, prepared.measured.cost)
        source = subscribe(
            self._schema._schema,
            prepared.document,
            root_value=self._root,
            context_value=context,
            variable_values=dict(question.variables),
            operation_name=question.operation_name,
            executor_class=self._schema.execution_context_class,
            operation_extensions=None,
        )
        found = await source if isinstance(source, Awaitable) else source
        if isinstance(found, ExecutionResult):
            raise Invalid(list(found.errors or [GraphQLError("nothing to follow")]))
        async for result in found:
            yield self._body(result, context)

    def refused(self, fault: Fault, context: object) -> Outcome:
        """The answer to a question that could not be tried."""
        error = GraphQLError(fault.en, original_error=fault)
        told = self._told([error], context, fault.code)
        return Outcome(_STATUS.get(fault.code, 400), {"errors": told}, fault.retry_after)

    def errors(self, invalid: Invalid, context: object) -> list[dict[str, object]]:
        """What is wrong with a document, in words."""
        return self._told(invalid.errors, context, Code.GRAPHQL_VALIDATION_FAILED)

    def failed(self, error: Exception, context: object) -> list[dict[str, object]]:
        """A fault that nobody foresaw, in words."""
        return self._told([GraphQLError("internal", path=[], original_error=error)], context, Code.INTERNAL)

    def _prepare(self, question: Question, context: Asker) -> Prepared:
        text, stored = question.text, self._documents.stored
        if question.document_id is not None:
            text = stored.text(question.document_id)
        elif not context.may_write_documents:
            stored.check(text)
        return self._documents.prepare(
            text,
            operation_name=question.operation_name,
            variables=question.variables,
            introspection=context.may_introspect,
        )

    async def _execute(self, prepared: Prepared, question: Question, context: Asker) -> ExecutionResult:
        result = execute(
            self._schema._schema,
            prepared.document,
            root_value=self._root,
            context_value=context,
            variable_values=dict(question.variables),
            operation_name=question.operation_name,
            executor_class=self._schema.execution_context_class,
            operation_extensions=None,
        )
        return result if isinstance(result, ExecutionResult) else await result

    def _outcome(self, result: ExecutionResult, context: object) -> Outcome:
        if result.data is None and result.errors:
            told = self._told(list(result.errors), context, Code.BAD_USER_INPUT)
            return Outcome(status_of({code_of(error) for error in result.errors}), {"errors": told})
        return Outcome(200, self._body(result, context))

    def _body(self, result: ExecutionResult, context: object) -> dict[str, object]:
        body: dict[str, object] = {"data": result.data}
        if result.errors:
            body["errors"] = self._told(list(result.errors), context, Code.BAD_USER_INPUT)
        return body

    def _told(self, errors: list[GraphQLError], context: object, code: Code) -> list[dict[str, object]]:
        return [self._tell(error, context, code) for error in errors]


def _changes_by_post() -> Fault:
    vi, en = "Thay đổi chỉ gửi bằng POST.", "Mutations are sent by POST only."
    return Fault(Code.BAD_USER_INPUT, vi=vi, en=en)


def code_of(error: GraphQLError, otherwise: Code = Code.BAD_USER_INPUT) -> Code:
    """The code of an error: of the fault behind it, INTERNAL for what nobody foresaw, else of what was asked."""
    cause = error.original_error
    if isinstance(cause, Fault):
        return cause.code
    # The executor names nodes when an argument does not fit, and none when it cannot write a value of ours.
    if cause is None or error.path is None or (isinstance(cause, GraphQLError) and cause.nodes):
        return otherwise
    return Code.INTERNAL


def status_of(codes: set[Code]) -> int:
    """The status of an answer without data: our fault if one of the errors is, else what the client got wrong."""
    statuses = {_STATUS.get(code, 400) for code in codes}
    ours = [status for status in statuses if status >= 500]
    if ours:
        return min(ours)
    return statuses.pop() if len(statuses) == 1 else 400


_STATUS = {
    Code.UNAUTHENTICATED: 401,
    Code.FORBIDDEN: 403,
    Code.RATE_LIMITED: 429,
    Code.INTERNAL: 500,
    Code.SERVICE_UNAVAILABLE: 503,
    Code.DEADLINE_EXCEEDED: 504,
}
