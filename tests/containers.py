"""Database and broker in containers: whether this machine can have them, and how each is started.

Both listen on one port inside and outside, so that the address they advertise holds for whoever asks. Whether the
reaper of testcontainers looks on is testcontainers' own setting (`TESTCONTAINERS_RYUK_DISABLED`).
"""

import contextlib
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

from docker.errors import APIError, DockerException, ImageNotFound
from pymongo.errors import PyMongoError
from requests.exceptions import RequestException
from testcontainers.core.config import testcontainers_config
from testcontainers.core.container import DockerContainer
from testcontainers.core.docker_client import DockerClient

from chassis.clock import monotonic
from lantoa.stack import kafka, mongo
from lantoa.stack.engines import takes_writes
from lantoa.stack.ports import LOOPBACK

ANSWER_SECONDS = 3
START_SECONDS = 90.0
KAFKA_SETTINGS = {
    "NODE_ID": 1,
    "PROCESS_ROLES": "broker,controller",
    "ADVERTISED_LISTENERS": "INTERNAL://localhost:9092,EXTERNAL://{host}:{port}",
    "LISTENERS": "INTERNAL://:9092,CONTROLLER://:9093,EXTERNAL://:{port}",
    "LISTENER_SECURITY_PROTOCOL_MAP": "INTERNAL:PLAINTEXT,EXTERNAL:PLAINTEXT,CONTROLLER:PLAINTEXT",
    "INTER_BROKER_LISTENER_NAME": "INTERNAL",
    "CONTROLLER_LISTENER_NAMES": "CONTROLLER",
    "CONTROLLER_QUORUM_VOTERS": "1@localhost:9093",
    "OFFSETS_TOPIC_REPLICATION_FACTOR": 1,
    "OFFSETS_TOPIC_NUM_PARTITIONS": 4,
    "TRANSACTION_STATE_LOG_REPLICATION_FACTOR": 1,
    "TRANSACTION_STATE_LOG_MIN_ISR": 1,
    "GROUP_INITIAL_REBALANCE_DELAY_MS": 0,
    "GROUP_MIN_SESSION_TIMEOUT_MS": 1000,
    "BROKER_SESSION_TIMEOUT_MS": 1000,  # back 2 s after a kill instead of 12, as the embedded one
    "BROKER_HEARTBEAT_INTERVAL_MS": 200,
    "AUTO_CREATE_TOPICS_ENABLE": "false",
    "HEAP_OPTS": "-Xmx512m",
}


@dataclass
class Docker:
    """The Docker engine of this machine, if one answers."""

    _lacking: dict[str, str] = field(default_factory=dict)

    @cached_property
    def _client(self) -> DockerClient | None:
        try:
            client = DockerClient(timeout=ANSWER_SECONDS)
            client.client.ping()
        except (DockerException, RequestException):
            return None
        return client

    def lacks(self, image: str) -> str:
        """Why there can be no container of an image; empty when there can. An image that is not there is pulled."""
        if image not in self._lacking:
            self._lacking[image] = self._lacks(image)
        return self._lacking[image]

    def _lacks(self, image: str) -> str:
        if self._client is None:
            return "no Docker engine answers"
        reaper = () if testcontainers_config.ryuk_disabled else (testcontainers_config.ryuk_image,)
        for needed in (image, *reaper):
            if not _is_had(self._client, needed):
                return f"Docker cannot get {needed}"
        return ""


def _is_had(client: DockerClient, image: str) -> bool:
    try:
        client.client.images.get(image)
    except ImageNotFound:
        try:
            client.client.images.pull(image)
        except (DockerException, RequestException):
            return False
    return True


@dataclass
class Contained:
    """A server in a container. After `stop` or `kill` the very same container is started again, with its data."""

    kind: str
    url: str
    container: DockerContainer
    is_ready: Callable[[], bool]
    is_idempotent: bool = True
    _is_made: bool = False

    def start(self) -> None:
        """Start it and wait until it answers."""
        if self._is_made:
            self.container.get_wrapped_container().start()
        else:
            self.container.start()
            self._is_made = True
        if not self._answers_in_time():
            logs = self.container.get_logs()
            self.remove()
            raise AssertionError(f"{self.kind} did not start: {logs}")

    def _answers_in_time(self) -> bool:
        deadline = monotonic() + START_SECONDS
        while monotonic() < deadline:
            if self.is_ready():
                return True
            time.sleep(0.1)
        return False

    def stop(self) -> None:
        """SIGTERM, SIGKILL after 10 s."""
        self.container.get_wrapped_container().stop()

    def kill(self) -> None:
        """SIGKILL, as a crash would do it; one that has ended already stays so."""
        with contextlib.suppress(APIError):
            self.container.get_wrapped_container().kill()

    def remove(self) -> None:
        """End it and throw it away with its data, unless that was done."""
        with contextlib.suppress(APIError):
            self.container.stop()


def mongo_container(image: str, port: int) -> Contained:
    """A replica set of one member, ready for transactions."""
    command = f"--replSet {mongo.REPLICA_SET} --bind_ip_all --port {port}"
    url = f"mongodb://{LOOPBACK}:{port}/?replicaSet={mongo.REPLICA_SET}"
    made = Contained(image, url, _on_port(image, port).with_command(command), lambda: _takes_writes(port))
    made.start()
    return made


def kafka_container(image: str, port: int) -> Contained:
    """One node that is broker and controller."""
    names = {f"KAFKA_{name}": str(value).format(host=LOOPBACK, port=port) for name, value in KAFKA_SETTINGS.items()}
    container = _on_port(image, port).with_envs(**names)
    made = Contained(image, f"{LOOPBACK}:{port}", container, lambda: kafka.answers(port))
    made.start()
    return made


def _on_port(image: str, port: int) -> DockerContainer:
    made = DockerContainer(image)
    made.ports[str(port)] = (LOOPBACK, port)  # type: ignore[assignment] - `with_bind_ports` opens it to the network
    return made


def _takes_writes(port: int) -> bool:
    """Docker takes connections before the server does, and then drops them."""
    try:
        return takes_writes(mongo.DatabaseKind.MONGOD, port)
    except PyMongoError:
        return False
