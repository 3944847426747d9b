"""Open tasks in MongoDB: everybody sees those with a verified publication, their bodies the others too."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from chassis.documents import Document, to_document
from chassis.identity import Viewer
from chassis.mongo import ASCENDING, DESCENDING, IndexModel, Reader, Transaction
from chassis.records import Order, Records
from contracts.tasks.tasks import TaskOrder
from reference.actions import Sight
from reference.catalog import Reference
from reference.figures import today
from services.tasks.science_tasks.domain import OpenTask

TASKS: Records[OpenTask] = Records(OpenTask, "science_tasks")
INDEXES = {
    TASKS.collection: (
        IndexModel([("code_key", ASCENDING)], name="code", unique=True),
        IndexModel([("body_ids", ASCENDING), ("ends_on", ASCENDING)], name="by_body"),
        IndexModel([("ends_on", ASCENDING)], name="by_end"),
        IndexModel([("starts_on", DESCENDING)], name="by_start"),
        IndexModel([("updated_at", DESCENDING)], name="by_update"),
        IndexModel([("eligible_on", ASCENDING)], name="by_eligibility"),
        IndexModel([("left_out", ASCENDING)], name="by_reason"),
    ),
}
ORDERS = {
    TaskOrder.ENDS_ON_ASC: Order("ends_on", ASCENDING),
    TaskOrder.STARTS_ON_DESC: Order("starts_on", DESCENDING),
    TaskOrder.UPDATED_AT_DESC: Order("updated_at", DESCENDING, is_instant=True),
    TaskOrder.CODE_ASC: Order("code_key", ASCENDING),
}
TOLD = ("groups", "communicated_on", "all_groups_on", "first_verified_at", "verified_count", "pending_count")


def visible_to(viewer: Viewer, reference: Reference) -> Mapping[str, Any]:
    """The condition on tasks that a viewer may see."""
    sight = reference.permissions.sight_of(viewer, Sight.TASKS, on=today())
    if sight.all:
        return {}
    public = {"communicated_on": {"$gt": ""}}
    return {"$or": [public, {"body_ids": {"$in": sorted(sight.bodies)}}]} if sight.bodies else public


async def by_ids(reader: Reader, viewer: Viewer, reference: Reference, task_ids: Sequence[str]) -> dict[str, OpenTask]:
    """The tasks of these ids that the viewer may see."""
    return await TASKS.by_ids(reader, task_ids, where=visible_to(viewer, reference))


async def holder_of(reader: Reader, viewer: Viewer, code_key: str) -> str | None:
    """The open task that bears this code: a code is taken for everybody."""
    del viewer
    row = await reader.collection(TASKS.collection).find_one({"code_key": code_key}, fields=["_id"])
    return row["_id"] if row else None


async def save_told(transaction: Transaction, task: OpenTask) -> None:
    """Writes what is published about a task; that is no version of the task itself."""
    document = to_document(task)
    change = {"$set": {name: document[name] for name in TOLD}}
    await transaction.collection(TASKS.collection).update_one({"_id": task.id}, change)


async def erase(transaction: Transaction, task_id: str) -> None:
    """Removes a task."""
    await transaction.collection(TASKS.collection).delete_one({"_id": task_id})


async def counts(reader: Reader, viewer: Viewer, where: Mapping[str, Any], by: str) -> list[Document]:
    """How many tasks fit, by the set of their bodies and one more field: sums are public, whatever they count."""
    del viewer
    group = {"_id": {"bodies": "$body_ids", "key": f"${by}"}, "n": {"$sum": 1}, "newest": {"$max": "$updated_at"}}
    return await reader.collection(TASKS.collection).aggregate([{"$match": dict(where)}, {"$group": group}])


def until(field: str, day: date) -> Mapping[str, Any]:
    """The condition that a day is set and not after `day`."""
    return {field: {"$gt": "", "$lte": day.isoformat()}}
