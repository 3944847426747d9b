"""Single engines for tests: one database server and one broker for a whole run, a fresh database for each module."""

import os
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp

import pytest
from pymongo import monitoring

from chassis import audit, dead_letters, idempotency, inbox, leases, parking, relay
from chassis.kafka import Broker
from chassis.mongo import ASCENDING, Database, IndexModel, connect
from chassis.settings import ProcessSettings
from lantoa.stack import given
from tests.ladder import LADDER, Ladder, Rung, Server, database_name
from tests.scans import WATCHER

NEEDS_A_SERVER = {"mongo_url", "kafka", "own_kafka", "stack"}  # fixtures

INDEXES = {
    **relay.INDEXES,
    **audit.INDEXES,
    leases.COLLECTION: leases.INDEXES,
    inbox.COLLECTION: inbox.INDEXES,
    parking.COLLECTION: parking.INDEXES,
    dead_letters.COLLECTION: dead_letters.INDEXES,
    idempotency.COLLECTION: idempotency.INDEXES,
    "written": (IndexModel([("subject", ASCENDING)], name="by_subject"),),  # what the tests write
}


def pytest_configure(config: pytest.Config) -> None:
    """Makes the ladder of the run, on which nothing is looked for or started yet, and watches every new client.

    What a developer's own `lantoa up` uses is forgotten: no test may write there.
    """
    for name in (given.DATABASE, given.BROKER):
        os.environ.pop(name, None)
    config.stash[LADDER] = Ladder(Path(mkdtemp(prefix="lantoa-ladder-")))
    monitoring.register(WATCHER)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A run that scanned a collection has failed."""
    WATCHER.close()
    WATCHER.read(session.config.stash[LADDER].scans)
    if WATCHER.found and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Names each query that no index answers, and the first test or process that asked it."""
    if WATCHER.found:
        terminalreporter.section("queries that no index answers", red=True)
        for what, asker in WATCHER.found.items():
            terminalreporter.write_line(f"{what}\n    {asker}")


def pytest_unconfigure(config: pytest.Config) -> None:
    """Ends what was started."""
    ladder = config.stash[LADDER]
    ladder.close()
    rmtree(ladder.folder, ignore_errors=True)


def pytest_report_collectionfinish(config: pytest.Config, items: Sequence[pytest.Function]) -> list[str]:
    """Names the stack below the count of tests, when one of them needs it; pytest's header is left out by `-q`."""
    needed = {name for item in items for name in item.fixturenames} & NEEDS_A_SERVER
    if not needed or config.option.collectonly:
        return []
    return [config.stash[LADDER].describe(is_used="mongo_url" in needed)]


@pytest.fixture(scope="session")
def ladder(request: pytest.FixtureRequest) -> Ladder:
    """Where engines come from."""
    return request.config.stash[LADDER]


@pytest.fixture(scope="session")
def mongo_url(ladder: Ladder) -> str:
    """The address of a database of the ladder, for the whole session."""
    WATCHER.url = ladder.database.url if ladder.database_step.rung is Rung.GIVEN else ""
    return ladder.database.url


@pytest.fixture(scope="session")
def kafka(ladder: Ladder) -> Server:
    """A broker of the ladder, for the whole session."""
    return ladder.broker


@pytest.fixture
def own_kafka(ladder: Ladder, tmp_path: Path) -> Iterator[Server]:
    """A broker that the test may stop."""
    engine = ladder.own_broker(tmp_path / "kafka")
    yield engine
    engine.kill()


@pytest.fixture(scope="session")
def broker(kafka: Server) -> Broker:
    """How to reach that broker."""
    return broker_at(kafka)


@pytest.fixture(scope="module")
async def database(mongo_url: str) -> AsyncIterator[Database]:
    """A database of the module's own, with the collections of the chassis."""
    made = fresh_database(mongo_url, "module")
    await made.ensure_collections(INDEXES)
    yield made
    await made.drop()
    made.close()


def broker_at(engine: Server) -> Broker:
    """How to reach a broker that was started for a test."""
    return Broker(ProcessSettings(kafka_bootstrap=engine.url, kafka_idempotent=engine.is_idempotent))


def fresh_database(url: str, what: str) -> Database:
    """A database that nobody else uses, without any collection yet."""
    return connect(url, database_name(what))
