"""What one principal may ask in a minute, over real HTTP and sockets."""

import asyncio

import pytest

from gateway.settings import GatewaySettings
from tests.gateway.conftest import Graph
from tests.gateway.upstream import Upstream

DEAR = "{ program { figure(measure: PEOPLE_COVERED) { trend { value } } } }"


@pytest.fixture
def settings(settings: GatewaySettings) -> GatewaySettings:
    """Twenty a minute behind one proxy."""
    return settings.model_copy(update={"minute_cost": 20, "proxies": 1})


def origin(address: str) -> dict[str, str]:
    """As the edge forwards somebody."""
    return {"x-forwarded-for": address}


async def test_beyond_the_budget_nothing_is_run_until_it_fills_again(graph: Graph, upstream: Upstream) -> None:
    statuses = [(await graph.ask(DEAR, headers=origin("198.51.100.7"))).status for _ in range(2)]
    assert statuses == [200, 429]
    calls = upstream.calls.total()
    refused = await graph.ask(DEAR, headers=origin("198.51.100.7"))
    assert (refused.status, refused.codes) == (429, ["RATE_LIMITED"])
    assert 1 <= int(refused.headers["retry-after"]) <= 60
    assert refused.body["errors"][0]["extensions"]["retryAfter"] == int(refused.headers["retry-after"])
    assert upstream.calls.total() == calls
    assert (await graph.ask(DEAR, headers=origin("198.51.100.8"))).status == 200


async def test_a_token_has_a_budget_wherever_it_is_used_also_that_of_staff(graph: Graph) -> None:
    auditor = graph.bearer("auditor")
    assert (await graph.ask(DEAR, headers={**auditor, **origin("198.51.100.7")})).status == 200
    assert (await graph.ask(DEAR, headers={**auditor, **origin("198.51.100.8")})).status == 429
    officer = graph.bearer("provincial_officer", "H57")
    assert (await graph.ask(DEAR, headers={**officer, **origin("198.51.100.8")})).status == 200


async def test_a_subscription_costs_once(graph: Graph) -> None:
    auditor = graph.bearer("auditor")
    assert (await graph.ask(DEAR, headers=auditor)).status == 200
    socket = await graph.socket(auditor)
    query = "subscription { outreachEventRecorded(filter: {}) { event { communes { name } } } }"
    for name in ("a", "b", "c", "d"):
        await socket.send_json({"id": name, "type": "subscribe", "payload": {"query": query}})
    assert (await asyncio.wait_for(socket.receive_json(), 5))["type"] == "connection_ack"
    told = await asyncio.wait_for(socket.receive_json(), 5)
    assert (told["type"], told["payload"][0]["extensions"]["code"]) == ("error", "RATE_LIMITED")
    await socket.close()


def test_production_has_the_budget_that_the_graph_promises() -> None:
    assert GatewaySettings(environment="test").cost_a_minute == 1_000_000
    closed = {"kafka_username": "gateway", "kafka_ca_file": "ca.pem", "token_issuer": "x", "cursor_key": "own"}
    assert GatewaySettings(environment="production", **closed).cost_a_minute == 50_000  # type: ignore[arg-type]
