"""A noun of a service: rows by id, pages of lists, and steps that people take; the same calls for every noun."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Generic, Protocol, TypeVar
from urllib.parse import quote

from pydantic import BaseModel

from contracts.changes import HistoryBatch, HistoryPage, HistoryPages, HistoryRequest, ListRequest
from contracts.vocabulary import IdsRequest, View
from gateway.execution.batching import Keyed
from gateway.execution.transport import Call, Client

Row = TypeVar("Row", bound=View)
Asked = TypeVar("Asked", bound=ListRequest)
Page = TypeVar("Page", bound=View)
PAGES_A_CALL = 100


class RowsAnswer(Protocol):
    """What `:batch-get` answers with."""

    @property
    def rows(self) -> Sequence[Any]: ...


class PagesAnswer(Protocol):
    """What `:batch-list` answers with."""

    @property
    def pages(self) -> Sequence[Any]: ...


class Noun(Generic[Row, Asked, Page]):
    """One noun as one request sees it; `path` is `/v1/things`."""

    def __init__(
        self,
        client: Client,
        call: Call,
        path: str,
        *,
        row: type[Row],
        rows: type[Any],
        pages: type[Any],
        forget: Callable[[], None],
    ) -> None:
        self._client, self._call, self._path = client, call, path
        self._row, self._rows, self._pages, self._forget = row, rows, pages, forget
        self.by_id: Keyed[str, Row | None] = Keyed(self._by_id)
        self.pages: Keyed[Asked, Page] = Keyed(self._lists, most=PAGES_A_CALL)

    def forget(self) -> None:
        """Reads everything anew from now on."""
        self.by_id.forget()
        self.pages.forget()

    async def make(self, request: BaseModel, *, key: str, verb: str = "") -> Row:
        """Makes a new object under an idempotency key. Raises `Fault` with what the person can mend."""
        return await self._post(self._path + (f":{verb}" if verb else ""), request, key)

    async def step(self, object_id: str, verb: str, request: BaseModel, *, key: str) -> Row:
        """Takes a step with an object under an idempotency key. Raises `Fault` with what the person can mend."""
        return await self._post(f"{self._path}/{quote(object_id, safe='')}:{verb}", request, key)

    async def _post(self, path: str, request: BaseModel, key: str) -> Row:
        self._forget()
        headers: Mapping[str, str] = {"idempotency-key": key}
        return await self._client.post(self._call, path, request, into=self._row, headers=headers)

    async def _by_id(self, ids: list[str]) -> Sequence[Row | None]:
        body = IdsRequest(ids=tuple(ids))
        answer: RowsAnswer = await self._client.post(self._call, f"{self._path}:batch-get", body, into=self._rows)
        return answer.rows

    async def _lists(self, requests: list[Asked]) -> Sequence[Page]:
        body = Lists(lists=tuple(requests))
        answer: PagesAnswer = await self._client.post(self._call, f"{self._path}:batch-list", body, into=self._pages)
        return answer.pages


class Lists(BaseModel):
    """Several lists in one call; each is a request of its noun."""

    lists: tuple[Any, ...]


class Histories:
    """The histories of a service's objects."""

    def __init__(self, client: Client, call: Call) -> None:
        self._client, self._call = client, call
        self.pages: Keyed[HistoryRequest, HistoryPage] = Keyed(self._lists, most=PAGES_A_CALL)

    async def _lists(self, requests: list[HistoryRequest]) -> Sequence[HistoryPage]:
        body = HistoryBatch(lists=tuple(requests))
        return (await self._client.post(self._call, "/v1/history:batch-list", body, into=HistoryPages)).pages
