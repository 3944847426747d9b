"""Parked messages: those that came before what they speak of, kept by the key they wait for, in the order they came."""

from datetime import timedelta

from chassis import clock
from chassis.kafka import Record
from chassis.mongo import ASCENDING, Database, IndexModel

COLLECTION = "parked"
RETENTION = timedelta(days=7)
INDEXES = (
    IndexModel([("key", ASCENDING), ("at", ASCENDING)], name="by_key"),
    IndexModel([("at", ASCENDING)], name="expiry", expireAfterSeconds=int(RETENTION.total_seconds())),
)


async def park(database: Database, key: str, record: Record) -> None:
    """Keeps a record until something says that `key` is known; after seven days it is forgotten."""
    row = {
        "_id": f"{record.topic}|{record.partition}|{record.offset}",
        "key": key,
        "at": clock.now(),
        "topic": record.topic,
        "partition": record.partition,
        "offset": record.offset,
        "record_key": record.key,
        "value": record.value,
        "headers": dict(record.headers),
    }
    await database.collection(COLLECTION).replace_one({"_id": row["_id"]}, row, upsert=True)


async def waiting_for(database: Database, key: str) -> list[tuple[str, Record]]:
    """The records that wait for `key`, with the ids by which they are released."""
    rows = await database.collection(COLLECTION).find({"key": key}, sort=[("at", ASCENDING)])
    return [
        (
            row["_id"],
            Record(row["topic"], row["partition"], row["offset"], row["record_key"], row["value"], row["headers"], 0),
        )
        for row in rows
    ]


async def release(database: Database, parked_id: str) -> None:
    """Forgets a parked record; it is being handled."""
    await database.collection(COLLECTION).delete_one({"_id": parked_id})
