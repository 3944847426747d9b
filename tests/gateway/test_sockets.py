"""Subscriptions over graphql-transport-ws, from a real socket to a real upstream; the broker is away throughout."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientWebSocketResponse, WSMsgType, WSServerHandshakeError

from gateway.schema.ids import global_id
from tests.gateway.conftest import Graph
from tests.gateway.upstream import HUE, Upstream, event

OPERATIONS = Path(__file__).parent / "operations"
OUTREACH = (OPERATIONS / "LiveOutreach.graphql").read_text()
FIGURES = (OPERATIONS / "LiveFigures.graphql").read_text()
HUE_ID = global_id("Province", HUE)


async def subscribe(socket: ClientWebSocketResponse, name: str, query: str, **variables: object) -> None:
    """Starts an operation."""
    payload = {"query": query, "variables": variables}
    await socket.send_json({"id": name, "type": "subscribe", "payload": payload})


async def told(socket: ClientWebSocketResponse, kind: str) -> Any:
    """The next message, which must be of this type."""
    message = await asyncio.wait_for(socket.receive_json(), 5)
    assert message["type"] == kind, message
    return message.get("payload")


async def update(socket: ClientWebSocketResponse) -> dict[str, Any]:
    """The next message of the feed."""
    found: dict[str, Any] = (await told(socket, "next"))["data"]["outreachEventRecorded"]
    return found


async def closed(socket: ClientWebSocketResponse) -> int | None:
    """The code with which the gateway closes."""
    message = await asyncio.wait_for(socket.receive(), 5)
    assert message.type is WSMsgType.CLOSE
    return socket.close_code


async def test_the_feed_gives_each_event_once_also_over_a_reconnection(graph: Graph, upstream: Upstream) -> None:
    socket = await graph.socket()
    await told(socket, "connection_ack")
    await subscribe(socket, "1", OUTREACH, provinceId=HUE_ID, maxPerSecond=None)
    await asyncio.sleep(0.2)
    upstream.record(event(1))
    upstream.record(event(2, province="01@2025-07-01"))
    first = await update(socket)
    assert (first["kind"], first["event"]["title"], first["skippedCount"]) == ("RECORDED", "Bản tin 1", 0)
    await socket.close()
    upstream.record(event(3, corrects="e1"))
    upstream.retract("e1")
    again = await graph.socket()
    await told(again, "connection_ack")
    await subscribe(again, "1", OUTREACH, provinceId=HUE_ID, after=first["cursor"])
    resumed = [await update(again), await update(again)]
    assert [row["kind"] for row in resumed] == ["CORRECTED", "RETRACTED"]
    assert resumed[1]["event"] is None
    assert resumed[1]["outreachEventId"] == first["outreachEventId"]
    await again.close()


async def test_a_cursor_whose_place_is_gone_is_refused(graph: Graph, upstream: Upstream) -> None:
    socket = await graph.socket()
    await told(socket, "connection_ack")
    await subscribe(socket, "1", OUTREACH, provinceId=HUE_ID)
    await asyncio.sleep(0.2)
    upstream.record(event(1))
    cursor = (await update(socket))["cursor"]
    upstream.record(event(2))
    await update(socket)
    upstream.kept_after = 2
    await subscribe(socket, "2", OUTREACH, provinceId=HUE_ID, after=cursor)
    errors = await told(socket, "error")
    assert errors[0]["extensions"]["code"] == "CURSOR_INVALID"
    await socket.close()


async def test_a_pace_passes_over_the_oldest_and_counts_them(graph: Graph, upstream: Upstream) -> None:
    upstream.record(event(0))
    socket = await graph.socket()
    await told(socket, "connection_ack")
    await subscribe(socket, "1", OUTREACH, provinceId=HUE_ID, maxPerSecond=2)
    await asyncio.sleep(0.2)
    for number in range(1, 7):
        upstream.record(event(number))
    # The upstream's pages hold two changes, the feed hands them on together.
    seen = skipped = 0
    while seen + skipped < 6:
        found = await update(socket)
        seen, skipped = seen + 1, skipped + found["skippedCount"]
    assert seen + skipped == 6
    await socket.close()


async def test_figures_come_first_as_they_are(graph: Graph, upstream: Upstream) -> None:
    socket = await graph.socket()
    await told(socket, "connection_ack")
    await subscribe(socket, "f", FIGURES, scopeIds=[HUE_ID], measures=["PEOPLE_COVERED", "PLAN_PROMULGATED"])
    values = [(await told(socket, "next"))["data"]["figureUpdated"]["value"] for _ in range(2)]
    assert values == [0.75, 0.75]
    await socket.close()


async def test_the_public_names_a_province_and_who_sees_all_need_not(graph: Graph) -> None:
    query = "subscription { outreachEventRecorded(filter: {}) { cursor } }"
    socket = await graph.socket()
    await told(socket, "connection_ack")
    await subscribe(socket, "1", query)
    errors = await told(socket, "error")
    assert errors[0]["extensions"]["code"] == "BAD_USER_INPUT"
    auditor = await graph.socket(graph.bearer("auditor"))
    await told(auditor, "connection_ack")
    await subscribe(auditor, "1", query)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(auditor.receive(), 0.3)
    await socket.close()
    await auditor.close()


async def test_rules_of_the_protocol(graph: Graph) -> None:
    bad = await graph.socket({"authorization": "Bearer x"})
    assert await closed(bad) == 4403
    twice = await graph.socket()
    await told(twice, "connection_ack")
    await twice.send_json({"type": "ping"})
    await told(twice, "pong")
    await twice.send_json({"type": "connection_init"})
    assert await closed(twice) == 4429
    early = await graph.session.ws_connect(graph.url + "/graphql", protocols=["graphql-transport-ws"])
    await subscribe(early, "1", OUTREACH)
    assert await closed(early) == 4401


async def test_queries_are_not_answered_here_and_the_number_of_subscriptions_is_held(graph: Graph) -> None:
    socket = await graph.socket()
    await told(socket, "connection_ack")
    await subscribe(socket, "q", "{ program { id } }")
    assert (await told(socket, "error"))[0]["extensions"]["code"] == "BAD_USER_INPUT"
    for number in range(21):
        await subscribe(socket, str(number), OUTREACH, provinceId=HUE_ID)
    assert (await told(socket, "error"))[0]["extensions"]["code"] == "RATE_LIMITED"
    await socket.close()


async def test_a_socket_ends_with_its_token(graph: Graph) -> None:
    socket = await graph.socket(graph.bearer("auditor", days=1.5 / 86_400))
    await told(socket, "connection_ack")
    assert await closed(socket) == 4403


async def test_pages_of_other_sites_may_not_open_one(graph: Graph) -> None:
    with pytest.raises(WSServerHandshakeError):
        await graph.socket(headers={"origin": "https://elsewhere.example"})
    own = await graph.socket(headers={"origin": graph.url})
    await told(own, "connection_ack")
    await own.close()
