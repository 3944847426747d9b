"""The ladder of stacks that the tests run on: servers that URLs name, containers, and embedded ones.

Each of the two engines takes the first rung that is there: `LANTOA_TEST_MONGO` or `LANTOA_TEST_KAFKA`; a container
where Docker answers and has the image or can get it; else what `lantoa up` would start. What a URL names is never
replaced in silence: if nothing answers there, tests fail.
"""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Protocol

import pytest
from pymongo import MongoClient
from pymongo.errors import PyMongoError

from chassis.ids import random_id
from chassis.settings import ProcessSettings
from lantoa.problems import CommandError
from lantoa.stack import kafka, mongo
from lantoa.stack.engines import start_broker, start_database
from lantoa.stack.given import without_user
from lantoa.stack.ports import free_port
from tests.containers import Contained, Docker, kafka_container, mongo_container
from tests.scans import refuse_scans, watched

CACHED_KAFKA = Path.home() / ".cache" / "lantoa" / "kafka"
MONGO_IMAGE, KAFKA_IMAGE = "mongo:8.0", "apache/kafka:4.1.0"  # as in docker-compose.yml
RUN = random_id()[:8]


class Server(Protocol):
    """A server that tests use. One that somebody else runs can be neither stopped nor killed."""

    kind: str
    url: str
    is_idempotent: bool

    def start(self) -> None:
        """Start it again after `stop` or `kill`, with its data."""
        ...

    def stop(self) -> None:
        """Stop it in order."""
        ...

    def kill(self) -> None:
        """End it as a crash would."""
        ...


class Rung(StrEnum):
    """Where a server comes from."""

    GIVEN = "given"
    CONTAINER = "container"
    EMBEDDED = "embedded"


@dataclass
class Given:
    """A server that somebody else runs: used, and left as it is."""

    kind: str
    url: str
    is_idempotent: bool = True

    def start(self) -> None:
        """It runs."""

    def stop(self) -> None:
        """It goes on."""

    def kill(self) -> None:
        """It goes on."""


@dataclass(frozen=True)
class Step:
    """The rung that one engine takes: `start(folder, port)` makes a server; `why` tells why none above was taken."""

    rung: Rung
    kind: str
    start: Callable[[Path, int], Server]
    why: str = ""
    is_idempotent: bool = True

    def __str__(self) -> str:
        return f"{self.kind} ({self.rung}{'; ' if self.why else ''}{self.why})"


def choose_database(environment: Mapping[str, str], docker: Docker) -> Step:
    """The first rung for the database."""
    if url := environment.get("LANTOA_TEST_MONGO"):
        return Step(Rung.GIVEN, "mongo", lambda _folder, _port: Given("mongo", url))
    image = environment.get("LANTOA_MONGO_IMAGE") or MONGO_IMAGE
    if lacking := docker.lacks(image):
        return Step(Rung.EMBEDDED, _kind(mongo.find_database()), start_database, lacking)
    return Step(Rung.CONTAINER, image, lambda _folder, port: mongo_container(image, port))


def choose_broker(environment: Mapping[str, str], docker: Docker) -> Step:
    """The first rung for the broker."""
    if url := environment.get("LANTOA_TEST_KAFKA"):
        is_idempotent = ProcessSettings().kafka_idempotent
        given = Given("kafka" if is_idempotent else "broker", url, is_idempotent)
        return Step(Rung.GIVEN, given.kind, lambda _folder, _port: given, is_idempotent=is_idempotent)
    return choose_own_broker(environment, docker)


def choose_own_broker(environment: Mapping[str, str], docker: Docker) -> Step:
    """The first rung whose broker a test may have for itself, to kill it or to fill the topics of a whole stack."""
    image = environment.get("LANTOA_KAFKA_IMAGE") or KAFKA_IMAGE
    if lacking := docker.lacks(image):
        use_cached_kafka()
        found = kafka.find_broker()
        return Step(Rung.EMBEDDED, _kind(found), start_broker, lacking, bool(found and found.is_idempotent))
    return Step(Rung.CONTAINER, image, lambda _folder, port: kafka_container(image, port))


def _kind(found: mongo.DatabaseServer | kafka.Broker | None) -> str:
    return found.kind.value if found else "none"


def use_cached_kafka() -> None:
    """Kafka that was unpacked before is preferred to the embedded broker."""
    if "KAFKA_HOME" not in os.environ and CACHED_KAFKA.is_dir():
        os.environ["KAFKA_HOME"] = str(CACHED_KAFKA)


def database_name(what: str) -> str:
    """A name that no other test and no other run uses; what is so named goes with the run."""
    return f"test_{RUN}_{what}_{random_id()[:8]}"


@dataclass
class Ladder:
    """The rungs of one run, and the servers that were started on them. Nothing starts before a test needs it."""

    folder: Path
    docker: Docker = field(default_factory=Docker)
    environment: Mapping[str, str] = field(default_factory=lambda: os.environ)
    _started: list[Server] = field(default_factory=list)

    @cached_property
    def database_step(self) -> Step:
        """Where the database comes from."""
        return choose_database(self.environment, self.docker)

    @cached_property
    def broker_step(self) -> Step:
        """Where the broker that tests share comes from."""
        return choose_broker(self.environment, self.docker)

    @cached_property
    def own_broker_step(self) -> Step:
        """Where a broker comes from that a test has for itself."""
        return choose_own_broker(self.environment, self.docker)

    @cached_property
    def database(self) -> Server:
        """The database that tests share; where it is ours and can, it refuses every query that no index answers."""
        server = self._started_on(self.database_step, self.folder / "mongo", free_port())
        if self.database_step.rung is not Rung.GIVEN:
            refuse_scans(server.url)
        return server

    @cached_property
    def broker(self) -> Server:
        """The broker that tests share."""
        return self._started_on(self.broker_step, self.folder / "kafka", free_port())

    def own_broker(self, folder: Path, port: int | None = None) -> Server:
        """A new broker without data for one test, which kills it in the end."""
        return self._started_on(self.own_broker_step, folder, port or free_port())

    @property
    def scans(self) -> Path:
        """Where processes under test report queries that no index answers."""
        return self.folder / "scans"

    @contextmanager
    def for_stack(self, folder: Path) -> Iterator[dict[str, str]]:
        """What `lantoa up` is told: to be watched and, but on the embedded rung, which engines to use.

        The topics of a stack have fixed names, so it never shares a broker.
        """
        told = watched(self.scans)
        broker: Server | None = None
        if self.database_step.rung is not Rung.EMBEDDED:
            told |= {"LANTOA_MONGO_URL": self.database.url, "LANTOA_DATABASE_PREFIX": database_name("stack") + "_"}
        if self.own_broker_step.rung is not Rung.EMBEDDED:
            broker = self.own_broker(folder)
            told |= {"LANTOA_KAFKA_BOOTSTRAP": broker.url}
        try:
            yield told
        finally:
            if broker:
                broker.kill()

    def describe(self, *, is_used: bool) -> str:
        """The stack in one line; a database that tests share is started for it, to ask its version."""
        version = self._version() if is_used else ""
        own = self.own_broker_step
        besides = "" if own.rung is self.broker_step.rung else f", where it is not shared {own}"
        return f"stack: database {self.database_step}{version}, broker {self.broker_step}{besides}"

    def _version(self) -> str:
        try:
            with _client(self.database.url) as client:
                return f" as MongoDB {client.server_info()['version']}"
        except CommandError as problem:  # only the tests that need it shall fail
            return f", which fails ({problem.en})"
        except PyMongoError as error:
            raise pytest.UsageError(f"No database answers at {without_user(self.database.url)}.") from error

    def _started_on(self, step: Step, folder: Path, port: int) -> Server:
        server = step.start(folder, port)
        self._started.append(server)
        return server

    def close(self) -> None:
        """Removes what this run wrote into a database that is not its own, and ends the servers that it started."""
        if "database" in self.__dict__ and self.database_step.rung is Rung.GIVEN:
            with _client(self.database.url) as client, suppress(PyMongoError):
                for name in client.list_database_names():
                    if name.startswith(f"test_{RUN}_"):
                        client.drop_database(name)
        for server in self._started:
            server.kill()
            if isinstance(server, Contained):
                server.remove()


def _client(url: str) -> MongoClient[dict[str, object]]:
    return MongoClient(url, serverSelectionTimeoutMS=5000)


LADDER = pytest.StashKey[Ladder]()
