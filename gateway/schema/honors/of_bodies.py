"""Which honors: the filter of lists, and the honors of bodies."""

from collections.abc import Sequence
from typing import Any

import strawberry

from contracts.honors import honors as contract
from contracts.honors.honors import HonorsRequest, HonorState
from contracts.honors.nominations import RecipientKind
from gateway.context import Context
from gateway.schema.ids import keys_of
from gateway.schema.lists import read_pages
from gateway.schema.plans.filters import days, only_key, searched, values
from gateway.schema.shared import DateRange
from reference import bodies

strawberry.enum(HonorState)
strawberry.enum(RecipientKind)


@strawberry.input
class HonorFilter:
    """Which honors."""

    body_ids: list[strawberry.ID] | None = None
    province_id: strawberry.ID | None = None
    states: list[HonorState] | None = None
    form_codes: list[str] | None = None
    kind_codes: list[str] | None = None
    recipient_kinds: list[RecipientKind] | None = None
    decided_on: DateRange | None = None
    is_on_time: bool | None = None
    text: str | None = None


def honor_filter(given: HonorFilter | None) -> contract.HonorFilter:
    """The filter as the service takes it. Raises BAD_USER_INPUT."""
    wanted = given or HonorFilter()
    decided_from, decided_to = days(wanted.decided_on)
    return contract.HonorFilter(
        body_ids=keys_of(wanted.body_ids, "Body"),
        province_id=only_key(wanted.province_id, "Province"),
        states=values(wanted.states),
        forms=values(wanted.form_codes),
        kinds=values(wanted.kind_codes),
        recipient_kinds=values(wanted.recipient_kinds),
        decided_from=decided_from,
        decided_to=decided_to,
        is_on_time=wanted.is_on_time,
        text=searched(wanted.text),
    )


async def honors_of_bodies(
    rows: list[bodies.Body],
    context: Context,
    *,
    filter: HonorFilter | None = None,
    first: int | None = 20,
    after: str | None = None,
) -> Sequence[Any]:
    """A page of the honors that each body decided."""
    wanted = honor_filter(filter)
    requests = [HonorsRequest(filter=wanted.model_copy(update={"body_ids": (row.id,)})) for row in rows]
    return await read_pages(context, context.honors.honors.pages, requests, name="honors", first=first, after=after)
