"""Activities in MongoDB: public once their plan is promulgated, before that for those who take part."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import date, datetime
from typing import Any

from chassis.documents import Document, from_document
from chassis.identity import Viewer
from chassis.mongo import ASCENDING, DESCENDING, IndexModel, Reader, Transaction
from chassis.records import Order, Records
from contracts.plans.activities import ActivityOrder
from reference.actions import Sight
from reference.catalog import Reference
from reference.figures import today
from services.plans.activities.domain import Activity, ActivityFact

ACTIVITIES: Records[Activity] = Records(Activity, "activities")
PROGRESS = "activity_progress"
INDEXES = {
    ACTIVITIES.collection: (
        IndexModel([("plan_id", ASCENDING), ("due_on", ASCENDING)], name="by_plan"),
        IndexModel([("body_ids", ASCENDING), ("due_on", ASCENDING)], name="by_body"),
        IndexModel([("due_on", ASCENDING)], name="by_due_day"),
        IndexModel([("public_from", ASCENDING)], name="by_publication"),
        IndexModel([("updated_at", DESCENDING)], name="by_update"),
    ),
    PROGRESS: (IndexModel([("activity_id", ASCENDING)], name="by_activity"),),
}
OF_FACTS = [part.name for part in fields(ActivityFact) if part.name != "id"]
ORDERS = {
    ActivityOrder.DUE_ON_ASC: Order("due_on", ASCENDING),
    ActivityOrder.DUE_ON_DESC: Order("due_on", DESCENDING),
    ActivityOrder.UPDATED_AT_DESC: Order("updated_at", DESCENDING, is_instant=True),
}


def visible_to(viewer: Viewer, reference: Reference) -> Mapping[str, Any]:
    """The condition on activities that a viewer may see."""
    sight = reference.permissions.sight_of(viewer, Sight.ACTIVITIES, on=today())
    if sight.all:
        return {}
    public = {"public_from": {"$gt": ""}}
    if not sight.bodies:
        return public
    bodies = sorted(sight.bodies)
    return {"$or": [public, {"plan_body_id": {"$in": bodies}}, {"body_ids": {"$in": bodies}}]}


async def by_ids(
    reader: Reader, viewer: Viewer, reference: Reference, activity_ids: Sequence[str]
) -> dict[str, Activity]:
    """The activities of these ids that the viewer may see."""
    return await ACTIVITIES.by_ids(reader, activity_ids, where=visible_to(viewer, reference))


async def publish(transaction: Transaction, plan_id: str, signed_on: date, *, at: datetime) -> None:
    """Shows the activities of a plan to everybody from its signing day on."""
    change = {"$set": {"public_from": signed_on.isoformat(), "public_at": at}}
    await transaction.collection(ACTIVITIES.collection).update_many({"plan_id": plan_id}, change)


async def counts(reader: Reader, viewer: Viewer, plan_ids: Sequence[str]) -> list[Document]:
    """How many activities each plan has, by what their state follows from: whoever sees a plan may know how many."""
    del viewer
    names = {"plan": "plan_id", "status": "status", "late": "is_late", "moved": "is_moved", "due_on": "due_on"}
    group = {"_id": {name: f"${field}" for name, field in names.items()}, "n": {"$sum": 1}}
    match: dict[str, Any] = {"plan_id": {"$in": list(plan_ids)}}
    return await reader.collection(ACTIVITIES.collection).aggregate([{"$match": match}, {"$group": group}])


async def facts_by(reader: Reader, viewer: Viewer, day: date) -> list[ActivityFact]:
    """Every activity of the plans signed by that day: what figures are counted from."""
    del viewer
    where = {"public_from": {"$gt": "", "$lte": day.isoformat()}}
    rows = await reader.collection(ACTIVITIES.collection).find(where, fields=OF_FACTS)
    return [from_document(ActivityFact, row) for row in rows]


async def note_progress(transaction: Transaction, event_id: str, activity_id: str) -> None:
    """Lists an outreach event under the activity it names."""
    row = {"_id": event_id, "activity_id": activity_id}
    await transaction.collection(PROGRESS).replace_one({"_id": event_id}, row, upsert=True)


async def drop_progress(transaction: Transaction, event_id: str) -> None:
    """Takes a retracted event off the list."""
    await transaction.collection(PROGRESS).delete_one({"_id": event_id})


async def progress_counts(reader: Reader, viewer: Viewer, activity_ids: Sequence[str]) -> dict[str, int]:
    """How many outreach events each activity has."""
    del viewer
    match, group = {"activity_id": {"$in": list(activity_ids)}}, {"_id": "$activity_id", "n": {"$sum": 1}}
    rows = await reader.collection(PROGRESS).aggregate([{"$match": match}, {"$group": group}])
    return {row["_id"]: row["n"] for row in rows}
