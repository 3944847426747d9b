"""Provinces and centrally run cities."""

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from contracts.vocabulary import ProvinceKind
from gateway.context import Info
from gateway.execution.batching import relation
from gateway.schema.connections import Connection
from gateway.schema.ids import global_id, key_of
from gateway.schema.outreach.coverage import CommuneCoverage, coverage_maps
from gateway.schema.outreach.devices import UnregisteredDevice, devices_of_provinces
from gateway.schema.outreach.emitters import Emitter, emitters_of_provinces
from gateway.schema.outreach.events_of import events_of_provinces
from gateway.schema.outreach.totals import OutreachTotal, totals_of_scopes
from gateway.schema.places.bodies import Body
from gateway.schema.places.communes import Commune, CommuneFilter, page_of_communes
from gateway.schema.places.populations import Population, population_of
from gateway.schema.program.scopes import Scope
from gateway.schema.shared import Action, GeoPoint, actions, is_row_of
from gateway.schema.terms import Term
from reference import places, vocabularies
from reference.actions import Action as KnownAction
from reference.permissions import Resource

if TYPE_CHECKING:
    from gateway.schema.outreach.outreach_events import OutreachEvent

FOR_A_PROVINCE = (KnownAction.RECORD_OUTREACH_EVENT, KnownAction.CREATE_CONTENT_ITEM)
strawberry.enum(ProvinceKind)
LazyProvince = Annotated["Province", strawberry.lazy("gateway.schema.places.provinces")]
LazyEvent = Annotated["OutreachEvent", strawberry.lazy("gateway.schema.outreach.outreach_events")]
Row = strawberry.Parent[places.Province]


def _id(province: Row) -> strawberry.ID:
    return strawberry.ID(global_id("Province", province.id))


def _region(province: Row, info: Info) -> Any:
    return info.context.reference.vocabularies.term(vocabularies.Vocabulary.REGION, province.region)


def _body(province: Row, info: Info) -> Any:
    return info.context.reference.bodies.of_province(province.id)


def _population(province: Row, info: Info, series: str | None = None) -> Any:
    return population_of(info.context, province.id, series)


def _predecessors(province: Row, info: Info) -> Any:
    return [info.context.reference.places.province(other) for other in province.predecessors]


def _successors(province: Row, info: Info) -> Any:
    return [info.context.reference.places.province(other) for other in province.successors]


def _commune_count(province: Row, info: Info) -> int:
    return len(info.context.reference.places.communes_of(province.id, info.context.today))


def _communes(
    province: Row,
    info: Info,
    filter: CommuneFilter | None = None,
    first: int | None = 20,
    after: str | None = None,
) -> Any:
    return page_of_communes(info.context, filter, first=first, after=after, province_id=province.id)


def _viewer_can(province: Row, info: Info) -> list[Action]:
    context = info.context
    if context.is_public:
        return []
    resource = Resource(provinces=frozenset({province.id}))
    may = context.reference.permissions.actions_allowed(
        context.viewer, resource, on=context.today, among=FOR_A_PROVINCE
    )
    return actions(action.value for action in may)


@strawberry.type
class Province(Scope):
    """A province or centrally run city. Dated: identity is code and `validFrom`."""

    id: strawberry.ID = strawberry.field(resolver=_id)
    code: str
    kind: ProvinceKind
    region: Term = strawberry.field(resolver=_region)
    body: Body = strawberry.field(resolver=_body)
    population: Population | None = strawberry.field(resolver=_population)
    location: GeoPoint
    valid_from: date
    valid_to: date | None
    predecessors: list[LazyProvince] = strawberry.field(resolver=_predecessors)
    successors: list[LazyProvince] = strawberry.field(resolver=_successors)
    commune_count: int = strawberry.field(resolver=_commune_count)
    communes: Connection[Commune] = strawberry.field(resolver=_communes)
    coverage_map: list[CommuneCoverage] | None = relation(coverage_maps)
    outreach_events: Connection[LazyEvent] | None = relation(events_of_provinces)
    outreach_totals: list[OutreachTotal] | None = relation(totals_of_scopes)
    emitters: list[Emitter] | None = relation(emitters_of_provinces)
    unregistered_devices: Connection[UnregisteredDevice] | None = relation(devices_of_provinces)
    viewer_can: list[Action] = strawberry.field(resolver=_viewer_can)

    is_type_of = is_row_of(places.Province)


def province(info: Info, id: strawberry.ID) -> Any:
    """The province of an id."""
    key = key_of(id, "Province")
    return info.context.reference.places.province(key) if key else None


def province_by_code(info: Info, code: str, as_of: date | None = None) -> Any:
    """The province that bears a code on a day."""
    day = as_of or info.context.today
    return info.context.reference.places.province_by_code(code, day)


def provinces(info: Info, as_of: date | None = None) -> Any:
    """The provinces of a day, in Vietnamese order."""
    return list(info.context.reference.places.provinces_on(as_of or info.context.today))
