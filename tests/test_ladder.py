"""Which rung an engine takes, under real conditions: variables set or not, a socket that nobody serves, a real URL."""

from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient

from lantoa.stack.engines import start_broker, start_database
from lantoa.stack.ports import free_port
from tests.containers import Docker
from tests.ladder import Ladder, Rung, choose_broker, choose_database, choose_own_broker, database_name

MONGO, KAFKA = "LANTOA_TEST_MONGO", "LANTOA_TEST_KAFKA"


@pytest.fixture
def silent(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Docker:
    """A Docker engine that does not answer."""
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/docker.sock")
    return Docker()


class Having(Docker):
    """A Docker engine that has some images."""

    def __init__(self, *images: str) -> None:
        self._images = images

    def lacks(self, image: str) -> str:
        """Why there can be no container of an image."""
        return "" if image in self._images else f"Docker cannot get {image}"


def test_without_urls_and_docker_engines_are_embedded_and_the_line_says_why(silent: Docker, tmp_path: Path) -> None:
    ladder = Ladder(tmp_path, silent, {})
    assert {ladder.database_step.rung, ladder.broker_step.rung, ladder.own_broker_step.rung} == {Rung.EMBEDDED}
    assert ladder.describe(is_used=False).count("(embedded; no Docker engine answers)") == 2


def test_an_engine_that_a_url_names_comes_first_and_each_alone(silent: Docker) -> None:
    docker = Having("mongo:8.0", "apache/kafka:4.1.0")
    given = {MONGO: "mongodb://db:27017/", KAFKA: "kafka:9092"}
    assert choose_database(given, docker).rung is choose_broker(given, docker).rung is Rung.GIVEN
    assert choose_database({KAFKA: "kafka:9092"}, docker).rung is Rung.CONTAINER
    assert choose_broker({MONGO: "mongodb://db:27017/"}, silent).rung is Rung.EMBEDDED


def test_a_broker_that_is_given_belongs_to_no_test_alone(silent: Docker) -> None:
    assert choose_own_broker({KAFKA: "kafka:9092"}, silent).rung is Rung.EMBEDDED
    assert choose_own_broker({KAFKA: "kafka:9092"}, Having("apache/kafka:4.1.0")).rung is Rung.CONTAINER


def test_containers_are_of_the_images_that_are_named_and_can_be_had(silent: Docker) -> None:
    docker = Having("own/mongo")
    database = choose_database({"LANTOA_MONGO_IMAGE": "own/mongo"}, docker)
    broker = choose_broker({"LANTOA_KAFKA_IMAGE": "own/kafka"}, docker)
    assert (database.rung, database.kind) == (Rung.CONTAINER, "own/mongo")
    assert (broker.rung, broker.why) == (Rung.EMBEDDED, "Docker cannot get own/kafka")


def test_a_run_uses_a_given_server_leaves_it_running_and_takes_only_its_own_away(
    silent: Docker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LANTOA_KAFKA_IDEMPOTENT", "false")
    engines = start_database(tmp_path, free_port()), start_broker(tmp_path, free_port())
    ladder = Ladder(tmp_path, silent, {MONGO: engines[0].url, KAFKA: engines[1].url})
    mine = database_name("mine")
    try:
        with MongoClient[dict[str, Any]](engines[0].url) as client:
            for name in (mine, "test_another_run_1"):
                client[name]["rows"].insert_one({"_id": 1})
            with ladder.for_stack(tmp_path) as told:
                assert told["LANTOA_MONGO_URL"] == engines[0].url and told["LANTOA_DATABASE_PREFIX"].startswith("test_")
                assert "LANTOA_KAFKA_BOOTSTRAP" not in told
            assert (ladder.broker.url, ladder.broker.is_idempotent) == (engines[1].url, False)
            assert "database mongo (given) as MongoDB " in ladder.describe(is_used=True)
            ladder.close()
            assert "test_another_run_1" in (left := client.list_database_names()) and mine not in left
        assert all(engine.is_running for engine in engines)
    finally:
        for engine in engines:
            engine.kill()


def test_a_url_where_nothing_answers_stops_the_run_and_shows_no_password(silent: Docker, tmp_path: Path) -> None:
    url = "mongodb://me:secret@127.0.0.1:1/?serverSelectionTimeoutMS=200"
    with pytest.raises(pytest.UsageError, match=r"127\.0\.0\.1:1") as refused:
        Ladder(tmp_path, silent, {MONGO: url}).describe(is_used=True)
    assert "secret" not in str(refused.value)
