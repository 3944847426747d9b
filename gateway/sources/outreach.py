"""What the outreach service answers: events in batches, changes of the feed, population series, steps by hand."""

from collections.abc import Sequence
from urllib.parse import quote

from pydantic import BaseModel

from contracts.outreach.coverage import (
    CommuneCoverageView,
    CoverageAnswer,
    CoverageQuestion,
    CoverageRequest,
    UnregisteredBatch,
    UnregisteredPage,
    UnregisteredPages,
    UnregisteredRequest,
)
from contracts.outreach.emitters import EmittersAnswer, EmitterView
from contracts.outreach.outreach_events import (
    EventChanges,
    EventsBatch,
    EventsPage,
    EventsPages,
    EventsRequest,
    OutreachEventView,
    OutreachTotalView,
    RecordOutreachEventRequest,
    RetractRequest,
    TotalsAnswer,
    TotalsQuestion,
    TotalsRequest,
)
from contracts.outreach.quarantine import (
    QuarantinedEventRows,
    QuarantinedEventsPage,
    QuarantinedEventsPages,
    QuarantinedEventsRequest,
    QuarantinedEventView,
    ResolveQuarantinedEventRequest,
)
from contracts.vocabulary import IdsRequest, View
from gateway.execution.batching import Keyed
from gateway.execution.transport import Call, Client
from gateway.sources.nouns import Noun

PAGES_A_CALL = 100


class Events(View):
    """Events by id, in the order asked, null for what is not there or hidden."""

    rows: tuple[OutreachEventView | None, ...]


class Outreach:
    """The outreach service as one request sees it."""

    def __init__(self, client: Client, call: Call) -> None:
        self._client, self._call = client, call
        self.events: Keyed[str, OutreachEventView | None] = Keyed(self._events)
        self.pages: Keyed[EventsRequest, EventsPage] = Keyed(self._pages, most=PAGES_A_CALL)
        self.coverage: Keyed[CoverageQuestion, tuple[CommuneCoverageView, ...]] = Keyed(
            self._coverage, most=PAGES_A_CALL
        )
        self.totals: Keyed[TotalsQuestion, tuple[OutreachTotalView, ...]] = Keyed(self._totals, most=PAGES_A_CALL)
        self.unregistered: Keyed[UnregisteredRequest, UnregisteredPage | None] = Keyed(
            self._unregistered, most=PAGES_A_CALL
        )
        self.emitters: Keyed[None, tuple[EmitterView, ...]] = Keyed(self._emitters)
        self.quarantine: Noun[QuarantinedEventView, QuarantinedEventsRequest, QuarantinedEventsPage] = Noun(
            client, call, "/v1/quarantined-events", row=QuarantinedEventView, rows=QuarantinedEventRows,
            pages=QuarantinedEventsPages, forget=self.forget,
        )  # fmt: skip

    def forget(self) -> None:
        """Reads everything anew from now on."""
        kept = (self.events, self.pages, self.coverage, self.totals, self.unregistered, self.emitters, self.quarantine)
        for loader in kept:
            loader.forget()

    async def record(self, request: RecordOutreachEventRequest, *, key: str) -> OutreachEventView:
        """Records an event by hand under an idempotency key. Raises `Fault` with what the person can mend."""
        return await self._step("/v1/outreach-events:record", request, key=key)

    async def retract(self, event_id: str, request: RetractRequest, *, key: str) -> OutreachEventView:
        """Takes an event back under an idempotency key. Raises `Fault` with what the person can mend."""
        return await self._step(f"/v1/outreach-events/{quote(event_id, safe='')}:retract", request, key=key)

    async def resolve(self, copy_id: str, request: ResolveQuarantinedEventRequest, *, key: str) -> OutreachEventView:
        """Decides on a copy held back, under an idempotency key; the event that stands then. Raises `Fault`."""
        return await self._step(f"/v1/quarantined-events/{quote(copy_id, safe='')}:resolve", request, key=key)

    async def _step(self, path: str, request: BaseModel, *, key: str) -> OutreachEventView:
        self.forget()
        headers = {"idempotency-key": key}
        return await self._client.post(self._call, path, request, into=OutreachEventView, headers=headers)

    async def changes(self, after: int) -> EventChanges:
        """Changes of the feed after a place, oldest first."""
        return await changes(self._client, self._call, after)

    async def _events(self, ids: list[str]) -> Sequence[OutreachEventView | None]:
        body = IdsRequest(ids=tuple(ids))
        return (await self._client.post(self._call, "/v1/outreach-events:batch-get", body, into=Events)).rows

    async def _emitters(self, asked: list[None]) -> Sequence[tuple[EmitterView, ...]]:
        rows = (await self._client.get(self._call, "/v1/emitters", into=EmittersAnswer)).rows
        return [rows for _ in asked]

    async def _pages(self, requests: list[EventsRequest]) -> Sequence[EventsPage]:
        body = EventsBatch(lists=tuple(requests))
        return (await self._client.post(self._call, "/v1/outreach-events:batch-list", body, into=EventsPages)).pages

    async def _coverage(self, questions: list[CoverageQuestion]) -> Sequence[tuple[CommuneCoverageView, ...]]:
        body = CoverageRequest(questions=tuple(questions))
        return (await self._client.post(self._call, "/v1/coverage:batch-list", body, into=CoverageAnswer)).lists

    async def _totals(self, questions: list[TotalsQuestion]) -> Sequence[tuple[OutreachTotalView, ...]]:
        body = TotalsRequest(questions=tuple(questions))
        return (await self._client.post(self._call, "/v1/outreach-events:totals", body, into=TotalsAnswer)).lists

    async def _unregistered(self, requests: list[UnregisteredRequest]) -> Sequence[UnregisteredPage | None]:
        body, path = UnregisteredBatch(lists=tuple(requests)), "/v1/unregistered-devices:batch-list"
        return (await self._client.post(self._call, path, body, into=UnregisteredPages)).pages


async def changes(client: Client, call: Call, after: int, *, limit: int = 500) -> EventChanges:
    """Changes of the feed after a place, oldest first, and where the log ends."""
    query = {"after": str(after), "limit": str(limit)}
    return await client.get(call, "/v1/outreach-events/changes", into=EventChanges, query=query)
