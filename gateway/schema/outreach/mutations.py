"""Changes to outreach by hand."""

from datetime import datetime
from enum import Enum
from typing import Any

import strawberry

from contracts.outreach.outreach_events import OutreachEventView, RecordOutreachEventRequest, RetractRequest
from contracts.outreach.quarantine import ResolveQuarantinedEventRequest
from contracts.vocabulary import OutreachChannel
from gateway.context import Info
from gateway.errors import Fault
from gateway.schema.ids import key_of, keys_of
from gateway.schema.outreach.outreach_events import OutreachEvent
from gateway.schema.scalars import URL, BigInt, IdempotencyKey
from gateway.schema.shared import TransitionWithReasonInput, UserError
from gateway.schema.steps import Refused, checked, refused_or_raise
from gateway.schema.tags_input import TagsInput


@strawberry.enum
class OutreachErrorCode(Enum):
    """Why a change to outreach, content, feedback or imports was refused."""

    REQUIRED = "REQUIRED"
    INVALID = "INVALID"
    NOT_FOUND = "NOT_FOUND"
    NOT_PERMITTED = "NOT_PERMITTED"
    VERSION_CONFLICT = "VERSION_CONFLICT"
    STATE_CONFLICT = "STATE_CONFLICT"
    PLACE_MISMATCH = "PLACE_MISMATCH"
    IN_THE_FUTURE = "IN_THE_FUTURE"
    UNKNOWN_TERM = "UNKNOWN_TERM"
    FILE_REFUSED = "FILE_REFUSED"


@strawberry.type
class OutreachUserError(UserError):
    """A refusal about outreach, content, feedback or imports."""

    code: OutreachErrorCode


@strawberry.type
class OutreachEventPayload:
    """The event as it stands, and what was refused."""

    outreach_event: OutreachEvent | None
    user_errors: list[OutreachUserError]


@strawberry.input
class RecordOutreachEventInput:
    """What no system emitted."""

    idempotency_key: IdempotencyKey
    province_id: strawberry.ID
    commune_ids: list[strawberry.ID]
    channel: OutreachChannel
    title: str
    occurred_at: datetime
    evidence_url: URL
    summary: str | None = None
    theme_codes: list[str] | None = None
    tags: TagsInput | None = None
    language_code: str | None = None
    duration_seconds: int | None = None
    reach: BigInt | None = None
    activity_id: strawberry.ID | None = None
    task_ids: list[strawberry.ID] | None = None
    content_item_id: strawberry.ID | None = None


async def record_outreach_event(info: Info, input: RecordOutreachEventInput) -> OutreachEventPayload | None:
    """Records by hand what no system emitted."""
    try:
        event = await info.context.outreach.record(_request(input), key=input.idempotency_key)
    except Fault as fault:
        return _payload(None, refused_or_raise(info.context, fault, FIELDS))
    return _payload(event, [])


async def retract_outreach_event(info: Info, input: TransitionWithReasonInput) -> OutreachEventPayload | None:
    """Takes an event back. It stays in history and counts no more."""
    outreach, key = info.context.outreach, key_of(input.id, "OutreachEvent") or ""
    try:
        request = checked(RetractRequest, {"expected_version": input.expected_version, "reason": input.reason})
        event: OutreachEventView | None = await outreach.retract(key, request, key=input.idempotency_key)
    except Fault as fault:
        refusals = refused_or_raise(info.context, fault, FIELDS)
        return _payload(await outreach.events.one(key), refusals)
    return _payload(event, [])


@strawberry.input
class ResolveQuarantinedEventInput:
    """Which side to take."""

    idempotency_key: IdempotencyKey
    id: strawberry.ID
    accept: bool
    reason: str


async def resolve_quarantined_event(info: Info, input: ResolveQuarantinedEventInput) -> OutreachEventPayload | None:
    """Takes one side when an event id came twice with different content."""
    outreach, key = info.context.outreach, key_of(input.id, "QuarantinedEvent") or ""
    try:
        request = checked(ResolveQuarantinedEventRequest, {"accept": input.accept, "reason": input.reason})
        event: OutreachEventView | None = await outreach.resolve(key, request, key=input.idempotency_key)
    except Fault as fault:
        refusals = refused_or_raise(info.context, fault, FIELDS)
        copy = await outreach.quarantine.by_id.one(key)
        return _payload(await outreach.events.one(copy.event_id) if copy else None, refusals)
    return _payload(event, [])


# Fields of the services whose name in the graph differs.
FIELDS = {
    "themes": "themeCodes",
    "language": "languageCode",
    "stage": "tags.stageCode",
    "industries": "tags.industryCodes",
    "fields": "tags.fieldCodes",
    "audiences": "tags.audienceCodes",
}


def _request(given: RecordOutreachEventInput) -> RecordOutreachEventRequest:
    tags = given.tags or TagsInput()
    values: dict[str, Any] = {
        "province_id": key_of(given.province_id, "Province") or "",
        "commune_ids": keys_of(given.commune_ids, "Commune"),
        "channel": given.channel.value,
        "title": given.title,
        "summary": given.summary,
        "themes": given.theme_codes or (),
        "stage": tags.stage_code,
        "industries": tags.industry_codes or (),
        "fields": tags.field_codes or (),
        "audiences": tags.audience_codes or (),
        "language": given.language_code or "vi",
        "occurred_at": given.occurred_at,
        "duration_seconds": given.duration_seconds,
        "reach": given.reach,
        "activity_id": key_of(given.activity_id or "", "Activity"),
        "task_ids": keys_of(given.task_ids or (), "Task"),
        "content_item_id": key_of(given.content_item_id or "", "ContentItem"),
        "evidence_url": given.evidence_url,
    }
    return checked(RecordOutreachEventRequest, values)


def _payload(event: OutreachEventView | None, refusals: list[Refused]) -> OutreachEventPayload:
    known = OutreachErrorCode.__members__
    errors = [
        OutreachUserError(code=known.get(r.code, OutreachErrorCode.INVALID), field=r.field, message=r.message)
        for r in refusals
    ]
    shown: Any = event
    return OutreachEventPayload(outreach_event=shown, user_errors=errors)
