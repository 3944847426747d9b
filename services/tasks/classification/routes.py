"""HTTP of classification: the answer is the same whether the task was there, hidden or never."""

from fastapi import APIRouter, Response

from chassis.problems import forbidden
from chassis.web import JsonResponse, RequestViewer
from contracts.tasks.tasks import ClassifyTaskRequest
from reference.actions import Action
from reference.resources import Resources
from services.tasks.classification.commands.classify import classify


def routes(resources: Resources) -> APIRouter:
    """`/v1/tasks/{id}:classify`. It needs no idempotency key: doing it again does nothing, and a key would name it."""
    router = APIRouter(tags=["classification"])

    @router.post("/v1/tasks/{task_id}:classify")
    async def post_classify(task_id: str, request: ClassifyTaskRequest, viewer: RequestViewer) -> Response:
        """Declares a task classified. 200 with an empty object; 403 where no role of the viewer may do this at all."""
        del request
        if not resources.reference.permissions.role_may(viewer, Action.CLASSIFY_TASK):
            raise forbidden("Vai trò không được làm việc này.", "The role may not do this.")
        await resources.database.transaction(lambda transaction: classify(transaction, resources, viewer, task_id))
        return JsonResponse({})

    return router
