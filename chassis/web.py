"""HTTP for every service: problems as RFC 9457, body limits, the viewer of a request, health, metrics and traces."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from tempfile import SpooledTemporaryFile
from typing import Annotated, Any, TypeVar

import orjson
from fastapi import Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import BaseModel, ValidationError
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chassis import clock, ids, logs, problems, telemetry
from chassis.identity import Verifier, Viewer
from chassis.mongo import MongoUnavailable
from chassis.problems import Fault, Kind, Problem

MAX_BODY = 1024 * 1024
PROBLEM_TYPE = "https://lantoa.vn/problems/"
Body = TypeVar("Body", bound=BaseModel)
Check = Callable[[], Awaitable[bool]]
log = logs.logger(__name__)

# What pydantic found wrong, in words for people; everything else falls back to its English message.
_VIETNAMESE = {
    "missing": "Thiếu trường bắt buộc.",
    "extra_forbidden": "Trường này không được biết đến.",
    "string_too_short": "Quá ngắn.",
    "string_too_long": "Quá dài.",
    "enum": "Không thuộc các giá trị cho phép.",
    "number_out_of_range": "Số quá lớn.",
    "year_out_of_range": "Năm nằm ngoài khoảng được nhận.",
}


class JsonResponse(Response):
    """JSON written by orjson: pydantic models, dataclasses of plain values, instants in UTC."""

    media_type = "application/json"

    def render(self, content: Any) -> bytes:
        """The bytes of `content`."""
        return orjson.dumps(content, default=_plain, option=orjson.OPT_UTC_Z)


HALF_DUPLEX = b"x-half-duplex"


class DuplexResponse(Response):
    """Streams an answer while the request's body still comes.

    Starlette's own streaming response watches for a disconnect by reading the request, and so takes pieces of the body.
    Behind a proxy that stops sending the body at the first byte of an answer (nginx), which says so with the header
    `X-Half-Duplex`, the answer is kept back until the body has ended.
    """

    def __init__(self, content: AsyncIterator[bytes], *, status_code: int, media_type: str) -> None:
        super().__init__(status_code=status_code, media_type=media_type)
        del self.headers["content-length"]
        self._content = content

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI entry."""
        content = self._content
        if any(name == HALF_DUPLEX for name, _ in scope["headers"]):
            content = _kept_back(content)
            first = await anext(content, b"")
            content = _joined(first, content)
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        async for piece in content:
            await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _kept_back(content: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The same pieces once the last of them is there; beyond a megabyte they wait on disk."""
    with SpooledTemporaryFile(max_size=1_000_000) as kept:
        async for piece in content:
            kept.write(piece)
        kept.seek(0)
        while piece := kept.read(65_536):
            yield piece


async def _joined(first: bytes, rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    async for piece in rest:
        yield piece


def problem_response(problem: Problem, *, instance: str = "") -> Response:
    """A problem as `application/problem+json`."""
    body: dict[str, object] = {
        "type": PROBLEM_TYPE + problem.slug,
        "code": problem.slug,
        "status": problem.kind.value,
        "title": problem.en,
        "vi": problem.vi,
        "en": problem.en,
        "errors": [{"code": f.code, "pointer": f.pointer, "vi": f.vi, "en": f.en} for f in problem.faults],
    }
    if problem.current is not None:
        body["current"] = problem.current
    if instance:
        body["instance"] = instance
    headers = {"Retry-After": str(problem.retry_after)} if problem.retry_after is not None else {}
    response = JsonResponse(body, status_code=problem.kind.value, headers=headers)
    response.headers["content-type"] = "application/problem+json"
    return response


def invalid(error: ValidationError | RequestValidationError) -> Problem:
    """What a request model found wrong, field by field; never the value itself."""
    faults = tuple(_fault(entry) for entry in error.errors())
    return Problem("invalid-request", Kind.INVALID, vi="Yêu cầu không hợp lệ.", en="Invalid request.", faults=faults)


def parse(kind: type[Body], raw: bytes) -> Body:
    """The request body as `kind`; raises the problem `invalid-request` naming each field."""
    try:
        return kind.model_validate_json(raw)
    except ValidationError as error:
        raise invalid(error) from error


async def viewer_of(request: Request) -> Viewer:
    """The viewer of a request. Raises the problem `unauthenticated`."""
    verifier: Verifier = request.app.state.verifier
    return await verifier.viewer(request.headers.get("authorization"))


RequestViewer = Annotated[Viewer, Depends(viewer_of)]


def create_app(name: str, verifier: Verifier, *, ready: Mapping[str, Check], alive: Check | None = None) -> FastAPI:
    """An application with health, metrics and problem handling; services add their routers."""
    app = FastAPI(title=f"lantoa {name}", version="1", docs_url=None, redoc_url=None, openapi_url="/v1/openapi.json")
    app.state.verifier = verifier
    app.router.redirect_slashes = False
    _handle_problems(app)
    _add_health(app, ready, alive)
    app.add_middleware(Boundary)
    return app


def _add_health(app: FastAPI, ready: Mapping[str, Check], alive: Check | None) -> None:
    @app.get("/livez", include_in_schema=False)
    async def livez() -> Response:
        """Whether the process works at all; a failure has it restarted."""
        good = alive is None or await alive()
        return PlainTextResponse("ok" if good else "stuck", status_code=200 if good else 503)

    @app.get("/readyz", include_in_schema=False)
    async def readyz() -> Response:
        """Whether requests can be answered now, and if not, what is missing."""
        answers = await asyncio.gather(*(check() for check in ready.values()))
        missing = [name for name, good in zip(ready, answers, strict=True) if not good]
        return JsonResponse({"ready": not missing, "missing": missing}, status_code=503 if missing else 200)

    @app.get("/metrics", include_in_schema=False)
    async def metrics() -> Response:
        """Prometheus text format."""
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


def _handle_problems(app: FastAPI) -> None:
    async def on_problem(_request: Request, error: Exception) -> Response:
        assert isinstance(error, Problem)
        return problem_response(error)

    async def on_invalid(_request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError | ValidationError)
        return problem_response(invalid(error))

    async def on_http(_request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        response = problem_response(_of_framework(error))
        response.headers.update(error.headers or {})
        return response

    async def on_database(_request: Request, error: Exception) -> Response:
        log.warning("database_unavailable", error=type(error).__name__)
        return problem_response(problems.unavailable())

    app.add_exception_handler(Problem, on_problem)
    app.add_exception_handler(RequestValidationError, on_invalid)
    app.add_exception_handler(HTTPException, on_http)
    for kind in MongoUnavailable:
        app.add_exception_handler(kind, on_database)


def _of_framework(error: HTTPException) -> Problem:
    """What the framework refuses by itself, as a problem."""
    if error.status_code == Kind.ABSENT.value:
        return problems.absent()
    if error.status_code == Kind.METHOD.value:
        vi, en = "Địa chỉ này không nhận phương thức HTTP đó.", "This address does not take that HTTP method."
        return Problem("method", Kind.METHOD, vi=vi, en=en)
    return Problem("invalid-request", Kind.INVALID, vi="Yêu cầu không hợp lệ.", en=str(error.detail))


class Boundary:
    """The outermost layer: request id and trace, limit of declared bodies, duration, and a last net for faults."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI entry."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        with telemetry.continued(headers.get(b"traceparent", b"").decode(errors="replace")):
            await self._guarded(scope, receive, send)

    async def _guarded(self, scope: Scope, receive: Receive, send: Send) -> None:
        started, status = clock.monotonic(), 0

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except Exception:
            fault = ids.random_id()
            log.exception("request_failed", fault=fault, path=_route(scope))
            if status:
                raise
            await problem_response(_internal(), instance=f"urn:uuid:{fault}")(scope, receive, watched)
        finally:
            labels = (_route(scope), scope["method"], str(status))
            telemetry.REQUEST_SECONDS.labels(*labels).observe(clock.monotonic() - started)


async def read_body(request: Request, limit: int = MAX_BODY) -> bytes:
    """The whole body; raises the problem `body-too-large` as soon as it passes `limit` bytes."""
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > limit:
        raise body_too_large(limit)
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            raise body_too_large(limit)
    return bytes(body)


def body_too_large(limit: int) -> Problem:
    """More bytes than one request may have."""
    vi, en = f"Nội dung lớn hơn {limit} byte.", f"The body is larger than {limit} bytes."
    return Problem("body-too-large", Kind.TOO_LARGE, vi=vi, en=en)


def _internal() -> Problem:
    vi = "Lỗi của hệ thống; hãy báo mã lỗi này cho người vận hành."
    return Problem("internal", Kind.INTERNAL, vi=vi, en="A fault of the platform; give the operator this id.")


def _route(scope: Scope) -> str:
    route = scope.get("route")
    return str(getattr(route, "path", "unknown"))


def _fault(entry: Mapping[str, Any]) -> Fault:
    where = [str(part) for part in entry["loc"] if part not in ("body", "query", "header", "path")]
    en = str(entry["msg"])
    return Fault(str(entry["type"]).upper(), "".join(f"/{part}" for part in where), _vietnamese(entry, en), en)


def _vietnamese(entry: Mapping[str, Any], fallback: str) -> str:
    return _VIETNAMESE.get(str(entry["type"]), f"Giá trị không hợp lệ: {fallback}")


def _plain(value: object) -> object:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    raise TypeError(f"{type(value).__name__} is no JSON")
