"""HTTP of plans."""

from functools import partial

from fastapi import APIRouter, Header, Response

from chassis.identity import Viewer
from chassis.web import JsonResponse, RequestViewer
from contracts.changes import ReasonRequest, RevokeRequest, TransitionRequest
from contracts.plans.plans import (
    AdoptPlanRequest,
    AmendPlanRequest,
    BodiesRequest,
    CreatePlanRequest,
    DocumentsRequest,
    EditPlanRequest,
    PlanRows,
    PlansBatch,
    PlansPages,
    PlanView,
    PromulgatePlanRequest,
)
from contracts.vocabulary import IdsRequest
from reference.actions import Action
from reference.resources import Resources
from reference.verbs import Noun
from services.plans.body_plans import queries
from services.plans.body_plans.commands.adopt import adopt
from services.plans.body_plans.commands.amend import amend
from services.plans.body_plans.commands.create import create
from services.plans.body_plans.commands.edit import edit
from services.plans.body_plans.commands.promulgate import promulgate
from services.plans.body_plans.commands.revoke import revoke
from services.plans.body_plans.commands.step import step


def routes(resources: Resources) -> APIRouter:
    """`/v1/plans…`"""
    router = APIRouter(tags=["plans"])

    async def read(viewer: Viewer, plan_id: str) -> PlanView | None:
        return (await queries.views(resources, viewer, [plan_id]))[0]

    noun = Noun(router, resources, "/v1/plans", PlanView, read)

    _add_reads(router, resources)

    @router.post("/v1/plans", status_code=201, response_model=PlanView)
    async def post(
        request: CreatePlanRequest, viewer: RequestViewer, idempotency_key: str | None = Header(None)
    ) -> Response:
        """Opens a draft."""
        return await noun.made(
            viewer, idempotency_key, request, lambda transaction: create(transaction, resources, viewer, request)
        )

    @router.post("/v1/plans:adopt", status_code=201, response_model=PlanView)
    async def post_adopt(
        request: AdoptPlanRequest, viewer: RequestViewer, idempotency_key: str | None = Header(None)
    ) -> Response:
        """Makes the plan of a body that ceased the plan of its successor."""
        return await noun.made(
            viewer, idempotency_key, request, lambda transaction: adopt(transaction, resources, viewer, request)
        )

    noun.verb("edit", EditPlanRequest, edit)
    noun.verb("submit", TransitionRequest, partial(step, action=Action.SUBMIT_PLAN))
    noun.verb("return", ReasonRequest, partial(step, action=Action.RETURN_PLAN))
    noun.verb("approve", TransitionRequest, partial(step, action=Action.APPROVE_PLAN))
    noun.verb("promulgate", PromulgatePlanRequest, promulgate)
    noun.verb("amend", AmendPlanRequest, amend)
    noun.verb("revoke", RevokeRequest, revoke)
    return router


def _add_reads(router: APIRouter, resources: Resources) -> None:
    @router.post("/v1/plans:batch-get", response_model=PlanRows)
    async def batch_get(request: IdsRequest, viewer: RequestViewer) -> Response:
        """Plans by id, in the order asked, null for what is not there or hidden."""
        return JsonResponse({"rows": await queries.views(resources, viewer, request.ids)})

    @router.post("/v1/plans:batch-list", response_model=PlansPages)
    async def batch_list(request: PlansBatch, viewer: RequestViewer) -> Response:
        """A page of each list."""
        return JsonResponse({"pages": await queries.pages(resources, viewer, request.lists)})

    @router.post("/v1/plans:of-bodies", response_model=PlanRows)
    async def of_bodies(request: BodiesRequest, viewer: RequestViewer) -> Response:
        """The plan in force of each body, null where there is none."""
        return JsonResponse({"rows": await queries.in_force_of(resources, viewer, request.body_ids)})

    @router.post("/v1/plans:by-documents", response_model=PlanRows)
    async def by_documents(request: DocumentsRequest, viewer: RequestViewer) -> Response:
        """The plan that each document promulgated, null where none did."""
        return JsonResponse({"rows": await queries.by_documents(resources, viewer, request.document_ids)})
