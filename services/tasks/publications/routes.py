"""HTTP of publications."""

from fastapi import APIRouter, Header, Response

from chassis.identity import Viewer
from chassis.web import JsonResponse, RequestViewer
from contracts.changes import ReasonRequest, TransitionRequest
from contracts.tasks.publications import (
    PublicationRows,
    PublicationsBatch,
    PublicationsPages,
    PublicationView,
    RecordPublicationRequest,
)
from contracts.vocabulary import IdsRequest
from reference.resources import Resources
from reference.verbs import Noun
from services.tasks.publications import queries
from services.tasks.publications.commands.judge import reject, verify
from services.tasks.publications.commands.record import record


def routes(resources: Resources) -> APIRouter:
    """`/v1/publications…`"""
    router = APIRouter(tags=["publications"])

    async def read(viewer: Viewer, publication_id: str) -> PublicationView | None:
        return (await queries.views(resources, viewer, [publication_id]))[0]

    noun = Noun(router, resources, "/v1/publications", PublicationView, read)

    @router.post("/v1/publications:batch-get", response_model=PublicationRows)
    async def batch_get(request: IdsRequest, viewer: RequestViewer) -> Response:
        """Publications by id, in the order asked, null for what is not there or hidden."""
        return JsonResponse({"rows": await queries.views(resources, viewer, request.ids)})

    @router.post("/v1/publications:batch-list", response_model=PublicationsPages)
    async def batch_list(request: PublicationsBatch, viewer: RequestViewer) -> Response:
        """A page of each list."""
        return JsonResponse({"pages": [await queries.page(resources, viewer, asked) for asked in request.lists]})

    @router.post("/v1/publications", status_code=201, response_model=PublicationView)
    async def post(
        request: RecordPublicationRequest, viewer: RequestViewer, idempotency_key: str | None = Header(None)
    ) -> Response:
        """Enters an article, program or post; it waits for verification."""
        return await noun.made(
            viewer, idempotency_key, request, lambda transaction: record(transaction, resources, viewer, request)
        )

    noun.verb("verify", TransitionRequest, verify)
    noun.verb("reject", ReasonRequest, reject)
    return router
