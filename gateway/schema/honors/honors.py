"""Honors that were granted: the public record."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from contracts.honors.honors import HonorsRequest, HonorState, HonorView
from gateway.context import Context, Info
from gateway.execution.batching import relation
from gateway.execution.rows import rows_of
from gateway.schema.honors.forms import Achievement, HonorForm, Recipient
from gateway.schema.honors.of_bodies import HonorFilter, honor_filter
from gateway.schema.ids import global_id, key_of
from gateway.schema.lists import read_page
from gateway.schema.shared import Document, Locale, is_row_of
from gateway.schema.terms import Term
from gateway.schema.versioned import Versioned, text
from reference.vocabularies import Vocabulary

if TYPE_CHECKING:
    from gateway.schema.honors.nominations import Nomination
    from gateway.schema.places.bodies import Body

strawberry.enum(HonorState)
LazyBody = Annotated["Body", strawberry.lazy("gateway.schema.places.bodies")]
LazyNomination = Annotated["Nomination", strawberry.lazy("gateway.schema.honors.nominations")]
Row = strawberry.Parent[HonorView]


def _id(row: Row) -> strawberry.ID:
    return strawberry.ID(global_id("Honor", row.id))


def _form(row: Row, info: Info) -> Any:
    return info.context.reference.honor_forms.get(row.form)


def _kind(row: Row, info: Info) -> Any:
    return info.context.reference.vocabularies.term(Vocabulary.HONOR_KIND, row.kind)


def _decided_by(row: Row, info: Info) -> Any:
    return info.context.reference.bodies.body(row.decided_by_id)


def _state_reason(row: Row, info: Info, locale: Locale | None = None) -> str | None:
    return text(info, row.state_reason, locale)


async def _nominations(rows: list[HonorView], context: Context) -> Sequence[Any]:
    wanted = [row.nomination_id for row in rows if row.nomination_id]
    found = dict(zip(wanted, await context.honors.nominations.by_id.settled(wanted), strict=True))
    return [found[row.nomination_id] if row.nomination_id else None for row in rows]


@strawberry.type
class Honor(Versioned):
    """An honor that was granted."""

    id: strawberry.ID = strawberry.field(resolver=_id)
    form: HonorForm = strawberry.field(resolver=_form)
    kind: Term = strawberry.field(resolver=_kind)
    recipient: Recipient
    achievement: Achievement
    state: HonorState
    decided_by: LazyBody = strawberry.field(resolver=_decided_by)
    decision: Document
    announced_on: date | None
    presented_on: date | None
    days_to_decision: int
    is_on_time: bool
    state_reason: str | None = strawberry.field(resolver=_state_reason)
    revoked_by: Document | None
    nomination: LazyNomination | None = relation(_nominations)

    is_type_of = is_row_of(rows_of(HonorView))


async def honor(info: Info, id: strawberry.ID) -> Any:
    """The honor of an id."""
    key = key_of(id, "Honor")
    return await info.context.honors.honors.by_id.one(key) if key else None


async def honors(
    info: Info, filter: HonorFilter | None = None, first: int | None = 20, after: str | None = None
) -> Any:
    """Honors, newest decision first."""
    loader, request = info.context.honors.honors.pages, HonorsRequest(filter=honor_filter(filter))
    return await read_page(info.context, loader, request, name="honors", first=first, after=after)
