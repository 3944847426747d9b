"""Changes to tasks and publications."""

from datetime import date
from enum import Enum
from typing import Any

import strawberry

from contracts.changes import ReasonRequest, TransitionRequest
from contracts.tasks.publications import RecordPublicationRequest
from contracts.tasks.tasks import EditTaskRequest, RegisterTaskRequest, TaskLevel, TaskState
from contracts.vocabulary import ChannelGroup
from gateway.context import Info
from gateway.schema.evidence import LocalizedTextInput, words
from gateway.schema.ids import key_of, keys_of
from gateway.schema.scalars import URL, BigInt, IdempotencyKey
from gateway.schema.shared import TransitionInput, TransitionWithReasonInput, UserError
from gateway.schema.steps import Refused, Request, attempted, checked, checked_later
from gateway.schema.tasks.publications import Publication
from gateway.schema.tasks.tasks import Task

TASK_FIELDS = {"fields": "fieldCodes"}


@strawberry.enum
class TaskErrorCode(Enum):
    """Why a change to tasks or publications was refused."""

    REQUIRED = "REQUIRED"
    INVALID = "INVALID"
    NOT_FOUND = "NOT_FOUND"
    NOT_PERMITTED = "NOT_PERMITTED"
    VERSION_CONFLICT = "VERSION_CONFLICT"
    STATE_CONFLICT = "STATE_CONFLICT"
    CODE_TAKEN = "CODE_TAKEN"
    CLASSIFICATION_REQUIRED = "CLASSIFICATION_REQUIRED"
    DUPLICATE_PUBLICATION = "DUPLICATE_PUBLICATION"
    LINK_DEAD = "LINK_DEAD"


@strawberry.type
class TaskUserError(UserError):
    """A refusal about tasks or publications."""

    code: TaskErrorCode


@strawberry.type
class TaskPayload:
    """The task as it stands, and what was refused."""

    task: Task | None
    user_errors: list[TaskUserError]


@strawberry.type
class PublicationPayload:
    """The publication as it stands, and what was refused."""

    publication: Publication | None
    user_errors: list[TaskUserError]


@strawberry.input
class TaskHostInput:
    """An organization that carries a task out."""

    name: str
    body_id: strawberry.ID | None = None


@strawberry.input
class FundingSourceInput:
    """Money behind a task."""

    name: str
    is_state_budget: bool
    amount: BigInt


@strawberry.input
class RegisterTaskInput:
    """A task that its officer declares open."""

    idempotency_key: IdempotencyKey
    is_unclassified: bool
    scheme: str
    code: str
    title: LocalizedTextInput
    level: TaskLevel
    form_code: str
    field_codes: list[str]
    state: TaskState
    managing_body_id: strawberry.ID
    hosts: list[TaskHostInput]
    funding: list[FundingSourceInput]
    declassified_on: date | None = None
    summary: LocalizedTextInput | None = None
    starts_on: date | None = None
    ends_on: date | None = None


@strawberry.input
class EditTaskInput:
    """An absent field stays as it is; a list replaces the whole list."""

    idempotency_key: IdempotencyKey
    id: strawberry.ID
    expected_version: int
    title: LocalizedTextInput | None = None
    summary: LocalizedTextInput | None = None
    field_codes: list[str] | None = None
    state: TaskState | None = None
    managing_body_id: strawberry.ID | None = None
    hosts: list[TaskHostInput] | None = None
    funding: list[FundingSourceInput] | None = None
    starts_on: date | None = None
    ends_on: date | None = None


@strawberry.input
class ClassifyTaskInput:
    """No version and no reason: it must never fail for a conflict, and a reason could hold the secret."""

    idempotency_key: IdempotencyKey
    id: strawberry.ID


@strawberry.input
class RecordPublicationInput:
    """An article, program or post."""

    idempotency_key: IdempotencyKey
    title: str
    url: URL
    outlet: str
    channel_group: ChannelGroup
    published_on: date
    task_ids: list[strawberry.ID]


async def register_task(info: Info, input: RegisterTaskInput) -> TaskPayload | None:
    """Registers a task that its officer declares open; nothing is kept of one that is not."""
    values = {
        "is_unclassified": input.is_unclassified,
        "declassified_on": input.declassified_on,
        "scheme": input.scheme,
        "code": input.code,
        "title": words(input.title),
        "summary": words(input.summary),
        "level": input.level,
        "form": input.form_code,
        "fields": input.field_codes,
        "state": input.state,
        "managing_body_id": key_of(input.managing_body_id, "Body") or "",
        "hosts": _hosts(input.hosts),
        "funding": _funding(input.funding),
        "starts_on": input.starts_on,
        "ends_on": input.ends_on,
    }

    async def step() -> Any:
        request = checked(RegisterTaskRequest, values)
        return await info.context.tasks.tasks.make(request, key=input.idempotency_key)

    return _task(*await attempted(info.context, step, fields=TASK_FIELDS))


async def edit_task(info: Info, input: EditTaskInput) -> TaskPayload | None:
    """Changes what is recorded of a task."""
    noun, task_id = info.context.tasks.tasks, key_of(input.id, "Task") or "nothing"
    managing = key_of(input.managing_body_id, "Body") or "" if input.managing_body_id else None
    values = {
        "expected_version": input.expected_version,
        "title": words(input.title),
        "summary": words(input.summary),
        "fields": input.field_codes,
        "state": input.state,
        "managing_body_id": managing,
        "hosts": None if input.hosts is None else _hosts(input.hosts),
        "funding": None if input.funding is None else _funding(input.funding),
        "starts_on": input.starts_on,
        "ends_on": input.ends_on,
    }

    async def step() -> Any:
        return await noun.step(task_id, "edit", checked(EditTaskRequest, values), key=input.idempotency_key)

    found = await attempted(info.context, step, present=lambda: noun.by_id.one(task_id), fields=TASK_FIELDS)
    return _task(*found)


async def classify_task(info: Info, input: ClassifyTaskInput) -> TaskPayload | None:
    """Declares a task classified. The answer is the same whether it was there or not."""

    async def step() -> Any:
        return await info.context.tasks.classify(key_of(input.id, "Task") or "nothing")

    return _task(*await attempted(info.context, step))


async def record_publication(info: Info, input: RecordPublicationInput) -> PublicationPayload | None:
    """Enters an article, program or post about one task or more."""
    values = {
        "title": input.title,
        "url": input.url,
        "outlet": input.outlet,
        "channel_group": input.channel_group,
        "published_on": input.published_on,
        "task_ids": keys_of(input.task_ids, "Task") or (),
    }

    async def step() -> Any:
        request = checked(RecordPublicationRequest, values)
        return await info.context.tasks.publications.make(request, key=input.idempotency_key)

    return _publication(*await attempted(info.context, step))


async def verify_publication(info: Info, input: TransitionInput) -> PublicationPayload | None:
    """Confirms that a publication exists and speaks of its tasks."""
    request = checked_later(TransitionRequest, {"expected_version": input.expected_version, "note": input.note})
    return await _step(info, input.id, "verify", request, input.idempotency_key)


async def reject_publication(info: Info, input: TransitionWithReasonInput) -> PublicationPayload | None:
    """Refuses a publication, with the reason."""
    values = {"expected_version": input.expected_version, "reason": input.reason}
    return await _step(info, input.id, "reject", checked_later(ReasonRequest, values), input.idempotency_key)


async def _step(info: Info, node_id: str, verb: str, request: Request, key: str) -> PublicationPayload:
    noun, publication_id = info.context.tasks.publications, key_of(node_id, "Publication") or "nothing"

    async def step() -> Any:
        return await noun.step(publication_id, verb, request(), key=key)

    return _publication(*await attempted(info.context, step, present=lambda: noun.by_id.one(publication_id)))


def _hosts(given: list[TaskHostInput]) -> list[dict[str, Any]]:
    return [{"name": h.name, "body_id": key_of(h.body_id, "Body") or "" if h.body_id else None} for h in given]


def _funding(given: list[FundingSourceInput]) -> list[dict[str, Any]]:
    return [{"name": f.name, "is_state_budget": f.is_state_budget, "amount": f.amount} for f in given]


def _errors(refusals: list[Refused]) -> list[TaskUserError]:
    known = TaskErrorCode.__members__
    return [
        TaskUserError(code=known.get(r.code, TaskErrorCode.INVALID), field=r.field, message=r.message) for r in refusals
    ]


def _task(task: Any, refusals: list[Refused]) -> TaskPayload:
    return TaskPayload(task=task, user_errors=_errors(refusals))


def _publication(publication: Any, refusals: list[Refused]) -> PublicationPayload:
    return PublicationPayload(publication=publication, user_errors=_errors(refusals))
