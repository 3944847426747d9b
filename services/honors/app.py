"""Wires the honors service: the one place that constructs anything."""

from collections.abc import Sequence

from chassis import audit, clock, dead_letters, history, idempotency, inbox, leases, parking, relay, web
from chassis.audit import Sealer
from chassis.consumer import MessageConsumer
from chassis.identity import Verifier, Viewer
from chassis.kafka import Broker, Topic
from chassis.mongo import Database, connect
from chassis.outbox import Outbox
from chassis.process import Service
from contracts.honors.nominations import NominationView
from contracts.topics import TOPICS
from reference import catalog, figures, histories, letters
from reference.calendars import vietnam_day
from reference.resources import Resources
from services.honors.figures import HonorsFigures
from services.honors.honors import queries as honors_queries
from services.honors.honors import routes as honors_routes
from services.honors.honors import store as honors
from services.honors.nominations import queries as nominations_queries
from services.honors.nominations import routes as nominations_routes
from services.honors.nominations import store as nominations
from services.honors.settings import HonorsSettings

NAME = "honors"
INDEXES = {
    **relay.INDEXES,
    **audit.INDEXES,
    **history.INDEXES,
    leases.COLLECTION: leases.INDEXES,
    inbox.COLLECTION: inbox.INDEXES,
    parking.COLLECTION: parking.INDEXES,
    dead_letters.COLLECTION: dead_letters.INDEXES,
    idempotency.COLLECTION: idempotency.INDEXES,
    **nominations.INDEXES,
    **honors.INDEXES,
}


def build(settings: HonorsSettings, *, mongo: Database | None = None, broker: Broker | None = None) -> Service:
    """The service, ready to run; tests hand in a database or a broker of their own."""
    database = mongo or connect(
        settings.mongo_url.get_secret_value(), settings.database_prefix + NAME, in_turns=settings.mongo_in_turns
    )
    kafka = broker or Broker(settings)
    reference = catalog.load(settings.reference_folder) if settings.reference_folder else catalog.default()
    box = Outbox(NAME)
    resources = Resources(database, box, reference)
    consumer = MessageConsumer(database, kafka, f"lantoa.{NAME}", topics=[])  # it listens to nobody yet
    council = reference.bodies.by_e_id(settings.council_body, vietnam_day(clock.now()))
    if council is None:
        raise ValueError(f"LANTOA_COUNCIL_BODY: no body bears the code {settings.council_body}")

    async def read(viewer: Viewer, nomination_id: str) -> NominationView | None:
        return (await nominations_queries.views(resources, viewer, [nomination_id]))[0]

    async def visible(viewer: Viewer, object_ids: Sequence[str]) -> set[str]:
        dossiers = await nominations_queries.visible(resources, viewer, object_ids)
        return dossiers | await honors_queries.visible(resources, viewer, object_ids)

    app = web.create_app(NAME, Verifier(settings), ready={"database": database.ping})
    app.include_router(nominations_routes.routes(resources, council_body_id=council.id))
    app.include_router(honors_routes.routes(resources, read))
    app.include_router(figures.routes(HonorsFigures(resources)))
    app.include_router(histories.routes(database, visible))
    app.include_router(letters.routes(resources, consumer.handle))

    async def prepare() -> None:
        await database.ensure_collections(INDEXES)
        await kafka.ensure_topics([Topic(row.name, row.partitions, row.settings) for row in TOPICS])

    async def close() -> None:
        database.close()

    loops = {
        "relay": [relay.Relay(database, box, kafka, replay_hours=settings.replay_hours).run, Sealer(database).run],
    }
    return Service(NAME, app, prepare, close, loops)
