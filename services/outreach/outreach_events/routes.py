"""HTTP of outreach events for gateways: batches by id and by list, and the changes of the feed."""

from fastapi import APIRouter, Header, Query, Response

from chassis import idempotency, outbox
from chassis.paging import cursor_invalid
from chassis.problems import Problem
from chassis.web import JsonResponse, RequestViewer
from contracts.outreach.outreach_events import (
    EventChange,
    EventChanges,
    EventsBatch,
    EventsPage,
    EventsPages,
    EventsRequest,
    OutreachEventRecorded,
    OutreachEventRetracted,
    OutreachEventView,
    RecordOutreachEventRequest,
    RetractRequest,
    TotalsAnswer,
    TotalsRequest,
)
from contracts.vocabulary import IdsRequest
from reference.resources import Resources
from services.outreach.outreach_events import queries
from services.outreach.outreach_events.commands.record_by_hand import record_by_hand
from services.outreach.outreach_events.commands.retract import retract

KINDS = {OutreachEventRecorded.type: "recorded", OutreachEventRetracted.type: "retracted"}


def routes(resources: Resources) -> APIRouter:
    """`/v1/outreach-events…`"""
    router = APIRouter(tags=["outreach events"])

    @router.post("/v1/outreach-events:batch-get")
    async def batch_get(request: IdsRequest, viewer: RequestViewer) -> Response:
        """Events by id, in the order asked, null for what is not there or hidden."""
        return JsonResponse({"rows": await queries.batch_get(resources, viewer, request.ids)})

    @router.post("/v1/outreach-events:batch-list", response_model=EventsPages)
    async def batch_list(request: EventsBatch, viewer: RequestViewer) -> Response:
        """A page of each list, newest first."""
        return JsonResponse({"pages": await queries.pages(resources, viewer, request.lists)})

    @router.post("/v1/outreach-events:list", response_model=EventsPage)
    async def list_events(request: EventsRequest, viewer: RequestViewer) -> Response:
        """A page of one list, newest first."""
        return JsonResponse(await queries.page(resources, viewer, request))

    @router.post("/v1/outreach-events:totals", response_model=TotalsAnswer)
    async def totals(request: TotalsRequest, viewer: RequestViewer) -> Response:
        """Counts for charts, one list for each question."""
        found = [await queries.totals(resources, viewer, question) for question in request.questions]
        return JsonResponse({"lists": found})

    @router.post("/v1/outreach-events:record", status_code=201, response_model=OutreachEventView)
    async def post_record(
        request: RecordOutreachEventRequest, viewer: RequestViewer, idempotency_key: str | None = Header(None)
    ) -> Response:
        """Records by hand what no system emitted."""
        body = request.model_dump(mode="json")
        claimed = await idempotency.claim(resources.database, viewer, idempotency_key, body)
        if claimed.outcome is None:
            try:
                key = await queries.content_key_of(resources.database, viewer, request.content_item_id)
                event_id = await record_by_hand(resources, viewer, request, content_key=key, claimed=claimed)
            except Problem:
                await idempotency.release(resources.database, claimed)
                raise
        else:
            event_id = claimed.outcome["id"]
        found = (await queries.batch_get(resources, viewer, [event_id]))[0]
        return JsonResponse(found, status_code=201)

    @router.get("/v1/outreach-events/changes", response_model=EventChanges)
    async def changes(
        viewer: RequestViewer, after: int = Query(default=-1, ge=-1), limit: int = Query(default=500, ge=1, le=1000)
    ) -> Response:
        """What was recorded or retracted after a place in the log, as far as it is kept; without one, where it ends."""
        return JsonResponse(await changes_after(resources, after, limit))

    @router.post("/v1/outreach-events/{event_id}:retract", response_model=OutreachEventView)
    async def post_retract(
        event_id: str, request: RetractRequest, viewer: RequestViewer, idempotency_key: str | None = Header(None)
    ) -> Response:
        """Takes an event back; it stays in history and counts no more."""
        claimed = await idempotency.claim(
            resources.database, viewer, idempotency_key, {"event": event_id, **request.model_dump(mode="json")}
        )
        if claimed.outcome is None:
            try:
                await retract(resources, viewer, event_id, request, claimed)
            except Problem:
                await idempotency.release(resources.database, claimed)
                raise
        return JsonResponse((await queries.batch_get(resources, viewer, [event_id]))[0])

    return router


async def changes_after(resources: Resources, after: int, limit: int) -> EventChanges:
    """The changes with `after` < seq, at most `limit` places further.

    Numbers are dense, so a window that is not full was tidied away in part. Raises `cursor-invalid` rather than to pass
    over what is gone in silence, and for a place that the log never had (it was replaced by an older state).
    """
    end = await outbox.last_numbered(resources.database)
    if after < 0:
        return EventChanges(changes=(), next_after=end, end=end)
    last = min(end, after + limit)
    window = await outbox.read(resources.database, after + 1, last) if last > after else []
    if len(window) != last - after:
        raise cursor_invalid()
    changed = [
        EventChange(seq=row.seq, kind=KINDS[row.message.type], id=row.message.subject, message_id=row.message.id)
        for row in window
        if row.message.type in KINDS
    ]
    return EventChanges(changes=tuple(changed), next_after=last, end=end)
