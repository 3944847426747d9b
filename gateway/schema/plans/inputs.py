"""What people enter when they change plans and activities."""

from datetime import date

import strawberry

from contracts.vocabulary import OutreachChannel, TargetCode
from gateway.schema.evidence import DocumentInput, EvidenceInput, LocalizedTextInput
from gateway.schema.scalars import BigInt, IdempotencyKey
from gateway.schema.tags_input import TagsInput


@strawberry.input
class PlanObjectiveInput:
    """What a plan wants to reach."""

    text: LocalizedTextInput
    target: TargetCode | None = None
    year: int | None = None
    goal: float | None = None


@strawberry.input
class CreatePlanInput:
    """A draft."""

    idempotency_key: IdempotencyKey
    body_id: strawberry.ID
    title: LocalizedTextInput
    starts_on: date
    ends_on: date
    objectives: list[PlanObjectiveInput] | None = None
    parent_id: strawberry.ID | None = None


@strawberry.input
class EditPlanInput:
    """An absent field stays as it is; a list replaces the whole list."""

    idempotency_key: IdempotencyKey
    id: strawberry.ID
    expected_version: int
    title: LocalizedTextInput | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    objectives: list[PlanObjectiveInput] | None = None


@strawberry.input
class PromulgatePlanInput:
    """The document that puts a plan in force."""

    idempotency_key: IdempotencyKey
    id: strawberry.ID
    expected_version: int
    document: DocumentInput
    supersedes_id: strawberry.ID | None = None


@strawberry.input
class AmendPlanInput:
    """A later document that changes a plan."""

    idempotency_key: IdempotencyKey
    id: strawberry.ID
    expected_version: int
    document: DocumentInput
    reason: str
    title: LocalizedTextInput | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    objectives: list[PlanObjectiveInput] | None = None


@strawberry.input
class AdoptPlanInput:
    """A predecessor's plan taken over."""

    idempotency_key: IdempotencyKey
    body_id: strawberry.ID
    plan_id: strawberry.ID
    document: DocumentInput


@strawberry.input
class DeliverableInput:
    """What an activity promises."""

    metric: LocalizedTextInput
    goal: float


@strawberry.input
class AddActivityInput:
    """A piece of work of a plan."""

    idempotency_key: IdempotencyKey
    plan_id: strawberry.ID
    title: LocalizedTextInput
    tags: TagsInput
    channels: list[OutreachChannel]
    starts_on: date
    due_on: date
    lead_body_id: strawberry.ID | None = None
    coordinating_body_ids: list[strawberry.ID] | None = None
    budget: BigInt | None = None
    deliverable: DeliverableInput | None = None


@strawberry.input
class EditActivityInput:
    """An absent field stays as it is; a list replaces the whole list."""

    idempotency_key: IdempotencyKey
    id: strawberry.ID
    expected_version: int
    title: LocalizedTextInput | None = None
    tags: TagsInput | None = None
    channels: list[OutreachChannel] | None = None
    coordinating_body_ids: list[strawberry.ID] | None = None
    starts_on: date | None = None
    budget: BigInt | None = None
    deliverable: DeliverableInput | None = None


@strawberry.input
class CompleteActivityInput:
    """An activity reported done."""

    idempotency_key: IdempotencyKey
    id: strawberry.ID
    expected_version: int
    done_on: date
    evidence: list[EvidenceInput]
    actual: float | None = None


@strawberry.input
class MoveActivityInput:
    """A new due day."""

    idempotency_key: IdempotencyKey
    id: strawberry.ID
    expected_version: int
    due_on: date
    reason: str
