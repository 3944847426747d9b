"""graphql-transport-ws: subscriptions over one socket, with the token in `connection_init`.

Close codes of the protocol: 4400 malformed, 4401 not initialized, 4403 token bad or expired, 4408 too late,
4409 id in use, 4429 initialized twice.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import orjson
import structlog
from starlette.requests import HTTPConnection
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from gateway.errors import Code, Fault
from gateway.execution.documents import Invalid
from gateway.execution.endpoint import question_of
from gateway.execution.engine import Asker, Engine

PROTOCOL = "graphql-transport-ws"
INIT_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Session:
    """Who opened a socket: makes the context of each operation; `expires_in` seconds the token is over."""

    make_context: Callable[[], Asker]
    expires_in: float | None


# Makes the session of a socket and its `connection_init` payload. Raises `Fault` when its token is bad.
Admit = Callable[[HTTPConnection, Mapping[str, object]], Awaitable[Session]]

log = structlog.get_logger("gateway.execution.sockets")


class _Closed(Exception):
    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code, self.reason = code, reason


class Sockets:
    """Serves sockets. `origins` are those of other sites that may open one; `most` operations run on each."""

    def __init__(self, engine: Engine, admit: Admit, *, origins: frozenset[str], most: int) -> None:
        self._engine, self._admit, self._origins, self._most = engine, admit, origins, most

    async def serve(self, socket: WebSocket) -> None:
        """One socket, from handshake to close."""
        if not self._is_welcome(socket):
            await socket.close(1008)
            return
        if PROTOCOL not in socket.scope.get("subprotocols", ()):
            await socket.accept()
            await socket.close(4406, "Subprotocol not acceptable")
            return
        await socket.accept(subprotocol=PROTOCOL)
        await _Connection(socket, self._engine, self._admit, most=self._most).run()

    def _is_welcome(self, socket: WebSocket) -> bool:
        # No Origin: no browser, so no cookies or pages that could be abused.
        origin = socket.headers.get("origin")
        if origin is None or origin in self._origins:
            return True
        return urlsplit(origin).netloc == socket.headers.get("host")


class _Connection:
    """One socket and the operations that run on it."""

    def __init__(self, socket: WebSocket, engine: Engine, admit: Admit, *, most: int) -> None:
        self._socket, self._engine, self._admit, self._most = socket, engine, admit, most
        self._session: Session | None = None
        self._running: dict[str, asyncio.Task[None]] = {}
        self._clock: asyncio.TimerHandle | None = None
        self._ending: asyncio.Future[_Closed] = asyncio.get_running_loop().create_future()

    async def run(self) -> None:
        """Reads messages until one side closes."""
        self._close_in(INIT_SECONDS, 4408, "Connection initialisation timeout")
        reading: asyncio.Future[None] = asyncio.ensure_future(self._read())
        try:
            await self._shut(await self._ending)
        finally:
            await self._clean_up(reading)

    async def _read(self) -> None:
        try:
            while True:
                await self._handle(await self._socket.receive_text())
        except _Closed as closed:
            self._end(closed)
        except (WebSocketDisconnect, KeyError, RuntimeError):
            self._end(_Closed(1000, ""))

    async def _handle(self, raw: str) -> None:
        try:
            message = orjson.loads(raw)
        except orjson.JSONDecodeError as error:
            raise _Closed(4400, "Messages are JSON") from error
        kind = message.get("type") if isinstance(message, dict) else None
        if kind == "connection_init":
            await self._init(message.get("payload"))
        elif kind == "ping":
            await self._send({"type": "pong"})
        elif kind == "subscribe":
            self._subscribe(message.get("id"), message.get("payload"))
        elif kind == "complete":
            self._stop(str(message.get("id")))
        elif kind != "pong":
            raise _Closed(4400, "Unknown message type")

    async def _init(self, payload: object) -> None:
        if self._session is not None:
            raise _Closed(4429, "Too many initialisation requests")
        try:
            self._session = await self._admit(self._socket, payload if isinstance(payload, dict) else {})
        except Fault as fault:
            raise _Closed(4403, fault.code.value) from fault
        if self._clock is not None:
            self._clock.cancel()
        if self._session.expires_in is not None:
            self._close_in(max(0.0, self._session.expires_in), 4403, "Token expired")
        await self._send({"type": "connection_ack"})

    def _subscribe(self, operation: object, payload: object) -> None:
        if self._session is None:
            raise _Closed(4401, "Unauthorized")
        if not isinstance(operation, str) or not operation:
            raise _Closed(4400, "An operation needs an id")
        if operation in self._running:
            raise _Closed(4409, f"Subscriber for {operation[:60]} already exists")
        session = self._session
        self._running[operation] = asyncio.create_task(self._operate(operation, payload, session))

    async def _operate(self, operation: str, payload: object, session: Session) -> None:
        context = session.make_context()
        try:
            if len(self._running) > self._most:
                raise _too_many(self._most)
            async for body in self._engine.follow(question_of(payload), context):
                await self._send({"id": operation, "type": "next", "payload": body})
        except Fault as fault:
            await self._fail(operation, self._engine.refused(fault, context).body["errors"])
        except Invalid as invalid:
            await self._fail(operation, self._engine.errors(invalid, context))
        except (WebSocketDisconnect, asyncio.CancelledError):
            raise
        except Exception:  # a fault of ours must not leave the client waiting in silence
            log.exception("subscription_failed")
            await self._fail(operation, [{"message": "Internal fault.", "extensions": {"code": "INTERNAL"}}])
        else:
            if self._running.pop(operation, None) is not None:
                await self._send({"id": operation, "type": "complete"})

    async def _fail(self, operation: str, errors: object) -> None:
        self._running.pop(operation, None)
        await self._send({"id": operation, "type": "error", "payload": errors})

    def _stop(self, operation: str) -> None:
        task = self._running.pop(operation, None)
        if task is not None:
            task.cancel()

    async def _send(self, message: Mapping[str, Any]) -> None:
        try:
            await self._socket.send_text(orjson.dumps(message).decode())
        except (WebSocketDisconnect, RuntimeError):
            self._end(_Closed(1000, ""))

    def _close_in(self, seconds: float, code: int, reason: str) -> None:
        self._clock = asyncio.get_running_loop().call_later(seconds, self._end, _Closed(code, reason))

    def _end(self, closed: _Closed) -> None:
        if not self._ending.done():
            self._ending.set_result(closed)

    async def _shut(self, closed: _Closed) -> None:
        if self._socket.application_state is WebSocketState.CONNECTED:
            with contextlib.suppress(RuntimeError, WebSocketDisconnect):
                await self._socket.close(closed.code, closed.reason)

    async def _clean_up(self, reading: "asyncio.Future[None]") -> None:
        if self._clock is not None:
            self._clock.cancel()
        tasks = [reading, *self._running.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _too_many(most: int) -> Fault:
    vi, en = f"Mỗi kết nối tối đa {most} luồng theo dõi.", f"A socket carries at most {most} subscriptions."
    return Fault(Code.RATE_LIMITED, vi=vi, en=en)
