"""GraphQL over HTTP: POST with `application/json`, answered with `application/graphql-response+json`.

GET is for stored documents alone: their addresses are few, so that caches on the way can answer for us.
"""

import hashlib
from collections.abc import Awaitable, Callable

import orjson
from starlette.datastructures import QueryParams
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response

from gateway.errors import Code, Fault
from gateway.execution.engine import Asker, Engine, Outcome, Question

MEDIA_TYPE = "application/graphql-response+json"
# Makes the context of a request. Raises `Fault` when the token is bad.
MakeContext = Callable[[HTTPConnection], Awaitable[Asker]]


class Endpoint:
    """Answers requests; `body_bytes` and `answer_bytes` bound what comes in and what goes out.

    What the public is answered by GET may be kept on the way for `cache_seconds`.
    """

    def __init__(
        self, engine: Engine, make_context: MakeContext, *, body_bytes: int, answer_bytes: int, cache_seconds: int
    ) -> None:
        self._engine, self._make_context = engine, make_context
        self._body_bytes, self._answer_bytes = body_bytes, answer_bytes
        self._cache_seconds = cache_seconds

    async def post(self, request: Request) -> Response:
        """One question, one answer."""
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
            return _written(self._engine.refused(_unsupported(), None), 415)
        try:
            question = question_of(await self._body(request))
            context = await self._make_context(request)
        except _TooLarge as error:
            return _written(self._engine.refused(_too_large(error.most), None), 413)
        except Fault as fault:
            return _written(self._engine.refused(fault, None))
        return self._bounded(await self._engine.answer(question, context), context)

    async def get(self, request: Request) -> Response:
        """The answer to a stored document, which may be cached where nothing went wrong."""
        try:
            question = _asked(request.query_params)
            context = await self._make_context(request)
        except Fault as fault:
            return _uncached(_written(self._engine.refused(fault, None)))
        outcome = await self._engine.answer(question, context, may_change=False)
        answer = self._bounded(outcome, context)
        if answer.status_code != 200 or "errors" in outcome.body:
            return _uncached(answer)
        fresh = f"public, max-age={self._cache_seconds}" if context.is_public else "private, no-cache"
        tag = f'"{hashlib.sha256(answer.body).hexdigest()[:32]}"'
        headers = {"cache-control": fresh, "etag": tag, "vary": "authorization, accept-language"}
        if tag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        answer.headers.update(headers)
        return answer

    def _bounded(self, outcome: Outcome, context: Asker) -> Response:
        answer = _written(outcome)
        return (
            answer if len(answer.body) <= self._answer_bytes else _written(self._engine.refused(_too_much(), context))
        )

    async def _body(self, request: Request) -> bytes:
        body = bytearray()
        async for chunk in request.stream():
            body += chunk
            if len(body) > self._body_bytes:
                raise _TooLarge(self._body_bytes)
        return bytes(body)


class _TooLarge(Exception):
    def __init__(self, most: int) -> None:
        super().__init__(most)
        self.most = most


def question_of(raw: bytes | object) -> Question:
    """The question in a body or in the payload of a socket message. Raises `Fault`."""
    try:
        content = orjson.loads(raw) if isinstance(raw, bytes) else raw
    except orjson.JSONDecodeError as error:
        raise _malformed() from error
    if not isinstance(content, dict):
        raise _malformed()
    text, document_id = content.get("query"), content.get("id")
    name, variables = content.get("operationName"), content.get("variables")
    if (
        not isinstance(text, str | None)
        or not isinstance(document_id, str | None)
        or (text is None) == (not document_id)
    ):
        raise _malformed()
    if not isinstance(name, str | None) or not isinstance(variables, dict | None):
        raise _malformed()
    return Question(text or "", document_id or None, name, variables or {})


def _asked(query: QueryParams) -> Question:
    """The question of a GET: `id`, and `variables` as JSON. Raises `Fault`."""
    try:
        variables = orjson.loads(query.get("variables") or "{}")
    except orjson.JSONDecodeError as error:
        raise _not_stored() from error
    if not query.get("id") or not isinstance(variables, dict):
        raise _not_stored()
    return Question(document_id=query["id"], operation_name=query.get("operationName"), variables=variables)


def _written(outcome: Outcome, status: int | None = None) -> Response:
    raw = orjson.dumps(outcome.body, option=orjson.OPT_NON_STR_KEYS)
    headers = {} if outcome.retry_after is None else {"retry-after": str(outcome.retry_after)}
    return Response(raw, status_code=status or outcome.status, media_type=MEDIA_TYPE, headers=headers)


def _uncached(answer: Response) -> Response:
    answer.headers["cache-control"] = "no-store"
    return answer


def _not_stored() -> Fault:
    vi = "GET chỉ dành cho tài liệu truy vấn đã đăng ký: `?id=…&variables=…` (JSON)."
    return Fault(Code.BAD_USER_INPUT, vi=vi, en="GET is for stored documents: `?id=…&variables=…` (JSON).")


def _malformed() -> Fault:
    vi = "Nội dung phải là một đối tượng JSON có `query` hoặc `id` (và `operationName`, `variables` nếu cần)."
    en = "The body must be one JSON object with `query` or `id` (and `operationName`, `variables` where needed)."
    return Fault(Code.BAD_USER_INPUT, vi=vi, en=en)


def _unsupported() -> Fault:
    return Fault(Code.BAD_USER_INPUT, vi="Chỉ nhận application/json.", en="Only application/json is accepted.")


def _too_large(most: int) -> Fault:
    vi, en = f"Nội dung lớn hơn {most} byte.", f"The body is larger than {most} bytes."
    return Fault(Code.BAD_USER_INPUT, vi=vi, en=en)


def _too_much() -> Fault:
    vi, en = "Câu trả lời quá lớn; hãy hỏi ít hơn.", "The answer is too large; ask for less."
    return Fault(Code.COST_LIMIT_EXCEEDED, vi=vi, en=en)
