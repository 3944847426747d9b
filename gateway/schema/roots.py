"""The root types: every question, every change, and what is followed."""

import strawberry

from gateway.schema.connections import Connection
from gateway.schema.honors import mutations as honor_steps
from gateway.schema.honors.forms import HonorForm, all_honor_forms
from gateway.schema.honors.honors import Honor, honor, honors
from gateway.schema.honors.nominations import HonorPipeline, Nomination, honor_pipeline, nomination, nominations
from gateway.schema.nodes import node, nodes
from gateway.schema.outreach.feed import outreach_event_recorded
from gateway.schema.outreach.mutations import (
    OutreachEventPayload,
    record_outreach_event,
    resolve_quarantined_event,
    retract_outreach_event,
)
from gateway.schema.outreach.outreach_events import OutreachEvent, outreach_event, outreach_events
from gateway.schema.places.bodies import Body, all_bodies, body, body_by_e_id
from gateway.schema.places.communes import Commune, commune, commune_by_code, communes
from gateway.schema.places.provinces import Province, province, province_by_code, provinces
from gateway.schema.plans import mutations as plan_steps
from gateway.schema.plans.activities import Activity, activities, activity
from gateway.schema.plans.plans import Plan, plan, plan_by_document, plans
from gateway.schema.program.measures import Measure, all_measures
from gateway.schema.program.programs import Program, the_program
from gateway.schema.program.updates import figure_updated
from gateway.schema.shared import Node
from gateway.schema.tasks import mutations as task_steps
from gateway.schema.tasks.publications import Publication, publication, publications
from gateway.schema.tasks.tasks import Task, task, tasks
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
    honor_forms: list[HonorForm] = strawberry.field(resolver=all_honor_forms)
    plan: Plan | None = strawberry.field(resolver=plan)
    plan_by_document: Plan | None = strawberry.field(resolver=plan_by_document)
    plans: Connection[Plan] | None = strawberry.field(resolver=plans)
    activity: Activity | None = strawberry.field(resolver=activity)
    activities: Connection[Activity] | None = strawberry.field(resolver=activities)
    task: Task | None = strawberry.field(resolver=task)
    tasks: Connection[Task] | None = strawberry.field(resolver=tasks)
    publication: Publication | None = strawberry.field(resolver=publication)
    publications: Connection[Publication] | None = strawberry.field(resolver=publications)
    nomination: Nomination | None = strawberry.field(resolver=nomination)
    nominations: Connection[Nomination] | None = strawberry.field(resolver=nominations)
    honor_pipeline: HonorPipeline | None = strawberry.field(resolver=honor_pipeline)
    honor: Honor | None = strawberry.field(resolver=honor)
    honors: Connection[Honor] | None = strawberry.field(resolver=honors)
    outreach_event: OutreachEvent | None = strawberry.field(resolver=outreach_event)
    outreach_events: Connection[OutreachEvent] | None = strawberry.field(resolver=outreach_events)


@strawberry.type
class Mutation:
    """Every change: one verb, one `input`, one payload."""

    create_plan: plan_steps.PlanPayload | None = strawberry.mutation(resolver=plan_steps.create_plan)
    edit_plan: plan_steps.PlanPayload | None = strawberry.mutation(resolver=plan_steps.edit_plan)
    submit_plan: plan_steps.PlanPayload | None = strawberry.mutation(resolver=plan_steps.submit_plan)
    return_plan: plan_steps.PlanPayload | None = strawberry.mutation(resolver=plan_steps.return_plan)
    approve_plan: plan_steps.PlanPayload | None = strawberry.mutation(resolver=plan_steps.approve_plan)
    promulgate_plan: plan_steps.PlanPayload | None = strawberry.mutation(resolver=plan_steps.promulgate_plan)
    amend_plan: plan_steps.PlanPayload | None = strawberry.mutation(resolver=plan_steps.amend_plan)
    revoke_plan: plan_steps.PlanPayload | None = strawberry.mutation(resolver=plan_steps.revoke_plan)
    adopt_plan: plan_steps.PlanPayload | None = strawberry.mutation(resolver=plan_steps.adopt_plan)
    add_activity: plan_steps.ActivityPayload | None = strawberry.mutation(resolver=plan_steps.add_activity)
    edit_activity: plan_steps.ActivityPayload | None = strawberry.mutation(resolver=plan_steps.edit_activity)
    start_activity: plan_steps.ActivityPayload | None = strawberry.mutation(resolver=plan_steps.start_activity)
    complete_activity: plan_steps.ActivityPayload | None = strawberry.mutation(resolver=plan_steps.complete_activity)
    move_activity: plan_steps.ActivityPayload | None = strawberry.mutation(resolver=plan_steps.move_activity)
    cancel_activity: plan_steps.ActivityPayload | None = strawberry.mutation(resolver=plan_steps.cancel_activity)
    register_task: task_steps.TaskPayload | None = strawberry.mutation(resolver=task_steps.register_task)
    edit_task: task_steps.TaskPayload | None = strawberry.mutation(resolver=task_steps.edit_task)
    classify_task: task_steps.TaskPayload | None = strawberry.mutation(resolver=task_steps.classify_task)
    record_publication: task_steps.PublicationPayload | None = strawberry.mutation(
        resolver=task_steps.record_publication
    )
    verify_publication: task_steps.PublicationPayload | None = strawberry.mutation(
        resolver=task_steps.verify_publication
    )
    reject_publication: task_steps.PublicationPayload | None = strawberry.mutation(
        resolver=task_steps.reject_publication
    )
    create_nomination: honor_steps.NominationPayload | None = strawberry.mutation(
        resolver=honor_steps.create_nomination
    )
    edit_nomination: honor_steps.NominationPayload | None = strawberry.mutation(resolver=honor_steps.edit_nomination)
    advance_nomination: honor_steps.NominationPayload | None = strawberry.mutation(
        resolver=honor_steps.advance_nomination
    )
    decide_nomination: honor_steps.NominationPayload | None = strawberry.mutation(
        resolver=honor_steps.decide_nomination
    )
    return_nomination: honor_steps.NominationPayload | None = strawberry.mutation(
        resolver=honor_steps.return_nomination
    )
    resubmit_nomination: honor_steps.NominationPayload | None = strawberry.mutation(
        resolver=honor_steps.resubmit_nomination
    )
    reject_nomination: honor_steps.NominationPayload | None = strawberry.mutation(
        resolver=honor_steps.reject_nomination
    )
    withdraw_nomination: honor_steps.NominationPayload | None = strawberry.mutation(
        resolver=honor_steps.withdraw_nomination
    )
    merge_nominations: honor_steps.NominationPayload | None = strawberry.mutation(
        resolver=honor_steps.merge_nominations
    )
    revoke_honor: honor_steps.HonorPayload | None = strawberry.mutation(resolver=honor_steps.revoke_honor)
    record_outreach_event: OutreachEventPayload | None = strawberry.mutation(resolver=record_outreach_event)
    retract_outreach_event: OutreachEventPayload | None = strawberry.mutation(resolver=retract_outreach_event)
    resolve_quarantined_event: OutreachEventPayload | None = strawberry.mutation(resolver=resolve_quarantined_event)


@strawberry.type
class Subscription:
    """Served over graphql-transport-ws."""

    figure_updated = strawberry.subscription(resolver=figure_updated)
    outreach_event_recorded = strawberry.subscription(resolver=outreach_event_recorded)
