"""GraphQL over HTTP: POST with `application/json`, answered with `application/graphql-response+json`."""

from collections.abc import Awaitable, Callable

import orjson
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response

from gateway.errors import Code, Fault
from gateway.execution.engine import Asker, Engine, Outcome, Question

MEDIA_TYPE = "application/graphql-response+json"
# Makes the context of a request. Raises `Fault` when the token is bad.
MakeContext = Callable[[HTTPConnection], Awaitable[Asker]]


class Endpoint:
    """Answers POST requests; `body_bytes` and `answer_bytes` bound what comes in and what goes out."""

    def __init__(self, engine: Engine, make_context: MakeContext, *, body_bytes: int, answer_bytes: int) -> None:
        self._engine, self._make_context = engine, make_context
        self._body_bytes, self._answer_bytes = body_bytes, answer_bytes

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
        answer = _written(await self._engine.answer(question, context))
        if len(answer.body) > self._answer_bytes:
            return _written(self._engine.refused(_too_much(), context))
        return answer

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
    if not isinstance(content, dict) or not isinstance(content.get("query"), str):
        raise _malformed()
    name, variables = content.get("operationName"), content.get("variables")
    if not isinstance(name, str | None) or not isinstance(variables, dict | None):
        raise _malformed()
    return Question(content["query"], name, variables or {})


def _written(outcome: Outcome, status: int | None = None) -> Response:
    raw = orjson.dumps(outcome.body, option=orjson.OPT_NON_STR_KEYS)
    headers = {} if outcome.retry_after is None else {"retry-after": str(outcome.retry_after)}
    return Response(raw, status_code=status or outcome.status, media_type=MEDIA_TYPE, headers=headers)


def _malformed() -> Fault:
    vi = "Nội dung phải là một đối tượng JSON có `query` (và `operationName`, `variables` nếu cần)."
    en = "The body must be one JSON object with `query` (and `operationName`, `variables` where needed)."
    return Fault(Code.BAD_USER_INPUT, vi=vi, en=en)


def _unsupported() -> Fault:
    return Fault(Code.BAD_USER_INPUT, vi="Chỉ nhận application/json.", en="Only application/json is accepted.")


def _too_large(most: int) -> Fault:
    vi, en = f"Nội dung lớn hơn {most} byte.", f"The body is larger than {most} bytes."
    return Fault(Code.BAD_USER_INPUT, vi=vi, en=en)


def _too_much() -> Fault:
    vi, en = "Câu trả lời quá lớn; hãy hỏi ít hơn.", "The answer is too large; ask for less."
    return Fault(Code.COST_LIMIT_EXCEEDED, vi=vi, en=en)
