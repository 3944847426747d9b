"""Wires the plans service: the one place that constructs anything."""

from collections.abc import Sequence

from chassis import audit, dead_letters, history, idempotency, inbox, leases, parking, relay, web
from chassis.audit import Sealer
from chassis.consumer import MessageConsumer
from chassis.identity import Verifier, Viewer
from chassis.kafka import Broker, Topic
from chassis.mongo import Database, Transaction, connect
from chassis.outbox import Outbox
from chassis.process import Service
from contracts.topics import TOPICS
from reference import catalog, figures, histories, letters
from reference.actions import Action
from reference.resources import Resources
from services.plans import reactions
from services.plans.activities import queries as activities_queries
from services.plans.activities import routes as activities_routes
from services.plans.activities import store as activities
from services.plans.activities.commands.add import OfPlan
from services.plans.body_plans import queries as body_plans_queries
from services.plans.body_plans import routes as body_plans_routes
from services.plans.body_plans import store as body_plans
from services.plans.body_plans.commands.change import allowed_plan
from services.plans.body_plans.domain import possible
from services.plans.figures import PlansFigures
from services.plans.settings import PlansSettings

NAME = "plans"
INDEXES = {
    **relay.INDEXES,
    **audit.INDEXES,
    **history.INDEXES,
    leases.COLLECTION: leases.INDEXES,
    inbox.COLLECTION: inbox.INDEXES,
    parking.COLLECTION: parking.INDEXES,
    dead_letters.COLLECTION: dead_letters.INDEXES,
    idempotency.COLLECTION: idempotency.INDEXES,
    **body_plans.INDEXES,
    **activities.INDEXES,
}


def build(settings: PlansSettings, *, mongo: Database | None = None, broker: Broker | None = None) -> Service:
    """The service, ready to run; tests hand in a database or a broker of their own."""
    database = mongo or connect(
        settings.mongo_url.get_secret_value(), settings.database_prefix + NAME, in_turns=settings.mongo_in_turns
    )
    kafka = broker or Broker(settings)
    reference = catalog.load(settings.reference_folder) if settings.reference_folder else catalog.default()
    box = Outbox(NAME)
    resources = Resources(database, box, reference)
    consumer = MessageConsumer(database, kafka, f"lantoa.{NAME}", topics=["lantoa.outreach"])
    consumer.on(reactions.subscriptions(resources))

    async def plan_to_add_to(transaction: Transaction, viewer: Viewer, plan_id: str) -> OfPlan:
        plan = await allowed_plan(transaction, resources, viewer, plan_id, action=Action.ADD_ACTIVITY)
        possible(plan, Action.ADD_ACTIVITY.value)
        await body_plans.take_turn(transaction, plan.id)  # a promulgation at the same time shows this activity too
        return OfPlan(plan.id, plan.body_id, plan.promulgated_on, plan.promulgated_at)

    async def visible(viewer: Viewer, object_ids: Sequence[str]) -> set[str]:
        plans = await body_plans_queries.visible(resources, viewer, object_ids)
        return plans | await activities_queries.visible(resources, viewer, object_ids)

    app = web.create_app(NAME, Verifier(settings), ready={"database": database.ping}, alive=consumer.alive)
    app.include_router(body_plans_routes.routes(resources))
    app.include_router(activities_routes.routes(resources, plan_to_add_to))
    app.include_router(figures.routes(PlansFigures(database, reference)))
    app.include_router(histories.routes(database, visible))
    app.include_router(letters.routes(resources, consumer.handle))

    async def prepare() -> None:
        await database.ensure_collections(INDEXES)
        await kafka.ensure_topics([Topic(row.name, row.partitions, row.settings) for row in TOPICS])

    async def close() -> None:
        database.close()

    loops = {
        "relay": [relay.Relay(database, box, kafka, replay_hours=settings.replay_hours).run, Sealer(database).run],
        "consume": [consumer.run],
    }
    return Service(NAME, app, prepare, close, loops)
