"""Wires the tasks service: the one place that constructs anything."""

from collections.abc import Sequence

from chassis import audit, dead_letters, history, idempotency, inbox, leases, parking, relay, web
from chassis.audit import Sealer
from chassis.consumer import MessageConsumer
from chassis.identity import Verifier, Viewer
from chassis.kafka import Broker, Topic
from chassis.mongo import ASCENDING, Database, IndexModel, connect
from chassis.outbox import Outbox
from chassis.process import Service
from contracts.topics import TOPICS
from reference import catalog, figures, histories, letters
from reference.resources import Resources
from services.tasks import reactions
from services.tasks.classification import routes as classification_routes
from services.tasks.classification import store as classification
from services.tasks.figures import TasksFigures
from services.tasks.publications import queries as publications_queries
from services.tasks.publications import routes as publications_routes
from services.tasks.publications import store as publications
from services.tasks.science_tasks import queries as science_tasks_queries
from services.tasks.science_tasks import routes as science_tasks_routes
from services.tasks.science_tasks import store as science_tasks
from services.tasks.settings import TasksSettings

NAME = "tasks"
INDEXES = {
    **relay.INDEXES,
    **audit.INDEXES,
    **history.INDEXES,
    leases.COLLECTION: leases.INDEXES,
    inbox.COLLECTION: inbox.INDEXES,
    parking.COLLECTION: parking.INDEXES,
    dead_letters.COLLECTION: dead_letters.INDEXES,
    # a classified task takes the outcomes that name it with it
    idempotency.COLLECTION: (*idempotency.INDEXES, IndexModel([("outcome.id", ASCENDING)], name="by_outcome")),
    **science_tasks.INDEXES,
    **publications.INDEXES,
    **classification.INDEXES,
}


def build(settings: TasksSettings, *, mongo: Database | None = None, broker: Broker | None = None) -> Service:
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

    async def visible(viewer: Viewer, object_ids: Sequence[str]) -> set[str]:
        tasks = await science_tasks_queries.views(resources, viewer, object_ids)
        found = await publications_queries.views(resources, viewer, object_ids)
        return {view.id for view in (*tasks, *found) if view is not None}

    app = web.create_app(NAME, Verifier(settings), ready={"database": database.ping}, alive=consumer.alive)
    app.include_router(classification_routes.routes(resources))
    app.include_router(science_tasks_routes.routes(resources))
    app.include_router(publications_routes.routes(resources))
    app.include_router(figures.routes(TasksFigures(database, reference)))
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
