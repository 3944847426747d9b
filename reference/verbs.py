"""The route of a step that a person takes: `POST /v1/things/{id}:verb`, once per idempotency key."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Header, Response

from chassis.identity import Viewer
from chassis.mongo import Transaction
from chassis.problems import absent
from chassis.web import JsonResponse, RequestViewer
from contracts.vocabulary import Request, View
from reference.resources import Resources
from reference.steps import once


@dataclass(frozen=True, slots=True)
class Noun:
    """What the routes of a noun share: its path, the class it answers with, and how one is read as a viewer."""

    router: APIRouter
    resources: Resources
    path: str
    view: type[View]
    read: Callable[[Viewer, str], Awaitable[View | None]]

    async def answer(self, viewer: Viewer, object_id: str, *, status: int = 200) -> Response:
        """The object as the viewer sees it after the step. Raises `not-found`."""
        found = await self.read(viewer, object_id)
        if found is None:
            raise absent()
        return JsonResponse(found, status_code=status)

    async def made(
        self, viewer: Viewer, key: str | None, request: Request, change: Callable[[Transaction], Awaitable[str]]
    ) -> Response:
        """The object that a request makes, with 201."""
        body = {"path": self.path, **request.model_dump(mode="json")}
        return await self.answer(viewer, await once(self.resources, viewer, key, body, change), status=201)

    def verb(self, name: str, request_class: type[Any], command: Callable[..., Awaitable[str]]) -> None:
        """Adds the route of a verb, whose `command(transaction, resources, viewer, id, request=…)` answers the id."""

        async def route(
            object_id: str, request: Request, viewer: RequestViewer, idempotency_key: str | None = Header(None)
        ) -> Response:
            async def change(transaction: Transaction) -> str:
                return await command(transaction, self.resources, viewer, object_id, request=request)

            body = {"path": f"{self.path}/{object_id}:{name}", **request.model_dump(mode="json")}
            return await self.answer(viewer, await once(self.resources, viewer, idempotency_key, body, change))

        route.__annotations__["request"] = request_class  # FastAPI reads the body's class from here
        route.__doc__ = command.__doc__
        path = f"{self.path}/{{object_id}}:{name}"
        self.router.post(path, response_model=self.view, name=f"{name} {self.path.rsplit('/', 1)[1]}")(route)
