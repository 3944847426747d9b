"""Wires the outreach service: the one place that constructs anything."""

from chassis import audit, dead_letters, idempotency, inbox, leases, parking, relay, web
from chassis.audit import Sealer
from chassis.consumer import MessageConsumer
from chassis.identity import Verifier
from chassis.kafka import Broker, Topic
from chassis.mongo import Database, connect
from chassis.outbox import Outbox
from chassis.process import Service
from chassis.projector import Projector
from contracts.topics import TOPICS
from contracts.vocabulary import MeasureCode
from reference import catalog, figures, letters
from reference.resources import Resources
from services.outreach import reactions, routes
from services.outreach.access_points import store as access_points
from services.outreach.content_items import store as content_items
from services.outreach.coverage import routes as coverage_routes
from services.outreach.coverage import store as coverage
from services.outreach.coverage.communes import CommuneQueries
from services.outreach.coverage.projection import CoverageProjection
from services.outreach.coverage.queries import CoverageQueries
from services.outreach.emitters import store as emitters
from services.outreach.figures import coverage as coverage_figures
from services.outreach.figures import training as training_figures
from services.outreach.figures.by_measure import FiguresByMeasure
from services.outreach.imports import jobs as import_jobs
from services.outreach.imports import routes as imports
from services.outreach.imports.access_points import access_points as access_point_rows
from services.outreach.imports.content_items import content_items as content_item_rows
from services.outreach.imports.jobs import ImportJobs
from services.outreach.imports.populations import populations as population_rows
from services.outreach.imports.staff import staff as staff_rows
from services.outreach.imports.training_completions import training_completions as completion_rows
from services.outreach.intake import routes as intake
from services.outreach.intake.stream import INDEXES as STREAM_INDEXES
from services.outreach.intake.stream import InboxStream
from services.outreach.outreach_events import quarantine
from services.outreach.outreach_events import routes as outreach_events_routes
from services.outreach.outreach_events import store as outreach_events
from services.outreach.populations import store as populations
from services.outreach.settings import OutreachSettings
from services.outreach.training import store as training
from services.outreach.training.queries import TrainingQueries

NAME = "outreach"
INDEXES = {
    **relay.INDEXES,
    **audit.INDEXES,
    leases.COLLECTION: leases.INDEXES,
    inbox.COLLECTION: inbox.INDEXES,
    parking.COLLECTION: parking.INDEXES,
    dead_letters.COLLECTION: dead_letters.INDEXES,
    idempotency.COLLECTION: idempotency.INDEXES,
    **outreach_events.INDEXES,
    **access_points.INDEXES,
    **content_items.INDEXES,
    **populations.INDEXES,
    **emitters.INDEXES,
    **coverage.INDEXES,
    **training.INDEXES,
    **STREAM_INDEXES,
    **import_jobs.INDEXES,
}


def build(settings: OutreachSettings, *, mongo: Database | None = None, broker: Broker | None = None) -> Service:
    """The service, ready to run; tests hand in a database or a broker of their own."""
    database = mongo or connect(
        settings.mongo_url.get_secret_value(), settings.database_prefix + NAME, in_turns=settings.mongo_in_turns
    )
    kafka = broker or Broker(settings)
    reference = catalog.load(settings.reference_folder) if settings.reference_folder else catalog.default()
    box = Outbox(NAME)
    resources = Resources(database, box, reference)
    window_days = reference.measures.get(MeasureCode.PEOPLE_COVERED).parameters["window_days"]
    projection = CoverageProjection(resources, window_days=window_days)
    queries = CoverageQueries(database, reference.places, series=settings.population_series)
    stream = InboxStream(resources, kafka)
    consumer = MessageConsumer(database, kafka, f"lantoa.{NAME}", topics=["lantoa.tasks"])
    consumer.on(reactions.subscriptions())
    rows = (access_point_rows, population_rows, content_item_rows, staff_rows, completion_rows)
    jobs = ImportJobs(resources, [kind(resources) for kind in rows])
    covered = coverage_figures.CoverageFigures(queries, reference)
    trained = training_figures.TrainingFigures(TrainingQueries(database), reference)
    measured = FiguresByMeasure(
        {**dict.fromkeys(coverage_figures.QUESTIONS, covered), **dict.fromkeys(training_figures.MEASURES, trained)}
    )

    app = web.create_app(NAME, Verifier(settings), ready={"database": database.ping}, alive=stream.alive)
    app.include_router(intake.routes(resources))
    app.include_router(outreach_events_routes.routes(resources))
    app.include_router(quarantine.routes(resources))
    app.include_router(figures.routes(measured))
    app.include_router(coverage_routes.routes(resources, CommuneQueries(database, reference.places, queries)))
    app.include_router(imports.routes(resources, jobs))
    app.include_router(routes.routes(resources, kafka, series=settings.population_series))
    app.include_router(letters.routes(resources, consumer.handle))

    async def prepare() -> None:
        await database.ensure_collections(INDEXES)
        await kafka.ensure_topics([Topic(row.name, row.partitions, row.settings) for row in TOPICS])

    async def close() -> None:
        database.close()

    loops = {
        "relay": [relay.Relay(database, box, kafka, replay_hours=settings.replay_hours).run, Sealer(database).run],
        "consume": [stream.run, consumer.run],
        "project": [Projector(database, box, projection.handle, projection.work_off).run, jobs.run],
    }
    return Service(NAME, app, prepare, close, loops)
