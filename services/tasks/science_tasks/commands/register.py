"""Registers a task that its officer declares open, and changes one."""

from dataclasses import replace
from datetime import date
from typing import Any

from chassis import clock, ids
from chassis.identity import Viewer
from chassis.mongo import Transaction
from chassis.problems import Problem, absent, check_version, refused
from contracts.figures import FigureChanged
from contracts.tasks.tasks import (
    EditTaskRequest,
    FundingSource,
    RegisterTaskRequest,
    TaskChanged,
    TaskFigureChanged,
    TaskHost,
)
from contracts.vocabulary import LocalizedText, MeasureCode
from reference.actions import Action
from reference.authorization import require
from reference.figures import today
from reference.resources import Resources
from reference.steps import tell
from reference.texts import folded, nfc
from reference.vocabularies import Vocabulary
from services.tasks.science_tasks import queries, store
from services.tasks.science_tasks.domain import OpenTask, check_days, code_key, judged
from services.tasks.science_tasks.store import TASKS

MEASURES = (MeasureCode.TASK_COMMUNICATED.value, MeasureCode.TASK_COMMUNICATED_ALL_GROUPS.value)


def classification_required() -> Problem:
    """The refusal of a task that is not declared open. It is given before anything of the request is kept."""
    vi = "Chỉ nhận nhiệm vụ được khai là không thuộc phạm vi bí mật nhà nước."
    en = "Only a task declared to hold no state secret is taken in."
    return refused("CLASSIFICATION_REQUIRED", "/is_unclassified", vi=vi, en=en)


async def register(transaction: Transaction, resources: Resources, viewer: Viewer, request: RegisterTaskRequest) -> str:
    """The id of the task. Raises `forbidden`, CODE_TAKEN, or a refusal that names the field."""
    if request.is_unclassified is not True:
        raise classification_required()
    reference, now = resources.reference, clock.now()
    require(reference, viewer, Action.REGISTER_TASK, queries.resource_of(reference, [request.managing_body_id]))
    _check(request, resources, today())
    if not reference.vocabularies.is_term(Vocabulary.TASK_FORM, request.form, today()):
        raise refused("INVALID", "/form", vi="Không có loại hình này.", en="No such form.")
    key = code_key(request.scheme, request.code)
    if await store.holder_of(transaction, viewer, key):
        vi, en = "Mã này đã được chương trình cấp.", "The scheme has issued this code already."
        raise refused("CODE_TAKEN", "/code", vi=vi, en=en)
    title = _tidy(request.title)
    task = OpenTask(
        id=ids.random_id(),
        version=1,
        updated_at=now,
        registered_at=now,
        scheme=nfc(request.scheme),
        code=nfc(request.code),
        code_key=key,
        title=title,
        folded_title=folded(title.vi),
        summary=_tidy(request.summary) if request.summary else None,
        level=request.level,
        form=request.form,
        fields=request.fields,
        state=request.state,
        managing_body_id=request.managing_body_id,
        body_ids=(),
        hosts=tuple(TaskHost(**dict(host)) for host in request.hosts),
        funding=tuple(FundingSource(**dict(source)) for source in request.funding),
        starts_on=request.starts_on,
        ends_on=request.ends_on,
        declassified_on=request.declassified_on,
    )
    await _keep(transaction, resources, viewer, _placed(task), action=Action.REGISTER_TASK)
    return task.id


async def edit(
    transaction: Transaction, resources: Resources, viewer: Viewer, task_id: str, *, request: EditTaskRequest
) -> str:
    """The task's id. Raises `not-found`, `forbidden`, `version-conflict`, or a refusal that names the field."""
    reference = resources.reference
    task = (await store.by_ids(transaction, viewer, reference, [task_id])).get(task_id)
    if task is None:
        raise absent()
    require(reference, viewer, Action.EDIT_TASK, queries.resource_of(reference, task.body_ids))
    check_version(request.expected_version, task.version)
    _check(request, resources, today())
    plain = ("fields", "state", "managing_body_id", "starts_on", "ends_on")
    given: dict[str, Any] = {name: getattr(request, name) for name in plain if getattr(request, name) is not None}
    if request.hosts is not None:
        given["hosts"] = tuple(TaskHost(**dict(host)) for host in request.hosts)
    if request.funding is not None:
        given["funding"] = tuple(FundingSource(**dict(source)) for source in request.funding)
    if request.summary is not None:
        given["summary"] = _tidy(request.summary)
    if request.title is not None:
        given["title"] = _tidy(request.title)
        given["folded_title"] = folded(given["title"].vi)
    after = replace(task, **given, version=task.version + 1, updated_at=clock.now())
    check_days(after.starts_on, after.ends_on)
    await _keep(transaction, resources, viewer, _placed(after), action=Action.EDIT_TASK, before=task)
    return task.id


def scopes_of(resources: Resources, body_ids: tuple[str, ...]) -> tuple[str, ...]:
    """The scopes whose figures a task of these bodies moves."""
    found = [resources.reference.bodies.body(body_id) for body_id in body_ids]
    provinces = {body.province_id for body in found if body and body.province_id}
    return ("program", *body_ids, *sorted(provinces))


def message_of(task: OpenTask, action: Action) -> TaskChanged:
    """What others are told: ids, codes and states."""
    return TaskChanged(
        id=task.id,
        action=action.value,
        state=task.state,
        level=task.level,
        form=task.form,
        fields=task.fields,
        body_ids=task.body_ids,
        groups=task.groups,
        is_eligible=task.eligible_on is not None,
    )


def _placed(task: OpenTask) -> OpenTask:
    """The task with the bodies it belongs to and its place in T2."""
    hosts = [host.body_id for host in task.hosts if host.body_id]
    return judged(replace(task, body_ids=tuple(dict.fromkeys([task.managing_body_id, *hosts]))), today())


async def _keep(
    transaction: Transaction,
    resources: Resources,
    viewer: Viewer,
    task: OpenTask,
    *,
    action: Action,
    before: OpenTask | None = None,
) -> None:
    if before is None:
        await TASKS.insert(transaction, task)
    else:
        await TASKS.replace(transaction, task)
    bodies = tuple(dict.fromkeys([*task.body_ids, *(before.body_ids if before else ())]))
    changed: list[TaskChanged | FigureChanged] = [
        message_of(task, action),
        TaskFigureChanged(measures=MEASURES, scopes=scopes_of(resources, bodies)),
    ]
    await tell(transaction, resources, viewer, action=action, object_id=task.id, version=task.version, messages=changed)


def _check(request: RegisterTaskRequest | EditTaskRequest, resources: Resources, day: date) -> None:
    reference = resources.reference
    if unknown := reference.vocabularies.unknown(Vocabulary.SCIENCE_FIELD, request.fields or (), day=day):
        listed = ", ".join(unknown)
        raise refused("INVALID", "/fields", vi=f"Không có mã lĩnh vực: {listed}.", en=f"No such field: {listed}.")
    for name, body_id in (("/managing_body_id", request.managing_body_id), *_host_bodies(request)):
        if body_id and reference.bodies.body(body_id) is None:
            raise refused("NOT_FOUND", name, vi="Không có cơ quan này.", en="There is no such body.")
    check_days(request.starts_on, request.ends_on)
    if isinstance(request, RegisterTaskRequest) and request.declassified_on and request.declassified_on > day:
        raise refused("INVALID", "/declassified_on", vi="Ngày ở tương lai.", en="The day is in the future.")


def _host_bodies(request: RegisterTaskRequest | EditTaskRequest) -> list[tuple[str, str | None]]:
    return [(f"/hosts/{place}/body_id", host.body_id) for place, host in enumerate(request.hosts or ())]


def _tidy(text: LocalizedText) -> LocalizedText:
    return LocalizedText(vi=nfc(text.vi), en=nfc(text.en) if text.en else None)
