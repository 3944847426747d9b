"""HTTP of the smaller nouns: emitters and their receipts, population series, access points, content items."""

from fastapi import APIRouter, Depends, Query, Response

from chassis.kafka import Broker, Topic
from chassis.problems import absent, forbidden
from chassis.web import JsonResponse, RequestViewer
from contracts.outreach.emitters import EmittersAnswer, EmitterView, ReceiptsPage, RegisterEmitterRequest
from contracts.outreach.populations import PopulationsView
from contracts.vocabulary import IdsRequest
from reference.resources import Resources
from services.outreach.content_items import queries as content_items
from services.outreach.emitters import queries as emitters
from services.outreach.emitters.commands.register import register
from services.outreach.emitters.domain import inbox_topic, receipts_topic
from services.outreach.intake import receipts
from services.outreach.populations import queries as populations

DAY_MS = 86_400_000
INBOX_SETTINGS = {"retention.ms": str(7 * DAY_MS), "message.timestamp.type": "LogAppendTime"}
RECEIPTS_SETTINGS = {"retention.ms": str(7 * DAY_MS)}


def routes(resources: Resources, broker: Broker, *, series: str) -> APIRouter:
    """The routers of these nouns."""
    router = APIRouter()

    async def who_may_know(viewer: RequestViewer) -> None:
        if not emitters.is_known_to(resources.reference, viewer):
            raise absent()

    # before anything of the request is looked at, so that not even a complaint about it tells that this is here
    known = [Depends(who_may_know)]

    @router.post("/v1/emitters", status_code=201, response_model=EmitterView, tags=["emitters"], dependencies=known)
    async def post_emitter(request: RegisterEmitterRequest, viewer: RequestViewer) -> Response:
        """Registers a province's system and makes its two topics."""
        emitter = await register(resources, viewer, request)
        inbox = Topic(inbox_topic(emitter.id), 3, INBOX_SETTINGS)
        await broker.ensure_topics([inbox, Topic(receipts_topic(emitter.id), 1, RECEIPTS_SETTINGS)])
        return JsonResponse((await emitters.views(resources, viewer, [emitter]))[0], status_code=201)

    @router.get("/v1/emitters", response_model=EmittersAnswer, tags=["emitters"], dependencies=known)
    async def get_emitters(viewer: RequestViewer) -> Response:
        """The registered emitters of the provinces that the viewer may see."""
        found = await emitters.visible(resources, viewer)
        return JsonResponse({"rows": await emitters.views(resources, viewer, found)})

    @router.get("/v1/receipts", response_model=ReceiptsPage, tags=["emitters"])
    async def get_receipts(
        viewer: RequestViewer, after: str | None = None, first: int = Query(default=500, ge=1, le=1000)
    ) -> Response:
        """What became of the emitter's records that came over Kafka, oldest first."""
        scopes = viewer.scopes("emitter")
        if not scopes:
            raise forbidden("Chỉ hệ thống nguồn xem biên nhận của mình.", "Emitters read their own receipts.")
        return JsonResponse(await receipts.page(resources.database, viewer, scopes[0], after=after, first=first))

    @router.get("/v1/populations", response_model=PopulationsView, tags=["populations"])
    async def get_populations(viewer: RequestViewer) -> Response:
        """All population series with the people of each commune."""
        return JsonResponse(await populations.everything(resources.database, viewer, series))

    @router.post("/v1/content-items:batch-get", tags=["content items"])
    async def content_items_batch_get(request: IdsRequest, viewer: RequestViewer) -> Response:
        """Content items by id, in the order asked."""
        return JsonResponse({"rows": await content_items.batch_get(resources, viewer, request.ids)})

    return router
