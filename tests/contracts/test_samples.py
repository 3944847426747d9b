"""What was ever published can still be read, and says no more than it may."""

import types
from collections.abc import Iterator
from datetime import date, datetime
from enum import Enum
from typing import Any, Union, get_args, get_origin, get_type_hints

import pytest

from chassis.consumer import MessageConsumer, Outcome
from chassis.kafka import Broker
from chassis.messages import MessageData, read_message
from chassis.outbox import Outbox
from chassis.settings import ProcessSettings
from contracts.plans.plans import PlanChanged
from contracts.vocabulary import Code
from deploy.generate import message_classes
from reference.catalog import default
from reference.resources import Resources
from services.outreach import app as outreach
from services.outreach import reactions as outreach_reactions
from services.plans import app as plans
from services.plans import reactions as plans_reactions
from services.tasks import app as tasks
from services.tasks import reactions as tasks_reactions
from tests.contracts.samples import Sample, digests, listed, samples
from tests.engines import fresh_database

CLASSES = message_classes()
READ_BY = {
    "plans": (plans.INDEXES, lambda resources: plans_reactions.subscriptions(resources)),
    "tasks": (tasks.INDEXES, lambda resources: tasks_reactions.subscriptions(resources)),
    "outreach": (outreach.INDEXES, lambda _resources: outreach_reactions.subscriptions()),
}


def test_every_published_type_has_a_sample() -> None:
    assert {kind.type for kind in CLASSES} - {sample.type for sample in samples()} == set(), "write contracts/samples"


def test_no_sample_was_changed_or_taken_away() -> None:
    assert digests() == listed(), "a sample is added with its line in SHA256SUMS; what was published stays as it was"


@pytest.mark.parametrize("sample", samples(), ids=lambda sample: sample.name)
def test_a_sample_can_be_read(sample: Sample) -> None:
    assert sample.name.startswith(sample.type)
    record = sample.record(nobody_knows_me="yet")
    message = read_message(record.topic, record.key, record.value, record.headers)
    assert (message.type, message.source) == (sample.type, sample.event["source"])
    for kind in (kind for kind in CLASSES if kind.type == sample.type):
        read = kind.model_validate(message.data)
        assert "nobody_knows_me" not in read.model_dump()
        assert kind.model_validate(sample.data) == read


@pytest.mark.parametrize("service", READ_BY)
async def test_reactions_read_every_sample_and_ignore_what_they_do_not_know(mongo_url: str, service: str) -> None:
    indexes, subscriptions = READ_BY[service]
    database = fresh_database(mongo_url, "samples")
    await database.ensure_collections(indexes)
    listened = subscriptions(Resources(database, Outbox(service), default()))
    consumer = MessageConsumer(database, Broker(ProcessSettings()), "samples", topics=[])
    consumer.on(listened)
    wanted = {entry.type for entry in listened}
    heard = [sample for sample in samples() if sample.type in wanted]
    assert {sample.type for sample in heard} == wanted
    for sample in heard:
        assert await consumer.handle(sample.record(nobody_knows_me=["yet"])) is Outcome.HANDLED, sample.name
    await database.drop()
    database.close()


def wordless(kind: object) -> bool:
    """Whether a value of the type cannot hold words."""
    if kind is Code or kind in (bool, int, date, datetime, type(None), Ellipsis):
        return True
    if get_origin(kind) in (tuple, Union, types.UnionType):
        return all(wordless(part) for part in get_args(kind))
    return isinstance(kind, type) and issubclass(kind, Enum)


def worded(kind: type[MessageData]) -> Iterator[str]:
    """The fields of a message that could hold words."""
    hints: dict[str, Any] = get_type_hints(kind, include_extras=True)
    yield from (f"{kind.__name__}.{name}" for name in kind.model_fields if not wordless(hints[name]))


def test_messages_of_tasks_have_no_room_for_words() -> None:
    own = [kind for kind in CLASSES if kind.topic == "lantoa.tasks"]
    assert len(own) == 4
    assert [field for kind in own for field in worded(kind)] == []
    assert "PlanChanged.document_id" in worded(PlanChanged)


@pytest.mark.parametrize("text", ["Hệ thống", "two words", "a\u00a0b", "", "x" * 101, "a\n"])
def test_words_do_not_pass_as_a_code(text: str) -> None:
    (changed,) = (sample for sample in samples() if sample.type == "vn.lantoa.tasks.task.changed.v1")
    (kind,) = (kind for kind in CLASSES if kind.type == changed.type)
    for field, value in (("form", text), ("fields", (text,))):
        with pytest.raises(ValueError, match=field):
            kind.model_validate(changed.data | {field: value})
