"""Outreach that names an activity is listed under it, once, and is taken off when it is retracted."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from chassis import dead_letters
from chassis.consumer import MessageConsumer
from chassis.kafka import Broker, Record
from chassis.mongo import Database
from chassis.outbox import Outbox
from contracts.outreach.outreach_events import (
    Entry,
    EventRow,
    EventState,
    OutreachEventRecorded,
    OutreachEventRetracted,
)
from contracts.vocabulary import OutreachChannel
from reference.catalog import default
from reference.resources import Resources
from services.plans import reactions
from services.plans.settings import PlansSettings
from tests.running_service import Api
from tests.services.plans.test_plans import draft
from tests.services.plans.test_rules import HUE, activity

AT = datetime(2026, 1, 5, 5, tzinfo=UTC)


def told(kind: type[EventRow], event_id: str, activity_id: str | None, **more: object) -> Record:
    """A message of the outreach service as it stands on its topic."""
    values: dict[str, Any] = {
        "id": event_id, "source": "/emitters/H57", "event_id": event_id, "state": EventState.CURRENT,
        "entry": Entry.SYSTEM, "province_id": "46@2025-07-01", "commune_ids": (), "heard_keys": (),
        "channel": OutreachChannel.COMMUNE_LOUDSPEAKER, "content_key": None, "themes": (), "audiences": (),
        "fields": (), "language": "vi", "occurred_at": AT, "occurred_on": date(2026, 1, 5), "recorded_at": AT,
        "duration_seconds": 60, "reach": None, "is_counted": True, "title": "Bản tin", "evidence_url": None,
        "activity_id": activity_id, "task_ids": (), "honor_id": None, **more,
    }  # fmt: skip
    message = Outbox("outreach").message(kind(**values), subject=event_id, sequence=1, key="46@2025-07-01")
    return Record(message.topic, 0, 0, message.key.encode(), message.payload(), dict(message.headers()), 0)


@pytest.fixture
def consumer(plans_database: Database) -> MessageConsumer:
    """The service's consumer; the test hands it what stands on the topic."""
    made = MessageConsumer(plans_database, Broker(PlansSettings()), "lantoa.plans", topics=["lantoa.outreach"])
    made.on(reactions.subscriptions(Resources(plans_database, Outbox("plans"), default())))
    return made


async def shown(plans: Api, activity_id: str) -> tuple[str, int, int]:
    """State, progress and version of an activity."""
    (row,) = (await plans.call("/v1/activities:batch-get", {"ids": [activity_id]}, as_="officer"))["rows"]
    return row["state"], row["outreach_event_count"], row["version"]


async def test_the_first_event_sets_an_activity_under_way(plans: Api, consumer: MessageConsumer) -> None:
    plan = await draft(plans, HUE, "officer")
    made = (await activity(plans, plan["id"], "officer", due_on="2099-12-31"))["id"]
    first = told(OutreachEventRecorded, "event-1", made, themes=("a-theme-nobody-knows",))
    for _ in range(2):
        await consumer.handle(first)
    assert await shown(plans, made) == ("under_way", 1, 2)
    await consumer.handle(told(OutreachEventRecorded, "event-2", made))
    assert await shown(plans, made) == ("under_way", 2, 2)
    await consumer.handle(told(OutreachEventRetracted, "event-1", made))
    assert await shown(plans, made) == ("under_way", 1, 2)
    history = await plans.call("/v1/history:batch-list", {"lists": [{"id": made}]}, as_="officer")
    assert [row["action"] for row in history["pages"][0]["rows"]] == ["START_ACTIVITY", "ADD_ACTIVITY"]
    assert history["pages"][0]["rows"][0]["actor"].startswith("system:plans:")


async def test_an_activity_that_is_not_there_drops_the_event(
    consumer: MessageConsumer, plans_database: Database
) -> None:
    for activity_id in ("nothing", None):
        await consumer.handle(told(OutreachEventRecorded, f"event-of-{activity_id}", activity_id))
    assert await plans_database.collection("activity_progress").count({"_id": {"$in": ["event-of-nothing"]}}) == 0
    assert await dead_letters.find(plans_database) == []
