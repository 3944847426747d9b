"""Nominations: dossiers on their way to an honor, and the board of stages."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from contracts.honors import nominations as contract
from contracts.honors.nominations import (
    NominationOrder,
    NominationsRequest,
    NominationState,
    NominationStepView,
    NominationView,
    RecipientKind,
)
from gateway.context import Context, Info
from gateway.execution.batching import relation
from gateway.execution.rows import rows_of
from gateway.schema.connections import Connection
from gateway.schema.honors.forms import Achievement, HonorForm, Recipient
from gateway.schema.honors.honors import Honor
from gateway.schema.ids import global_id, key_of, keys_of
from gateway.schema.lists import read_page
from gateway.schema.plans.filters import days, only_key, searched, values
from gateway.schema.program.cells import scope_of_id
from gateway.schema.shared import DateRange, Locale, is_row_of
from gateway.schema.terms import Term
from gateway.schema.versioned import Actor, Versioned, actor_of, text
from reference.vocabularies import Vocabulary

if TYPE_CHECKING:
    from gateway.schema.places.bodies import Body

strawberry.enum(NominationState)
strawberry.enum(NominationOrder)
LazyBody = Annotated["Body", strawberry.lazy("gateway.schema.places.bodies")]
LazyNomination = Annotated["Nomination", strawberry.lazy("gateway.schema.honors.nominations")]
Row = strawberry.Parent[NominationView]


@strawberry.input
class NominationFilter:
    """Which dossiers."""

    nominator_ids: list[strawberry.ID] | None = None
    held_by_ids: list[strawberry.ID] | None = None
    province_id: strawberry.ID | None = None
    states: list[NominationState] | None = None
    form_codes: list[str] | None = None
    recipient_kinds: list[RecipientKind] | None = None
    is_stuck: bool | None = None
    achieved_on: DateRange | None = None
    text: str | None = None


@strawberry.type
class NominationClock:
    """How long a dossier takes."""

    entered_state_at: datetime
    days_in_state: int
    days_allowed_in_state: int | None
    is_stuck: bool
    days_total: int
    days_allowed_total: int
    decision_due_on: date
    is_paused: bool


@strawberry.type
class CouncilVote:
    """How the council voted."""

    in_favor: int
    against: int
    abstained: int
    voted_on: date


def _step_holder(row: strawberry.Parent[NominationStepView], info: Info) -> Any:
    return info.context.reference.bodies.body(row.held_by_id)


def _step_actor(row: strawberry.Parent[NominationStepView]) -> Any:
    return actor_of(row.actor, "honors_council" if "honors_council" in row.actor else "body_officer")


def _step_note(row: strawberry.Parent[NominationStepView], info: Info, locale: Locale | None = None) -> str | None:
    return text(info, row.note, locale)


@strawberry.type
class NominationStep:
    """One stage that a dossier went through."""

    state: NominationState
    held_by: LazyBody = strawberry.field(resolver=_step_holder)
    entered_at: datetime
    left_at: datetime | None
    actor: Actor = strawberry.field(resolver=_step_actor)
    note: str | None = strawberry.field(resolver=_step_note)


def _id(row: Row) -> strawberry.ID:
    return strawberry.ID(global_id("Nomination", row.id))


def _form(row: Row, info: Info) -> Any:
    return info.context.reference.honor_forms.get(row.form)


def _kind(row: Row, info: Info) -> Any:
    return info.context.reference.vocabularies.term(Vocabulary.HONOR_KIND, row.kind)


def _nominator(row: Row, info: Info) -> Any:
    return info.context.reference.bodies.body(row.nominator_id)


def _held_by(row: Row, info: Info) -> Any:
    return info.context.reference.bodies.body(row.held_by_id)


def _state_reason(row: Row, info: Info, locale: Locale | None = None) -> str | None:
    return text(info, row.state_reason, locale)


async def _duplicates(rows: list[NominationView], context: Context) -> Sequence[Any]:
    wanted = list(dict.fromkeys(other for row in rows for other in row.possible_duplicate_ids))
    found = dict(zip(wanted, await context.honors.nominations.by_id.settled(wanted), strict=True))
    return [[other for key in row.possible_duplicate_ids if (other := found[key]) is not None] for row in rows]


async def _merged_into(rows: list[NominationView], context: Context) -> Sequence[Any]:
    wanted = [row.merged_into_id for row in rows if row.merged_into_id]
    found = dict(zip(wanted, await context.honors.nominations.by_id.settled(wanted), strict=True))
    return [found[row.merged_into_id] if row.merged_into_id else None for row in rows]


async def _honors(rows: list[NominationView], context: Context) -> Sequence[Any]:
    wanted = [row.honor_id for row in rows if row.honor_id]
    found = dict(zip(wanted, await context.honors.honors.by_id.settled(wanted), strict=True))
    return [found[row.honor_id] if row.honor_id else None for row in rows]


@strawberry.type
class Nomination(Versioned):
    """A dossier on its way to an honor."""

    id: strawberry.ID = strawberry.field(resolver=_id)
    recipient: Recipient
    achievement: Achievement
    form: HonorForm = strawberry.field(resolver=_form)
    kind: Term = strawberry.field(resolver=_kind)
    skips_council_vote: bool
    nominator: LazyBody = strawberry.field(resolver=_nominator)
    state: NominationState
    held_by: LazyBody = strawberry.field(resolver=_held_by)
    state_reason: str | None = strawberry.field(resolver=_state_reason)
    clock: NominationClock
    steps: list[NominationStep]
    council_vote: CouncilVote | None
    possible_duplicates: list[LazyNomination] = relation(_duplicates)
    merged_into: LazyNomination | None = relation(_merged_into)
    honor: Honor | None = relation(_honors)

    is_type_of = is_row_of(rows_of(NominationView))


@strawberry.type
class HonorPipelineStage:
    """The open dossiers of one stage."""

    state: NominationState
    open_count: int
    stuck_count: int
    median_days: float | None
    oldest_entered_at: datetime | None


@strawberry.type
class HonorPipeline:
    """Open dossiers by stage."""

    stages: list[HonorPipelineStage]
    open_count: int
    stuck_count: int


async def nomination(info: Info, id: strawberry.ID) -> Any:
    """The dossier of an id."""
    key = key_of(id, "Nomination")
    return await info.context.honors.nominations.by_id.one(key) if key else None


async def nominations(
    info: Info,
    filter: NominationFilter | None = None,
    order_by: NominationOrder | None = NominationOrder.ENTERED_STATE_AT_ASC,
    first: int | None = 20,
    after: str | None = None,
) -> Connection[Nomination] | None:
    """Dossiers that the viewer may see."""
    wanted = filter or NominationFilter()
    achieved_from, achieved_to = days(wanted.achieved_on)
    asked = contract.NominationFilter(
        nominator_ids=keys_of(wanted.nominator_ids, "Body"),
        held_by_ids=keys_of(wanted.held_by_ids, "Body"),
        province_id=only_key(wanted.province_id, "Province"),
        states=values(wanted.states),
        forms=values(wanted.form_codes),
        recipient_kinds=values(wanted.recipient_kinds),
        is_stuck=wanted.is_stuck,
        achieved_from=achieved_from,
        achieved_to=achieved_to,
        text=searched(wanted.text),
    )
    loader, request = (
        info.context.honors.nominations.pages,
        NominationsRequest(filter=asked, order=order_by or NominationOrder.ENTERED_STATE_AT_ASC),
    )
    page: Any = await read_page(info.context, loader, request, name="nominations", first=first, after=after)
    found: Connection[Nomination] = page
    return found


async def honor_pipeline(info: Info, scope_id: strawberry.ID | None = None) -> Any:
    """Open dossiers by stage."""
    return await info.context.honors.pipelines.one(scope_of_id(scope_id) if scope_id else None)
