"""HTTP of coverage: communes for maps, and devices that nobody registered."""

from fastapi import APIRouter, Response

from chassis.web import JsonResponse, RequestViewer
from contracts.outreach.coverage import CoverageAnswer, CoverageRequest, UnregisteredBatch, UnregisteredPages
from reference.resources import Resources
from services.outreach.coverage import devices
from services.outreach.coverage.communes import CommuneQueries


def routes(resources: Resources, communes: CommuneQueries) -> APIRouter:
    """`/v1/coverage…` and `/v1/unregistered-devices…`"""
    router = APIRouter(tags=["coverage"])

    @router.post("/v1/coverage:batch-list", response_model=CoverageAnswer)
    async def batch_list(request: CoverageRequest, viewer: RequestViewer) -> Response:
        """The communes of each question with their coverage, by code."""
        return JsonResponse({"lists": await communes.lists(viewer, request.questions)})

    @router.post("/v1/unregistered-devices:batch-list", response_model=UnregisteredPages)
    async def unregistered(request: UnregisteredBatch, viewer: RequestViewer) -> Response:
        """A page for each province, null where the viewer may not see it."""
        return JsonResponse({"pages": await devices.pages(resources, viewer, request.lists)})

    return router
