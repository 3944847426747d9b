"""HTTP of imports: open a job, send its file, look at what was found, confirm."""

from fastapi import APIRouter, Header, Query, Request, Response

from chassis import clock, idempotency
from chassis.identity import Viewer
from chassis.problems import absent, refused
from chassis.web import JsonResponse, RequestViewer, read_body
from contracts.imports import ConfirmRequest, ImportJobView, StartImportRequest
from contracts.vocabulary import BodyKind
from reference.actions import Action, Sight
from reference.authorization import require
from reference.calendars import vietnam_day
from reference.permissions import Allowed, Resource
from reference.resources import Resources
from services.outreach.imports.jobs import ImportJob, ImportJobs, view

MOST_BYTES = 50_000_000


def routes(resources: Resources, jobs: ImportJobs) -> APIRouter:
    """`/v1/imports…`"""
    router = APIRouter(tags=["imports"])

    @router.post("/v1/imports", status_code=201, response_model=ImportJobView)
    async def start(
        request: StartImportRequest, viewer: RequestViewer, idempotency_key: str | None = Header(None)
    ) -> Response:
        """Opens an import; the answer says where the file goes."""
        body_id = _body(resources, request.scope)
        require(resources.reference, viewer, Action.START_IMPORT, _resource(resources, request.scope, request))
        claimed = await idempotency.claim(resources.database, viewer, idempotency_key, request.model_dump(mode="json"))
        if claimed.outcome is not None:
            return JsonResponse(view(await jobs.job(claimed.outcome["id"])), status_code=201)
        job = await jobs.start(viewer, request, body_id)
        await resources.database.transaction(lambda tx: claimed.complete(tx, {"id": job.id}))
        return JsonResponse(view(job), status_code=201)

    @router.put("/v1/imports/{job_id}/file", response_model=ImportJobView)
    async def upload(job_id: str, request: Request, key: str = Query()) -> Response:
        """Takes the file; the one-time key in the address is the right to send it."""
        return JsonResponse(view(await jobs.receive(job_id, key, await read_body(request, MOST_BYTES))))

    @router.get("/v1/imports/{job_id}", response_model=ImportJobView)
    async def get_job(job_id: str, viewer: RequestViewer) -> Response:
        """The job and the first hundred faults."""
        return JsonResponse(view(await _seen(resources, jobs, viewer, job_id)))

    @router.post("/v1/imports/{job_id}:confirm", response_model=ImportJobView)
    async def confirm(job_id: str, request: ConfirmRequest, viewer: RequestViewer) -> Response:
        """Lets a checked import write its good rows."""
        job = await _seen(resources, jobs, viewer, job_id)
        require(resources.reference, viewer, Action.CONFIRM_IMPORT, _resource(resources, job.scope, job))
        return JsonResponse(view(await jobs.confirm(viewer, job_id, request.expected_version)))

    @router.post("/v1/imports/{job_id}:cancel", response_model=ImportJobView)
    async def cancel(job_id: str, request: ConfirmRequest, viewer: RequestViewer) -> Response:
        """Stops an import before it writes."""
        job = await _seen(resources, jobs, viewer, job_id)
        require(resources.reference, viewer, Action.CANCEL_IMPORT, _resource(resources, job.scope, job))
        return JsonResponse(view(await jobs.cancel(viewer, job_id, request.expected_version)))

    return router


async def _seen(resources: Resources, jobs: ImportJobs, viewer: Viewer, job_id: str) -> ImportJob:
    """The job, for who started it, those who may start such a one, and auditors; else as if absent."""
    job = await jobs.job(job_id)
    permissions, day = resources.reference.permissions, vietnam_day(clock.now())
    decision = permissions.authorize(viewer, Action.START_IMPORT, _resource(resources, job.scope, job), on=day)
    is_auditor = permissions.may_see(viewer, Sight.AUDIT_ENTRIES)
    if viewer.subject == job.started_by or is_auditor or isinstance(decision, Allowed):
        return job
    raise absent()


def _resource(resources: Resources, scope: str | None, about: StartImportRequest | ImportJob) -> Resource:
    if scope is None:
        return Resource(import_kind=about.kind)
    body = resources.reference.bodies.by_e_id(scope, vietnam_day(clock.now()))
    owners = frozenset({body.id}) if body else frozenset[str]()
    province = body.province_id if body and body.kind is BodyKind.PROVINCIAL_COMMITTEE else None
    return Resource(owners=owners, provinces=frozenset({province}) if province else frozenset(), import_kind=about.kind)


def _body(resources: Resources, scope: str | None) -> str | None:
    if scope is None:
        return None
    body = resources.reference.bodies.by_e_id(scope, vietnam_day(clock.now()))
    if body is None:
        vi, en = f"Không có cơ quan nào mang mã {scope}.", f"No body bears the code {scope}."
        raise refused("UNKNOWN_SCOPE", "/scope", vi=vi, en=en)
    return body.id
