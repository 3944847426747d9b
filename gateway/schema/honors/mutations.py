"""Changes to nominations and honors."""

from datetime import date
from enum import Enum
from typing import Any

import strawberry

from contracts.changes import ReasonRequest, RevokeRequest, TransitionRequest
from contracts.honors.nominations import (
    AchievementCategory,
    AdvanceNominationRequest,
    CreateNominationRequest,
    DecideNominationRequest,
    EditNominationRequest,
    MergeNominationsRequest,
    NominationState,
    RecipientKind,
)
from gateway.context import Info
from gateway.schema.evidence import (
    DocumentInput,
    EvidenceInput,
    LocalizedTextInput,
    RevokeInput,
    document,
    proofs,
    words,
)
from gateway.schema.honors.honors import Honor
from gateway.schema.honors.nominations import Nomination
from gateway.schema.ids import key_of, keys_of
from gateway.schema.scalars import IdempotencyKey
from gateway.schema.shared import TransitionInput, TransitionWithReasonInput, UserError
from gateway.schema.steps import Refused, Request, attempted, checked, checked_later


@strawberry.enum
class HonorErrorCode(Enum):
    """Why a change to nominations, honors or models was refused."""

    REQUIRED = "REQUIRED"
    INVALID = "INVALID"
    NOT_FOUND = "NOT_FOUND"
    NOT_PERMITTED = "NOT_PERMITTED"
    VERSION_CONFLICT = "VERSION_CONFLICT"
    STATE_CONFLICT = "STATE_CONFLICT"
    COUNCIL_VOTE_REQUIRED = "COUNCIL_VOTE_REQUIRED"
    ALREADY_HONORED = "ALREADY_HONORED"
    DOCUMENT_TAKEN = "DOCUMENT_TAKEN"
    EVIDENCE_REQUIRED = "EVIDENCE_REQUIRED"
    OWN_MODEL = "OWN_MODEL"


@strawberry.type
class HonorUserError(UserError):
    """A refusal about nominations, honors or models."""

    code: HonorErrorCode


@strawberry.type
class NominationPayload:
    """The dossier as it stands, and what was refused."""

    nomination: Nomination | None
    user_errors: list[HonorUserError]


@strawberry.type
class HonorPayload:
    """The honor as it stands, and what was refused."""

    honor: Honor | None
    user_errors: list[HonorUserError]


@strawberry.input
class RecipientInput:
    """Who is honored."""

    kind: RecipientKind
    name: str
    title: str | None = None
    work_unit: str | None = None
    province_id: strawberry.ID | None = None
    body_id: strawberry.ID | None = None


@strawberry.input
class AchievementInput:
    """What an honor is given for."""

    category: AchievementCategory
    title: LocalizedTextInput
    description: LocalizedTextInput
    achieved_on: date
    evidence: list[EvidenceInput]


@strawberry.input
class CouncilVoteInput:
    """How the council voted."""

    in_favor: int
    against: int
    abstained: int


@strawberry.input
class CreateNominationInput:
    """A new dossier."""

    idempotency_key: IdempotencyKey
    nominator_id: strawberry.ID
    recipient: RecipientInput
    achievement: AchievementInput
    form_code: str
    kind_code: str


@strawberry.input
class EditNominationInput:
    """An absent field stays as it is; `achievement` replaces the whole."""

    idempotency_key: IdempotencyKey
    id: strawberry.ID
    expected_version: int
    recipient: RecipientInput | None = None
    achievement: AchievementInput | None = None
    form_code: str | None = None
    kind_code: str | None = None


@strawberry.input
class AdvanceNominationInput:
    """A step to a next stage."""

    idempotency_key: IdempotencyKey
    id: strawberry.ID
    expected_version: int
    to: NominationState
    on: date | None = None
    council_vote: CouncilVoteInput | None = None
    note: str | None = None


@strawberry.input
class DecideNominationInput:
    """The decision that grants the honor."""

    idempotency_key: IdempotencyKey
    id: strawberry.ID
    expected_version: int
    decision: DocumentInput
    decided_by_id: strawberry.ID


@strawberry.input
class MergeNominationsInput:
    """Dossiers of one achievement."""

    idempotency_key: IdempotencyKey
    keep_id: strawberry.ID
    merge_ids: list[strawberry.ID]
    reason: str


async def create_nomination(info: Info, input: CreateNominationInput) -> NominationPayload | None:
    """Opens a dossier."""
    values = {
        "nominator_id": key_of(input.nominator_id, "Body") or "",
        "recipient": _recipient(input.recipient),
        "achievement": _achievement(input.achievement),
        "form": input.form_code,
        "kind": input.kind_code,
    }

    async def step() -> Any:
        request = checked(CreateNominationRequest, values)
        return await info.context.honors.nominations.make(request, key=input.idempotency_key)

    return _nomination(*await attempted(info.context, step))


async def edit_nomination(info: Info, input: EditNominationInput) -> NominationPayload | None:
    """Changes a dossier before its completeness check or after its return."""
    values = {
        "expected_version": input.expected_version,
        "recipient": _recipient(input.recipient) if input.recipient else None,
        "achievement": _achievement(input.achievement) if input.achievement else None,
        "form": input.form_code,
        "kind": input.kind_code,
    }
    return await _step(info, input.id, "edit", checked_later(EditNominationRequest, values), input.idempotency_key)


async def advance_nomination(info: Info, input: AdvanceNominationInput) -> NominationPayload | None:
    """Moves a dossier to a next stage."""
    vote = input.council_vote
    counted = {"in_favor": vote.in_favor, "against": vote.against, "abstained": vote.abstained} if vote else None
    values = {
        "expected_version": input.expected_version,
        "to": input.to,
        "on": input.on,
        "council_vote": counted,
        "note": input.note,
    }
    request = checked_later(AdvanceNominationRequest, values)
    return await _step(info, input.id, "advance", request, input.idempotency_key)


async def decide_nomination(info: Info, input: DecideNominationInput) -> NominationPayload | None:
    """Grants the honor by a signed decision."""
    values = {
        "expected_version": input.expected_version,
        "decision": document(input.decision),
        "decided_by_id": key_of(input.decided_by_id, "Body") or "",
    }
    request = checked_later(DecideNominationRequest, values)
    return await _step(info, input.id, "decide", request, input.idempotency_key)


async def return_nomination(info: Info, input: TransitionWithReasonInput) -> NominationPayload | None:
    """Sends a dossier back to its nominator. The clock stops."""
    return await _with_reason(info, input, "return")


async def resubmit_nomination(info: Info, input: TransitionInput) -> NominationPayload | None:
    """Sends a returned dossier on again."""
    request = checked_later(TransitionRequest, {"expected_version": input.expected_version, "note": input.note})
    return await _step(info, input.id, "resubmit", request, input.idempotency_key)


async def reject_nomination(info: Info, input: TransitionWithReasonInput) -> NominationPayload | None:
    """Refuses a dossier."""
    return await _with_reason(info, input, "reject")


async def withdraw_nomination(info: Info, input: TransitionWithReasonInput) -> NominationPayload | None:
    """Takes a nomination back, by its nominator."""
    return await _with_reason(info, input, "withdraw")


async def merge_nominations(info: Info, input: MergeNominationsInput) -> NominationPayload | None:
    """Joins nominations of one achievement into one dossier."""
    values = {"merge_ids": keys_of(input.merge_ids, "Nomination") or (), "reason": input.reason}
    request = checked_later(MergeNominationsRequest, values)
    return await _step(info, input.keep_id, "merge", request, input.idempotency_key)


async def revoke_honor(info: Info, input: RevokeInput) -> HonorPayload | None:
    """Cancels an honor. The cancellation is public and restates the figures."""
    noun, honor_id = info.context.honors.honors, key_of(input.id, "Honor") or "nothing"
    values = {
        "expected_version": input.expected_version,
        "reason": input.reason,
        "document": document(input.document),
    }

    async def step() -> Any:
        return await noun.step(honor_id, "revoke", checked(RevokeRequest, values), key=input.idempotency_key)

    honor, refusals = await attempted(info.context, step, present=lambda: noun.by_id.one(honor_id))
    return HonorPayload(honor=honor, user_errors=_errors(refusals))


async def _with_reason(info: Info, input: TransitionWithReasonInput, verb: str) -> NominationPayload:
    values = {"expected_version": input.expected_version, "reason": input.reason}
    return await _step(info, input.id, verb, checked_later(ReasonRequest, values), input.idempotency_key)


async def _step(info: Info, node_id: str, verb: str, request: Request, key: str) -> NominationPayload:
    noun, nomination_id = info.context.honors.nominations, key_of(node_id, "Nomination") or "nothing"

    async def step() -> Any:
        return await noun.step(nomination_id, verb, request(), key=key)

    return _nomination(*await attempted(info.context, step, present=lambda: noun.by_id.one(nomination_id)))


def _recipient(given: RecipientInput) -> dict[str, Any]:
    return {
        "kind": given.kind,
        "name": given.name,
        "title": given.title,
        "work_unit": given.work_unit,
        "province_id": key_of(given.province_id, "Province") or "" if given.province_id else None,
        "body_id": key_of(given.body_id, "Body") or "" if given.body_id else None,
    }


def _achievement(given: AchievementInput) -> dict[str, Any]:
    return {
        "category": given.category,
        "title": words(given.title),
        "description": words(given.description),
        "achieved_on": given.achieved_on,
        "evidence": proofs(given.evidence),
    }


def _errors(refusals: list[Refused]) -> list[HonorUserError]:
    known = HonorErrorCode.__members__
    return [
        HonorUserError(code=known.get(r.code, HonorErrorCode.INVALID), field=r.field, message=r.message)
        for r in refusals
    ]


def _nomination(nomination: Any, refusals: list[Refused]) -> NominationPayload:
    return NominationPayload(nomination=nomination, user_errors=_errors(refusals))
