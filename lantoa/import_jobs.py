"""Bringing a file in: start a job, send the bytes, wait for the check, confirm, wait for the rows to be written."""

import asyncio
import hashlib
from collections.abc import Callable
from pathlib import Path

from pydantic import ValidationError

from chassis.clock import monotonic
from contracts.imports import ConfirmRequest, ImportJobView, ImportKind, ImportState, StartImportRequest
from lantoa.api import Api
from lantoa.problems import CommandError

PATH = "/v1/imports"
# Each service has the imports of its own kinds.
SERVICE_OF = {
    ImportKind.PLANS: "plans",
    ImportKind.ACTIVITIES: "plans",
    ImportKind.REPORTS: "plans",
    ImportKind.TASKS: "tasks",
    ImportKind.PUBLICATIONS: "tasks",
    ImportKind.OUTREACH_EVENTS: "outreach",
    ImportKind.ACCESS_POINTS: "outreach",
    ImportKind.POPULATIONS: "outreach",
    ImportKind.CONTENT_ITEMS: "outreach",
    ImportKind.STAFF: "outreach",
    ImportKind.TRAINING_COMPLETIONS: "outreach",
}
WAIT_SECONDS = 3600.0
_POLL_SECONDS = 0.25
_FAILED = frozenset({ImportState.FAILED, ImportState.CANCELED})

Report = Callable[[ImportJobView], None]


def parse_kind(text: str) -> ImportKind:
    """A kind by its name, written with `-` or `_`; `unknown_kind` names those there are."""
    try:
        return ImportKind(text.strip().lower().replace("-", "_"))
    except ValueError as error:
        names = ", ".join(kind.replace("_", "-") for kind in ImportKind)
        raise CommandError(
            "unknown_kind", vi=f"Không có loại này. Các loại: {names}.", en=f"The kinds are {names}.", where=text
        ) from error


def describe(kind: ImportKind, file: Path, scope: str | None) -> StartImportRequest:
    """The job that brings this file in, with the digest by which the service knows that it came whole.

    Refuses with `file_refused` a file that is empty or larger than 50 MB.
    """
    with file.open("rb") as content:
        digest = hashlib.file_digest(content, "sha256").hexdigest()
    size = file.stat().st_size
    try:
        return StartImportRequest(kind=kind, file_name=file.name, file_size=size, content_hash=digest, scope=scope)
    except ValidationError as error:
        raise CommandError(
            "file_refused",
            vi="Tệp phải có từ 1 byte đến 50 MB, và --scope phải là mã như H57.",
            en="A file has 1 byte to 50 MB, and --scope is a code such as H57.",
            where=str(file),
        ) from error


async def bring_in(api: Api, file: Path, wanted: StartImportRequest, report: Report) -> ImportJobView:
    """The finished job. Every row is written once, also when this is called again for the same file."""
    started = await api.post(PATH, wanted, ImportJobView)
    if started.upload_url:
        await api.put_file(started.upload_url, file)
    checked = await _await(api, started.id, ImportState.CHECKED, report)
    if checked.state is not ImportState.DONE:
        confirmation = ConfirmRequest(expected_version=checked.version)
        await api.post(f"{PATH}/{checked.id}:confirm", confirmation, ImportJobView)
    return await _await(api, checked.id, ImportState.DONE, report)


async def _await(api: Api, job_id: str, wanted: ImportState, report: Report) -> ImportJobView:
    deadline = monotonic() + WAIT_SECONDS
    while monotonic() < deadline:
        job = await api.get(f"{PATH}/{job_id}", ImportJobView)
        report(job)
        if job.state in _FAILED:
            raise _refused(job)
        if job.state in (wanted, ImportState.DONE):
            return job
        await asyncio.sleep(_POLL_SECONDS)
    raise CommandError(
        "import_takes_too_long",
        vi="Việc nhập chưa xong sau một giờ; nó vẫn tiếp tục trong dịch vụ.",
        en="The import did not finish within an hour; it goes on in the service.",
        where=job_id,
    )


def _refused(job: ImportJobView) -> CommandError:
    first = job.row_errors[0] if job.row_errors else None
    return CommandError(
        f"import_{job.state}",
        vi=f"Không ghi dòng nào. {first.vi if first else ''}".strip(),
        en=f"Nothing was written. {first.en if first else ''}".strip(),
        where=job.id,
    )
