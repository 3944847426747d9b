"""Imports: a file of rows, checked first; its good rows are written when that is confirmed, each once."""

from datetime import datetime
from enum import StrEnum

from pydantic import Field

from contracts.vocabulary import EId, Request, View


class ImportKind(StrEnum):
    """What the rows of an import are."""

    PLANS = "plans"
    ACTIVITIES = "activities"
    REPORTS = "reports"
    TASKS = "tasks"
    PUBLICATIONS = "publications"
    OUTREACH_EVENTS = "outreach_events"
    ACCESS_POINTS = "access_points"
    POPULATIONS = "populations"
    CONTENT_ITEMS = "content_items"
    STAFF = "staff"
    TRAINING_COMPLETIONS = "training_completions"


class ImportState(StrEnum):
    """Where an import stands."""

    AWAITING_FILE = "awaiting_file"
    CHECKING = "checking"
    CHECKED = "checked"
    WRITING = "writing"
    DONE = "done"
    FAILED = "failed"
    CANCELED = "canceled"


class RowError(View):
    """Why a row was refused; row 1 is the first after the header."""

    sheet: str | None = None
    row: int
    column: str | None
    code: str
    vi: str
    en: str


class ImportJobView(View):
    """An import and how far it came; `upload_url` is where the file goes by PUT, null once it has arrived."""

    id: str
    version: int
    updated_at: datetime
    kind: ImportKind
    state: ImportState
    scope: str | None
    file_name: str
    upload_url: str | None
    started_by: str
    started_at: datetime
    finished_at: datetime | None
    row_count: int
    accepted_count: int
    duplicate_count: int
    rejected_count: int
    quarantined_count: int
    row_errors: tuple[RowError, ...]
    may: tuple[str, ...] = ()


class StartImportRequest(Request):
    """Opens an import. `scope` is the e_id that it speaks for; absent, the whole program."""

    kind: ImportKind
    scope: EId | None = None
    file_name: str = Field(min_length=1, max_length=255)
    file_size: int = Field(ge=1, le=50_000_000)
    content_hash: str = Field(pattern=r"^[0-9a-f]{64}$")


class ConfirmRequest(Request):
    """Lets a checked import write its rows, or stops one before it does."""

    expected_version: int = Field(ge=1)
