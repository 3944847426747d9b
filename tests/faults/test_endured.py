"""A broker that goes away and comes back, and an inbox full of poison: the service stays up and every record counts."""

import asyncio
import random
from collections.abc import Callable, Sequence

import pytest
from aiohttp import ClientSession
from aiokafka import AIOKafkaProducer

from chassis import ids
from chassis.consumer import MessageConsumer, Subscription
from chassis.mongo import Database
from contracts.outreach.outreach_events import OutreachEventRecorded
from tests.chassis.messages import note
from tests.engines import broker_at
from tests.faults.outreach import Journal, Outreach, plays
from tests.faults.test_killed import all_once
from tests.ladder import Server
from tests.running import until

GOOD, COPIES = 60, 10
EVENT_HEADERS = [("content-type", b"application/cloudevents+json")]
BINARY = [("ce_specversion", b"1.0"), ("content-type", b"application/json")]
POISON: list[tuple[bytes | None, list[tuple[str, bytes | None]]]] = [
    (None, []),
    (b"", []),
    (b"{", []),
    (b"\xff\xfe\x00", []),
    (b"null", []),
    (b"[" * 50_000, []),
    (b'{"NguonID": "H57", "ThoiDiemBatDau": 1e400}', []),
    (b'{"NguonID": "H57", "ThoiDiemBatDau": 99999999999999999999}', []),
    (b'{"NguonID": "H26", "CumLoaID": "\\ud800"}', []),
    (b'"' + b"x" * 900_000 + b'"', []),
    (b"{}", [("content-type", None)]),
    (b"{}", [("nul\x00name", b"\xff")]),
    (None, [*EVENT_HEADERS]),
    (b"[]", [*EVENT_HEADERS]),
    (b'{"specversion": "1.0", "data": "x"}', [*EVENT_HEADERS]),
    (b"{}", [*BINARY]),
    (b"{}", [*BINARY, ("ce_id", None), ("ce_time", b"yesterday")]),
    (b"{}", [*BINARY, ("ce_id", b"\xff"), ("ce_type", b"x" * 70_000)]),
]


@pytest.mark.long
async def test_while_the_broker_is_down_records_are_taken_and_counted_and_afterwards_each_is_told_once(
    outreach: Callable[[Server], Outreach], own_kafka: Server, database: Database, rounds: int
) -> None:
    service, journal, each = outreach(own_kafka), Journal(), 40
    await service.start_and_wait()
    await service.know("down", each * rounds)
    consumer = MessageConsumer(database, broker_at(own_kafka), ids.random_id(), topics=["lantoa.outreach"])
    consumer.on([Subscription(OutreachEventRecorded.type, note)])
    consuming = asyncio.create_task(consumer.run())
    records = plays("down", each * rounds)
    try:
        for number in range(rounds):
            own_kafka.kill()
            await service.emit(journal, records[each * number : each * (number + 1)])
            await service.shows(each * (number + 1))
            assert await consumer.alive()
            own_kafka.start()
            await until(lambda: all_once(database, journal.acknowledged), seconds=90)
        assert journal.failures == 0
        assert service.child.is_running
    finally:
        consuming.cancel()
        await asyncio.gather(consuming, return_exceptions=True)


@pytest.mark.long
async def test_poison_and_storms_of_copies_end_in_receipts_and_cost_the_good_records_nothing(
    outreach: Callable[[Server], Outreach], own_kafka: Server
) -> None:
    service = outreach(own_kafka)
    await service.start_and_wait()
    await service.know("storm", GOOD)
    good: list[tuple[bytes | None, list[tuple[str, bytes | None]]]] = [(raw, []) for raw in plays("storm", GOOD)]
    sent = good * COPIES + POISON * COPIES
    random.Random(57).shuffle(sent)
    await produce(own_kafka, sent)
    found: list[str] = []

    async def all_answered() -> object:
        found[:] = await dispositions(service)
        return len(found) == len(sent) or len(found)

    await until(all_answered, seconds=90)
    taken = [disposition for disposition in found if disposition in ("counted", "unheard")]
    assert len(taken) == GOOD
    assert found.count("rejected") == len(POISON) * COPIES
    assert found.count("duplicate") == GOOD * (COPIES - 1)
    await service.shows(GOOD)
    assert service.child.is_running


async def produce(kafka: Server, records: Sequence[tuple[bytes | None, list[tuple[str, bytes | None]]]]) -> None:
    """Writes to the inbox of Huế as an emitter of any quality would."""
    producer = AIOKafkaProducer(bootstrap_servers=kafka.url, max_request_size=2_000_000)
    await producer.start()
    try:
        for value, headers in records:
            await producer.send("lantoa.inbox.H57", value=value, key=b"one", headers=headers)
        await producer.flush()
    finally:
        await producer.stop()


async def dispositions(service: Outreach) -> list[str]:
    """What became of every record, as the emitter reads it."""
    headers = {"Authorization": f"Bearer {service.token('emitter', 'H57')}"}
    found: list[str] = []
    after = ""
    async with ClientSession(headers=headers) as session:
        while True:
            params = {"first": "1000"} | ({"after": after} if after else {})
            async with session.get(f"{service.url}/v1/receipts", params=params) as answer:
                page = await answer.json()
            if not page["receipts"]:
                return found
            found += [row["disposition"] for row in page["receipts"]]
            after = page["next_after"]
