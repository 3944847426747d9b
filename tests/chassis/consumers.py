"""Consumers of the tests' one message type, and what they left behind."""

from chassis import dead_letters, ids
from chassis.consumer import MessageConsumer, Reaction, Subscription
from chassis.dead_letters import DeadLetter
from chassis.kafka import Broker
from chassis.mongo import Database
from tests.chassis.messages import TYPE, note


def consumer(
    database: Database, broker: Broker, reaction: Reaction = note, *, topic: str = "t", group: str = ""
) -> MessageConsumer:
    """A consumer that listens to the one type of these tests."""
    made = MessageConsumer(database, broker, group or ids.random_id(), topics=[topic])
    made.on([Subscription(TYPE, reaction, lambda found: found.data.get("concerns", True) is True)])
    return made


async def letters_of(database: Database, subject: str) -> list[DeadLetter]:
    """The dead letters of a key."""
    return [letter for letter in await dead_letters.find(database, most=1000) if letter.key == subject]
