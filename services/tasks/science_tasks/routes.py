"""HTTP of tasks."""

from fastapi import APIRouter, Header, Response

from chassis.identity import Viewer
from chassis.web import JsonResponse, RequestViewer
from contracts.tasks.tasks import (
    EditTaskRequest,
    RegisterTaskRequest,
    TaskRows,
    TasksBatch,
    TasksPages,
    TaskView,
)
from contracts.vocabulary import IdsRequest
from reference.resources import Resources
from reference.verbs import Noun
from services.tasks.science_tasks import queries
from services.tasks.science_tasks.commands.register import classification_required, edit, register


def routes(resources: Resources) -> APIRouter:
    """`/v1/tasks…`"""
    router = APIRouter(tags=["tasks"])

    async def read(viewer: Viewer, task_id: str) -> TaskView | None:
        return (await queries.views(resources, viewer, [task_id]))[0]

    noun = Noun(router, resources, "/v1/tasks", TaskView, read)

    @router.post("/v1/tasks:batch-get", response_model=TaskRows)
    async def batch_get(request: IdsRequest, viewer: RequestViewer) -> Response:
        """Tasks by id, in the order asked, null for what is not there or hidden."""
        return JsonResponse({"rows": await queries.views(resources, viewer, request.ids)})

    @router.post("/v1/tasks:batch-list", response_model=TasksPages)
    async def batch_list(request: TasksBatch, viewer: RequestViewer) -> Response:
        """A page of each list."""
        return JsonResponse({"pages": [await queries.page(resources, viewer, asked) for asked in request.lists]})

    @router.post("/v1/tasks", status_code=201, response_model=TaskView)
    async def post(
        request: RegisterTaskRequest, viewer: RequestViewer, idempotency_key: str | None = Header(None)
    ) -> Response:
        """Registers a task; one that is not declared open is refused before even its key is kept."""
        if request.is_unclassified is not True:
            raise classification_required()
        return await noun.made(
            viewer, idempotency_key, request, lambda transaction: register(transaction, resources, viewer, request)
        )

    noun.verb("edit", EditTaskRequest, edit)
    return router
