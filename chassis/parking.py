"""Parked messages: those that came before what they speak of, kept by the key they wait for, in the order they came."""

from datetime import timedelta

from chassis import clock
from chassis.kafka import Record
from chassis.mongo import ASCENDING, Database, IndexModel, Reader

COLLECTION = "parked"
RETENTION = timedelta(days=7)
INDEXES = (
    IndexModel([("key", ASCENDING), ("at", ASCENDING)], name="by_key"),
    IndexModel([("at", ASCENDING)], name="expiry", expireAfterSeconds=int(RETENTION.total_seconds())),
)


async def park(database: Database, key: str, record: Record) -> None:
    """Keeps a record until something says that `key` is known; after seven days it is forgotten.

    One that is parked again, perhaps for another key, keeps its place and its age.
    """
    kept = {
        "key": key,
        "topic": record.topic,
        "partition": record.partition,
        "offset": record.offset,
        "record_key": record.key,
        "value": record.value,
        "headers": [[name, value] for name, value in record.headers.items()],  # any name, also one with a NUL
    }
    change = {"$set": kept, "$setOnInsert": {"at": clock.now()}}
    await database.collection(COLLECTION).update_one({"_id": _id(record)}, change, upsert=True)


async def waiting_for(database: Database, key: str) -> list[Record]:
    """The records that wait for `key`, in the order they came."""
    rows = await database.collection(COLLECTION).find({"key": key}, sort=[("at", ASCENDING)])
    rows.sort(key=lambda row: (row["at"], row["topic"], row["partition"], row["offset"]))
    return [
        Record(row["topic"], row["partition"], row["offset"], row["record_key"], row["value"], dict(row["headers"]), 0)
        for row in rows
    ]


async def release(reader: Reader, record: Record) -> None:
    """Forgets a parked record; it was handled, or set aside for a person."""
    await reader.collection(COLLECTION).delete_one({"_id": _id(record)})


def _id(record: Record) -> str:
    return f"{record.topic}|{record.partition}|{record.offset}"
