"""`/v1/history:batch-list`: who changed what and when, for those who see the object and are signed in."""

from collections.abc import Awaitable, Callable, Sequence

from fastapi import APIRouter, Response

from chassis import history
from chassis.history import HistoryRow
from chassis.identity import Viewer
from chassis.mongo import Database
from chassis.web import JsonResponse, RequestViewer
from contracts.changes import ChangeView, HistoryBatch, HistoryPage, HistoryPages, HistoryRequest
from contracts.vocabulary import LocalizedText

Visible = Callable[[Viewer, Sequence[str]], Awaitable[set[str]]]


def routes(database: Database, visible: Visible) -> APIRouter:
    """The router; `visible` answers which of some objects a viewer may see."""
    router = APIRouter(tags=["history"])

    @router.post("/v1/history:batch-list", response_model=HistoryPages)
    async def batch_list(request: HistoryBatch, viewer: RequestViewer) -> Response:
        """A page of each history, newest first; empty for the public and for what the viewer may not see."""
        seen = await visible(viewer, [asked.id for asked in request.lists]) if viewer.grants else set()
        return JsonResponse({"pages": [await _page(database, asked, seen) for asked in request.lists]})

    return router


async def _page(database: Database, asked: HistoryRequest, seen: set[str]) -> HistoryPage:
    if asked.id not in seen:
        return HistoryPage(rows=(), cursors=(), has_next=False, total=0)
    found = await history.page(database, asked.id, first=asked.first, after=asked.after)
    rows = tuple(_view(row) for row in found.rows)
    return HistoryPage(rows=rows, cursors=found.cursors, has_next=found.has_next, total=found.total)


def _view(row: HistoryRow) -> ChangeView:
    return ChangeView(
        version=row.version,
        action=row.action,
        actor=row.actor,
        role=row.role,
        occurred_at=row.occurred_at,
        recorded_at=row.recorded_at,
        note=LocalizedText(vi=row.note_vi, en=row.note_en) if row.note_vi else None,
    )
