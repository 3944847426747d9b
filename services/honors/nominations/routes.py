"""HTTP of nominations."""

from functools import partial

from fastapi import APIRouter, Header, Response

from chassis.identity import Viewer
from chassis.web import JsonResponse, RequestViewer
from contracts.changes import ReasonRequest, TransitionRequest
from contracts.honors.nominations import (
    CreateNominationRequest,
    EditNominationRequest,
    MergeNominationsRequest,
    NominationRows,
    NominationsBatch,
    NominationsPages,
    NominationView,
    PipelineRequest,
    PipelineView,
)
from contracts.vocabulary import IdsRequest
from reference.actions import Action
from reference.resources import Resources
from reference.verbs import Noun
from services.honors.nominations import queries
from services.honors.nominations.commands.create import create, edit
from services.honors.nominations.commands.step import end, merge, resubmit, send_back


def routes(resources: Resources, *, council_body_id: str) -> APIRouter:
    """`/v1/nominations…`"""
    router = APIRouter(tags=["nominations"])

    async def read(viewer: Viewer, nomination_id: str) -> NominationView | None:
        return (await queries.views(resources, viewer, [nomination_id]))[0]

    noun = Noun(router, resources, "/v1/nominations", NominationView, read)

    @router.post("/v1/nominations:batch-get", response_model=NominationRows)
    async def batch_get(request: IdsRequest, viewer: RequestViewer) -> Response:
        """Dossiers by id, in the order asked, null for what is not there or hidden."""
        return JsonResponse({"rows": await queries.views(resources, viewer, request.ids)})

    @router.post("/v1/nominations:batch-list", response_model=NominationsPages)
    async def batch_list(request: NominationsBatch, viewer: RequestViewer) -> Response:
        """A page of each list."""
        return JsonResponse({"pages": [await queries.page(resources, viewer, asked) for asked in request.lists]})

    @router.post("/v1/nominations:pipeline", response_model=PipelineView)
    async def pipeline(request: PipelineRequest, viewer: RequestViewer) -> Response:
        """Open dossiers by stage."""
        return JsonResponse(await queries.pipeline(resources, viewer, request.scope))

    @router.post("/v1/nominations", status_code=201, response_model=NominationView)
    async def post(
        request: CreateNominationRequest, viewer: RequestViewer, idempotency_key: str | None = Header(None)
    ) -> Response:
        """Opens a dossier."""
        return await noun.made(
            viewer,
            idempotency_key,
            request,
            lambda transaction: create(transaction, resources, viewer, request, council_body_id=council_body_id),
        )

    noun.verb("edit", EditNominationRequest, edit)
    noun.verb("return", ReasonRequest, send_back)
    noun.verb("resubmit", TransitionRequest, resubmit)
    noun.verb("reject", ReasonRequest, partial(end, action=Action.REJECT_NOMINATION))
    noun.verb("withdraw", ReasonRequest, partial(end, action=Action.WITHDRAW_NOMINATION))
    noun.verb("merge", MergeNominationsRequest, merge)
    return router
