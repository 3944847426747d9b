"""Stored documents over real HTTP: by id, by GET, cacheable; and nothing else for the public where it is closed."""

from pathlib import Path
from typing import Any

import orjson
import pytest

from gateway.execution.documents import Documents
from gateway.execution.stored import StoredDocuments
from gateway.settings import GatewaySettings
from tests.gateway.conftest import Answer, Graph
from tests.gateway.execution.test_limits import LIMITS, SCHEMA, WEIGHTS

MOTTO = "query Motto($locale: Locale) { program { motto(locale: $locale) } }\n"
EVENTS = "{ outreachEvents { nodes { id } } plans { nodes { id } } honors { nodes { id } } }"
CHANGE = "mutation($input: TransitionWithReasonInput!) { retractOutreachEvent(input: $input) { userErrors { code } } }"
JSON = {"content-type": "application/json"}


@pytest.fixture
def settings(settings: GatewaySettings, tmp_path: Path) -> GatewaySettings:
    """Three operations of a front end, and a door that is closed for all others as in production."""
    folder = tmp_path / "documents"
    folder.mkdir()
    for name, text in {"motto-1": MOTTO, "events-1": EVENTS, "change-1": CHANGE}.items():
        (folder / f"{name}.graphql").write_text(text)
    return settings.model_copy(update={"documents": folder, "open_documents": False})


async def get(graph: Graph, headers: dict[str, str] | None = None, **query: Any) -> Answer:
    """Asks by GET."""
    async with graph.session.get(graph.url + "/graphql", params=query, headers=headers) as answer:
        raw = await answer.read()
        return Answer(answer.status, orjson.loads(raw or b"{}"), answer.content_type, answer.headers)


async def test_a_stored_query_is_read_by_get_and_may_be_cached(graph: Graph) -> None:
    variables = orjson.dumps({"locale": "EN"}).decode()
    first = await get(graph, id="motto-1", variables=variables)
    assert first.data["program"]["motto"]
    assert first.media_type == "application/graphql-response+json"
    assert first.headers["cache-control"] == "public, max-age=10"
    assert first.headers["vary"] == "authorization, accept-language"
    again = await get(graph, {"if-none-match": first.headers["etag"]}, id="motto-1", variables=variables)
    assert (again.status, again.body, again.headers["etag"]) == (304, {}, first.headers["etag"])
    other = await get(graph, {"if-none-match": first.headers["etag"]}, id="motto-1")
    assert (other.status, other.headers["etag"] == first.headers["etag"]) == (200, False)


async def test_what_somebody_may_see_is_kept_by_no_cache_on_the_way_nor_is_an_error(graph: Graph) -> None:
    officer = await get(graph, graph.bearer("auditor"), id="motto-1")
    assert officer.headers["cache-control"] == "private, no-cache"
    partial = await get(graph, id="events-1")  # honors is down here
    assert partial.status == 200 and "SERVICE_UNAVAILABLE" in partial.codes
    assert partial.headers["cache-control"] == "no-store"
    assert "etag" not in partial.headers


async def test_get_reads_stored_documents_alone_and_changes_nothing(graph: Graph) -> None:
    unknown = await get(graph, id="motto-2")
    assert (unknown.status, unknown.codes) == (400, ["PERSISTED_QUERY_NOT_FOUND"])
    assert unknown.headers["cache-control"] == "no-store"
    for query in ({"query": MOTTO}, {"id": "motto-1", "variables": "{"}, {"id": "motto-1", "variables": "[]"}):
        refused = await get(graph, **query)
        assert (refused.status, refused.codes) == (400, ["BAD_USER_INPUT"]), query
    step = {"id": "x", "idempotencyKey": "key-12345", "expectedVersion": 1, "reason": "Phát nhầm bản tin cũ"}
    change = await get(graph, id="change-1", variables=orjson.dumps({"input": step}).decode())
    assert (change.status, change.codes) == (405, ["BAD_USER_INPUT"])


async def test_the_public_sends_stored_documents_and_who_has_a_role_sends_any(graph: Graph) -> None:
    by_id = await graph.post(orjson.dumps({"id": "motto-1", "variables": {"locale": "EN"}}), headers=JSON)
    assert by_id.data["program"]["motto"]
    assert (await graph.ask(MOTTO)).data["program"]["motto"]  # the same text, so nothing new
    own = await graph.ask("{ program { id } }")
    assert (own.status, own.codes) == (400, ["PERSISTED_QUERY_NOT_FOUND"])
    assert (await graph.ask("{ program { id } }", headers=graph.bearer("auditor"))).data["program"]["id"]
    both = await graph.post(orjson.dumps({"id": "motto-1", "query": MOTTO}), headers=JSON)
    assert (both.status, both.codes) == (400, ["BAD_USER_INPUT"])


async def test_a_socket_of_the_public_follows_stored_documents_alone(graph: Graph) -> None:
    socket = await graph.socket()
    query = "subscription { figureUpdated(scopeIds: [], measures: []) { id } }"
    await socket.send_json({"id": "1", "type": "subscribe", "payload": {"query": query}})
    assert (await socket.receive_json())["type"] == "connection_ack"
    told = await socket.receive_json()
    assert told["payload"][0]["extensions"]["code"] == "PERSISTED_QUERY_NOT_FOUND"
    await socket.close()


def test_production_is_closed_unless_a_setting_opens_it() -> None:
    closed = {"kafka_username": "gateway", "kafka_ca_file": "ca.pem", "token_issuer": "x", "cursor_key": "own"}
    production = GatewaySettings(environment="production", **closed)  # type: ignore[arg-type]
    assert not production.are_documents_open
    assert production.model_copy(update={"open_documents": True}).are_documents_open
    assert GatewaySettings(environment="test").are_documents_open


def test_a_stored_document_that_does_not_fit_the_graph_is_named_at_the_start() -> None:
    stored = StoredDocuments({"good": MOTTO, "old": "{ nothing }", "broken": "{"})
    unfit = dict(Documents(SCHEMA, WEIGHTS, LIMITS, stored).unfit())
    assert set(unfit) == {"old", "broken"}
    assert "nothing" in unfit["old"]
