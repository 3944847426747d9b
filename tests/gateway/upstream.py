"""An upstream that speaks the contracts over real HTTP: enough of the services for tests of the gateway."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime

import uvicorn
from fastapi import FastAPI, Request, Response

from chassis import paging
from chassis.problems import Problem, absent, forbidden, version_conflict
from chassis.web import JsonResponse, problem_response
from contracts.outreach.outreach_events import (
    Entry,
    EventChange,
    EventChanges,
    EventRow,
    EventsBatch,
    EventsPage,
    EventState,
    OutreachEventView,
    RetractRequest,
)
from contracts.outreach.populations import CommunePopulationView, PopulationSeriesView
from contracts.vocabulary import (
    CellRefusal,
    FigureCell,
    FigureItemOutcome,
    FigureItemsAnswer,
    FigureItemsRequest,
    FigureItemView,
    FiguresRequest,
    FigureView,
    IdsRequest,
    LocalizedText,
    MeasureCode,
    OutreachChannel,
    TrendsRequest,
)
from reference.catalog import default
from reference.measures import status_of, value_of

HUE = "46@2025-07-01"
PHU_XUAN = "19753@2025-07-01"
NOW = datetime(2026, 3, 1, 5, tzinfo=UTC)


def event(number: int, *, province: str = HUE, corrects: str | None = None) -> OutreachEventView:
    """The event of a number, counted, of one commune."""
    return OutreachEventView(
        id=f"e{number}", version=1, updated_at=NOW, source="/emitters/H57", event_id=str(number),
        entry=Entry.SYSTEM, state=EventState.CURRENT, corrects=corrects, replaced_by=None, province_id=province,
        commune_ids=(PHU_XUAN,), channel=OutreachChannel.COMMUNE_LOUDSPEAKER, title=f"Bản tin {number}", summary=None,
        themes=(), stage=None, industries=(), fields=(), audiences=(), language="vi", occurred_at=NOW,
        recorded_at=NOW, duration_seconds=60, reach=2**40, is_counted=True, not_counted_reason=None,
        evidence_url="https://example.vn/1", activity_id=None, task_ids=(), honor_id=None, content_item_id=None,
    )  # fmt: skip


def row_of(view: OutreachEventView) -> EventRow:
    """What the message about an event says."""
    known = view.model_dump(exclude={"content_item_id"})
    return EventRow.model_validate({**known, "heard_keys": (), "content_key": None, "occurred_on": date(2026, 3, 1)})


class Upstream:
    """One server in place of all services. `calls` counts requests by path; `hidden` events are not answered."""

    def __init__(self) -> None:
        self.events: dict[str, OutreachEventView] = {}
        self.changes: list[EventChange] = []
        self.hidden: set[str] = set()
        self.calls: Counter[str] = Counter()
        self.cells: list[FigureCell] = []
        self.refused: set[MeasureCode] = set()
        self.headers: dict[str, str] = {}
        self.numerator = 3
        self.slow = 0.0
        self.kept_after = 0
        self.url = ""
        self.app = FastAPI()
        self._routes()

    def record(self, view: OutreachEventView) -> EventChange:
        """An event happens: it stands in the list and in the log."""
        self.events[view.id] = view
        return self._log("recorded", view.id)

    def retract(self, event_id: str) -> EventChange:
        """An event is taken back."""
        self.hidden.add(event_id)
        return self._log("retracted", event_id)

    def _log(self, kind: str, event_id: str) -> EventChange:
        seq = len(self.changes) + 1
        self.changes.append(EventChange(seq=seq, kind=kind, id=event_id, message_id=f"m{seq}"))
        return self.changes[-1]

    def shown(self, event_id: str) -> OutreachEventView | None:
        """An event as a viewer may see it."""
        return None if event_id in self.hidden else self.events.get(event_id)

    def figure(self, cell: FigureCell) -> FigureView:
        """A figure of sums that the test decides."""
        measure = default().measures.get(cell.measure)
        sums = (self.numerator, 4)
        return FigureView(
            measure=cell.measure, scope=cell.scope, as_of=cell.as_of or date(2026, 3, 1), known_at=cell.known_at,
            definition_version=1, numerator=sums[0], denominator=sums[1], value=value_of(measure, *sums),
            goal=measure.goal, status=status_of(measure, *sums, date(2026, 3, 1)), upper_numerator=4, series="s1",
            computed_at=NOW,
        )  # fmt: skip

    def _routes(self) -> None:
        @self.app.middleware("http")
        async def count(request: Request, answer: object) -> Response:
            self.calls[request.url.path] += 1
            self.headers = dict(request.headers)
            await asyncio.sleep(self.slow)
            return await answer(request)  # type: ignore[operator,no-any-return]

        @self.app.exception_handler(Problem)
        async def problem(_request: Request, error: Problem) -> Response:
            return problem_response(error)

        self._figure_routes()
        self._event_routes()

    def _figure_routes(self) -> None:
        @self.app.post("/v1/figures:batch")
        async def figures(request: FiguresRequest) -> Response:
            self.cells.extend(request.cells)
            found = [None if cell.measure in self.refused else self.figure(cell) for cell in request.cells]
            return JsonResponse({"figures": found, "refusals": _refusals(found)})

        @self.app.post("/v1/figures:trend")
        async def trends(request: TrendsRequest) -> Response:
            point = {"numerator": 1, "denominator": 4, "value": 0.25, "status": None}
            return JsonResponse({"trends": [[{"as_of": day, **point} for day in t.days] for t in request.trends]})

        @self.app.post("/v1/figures:items")
        async def items(request: FigureItemsRequest) -> Response:
            keys = [f"item {number}" for number in range(5)]
            after = [key for key in keys if request.after is None or key > request.after]
            shown = tuple(_item(key) for key in after[: request.first])
            return JsonResponse(FigureItemsAnswer(items=shown, has_next=len(after) > len(shown), total=len(keys)))

        @self.app.get("/v1/populations")
        async def populations() -> Response:
            series = PopulationSeriesView(code="s1", year=2025, people=1000, is_apportioned=False, in_use=True)
            commune = CommunePopulationView(series="s1", commune_id=PHU_XUAN, province_id=HUE, people=700)
            return JsonResponse({"series": [series], "communes": [commune]})

    def _event_routes(self) -> None:
        @self.app.post("/v1/outreach-events:batch-get")
        async def batch_get(request: IdsRequest) -> Response:
            return JsonResponse({"rows": [self.shown(event_id) for event_id in request.ids]})

        @self.app.post("/v1/outreach-events:batch-list")
        async def batch_list(request: EventsBatch) -> Response:
            return JsonResponse({"pages": [self._page(one.first, one.after, one.with_total) for one in request.lists]})

        @self.app.get("/v1/outreach-events/changes")
        async def changes(after: int, limit: int) -> Response:
            end = len(self.changes)
            if after < 0:
                return JsonResponse(EventChanges(changes=(), next_after=end, end=end))
            if after < self.kept_after or after > end:
                raise paging.cursor_invalid()
            found = tuple(self.changes[after : after + min(limit, 2)])
            return JsonResponse(EventChanges(changes=found, next_after=after + len(found), end=end))

        @self.app.post("/v1/outreach-events/{event_id}:retract")
        async def retract(event_id: str, request: RetractRequest, http: Request) -> Response:
            view = self.shown(event_id)
            if view is None:
                raise absent()
            if http.headers.get("authorization") is None:
                raise forbidden("Không có quyền.", "Not allowed.")
            if view.version != request.expected_version:
                raise version_conflict(request.expected_version, view.version)
            return JsonResponse(view.model_copy(update={"state": EventState.RETRACTED, "version": 2}))

    def _page(self, first: int, after: str | None, with_total: bool) -> EventsPage:
        ids = sorted(self.events, reverse=True)
        start = ids.index(after) + 1 if after else 0
        shown = ids[start : start + first]
        return EventsPage(
            rows=tuple(self.events[event_id] for event_id in shown),
            cursors=tuple(shown),
            has_next=start + first < len(ids),
            total=len(ids) if with_total else None,
        )


def _refusals(found: list[FigureView | None]) -> list[CellRefusal]:
    """One for each figure that is missing."""
    return [
        CellRefusal(position=position, code="known-at-unsupported", vi="Không tra được.", en="Cannot be asked.")
        for position, figure in enumerate(found)
        if figure is None
    ]


def _item(key: str) -> FigureItemView:
    label, outcome = LocalizedText(vi=key), FigureItemOutcome.COUNTED
    return FigureItemView(
        subject=None, label=label, outcome=outcome, reason="told", numerator=1, denominator=1, cursor=key
    )


@contextlib.asynccontextmanager
async def served(app: object) -> AsyncIterator[str]:
    """Serves an application on a free port of this machine; yields its address."""
    config = uvicorn.Config(app, port=0, lifespan="off", log_level="error", ws="websockets-sansio")  # type: ignore[arg-type]
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 (uvicorn has no event for it)
        await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        await task
