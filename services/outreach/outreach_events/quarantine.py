"""What officers ask of copies held back, and the HTTP of it; to others there are none."""

from collections.abc import Sequence

from fastapi import APIRouter, Header, Response

from chassis import idempotency
from chassis.identity import Viewer
from chassis.problems import Problem
from chassis.web import JsonResponse, RequestViewer
from contracts.outreach.outreach_events import OutreachEventView
from contracts.outreach.quarantine import (
    LONGEST_EXCERPT,
    QuarantinedEventRows,
    QuarantinedEventsBatch,
    QuarantinedEventsPage,
    QuarantinedEventsPages,
    QuarantinedEventsRequest,
    QuarantinedEventView,
    ResolveQuarantinedEventRequest,
)
from contracts.vocabulary import IdsRequest
from reference.resources import Resources
from services.outreach.outreach_events import queries
from services.outreach.outreach_events.commands.resolve import resolve
from services.outreach.outreach_events.domain import QuarantinedCopy


def routes(resources: Resources) -> APIRouter:
    """`/v1/quarantined-events…`"""
    router = APIRouter(prefix="/v1", tags=["quarantine"])

    @router.post("/quarantined-events:batch-get", response_model=QuarantinedEventRows)
    async def batch_get(request: IdsRequest, viewer: RequestViewer) -> Response:
        """Copies by id, in the order asked, null for what is not there or hidden."""
        found = await queries.quarantined(resources, viewer, request.ids)
        return JsonResponse({"rows": [None if copy is None else view(copy) for copy in found]})

    @router.post("/quarantined-events:batch-list", response_model=QuarantinedEventsPages)
    async def batch_list(request: QuarantinedEventsBatch, viewer: RequestViewer) -> Response:
        """A page of each list of copies that wait for a decision, newest first."""
        return JsonResponse({"pages": await pages(resources, viewer, request.lists)})

    @router.post("/quarantined-events/{copy_id}:resolve", response_model=OutreachEventView)
    async def post_resolve(
        copy_id: str,
        request: ResolveQuarantinedEventRequest,
        viewer: RequestViewer,
        idempotency_key: str | None = Header(None),
    ) -> Response:
        """Lets the first copy stand or takes this one in its place; answers with the event that stands."""
        body = {"copy": copy_id, **request.model_dump(mode="json")}
        claimed = await idempotency.claim(resources.database, viewer, idempotency_key, body)
        if claimed.outcome is not None:
            event_id = claimed.outcome["id"]
        else:
            try:
                event_id = await resolve(resources, viewer, copy_id, request, claimed)
            except Problem:
                await idempotency.release(resources.database, claimed)
                raise
        return JsonResponse((await queries.batch_get(resources, viewer, [event_id]))[0])

    return router


async def pages(
    resources: Resources, viewer: Viewer, requests: Sequence[QuarantinedEventsRequest]
) -> list[QuarantinedEventsPage]:
    """A page for each request. Raises `cursor-invalid`."""
    return [await _page(resources, viewer, request) for request in requests]


async def _page(resources: Resources, viewer: Viewer, request: QuarantinedEventsRequest) -> QuarantinedEventsPage:
    found = await queries.page_of_quarantined(resources, viewer, request)
    return QuarantinedEventsPage(
        rows=tuple(view(copy) for copy in found.rows),
        cursors=found.cursors,
        has_next=found.has_next,
        total=found.total,
    )


def view(copy: QuarantinedCopy) -> QuarantinedEventView:
    """What the service answers with."""
    return QuarantinedEventView(
        id=copy.id,
        version=copy.version,
        received_at=copy.received_at,
        source=copy.source,
        province_id=copy.province_id,
        event_id=copy.event_id,
        reason="id_with_other_content",
        excerpt=(copy.arrived.record or "")[:LONGEST_EXCERPT],
    )
