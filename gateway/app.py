"""Wiring of the gateway: settings in, a process out."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path

import strawberry
from fastapi import FastAPI
from graphql import GraphQLError
from starlette.requests import HTTPConnection, Request
from starlette.responses import FileResponse, Response
from starlette.websockets import WebSocket

from chassis import clock, identity, ids, logs, telemetry
from chassis.identity import Verifier
from chassis.kafka import Broker
from chassis.problems import Problem
from chassis.process import Loop, Service
from chassis.web import create_app
from contracts.outreach.outreach_events import EventChanges
from gateway.context import Context, Services, context_of, language_of
from gateway.errors import Code, Fault
from gateway.execution.budgets import Budgets, address_of
from gateway.execution.cursors import Cursors
from gateway.execution.documents import Documents
from gateway.execution.endpoint import Endpoint
from gateway.execution.engine import Engine, code_of
from gateway.execution.limits import Limits
from gateway.execution.sockets import Session, Sockets
from gateway.execution.stored import StoredDocuments
from gateway.execution.transport import Call, Client
from gateway.execution.weights import read_weights
from gateway.live import TOPICS, Live
from gateway.schema.build import FOLDER, contract
from gateway.schema.build import build as build_schema
from gateway.settings import GatewaySettings
from gateway.sources.outreach import changes
from gateway.sources.populations import Populations
from reference.catalog import Reference, load

log = logs.logger(__name__)
EDITOR = FOLDER / "graphiql"
# The editor runs its own files and talks to this gateway; nothing else.
EDITOR_POLICY = (
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; "
    "connect-src 'self' ws: wss:; worker-src 'self' blob:; frame-ancestors 'none'"
)


def build(settings: GatewaySettings, *, reference: Reference | None = None) -> Service:
    """The gateway; nothing else constructs anything. `reference` saves tests from loading it again."""
    services = _services(settings, reference or load(settings.reference_folder))
    live = _live(settings, services)
    verifier = Verifier(settings)
    app = create_app("gateway", verifier, ready={})
    _mount_graph(app, settings, _Door(services, verifier, proxies=settings.proxies), _engine(settings, live))
    if settings.graphiql:
        _mount_editor(app)

    async def prepare() -> None:
        await services.populations.load()

    async def close() -> None:
        for client in services.clients.values():
            await client.close()

    async def keep_populations() -> None:
        await services.populations.keep_fresh(live.populations_moved)

    readers: list[Loop] = [partial(live.follow_messages, topic) for topic in TOPICS]
    loops = {"api": (*readers, live.follow_log, keep_populations)}
    return Service("gateway", app, prepare, close, loops)


def _services(settings: GatewaySettings, reference: Reference) -> Services:
    def client(section: str, url: str) -> Client:
        return Client(section, url, seconds=settings.call_seconds)

    outreach = client("outreach", settings.outreach_url)
    return Services(
        plans=client("plans", settings.plans_url),
        tasks=client("tasks", settings.tasks_url),
        outreach=outreach,
        honors=client("honors", settings.honors_url),
        reference=reference,
        populations=Populations(outreach),
        cursors=Cursors(settings.cursor_key.get_secret_value()),
        request_seconds=settings.request_seconds,
        open_introspection=settings.introspection,
        open_documents=settings.are_documents_open,
    )


def _live(settings: GatewaySettings, services: Services) -> Live:
    async def read(after: int) -> EventChanges:
        return await changes(services.outreach, Call(clock.monotonic() + settings.request_seconds), after)

    return Live(Broker(settings), read, queue=settings.socket_queue)


def _engine(settings: GatewaySettings, live: Live) -> Engine:
    promised = contract()
    schema: strawberry.Schema = build_schema(promised)
    limits = Limits(
        tokens=settings.tokens,
        depth=settings.depth,
        aliases=settings.aliases,
        root_fields=settings.root_fields,
        directives=settings.directives,
        cost=settings.cost,
    )
    stored = StoredDocuments.read(settings.documents)
    documents = Documents(schema._schema, read_weights(promised), limits, stored)
    for document_id, problem in documents.unfit():
        log.error("stored_document_unfit", document=document_id, reason=problem)
    budgets = Budgets(settings.cost_a_minute, most=settings.principals, now=clock.monotonic)
    return Engine(schema, documents, budgets, tell=tell, seconds=settings.request_seconds, root=live)


class _Door:
    """Lets requests and sockets in: a token makes the viewer, a bad one is refused."""

    def __init__(self, services: Services, verifier: Verifier, *, proxies: int) -> None:
        self._services, self._verifier, self._proxies = services, verifier, proxies

    async def request(self, request: HTTPConnection) -> Context:
        """The context of an HTTP request. Raises `Fault`."""
        viewer = await self._viewer(request.headers.get("authorization"))
        language = language_of(request.headers.get("accept-language", ""))
        return context_of(self._services, viewer, language, address=address_of(request, self._proxies))

    async def socket(self, socket: HTTPConnection, payload: Mapping[str, object]) -> Session:
        """The session of a socket; the token is `authorization` of the payload. Raises `Fault`."""
        told = {key.lower(): value for key, value in payload.items() if isinstance(value, str)}
        viewer = await self._viewer(told.get("authorization"))
        language = language_of(told.get("accept-language", ""), viewer.locale)
        left = None if viewer.expires_at is None else viewer.expires_at - clock.now().timestamp()
        address = address_of(socket, self._proxies)
        return Session(lambda: context_of(self._services, viewer, language, address=address), left)

    async def _viewer(self, authorization: str | None) -> identity.Viewer:
        try:
            return await self._verifier.viewer(authorization)
        except Problem as problem:
            raise Fault(Code.UNAUTHENTICATED, vi=problem.vi, en=problem.en) from problem


def _mount_graph(app: FastAPI, settings: GatewaySettings, door: _Door, engine: Engine) -> None:
    endpoint = Endpoint(
        engine,
        door.request,
        body_bytes=settings.body_bytes,
        answer_bytes=settings.answer_bytes,
        cache_seconds=settings.cache_seconds,
    )
    origins = frozenset(origin.strip() for origin in settings.origins.split(",") if origin.strip())
    sockets = Sockets(engine, door.socket, origins=origins, most=settings.subscriptions)

    @app.post("/graphql", include_in_schema=False)
    async def post(request: Request) -> Response:
        """A query or mutation."""
        return await endpoint.post(request)

    @app.get("/graphql", include_in_schema=False)
    async def get(request: Request) -> Response:
        """A query that is stored."""
        return await endpoint.get(request)

    @app.websocket("/graphql")
    async def follow(socket: WebSocket) -> None:
        """Subscriptions."""
        with telemetry.continued(socket.headers.get("traceparent")):
            await sockets.serve(socket)


def _mount_editor(app: FastAPI) -> None:
    files = {path.name: path for path in EDITOR.iterdir() if path.suffix in (".js", ".css")}

    @app.get("/graphiql", include_in_schema=False)
    async def page() -> Response:
        """The query editor."""
        return _served(EDITOR / "index.html")

    @app.get("/graphiql/{name}", include_in_schema=False)
    async def part(name: str) -> Response:
        """A file of the query editor."""
        return _served(files[name]) if name in files else Response(status_code=404)


def _served(path: Path) -> Response:
    return FileResponse(path, headers={"content-security-policy": EDITOR_POLICY, "x-content-type-options": "nosniff"})


def tell(error: GraphQLError, context: Context | None, code: Code) -> dict[str, object]:
    """One entry of `errors`: a fault in the viewer's language; what nobody foresaw is logged and named by its id."""
    request_id = context.request_id if context else telemetry.trace_id() or ids.random_id()
    fault = error.original_error
    told: dict[str, object] = dict(error.formatted)
    if isinstance(fault, Fault):
        told["message"] = fault.en if context and context.language == "en" else fault.vi
        told["extensions"] = {**fault.extensions(), "requestId": request_id}
    elif code_of(error, code) is not Code.INTERNAL:
        told["extensions"] = {"code": code.value, "requestId": request_id}
    else:
        log.error("field_failed", request_id=request_id, path=error.path, exc_info=fault)
        told["message"] = f"Lỗi của hệ thống; hãy báo mã {request_id}. A fault of the platform; quote {request_id}."
        told["extensions"] = {"code": Code.INTERNAL.value, "requestId": request_id}
    return told
