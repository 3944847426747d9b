"""Import jobs: a file is checked whole, then its good rows are written in chunks, each once, also after a crash."""

import asyncio
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from chassis import audit, clock, ids, logs, tables
from chassis.documents import from_document, to_document
from chassis.identity import Viewer, system
from chassis.leases import Lease, LeaseLost
from chassis.mongo import ASCENDING, DatabaseError, IndexModel, Transaction
from chassis.problems import Kind as ProblemKind
from chassis.problems import Problem, absent, check_version, state_conflict
from contracts.imports import ImportJobView, ImportKind, ImportState, RowError, StartImportRequest
from reference.resources import Resources
from services.outreach.imports.cells import Accepted, JsonRow, Rejected
from services.outreach.imports.kinds import ImportScope, Kind, Outcome

JOBS, CHUNKS = "import_jobs", "import_chunks"
INDEXES = {
    JOBS: (IndexModel([("state", ASCENDING)], name="by_state"),),
    CHUNKS: (IndexModel([("job_id", ASCENDING), ("is_written", ASCENDING)], name="by_job"),),
}
CHUNK_ROWS = 500
SHOWN_ERRORS = 100
POLL_SECONDS = 0.2
log = logs.logger(__name__)


@dataclass(frozen=True, slots=True)
class ImportJob:
    """An import. `upload_key` is the right to send its file, once; `faults` are the first hundred."""

    id: str
    version: int
    updated_at: datetime
    kind: ImportKind
    state: ImportState
    scope: str | None
    body_id: str | None
    file_name: str
    file_size: int
    content_hash: str
    upload_key: str
    started_by: str
    started_at: datetime
    finished_at: datetime | None = None
    row_count: int = 0
    accepted_count: int = 0
    duplicate_count: int = 0
    rejected_count: int = 0
    faults: tuple[RowError, ...] = ()


class ImportJobs:
    """The import jobs of one service."""

    def __init__(self, resources: Resources, kinds: Sequence[Kind]) -> None:
        self._resources, self._database = resources, resources.database
        self._kinds: Mapping[ImportKind, Kind] = {kind.name: kind for kind in kinds}
        self._lease = Lease(resources.database, "imports")

    async def start(self, viewer: Viewer, request: StartImportRequest, body_id: str | None) -> ImportJob:
        """Opens a job that waits for its file. Refused for a kind of another service."""
        if request.kind not in self._kinds:
            vi, en = "Dịch vụ này không nhập loại dữ liệu đó.", "This service does not import that kind."
            raise Problem("unknown-import-kind", ProblemKind.REFUSED, vi=vi, en=en)
        now = clock.now()
        job = ImportJob(
            id=ids.random_id(),
            version=1,
            updated_at=now,
            kind=request.kind,
            state=ImportState.AWAITING_FILE,
            scope=request.scope,
            body_id=body_id,
            file_name=request.file_name,
            file_size=request.file_size,
            content_hash=request.content_hash,
            upload_key=ids.random_id(),
            started_by=viewer.subject,
            started_at=now,
        )

        async def write(transaction: Transaction) -> None:
            await transaction.collection(JOBS).insert_one(to_document(job))
            await audit.note(transaction, viewer, "START_IMPORT", job.id)

        await self._database.transaction(write)
        return job

    async def job(self, job_id: str) -> ImportJob:
        """The job of an id; raises `not-found`."""
        row = await self._database.collection(JOBS).find_one({"_id": job_id})
        if row is None:
            raise absent()
        return from_document(ImportJob, row)

    async def receive(self, job_id: str, key: str, content: bytes) -> ImportJob:
        """Takes the file and checks every row; nothing of it is written to the register yet."""
        job = await self.job(job_id)
        if job.upload_key != key or job.state is not ImportState.AWAITING_FILE:
            raise absent()
        if len(content) != job.file_size or hashlib.sha256(content).hexdigest() != job.content_hash:
            vi, en = "Tệp không khớp kích thước hoặc mã băm đã báo.", "The file does not fit the size or digest told."
            raise Problem("file-refused", ProblemKind.REFUSED, vi=vi, en=en)
        kind = self._kinds[job.kind]
        try:
            outcomes, sheet = await asyncio.to_thread(_check, kind, content, self._scope(job))
        except tables.TableFault as fault:
            error = RowError(row=0, column=fault.column, code=fault.code, vi=fault.vi, en=fault.en)
            failed = _moved(job, ImportState.FAILED, faults=(error,), finished_at=clock.now())
            await self._save(failed, [])
            return failed
        good = [outcome.values for outcome in outcomes if isinstance(outcome, Accepted)]
        bad = [outcome for outcome in outcomes if isinstance(outcome, Rejected)]
        checked = _moved(
            job,
            ImportState.CHECKED,
            row_count=sum(o.rows if isinstance(o, Accepted) else 1 for o in outcomes),
            rejected_count=len(bad),
            faults=_faults(bad, sheet),
        )
        await self._save(checked, good)
        return checked

    async def confirm(self, viewer: Viewer, job_id: str, expected_version: int) -> ImportJob:
        """Lets a checked job write; the writer takes it from here."""
        return await self._step(viewer, job_id, expected_version, ImportState.WRITING, "CONFIRM_IMPORT")

    async def cancel(self, viewer: Viewer, job_id: str, expected_version: int) -> ImportJob:
        """Stops a job before it writes."""
        return await self._step(viewer, job_id, expected_version, ImportState.CANCELED, "CANCEL_IMPORT")

    def _scope(self, job: ImportJob) -> ImportScope:
        bodies = self._resources.reference.bodies
        body = bodies.body(job.body_id) if job.body_id else None
        return ImportScope(body.id, bodies.covered_by(body.id), body.province_id) if body else ImportScope()

    async def run(self) -> None:
        """Writes confirmed jobs until canceled, whenever this process holds the lease."""
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._lease.keep_alive())
                group.create_task(self._writing())
        finally:
            await self._lease.release()

    async def _writing(self) -> None:
        while True:
            worked = False
            try:
                worked = self._lease.held and await self._write_next()
            except (DatabaseError, LeaseLost) as error:
                log.warning("import_waits", error=type(error).__name__)
            if not worked:
                await asyncio.sleep(POLL_SECONDS)

    async def _write_next(self) -> bool:
        row = await self._database.collection(JOBS).find_one({"state": ImportState.WRITING.value})
        if row is None:
            return False
        job = from_document(ImportJob, row)
        await self._database.transaction(lambda tx: self._write_chunk(tx, job.id))
        return True

    async def _write_chunk(self, transaction: Transaction, job_id: str) -> None:
        """One chunk, its mark and the job's counts together: a crash repeats nothing."""
        await self._lease.check(transaction)
        row = await transaction.collection(JOBS).find_one({"_id": job_id})
        chunk = await transaction.collection(CHUNKS).find_one({"job_id": job_id, "is_written": False})
        if row is None:
            return
        job = from_document(ImportJob, row)
        if chunk is None:
            after = _moved(job, ImportState.DONE, finished_at=clock.now())
        else:
            writer = system("outreach", f"import:{job_id}")
            changed, known = await self._kinds[job.kind].write(transaction, writer, chunk["rows"])
            await transaction.collection(CHUNKS).update_one({"_id": chunk["_id"]}, {"$set": {"is_written": True}})
            accepted, duplicates = job.accepted_count + changed, job.duplicate_count + known
            after = _moved(job, ImportState.WRITING, accepted_count=accepted, duplicate_count=duplicates)
        await transaction.collection(JOBS).replace_one({"_id": job_id}, to_document(after))

    async def _step(
        self, viewer: Viewer, job_id: str, expected_version: int, state: ImportState, action: str
    ) -> ImportJob:
        async def write(transaction: Transaction) -> ImportJob:
            row = await transaction.collection(JOBS).find_one({"_id": job_id})
            if row is None:
                raise absent()
            job = from_document(ImportJob, row)
            check_version(expected_version, job.version)
            if job.state is not ImportState.CHECKED:
                raise state_conflict("Tệp chưa kiểm tra xong hoặc đã ghi.", "The file is not checked, or was written.")
            finished = clock.now() if state is ImportState.CANCELED else None
            after = _moved(job, state, finished_at=finished)
            await transaction.collection(JOBS).replace_one({"_id": job_id}, to_document(after))
            await audit.note(transaction, viewer, action, job_id)
            return after

        return await self._database.transaction(write)

    async def _save(self, job: ImportJob, good: Sequence[JsonRow]) -> None:
        chunks = [
            {"_id": f"{job.id}|{at}", "job_id": job.id, "is_written": False, "rows": list(good[at : at + CHUNK_ROWS])}
            for at in range(0, len(good), CHUNK_ROWS)
        ]

        async def write(transaction: Transaction) -> None:
            where = {"_id": job.id, "version": job.version - 1}
            if await transaction.collection(JOBS).replace_one(where, to_document(job)):
                await transaction.collection(CHUNKS).insert_many(chunks)

        await self._database.transaction(write)


def view(job: ImportJob) -> ImportJobView:
    """What the service answers with."""
    shared = {name: getattr(job, name) for name in ImportJobView.model_fields if hasattr(job, name)}
    waits = job.state is ImportState.AWAITING_FILE
    upload = f"/v1/imports/{job.id}/file?key={job.upload_key}" if waits else None
    return ImportJobView(**shared | {"upload_url": upload, "row_errors": job.faults, "quarantined_count": 0})


def _check(kind: Kind, content: bytes, scope: ImportScope) -> tuple[list[Outcome], str | None]:
    table = tables.read(content)
    known = {*kind.required, *kind.optional}
    for column in kind.required:
        if column not in table.columns:
            vi, en = f"Thiếu cột {column}.", f"The column {column} is missing."
            raise tables.TableFault("COLUMN_MISSING", column, vi=vi, en=en)
    for column in table.columns:
        if column not in known:
            vi, en = f"Không biết cột {column}.", f"The column {column} is not known; remove it."
            raise tables.TableFault("COLUMN_UNKNOWN", column, vi=vi, en=en)
    return kind.read(list(table.rows), scope), table.sheet


def _faults(bad: Sequence[Rejected], sheet: str | None) -> tuple[RowError, ...]:
    errors = [
        RowError(sheet=sheet, row=one.row.number, column=fault.column, code=fault.code, vi=fault.vi, en=fault.en)
        for one in bad
        for fault in one.faults
    ]
    return tuple(errors[:SHOWN_ERRORS])


def _moved(job: ImportJob, state: ImportState, **changes: object) -> ImportJob:
    return replace(job, state=state, version=job.version + 1, updated_at=clock.now(), **changes)  # type: ignore[arg-type]
