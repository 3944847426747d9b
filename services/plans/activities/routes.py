"""HTTP of activities."""

from collections.abc import Awaitable, Callable

from fastapi import APIRouter, Header, Response

from chassis.identity import Viewer
from chassis.mongo import Transaction
from chassis.web import JsonResponse, RequestViewer
from contracts.changes import ReasonRequest, TransitionRequest
from contracts.plans.activities import (
    ActivitiesBatch,
    ActivitiesPages,
    ActivityRows,
    ActivityView,
    AddActivityRequest,
    CompleteActivityRequest,
    EditActivityRequest,
    MoveActivityRequest,
)
from contracts.vocabulary import IdsRequest
from reference.resources import Resources
from reference.verbs import Noun
from services.plans.activities import queries
from services.plans.activities.commands.add import OfPlan, add
from services.plans.activities.commands.edit import edit
from services.plans.activities.commands.step import cancel, complete, move, start

PlanToAddTo = Callable[[Transaction, Viewer, str], Awaitable[OfPlan]]


def routes(resources: Resources, plan_to_add_to: PlanToAddTo) -> APIRouter:
    """`/v1/activities…`; `plan_to_add_to` answers with a plan to which the viewer may add, or raises."""
    router = APIRouter(tags=["activities"])

    async def read(viewer: Viewer, activity_id: str) -> ActivityView | None:
        return (await queries.views(resources, viewer, [activity_id]))[0]

    noun = Noun(router, resources, "/v1/activities", ActivityView, read)

    @router.post("/v1/activities:batch-get", response_model=ActivityRows)
    async def batch_get(request: IdsRequest, viewer: RequestViewer) -> Response:
        """Activities by id, in the order asked, null for what is not there or hidden."""
        return JsonResponse({"rows": await queries.views(resources, viewer, request.ids)})

    @router.post("/v1/activities:batch-list", response_model=ActivitiesPages)
    async def batch_list(request: ActivitiesBatch, viewer: RequestViewer) -> Response:
        """A page of each list."""
        return JsonResponse({"pages": await queries.pages(resources, viewer, request.lists)})

    @router.post("/v1/activities", status_code=201, response_model=ActivityView)
    async def post(
        request: AddActivityRequest, viewer: RequestViewer, idempotency_key: str | None = Header(None)
    ) -> Response:
        """Adds a piece of work to a plan."""

        async def change(transaction: Transaction) -> str:
            plan = await plan_to_add_to(transaction, viewer, request.plan_id)
            return await add(transaction, resources, viewer, plan, request=request)

        return await noun.made(viewer, idempotency_key, request, change)

    noun.verb("edit", EditActivityRequest, edit)
    noun.verb("start", TransitionRequest, start)
    noun.verb("complete", CompleteActivityRequest, complete)
    noun.verb("move", MoveActivityRequest, move)
    noun.verb("cancel", ReasonRequest, cancel)
    return router
