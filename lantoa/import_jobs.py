"""Bringing a file in: start a job, send the bytes, wait for the check, confirm, wait for the rows to be written."""

import asyncio
import hashlib
from collections.abc import Callable
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from chassis.clock import monotonic
from lantoa.api import Api
from lantoa.problems import CommandError

PATH = "/v1/imports"
KINDS = ("access_points", "populations", "content_items", "staff", "training_completions", "outreach_events")
WAIT_SECONDS = 3600.0
_POLL_SECONDS = 0.25
_FAILED = frozenset({"failed", "canceled"})

Report = Callable[["ImportJob"], None]


class NewImport(BaseModel):
    """What a job is started with. `scope` is the code of the body or province that the file speaks for."""

    kind: str
    file_name: str
    file_size: int
    content_hash: str
    scope: str | None = None


class Confirmation(BaseModel):
    """That the good rows shall be written, of the job as it was seen."""

    expected_version: int


class RowError(BaseModel):
    """Why a row was refused. Row 1 is the first after the header."""

    model_config = ConfigDict(extra="ignore")

    row: int
    column: str | None = None
    sheet: str | None = None
    code: str = ""
    vi: str = ""
    en: str = ""


class ImportJob(BaseModel):
    """A job as the service shows it. Counts are rows."""

    model_config = ConfigDict(extra="ignore")

    id: str
    state: str
    version: int
    upload_url: str | None = None
    row_count: int = 0
    accepted_count: int = 0
    duplicate_count: int = 0
    rejected_count: int = 0
    quarantined_count: int = 0
    row_errors: tuple[RowError, ...] = ()


def parse_kind(text: str) -> str:
    """A kind by its name, written with `-` or `_`; `unknown_kind` names those there are."""
    kind = text.strip().lower().replace("-", "_")
    if kind not in KINDS:
        names = ", ".join(name.replace("_", "-") for name in KINDS)
        raise CommandError(
            "unknown_kind", vi=f"Không có loại này. Các loại: {names}.", en=f"The kinds are {names}.", where=text
        )
    return kind


def describe(kind: str, file: Path, scope: str | None) -> NewImport:
    """The job that brings this file in, with the digest by which the service knows that it came whole."""
    with file.open("rb") as content:
        digest = hashlib.file_digest(content, "sha256").hexdigest()
    size = file.stat().st_size
    return NewImport(kind=kind, file_name=file.name, file_size=size, content_hash=digest, scope=scope)


async def bring_in(api: Api, file: Path, wanted: NewImport, report: Report) -> ImportJob:
    """The finished job. Every row is written once, also when this is called again for the same file."""
    started = await api.post(PATH, wanted, ImportJob)
    if started.upload_url:
        await api.put_file(started.upload_url, file)
    checked = await _await(api, started.id, "checked", report)
    if checked.state != "done":
        confirmation = Confirmation(expected_version=checked.version)
        await api.post(f"{PATH}/{checked.id}:confirm", confirmation, ImportJob)
    return await _await(api, checked.id, "done", report)


async def _await(api: Api, job_id: str, wanted: str, report: Report) -> ImportJob:
    deadline = monotonic() + WAIT_SECONDS
    while monotonic() < deadline:
        job = await api.get(f"{PATH}/{job_id}", ImportJob)
        report(job)
        if job.state in _FAILED:
            raise _refused(job)
        if job.state in (wanted, "done"):
            return job
        await asyncio.sleep(_POLL_SECONDS)
    raise CommandError(
        "import_takes_too_long",
        vi="Việc nhập chưa xong sau một giờ; nó vẫn tiếp tục trong dịch vụ.",
        en="The import did not finish within an hour; it goes on in the service.",
        where=job_id,
    )


def _refused(job: ImportJob) -> CommandError:
    first = job.row_errors[0] if job.row_errors else None
    return CommandError(
        f"import_{job.state}",
        vi=f"Không ghi dòng nào. {first.vi if first else ''}".strip(),
        en=f"Nothing was written. {first.en if first else ''}".strip(),
        where=job.id,
    )
