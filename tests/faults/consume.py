"""`python -m tests.faults.consume DATABASE TOPIC GROUP`: a process that notes each message of a topic once."""

import asyncio
import sys

from chassis.consumer import MessageConsumer, Subscription
from chassis.kafka import Broker
from chassis.mongo import connect
from chassis.settings import ServiceSettings
from tests.chassis.messages import TYPE, note


async def main(database_name: str, topic: str, group: str) -> None:
    """Consumes until it is killed."""
    settings = ServiceSettings()
    database = connect(settings.mongo_url.get_secret_value(), database_name)
    consumer = MessageConsumer(database, Broker(settings), group, topics=[topic])
    consumer.on([Subscription(TYPE, note)])
    await consumer.run()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
