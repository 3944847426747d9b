"""HTTP of honors, and of the steps of a dossier that make or show one."""

from collections.abc import Awaitable, Callable

from fastapi import APIRouter, Response

from chassis.identity import Viewer
from chassis.web import JsonResponse, RequestViewer
from contracts.changes import RevokeRequest
from contracts.honors.honors import HonorRows, HonorsBatch, HonorsPages, HonorView
from contracts.honors.nominations import AdvanceNominationRequest, DecideNominationRequest, NominationView
from contracts.vocabulary import IdsRequest
from reference.resources import Resources
from reference.verbs import Noun
from services.honors.honors import queries
from services.honors.honors.commands.grant import advance, decide
from services.honors.honors.commands.revoke import revoke

ReadNomination = Callable[[Viewer, str], Awaitable[NominationView | None]]


def routes(resources: Resources, read_nomination: ReadNomination) -> APIRouter:
    """`/v1/honors…`, `/v1/nominations/{id}:advance` and `:decide`."""
    router = APIRouter(tags=["honors"])

    async def read(viewer: Viewer, honor_id: str) -> HonorView | None:
        return (await queries.views(resources, viewer, [honor_id]))[0]

    @router.post("/v1/honors:batch-get", response_model=HonorRows)
    async def batch_get(request: IdsRequest, viewer: RequestViewer) -> Response:
        """Honors by id, in the order asked, null for what is not there or hidden."""
        return JsonResponse({"rows": await queries.views(resources, viewer, request.ids)})

    @router.post("/v1/honors:batch-list", response_model=HonorsPages)
    async def batch_list(request: HonorsBatch, viewer: RequestViewer) -> Response:
        """A page of each list, newest decision first."""
        return JsonResponse({"pages": [await queries.page(resources, viewer, asked) for asked in request.lists]})

    Noun(router, resources, "/v1/honors", HonorView, read).verb("revoke", RevokeRequest, revoke)
    dossiers = Noun(router, resources, "/v1/nominations", NominationView, read_nomination)
    dossiers.verb("advance", AdvanceNominationRequest, advance)
    dossiers.verb("decide", DecideNominationRequest, decide)
    return router
