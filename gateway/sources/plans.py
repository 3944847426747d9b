"""What the plans service answers: plans, activities, the plan in force of each body."""

from collections.abc import Sequence

from contracts.plans.activities import (
    ActivitiesPage,
    ActivitiesPages,
    ActivitiesRequest,
    ActivityRows,
    ActivityView,
)
from contracts.plans.plans import (
    BodiesRequest,
    DocumentsRequest,
    PlanRows,
    PlansPage,
    PlansPages,
    PlansRequest,
    PlanView,
)
from gateway.execution.batching import Keyed
from gateway.execution.transport import Call, Client
from gateway.sources.nouns import Histories, Noun


class Plans:
    """The plans service as one request sees it."""

    def __init__(self, client: Client, call: Call) -> None:
        self._client, self._call = client, call
        self.plans: Noun[PlanView, PlansRequest, PlansPage] = Noun(
            client, call, "/v1/plans", row=PlanView, rows=PlanRows, pages=PlansPages, forget=self.forget
        )
        self.activities: Noun[ActivityView, ActivitiesRequest, ActivitiesPage] = Noun(
            client, call, "/v1/activities", row=ActivityView, rows=ActivityRows, pages=ActivitiesPages,
            forget=self.forget,
        )  # fmt: skip
        self.in_force: Keyed[str, PlanView | None] = Keyed(self._in_force)
        self.by_document: Keyed[str, PlanView | None] = Keyed(self._by_document)
        self.histories = Histories(client, call)

    def forget(self) -> None:
        """Reads everything anew from now on."""
        for kept in (self.plans, self.activities, self.in_force, self.by_document, self.histories.pages):
            kept.forget()

    async def _in_force(self, body_ids: list[str]) -> Sequence[PlanView | None]:
        body = BodiesRequest(body_ids=tuple(body_ids))
        return (await self._client.post(self._call, "/v1/plans:of-bodies", body, into=PlanRows)).rows

    async def _by_document(self, document_ids: list[str]) -> Sequence[PlanView | None]:
        body = DocumentsRequest(document_ids=tuple(document_ids))
        return (await self._client.post(self._call, "/v1/plans:by-documents", body, into=PlanRows)).rows
