"""One process of a service: verbs, loops and the HTTP server in one event loop, and a stop that loses nothing."""

import asyncio
import contextlib
import signal
import sys
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import uvicorn
import uvloop
from fastapi import FastAPI

from chassis import logs
from chassis.settings import ProcessSettings

log = logs.logger(__name__)
Loop = Callable[[], Awaitable[None]]
RESTART_SECONDS = 1.0


@dataclass
class Service:
    """A wired service: what each verb of its process runs."""

    name: str
    app: FastAPI
    prepare: Callable[[], Awaitable[None]]  # collections, indexes, topics: safe to repeat
    close: Callable[[], Awaitable[None]]
    loops: Mapping[str, Sequence[Loop]] = field(default_factory=dict)  # verb → loops

    @property
    def verbs(self) -> tuple[str, ...]:
        """What the process can be asked to run."""
        return ("all", "api", "migrate", *self.loops)


def main(settings: ProcessSettings, build: Callable[[], Service], arguments: Sequence[str]) -> None:
    """Runs `python -m services.<name> [verb]` until SIGTERM or SIGINT."""
    service = build()
    logs.configure(service.name, settings.log_level)
    verb = arguments[0] if arguments else "all"
    if verb not in service.verbs:
        sys.exit(f"unknown verb {verb!r}; one of: {', '.join(service.verbs)}")
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_run(service, settings, verb))


async def _run(service: Service, settings: ProcessSettings, verb: str) -> None:
    stopping = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stopping.set)
    try:
        await _prepared(service, stopping)
        if verb == "migrate" or stopping.is_set():
            return
        chosen = service.loops.values() if verb == "all" else [service.loops.get(verb, ())]
        tasks = [asyncio.create_task(_forever(loop)) for loops in chosen for loop in loops]
        server = asyncio.create_task(_serve(service.app, settings, stopping))
        await stopping.wait()
        log.info("stopping", verb=verb)
        await _stop(tasks, server, settings.stop_seconds)
    finally:
        await service.close()


async def _prepared(service: Service, stopping: asyncio.Event) -> None:
    """Tries until database and broker are there: they may start after us."""
    pause = 0.2
    while not stopping.is_set():
        try:
            return await service.prepare()
        except Exception as error:
            log.warning("not_prepared_yet", error=type(error).__name__, reason=str(error)[:200])
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stopping.wait(), pause)
            pause = min(pause * 1.5, 3)
    return None


async def _forever(loop: Loop) -> None:
    """Starts a loop again when it fails: a fault in one must not silence the others."""
    while True:
        try:
            await loop()
        except asyncio.CancelledError:
            raise
        except BaseException as error:
            log.exception("loop_failed", loop=getattr(loop, "__qualname__", "loop"), error=type(error).__name__)
            await asyncio.sleep(RESTART_SECONDS)


class _Server(uvicorn.Server):
    """Uvicorn without its own signal handling: the process decides when to stop."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leaves the signals alone."""
        yield


async def _serve(app: FastAPI, settings: ProcessSettings, stopping: asyncio.Event) -> None:
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        http="httptools",
        ws="websockets-sansio",
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=max(1, int(settings.stop_seconds) - 3),
        timeout_keep_alive=75,
        backlog=2048,
        server_header=False,
        lifespan="off",
    )
    server = _Server(config)
    serving = asyncio.create_task(server.serve())
    waiting = asyncio.create_task(stopping.wait())
    await asyncio.wait({serving, waiting}, return_when=asyncio.FIRST_COMPLETED)
    server.should_exit = True
    stopping.set()  # a server that could not start ends the process
    await serving


async def _stop(tasks: Sequence["asyncio.Task[None]"], server: "asyncio.Task[None]", seconds: float) -> None:
    """First the server drains its requests, then the loops end where they stand; each loop survives being cut there."""
    await asyncio.wait({server}, timeout=max(1.0, seconds - 2))
    for task in [*tasks, server]:
        task.cancel()
    await asyncio.wait([*tasks, server], timeout=2)
