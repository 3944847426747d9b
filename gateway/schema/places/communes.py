"""Communes: the lowest level of government."""

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from contracts.vocabulary import CommuneKind, DatedId
from gateway.context import Context, Info
from gateway.execution.batching import relation
from gateway.schema.connections import Connection, page_in_memory
from gateway.schema.ids import global_id, key_of
from gateway.schema.outreach.coverage import CommuneCoverage, coverage_of_communes
from gateway.schema.outreach.events_of import events_of_communes
from gateway.schema.outreach.totals import OutreachTotal, totals_of_scopes
from gateway.schema.places.populations import Population, population_of
from gateway.schema.program.scopes import Scope
from gateway.schema.shared import GeoPoint, is_row_of
from reference import places
from reference.dated import is_valid_on
from reference.texts import folded

if TYPE_CHECKING:
    from gateway.schema.outreach.outreach_events import OutreachEvent
    from gateway.schema.places.provinces import Province

strawberry.enum(CommuneKind)
LazyProvince = Annotated["Province", strawberry.lazy("gateway.schema.places.provinces")]
LazyEvent = Annotated["OutreachEvent", strawberry.lazy("gateway.schema.outreach.outreach_events")]
Row = strawberry.Parent[places.Commune]


def _id(commune: Row) -> strawberry.ID:
    return strawberry.ID(global_id("Commune", commune.id))


def _province(commune: Row, info: Info) -> Any:
    return info.context.reference.places.province(commune.province_id)


def _population(commune: Row, info: Info, series: str | None = None) -> Any:
    return population_of(info.context, commune.id, series)


@strawberry.type
class Commune(Scope):
    """A commune. Dated: identity is code and `validFrom`."""

    id: strawberry.ID = strawberry.field(resolver=_id)
    code: str
    kind: CommuneKind
    province: LazyProvince = strawberry.field(resolver=_province)
    location: GeoPoint
    area_km2: float | None
    population: Population | None = strawberry.field(resolver=_population)
    valid_from: date
    valid_to: date | None
    coverage: CommuneCoverage | None = relation(coverage_of_communes)
    outreach_events: Connection[LazyEvent] | None = relation(events_of_communes)
    outreach_totals: list[OutreachTotal] | None = relation(totals_of_scopes)

    is_type_of = is_row_of(places.Commune)


@strawberry.input
class CommuneFilter:
    """Which communes."""

    province_id: strawberry.ID | None = None
    kinds: list[CommuneKind] | None = None
    valid_on: date | None = None
    text: str | None = None


def commune(info: Info, id: strawberry.ID) -> Any:
    """The commune of an id."""
    key = key_of(id, "Commune")
    return info.context.reference.places.commune(key) if key else None


def commune_by_code(info: Info, code: str, as_of: date | None = None) -> Any:
    """The commune that bears a code on a day."""
    day = as_of or info.context.today
    return info.context.reference.places.commune_by_code(code, day)


def communes(info: Info, filter: CommuneFilter | None = None, first: int | None = 20, after: str | None = None) -> Any:
    """Communes: by code, or in Vietnamese order within a province."""
    return page_of_communes(info.context, filter, first=first, after=after)


def page_of_communes(
    context: Context,
    filter: CommuneFilter | None,
    *,
    first: int | None,
    after: str | None,
    province_id: DatedId | None = None,
) -> Any:
    """A page of the communes that fit the filter, of one province where that is given."""
    wanted = filter or CommuneFilter()
    rows = [row for row in _candidates(context, wanted, province_id) if _fits(row, wanted)]
    bound_to = f"communes {province_id} {wanted}"
    page: Any = page_in_memory(context, rows, bound_to=bound_to, key=lambda row: row.id, first=first, after=after)
    return page


def _candidates(context: Context, wanted: CommuneFilter, province_id: DatedId | None) -> list[places.Commune]:
    day = wanted.valid_on or context.today
    asked = key_of(wanted.province_id, "Province") if wanted.province_id is not None else province_id
    if wanted.province_id is not None and province_id not in (None, asked):
        return []
    if asked is not None or wanted.province_id is not None:
        return list(context.reference.places.communes_of(asked or "", day))
    return [row for row in context.reference.places.communes if is_valid_on(row, day)]


def _fits(row: places.Commune, wanted: CommuneFilter) -> bool:
    if wanted.kinds is not None and row.kind not in wanted.kinds:
        return False
    return wanted.text is None or any(folded(wanted.text) in folded(word) for word in (row.code, row.name))
