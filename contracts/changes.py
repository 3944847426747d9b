"""Steps that people take on versioned objects, lists of such objects, and their history."""

from datetime import date, datetime
from typing import Self

from pydantic import Field, model_validator

from contracts.vocabulary import LocalizedText, Request, SubjectRef, View


class TransitionRequest(Request):
    """A step that needs nothing but the object."""

    expected_version: int = Field(ge=1)
    note: str | None = Field(default=None, max_length=2000)


class ReasonRequest(Request):
    """A step that needs a reason, shown to those concerned."""

    expected_version: int = Field(ge=1)
    reason: str = Field(min_length=10, max_length=2000)


class DocumentGiven(Request):
    """A signed document as people enter it; its issuer is the body that the step is about."""

    number: str = Field(min_length=1, max_length=100)
    signed_on: date
    url: str | None = Field(default=None, max_length=2000, pattern=r"^https?://")


class DocumentView(View):
    """A signed document; `document_id` is its identity on the national document axis."""

    document_id: str
    number: str
    signed_on: date
    url: str | None


class RevokeRequest(Request):
    """A step back that needs a signed document."""

    expected_version: int = Field(ge=1)
    reason: str = Field(min_length=10, max_length=2000)
    document: DocumentGiven


class EvidenceView(View):
    """Proof of a claim: a page on the web or an object of the graph."""

    title: str | None
    url: str | None
    subject: SubjectRef | None
    content_hash: str | None = None
    added_at: datetime


class EvidenceGiven(Request):
    """Exactly one of `url` and `subject`."""

    title: str | None = Field(default=None, max_length=500)
    url: str | None = Field(default=None, max_length=2000, pattern=r"^https?://")
    subject: SubjectRef | None = None

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if (self.url is None) == (self.subject is None):
            raise ValueError("exactly one of url and subject")
        return self


class ListRequest(Request):
    """One page of a list."""

    first: int = Field(default=20, ge=1, le=100)
    after: str | None = None
    with_total: bool = False


class ListPage(View):
    """A page; `cursors` stand beside the rows; `total` is null above 10,000 or when not asked for."""

    cursors: tuple[str, ...]
    has_next: bool
    total: int | None = None


class HistoryRequest(ListRequest):
    """The history of one object, newest first."""

    id: str


class HistoryBatch(Request):
    """Several histories."""

    lists: tuple[HistoryRequest, ...] = Field(max_length=100)


class ChangeView(View):
    """One entry: who did what, when it happened and when the platform learned it."""

    version: int
    action: str
    actor: str
    role: str | None
    occurred_at: datetime
    recorded_at: datetime
    note: LocalizedText | None


class HistoryPage(ListPage):
    """A page of a history."""

    rows: tuple[ChangeView, ...]


class HistoryPages(View):
    """The pages in the order asked; an object that the viewer may not see has an empty one."""

    pages: tuple[HistoryPage, ...]
