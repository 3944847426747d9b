"""What the honors service answers: nominations, the board of stages, honors."""

from collections.abc import Sequence

from contracts.honors.honors import HonorRows, HonorsPage, HonorsPages, HonorsRequest, HonorView
from contracts.honors.nominations import (
    NominationRows,
    NominationsPage,
    NominationsPages,
    NominationsRequest,
    NominationView,
    PipelineRequest,
    PipelineView,
)
from contracts.vocabulary import ScopeRef
from gateway.execution.batching import Keyed
from gateway.execution.transport import Call, Client
from gateway.sources.nouns import Histories, Noun


class Honors:
    """The honors service as one request sees it."""

    def __init__(self, client: Client, call: Call) -> None:
        self._client, self._call = client, call
        self.nominations: Noun[NominationView, NominationsRequest, NominationsPage] = Noun(
            client, call, "/v1/nominations", row=NominationView, rows=NominationRows, pages=NominationsPages,
            forget=self.forget,
        )  # fmt: skip
        self.honors: Noun[HonorView, HonorsRequest, HonorsPage] = Noun(
            client, call, "/v1/honors", row=HonorView, rows=HonorRows, pages=HonorsPages, forget=self.forget
        )
        self.pipelines: Keyed[ScopeRef | None, PipelineView] = Keyed(self._pipelines)
        self.histories = Histories(client, call)

    def forget(self) -> None:
        """Reads everything anew from now on."""
        for kept in (self.nominations, self.honors, self.pipelines, self.histories.pages):
            kept.forget()

    async def _pipelines(self, scopes: list[ScopeRef | None]) -> Sequence[PipelineView]:
        path = "/v1/nominations:pipeline"
        return [
            await self._client.post(self._call, path, PipelineRequest(scope=scope), into=PipelineView)
            for scope in scopes
        ]
