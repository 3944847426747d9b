"""Brings the demo in: all services at once, each through its own doors, once per data folder."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Sequence
from contextlib import AsyncExitStack, contextmanager
from functools import partial
from pathlib import Path

from chassis import clock
from contracts.imports import ImportKind
from contracts.outreach.emitters import EmitterView, RegisterEmitterRequest
from contracts.vocabulary import FigureCell, FiguresAnswer, FiguresRequest, MeasureCode, Role, ScopeKind, ScopeRef
from lantoa import console
from lantoa.api import Api
from lantoa.console import Tell
from lantoa.demo import officers, people, territory
from lantoa.demo.officers import Desk
from lantoa.demo.words import MARK
from lantoa.import_jobs import bring_in, describe
from lantoa.problems import CommandError
from lantoa.running import RunningStack
from reference.bodies import Body
from reference.calendars import vietnam_day
from reference.catalog import default

SEED = 1169
AT_ONCE = 2  # the embedded engines write one transaction after another: more would only wait
THERE_ALREADY = ("code-taken", "plan-in-force", "document-taken", "already-honored")
LINES_AT_ONCE = 500
COUNTED_WITHIN = 180  # seconds; what is not counted by then comes while one looks around
NATION = ScopeRef(kind=ScopeKind.PROGRAM)


def load(stack: RunningStack) -> None:
    """Loads the demo and notes beside the engine's data that it is there; a second time does nothing."""
    mark = stack.data.engines / f"{stack.state.database_of('outreach').kind}.demo"
    if mark.exists():
        return
    with console.working("Demo data… / Đang nạp dữ liệu mẫu…") as tell:
        try:
            asyncio.run(_load(stack, tell))
        except BaseExceptionGroup as group:
            raise _first(group) from group
    mark.parent.mkdir(parents=True, exist_ok=True)  # nothing is there yet where the engines are given
    mark.write_text(f"seed {SEED}\n", encoding="utf-8")
    console.note("The demo data are in, every play is counted. / Dữ liệu mẫu đã nạp xong.")


async def _load(stack: RunningStack, tell: Tell) -> None:
    async with AsyncExitStack() as opened:
        demo = _Demo(stack, opened, tell)
        async with asyncio.TaskGroup() as group:
            group.create_task(demo.outreach())
            group.create_task(demo.plans())
            group.create_task(demo.tasks())
            group.create_task(demo.honors())


class _Demo:
    """One loading: connections by service and person, and how far each part is."""

    def __init__(self, stack: RunningStack, opened: AsyncExitStack, tell: Tell) -> None:
        self._stack, self._opened, self._tell = stack, opened, tell
        self._apis: dict[tuple[str, Role, str | None], Api] = {}
        self._parts: dict[str, str] = {}
        self._now = clock.now()
        self._today = vietnam_day(self._now)
        self._bodies: Sequence[Body] = default().bodies.obligated_on(self._today)

    async def plans(self) -> None:
        """A plan of each obligated body."""
        desk = self._desk("plans")
        await self._each("plans", [partial(officers.body_with_plan, desk, body) for body in self._bodies])

    async def tasks(self) -> None:
        """Several hundred tasks."""
        desk = self._desk("tasks")
        numbers = range(officers.TASKS)
        await self._each("tasks", [partial(officers.task, desk, self._bodies, n) for n in numbers])

    async def honors(self) -> None:
        """Dossiers in every stage."""
        desk = self._desk("honors")
        numbers = range(officers.DOSSIERS)
        await self._each("honors", [partial(officers.dossier, desk, self._bodies, n) for n in numbers])

    async def outreach(self) -> None:
        """Registers first, so that plays fall on known devices; then the play logs of all provinces."""
        land = territory.territory(default().places, self._now, seed=SEED)
        staff = people.staff(self._bodies, seed=SEED)
        await self._import(ImportKind.ACCESS_POINTS, territory.access_points(land, seed=SEED))
        await self._import(ImportKind.POPULATIONS, territory.populations(land))
        await self._import(ImportKind.CONTENT_ITEMS, territory.content_items(land))
        await self._import(ImportKind.STAFF, staff)
        await self._import(ImportKind.TRAINING_COMPLETIONS, people.completions(staff, self._today, seed=SEED))
        operator = await self._api("outreach", Role.OPERATOR, None)
        logs = list(territory.play_logs(land, self._now, seed=SEED))
        await self._each("plays", [partial(self._province, operator, *log) for log in logs], at_once=1)
        await self._counted(operator)

    async def _province(self, operator: Api, e_id: str, lines: list[bytes]) -> None:
        request = RegisterEmitterRequest(e_id=e_id, name=f"Hệ thống thông tin nguồn {e_id} {MARK}")
        await operator.post("/v1/emitters", request, EmitterView)
        emitter = await self._api("outreach", Role.EMITTER, e_id)
        async for _ in emitter.stream_lines("/v1/play-log", _in_pieces(lines)):
            pass

    async def _counted(self, api: Api) -> None:
        """Waits until every play shows in the figures: until then they say that they are stale."""
        request = FiguresRequest(cells=(FigureCell(measure=MeasureCode.PEOPLE_COVERED, scope=NATION),))
        for _ in range(COUNTED_WITHIN):
            figure = (await api.post("/v1/figures:batch", request, FiguresAnswer)).figures[0]
            if figure is not None and not figure.is_stale:
                return
            await asyncio.sleep(1)

    async def _import(self, kind: ImportKind, text: str) -> None:
        api = await self._api("outreach", Role.NATIONAL_COORDINATOR, None)
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / f"{kind.value}-demo.csv"
            file.write_text(text, encoding="utf-8")
            await bring_in(api, file, describe(kind, file, None), lambda job: self._say(kind.value, job.state.value))
        self._parts.pop(kind.value, None)

    async def _each(self, part: str, jobs: Sequence[Callable[[], Awaitable[None]]], *, at_once: int = AT_ONCE) -> None:
        """Runs the jobs, some at a time; what an interrupted loading left there is passed over."""
        waiting, done = iter(jobs), 0

        async def work() -> None:
            nonlocal done
            for job in waiting:
                with suppress_known():
                    await job()
                done += 1
                self._say(part, f"{done}/{len(jobs)}")

        async with asyncio.TaskGroup() as group:
            for _ in range(at_once):
                group.create_task(work())

    def _desk(self, service: str) -> Desk:
        async def as_(role: Role, e_id: str | None) -> Api:
            return await self._api(service, role, e_id)

        return Desk(as_, self._today, SEED)

    async def _api(self, service: str, role: Role, e_id: str | None) -> Api:
        key = (service, role, e_id)
        if key not in self._apis:
            api = Api(self._stack.state.url_of(service), self._stack.token(role, e_id))
            self._apis[key] = await self._opened.enter_async_context(api)
        return self._apis[key]

    def _say(self, part: str, how_far: str) -> None:
        self._parts[part] = how_far
        self._tell("Demo data… " + " · ".join(f"{name} {state}" for name, state in self._parts.items()))


def _first(error: BaseException) -> BaseException:
    """The first thing that went wrong, among those that failed together."""
    return _first(error.exceptions[0]) if isinstance(error, BaseExceptionGroup) else error


@contextmanager
def suppress_known() -> Iterator[None]:
    """Passes over what is there already: an earlier loading was interrupted."""
    try:
        yield
    except CommandError as error:
        if error.code not in THERE_ALREADY:
            raise


async def _in_pieces(lines: Iterable[bytes]) -> AsyncIterator[bytes]:
    piece: list[bytes] = []
    for line in lines:
        piece.append(line)
        if len(piece) == LINES_AT_ONCE:
            yield b"\n".join(piece) + b"\n"
            piece = []
    if piece:
        yield b"\n".join(piece) + b"\n"
