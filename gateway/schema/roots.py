"""The root types: every question, every change, and what is followed."""

import strawberry

from gateway.schema.connections import Connection
from gateway.schema.nodes import node, nodes
from gateway.schema.outreach.feed import outreach_event_recorded
from gateway.schema.outreach.mutations import OutreachEventPayload, record_outreach_event, retract_outreach_event
from gateway.schema.outreach.outreach_events import OutreachEvent, outreach_event, outreach_events
from gateway.schema.places.bodies import Body, all_bodies, body, body_by_e_id
from gateway.schema.places.communes import Commune, commune, commune_by_code, communes
from gateway.schema.places.provinces import Province, province, province_by_code, provinces
from gateway.schema.program.measures import Measure, all_measures
from gateway.schema.program.programs import Program, the_program
from gateway.schema.program.updates import figure_updated
from gateway.schema.shared import Node
from gateway.schema.terms import Term, terms
from gateway.schema.viewers import SignedIn, viewer


@strawberry.type
class Query:
    """Every question."""

    node: Node | None = strawberry.field(resolver=node)
    nodes: list[Node | None] = strawberry.field(resolver=nodes)
    viewer: SignedIn | None = strawberry.field(resolver=viewer)
    program: Program = strawberry.field(resolver=the_program)
    measures: list[Measure] = strawberry.field(resolver=all_measures)
    body: Body | None = strawberry.field(resolver=body)
    body_by_e_id: Body | None = strawberry.field(resolver=body_by_e_id)
    bodies: Connection[Body] = strawberry.field(resolver=all_bodies)
    province: Province | None = strawberry.field(resolver=province)
    province_by_code: Province | None = strawberry.field(resolver=province_by_code)
    provinces: list[Province] = strawberry.field(resolver=provinces)
    commune: Commune | None = strawberry.field(resolver=commune)
    commune_by_code: Commune | None = strawberry.field(resolver=commune_by_code)
    communes: Connection[Commune] = strawberry.field(resolver=communes)
    terms: Connection[Term] = strawberry.field(resolver=terms)
    outreach_event: OutreachEvent | None = strawberry.field(resolver=outreach_event)
    outreach_events: Connection[OutreachEvent] | None = strawberry.field(resolver=outreach_events)


@strawberry.type
class Mutation:
    """Every change: one verb, one `input`, one payload."""

    record_outreach_event: OutreachEventPayload | None = strawberry.mutation(resolver=record_outreach_event)
    retract_outreach_event: OutreachEventPayload | None = strawberry.mutation(resolver=retract_outreach_event)


@strawberry.type
class Subscription:
    """Served over graphql-transport-ws."""

    figure_updated = strawberry.subscription(resolver=figure_updated)
    outreach_event_recorded = strawberry.subscription(resolver=outreach_event_recorded)
