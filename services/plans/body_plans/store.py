"""Plans in MongoDB; drafts are for their body and those above it, everybody sees a plan from its promulgation on."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from chassis.identity import Viewer
from chassis.mongo import ASCENDING, DESCENDING, IndexModel, Reader, Transaction
from chassis.records import Order, Records
from contracts.plans.plans import PlanOrder
from reference.actions import Sight
from reference.catalog import Reference
from reference.figures import today
from services.plans.body_plans.domain import PUBLIC, BodyPlan, SignedDocument

PLANS: Records[BodyPlan] = Records(BodyPlan, "body_plans")
DOCUMENTS, TURNS = "plan_documents", "turns"
INDEXES = {
    PLANS.collection: (
        IndexModel([("body_id", ASCENDING), ("updated_at", DESCENDING)], name="by_body"),
        IndexModel([("updated_at", DESCENDING)], name="by_update"),
        IndexModel([("promulgated_on", ASCENDING)], name="by_promulgation"),
        IndexModel([("submitted_at", ASCENDING)], name="by_submission"),
        IndexModel([("parent_id", ASCENDING), ("updated_at", DESCENDING)], name="by_parent"),
    ),
    DOCUMENTS: (),
    TURNS: (),
}
ORDERS = {
    PlanOrder.UPDATED_AT_DESC: Order("updated_at", DESCENDING, is_instant=True),
    PlanOrder.PROMULGATED_ON_ASC: Order("promulgated_on", ASCENDING),
    PlanOrder.PROMULGATED_ON_DESC: Order("promulgated_on", DESCENDING),
    PlanOrder.SUBMITTED_AT_ASC: Order("submitted_at", ASCENDING, is_instant=True),
}


def visible_to(viewer: Viewer, reference: Reference) -> Mapping[str, Any]:
    """The condition on plans that a viewer may see."""
    sight = reference.permissions.sight_of(viewer, Sight.PLANS, on=today())
    if sight.all:
        return {}
    public = {"state": {"$in": sorted(PUBLIC)}}
    return {"$or": [public, {"body_id": {"$in": sorted(sight.bodies)}}]} if sight.bodies else public


async def by_ids(reader: Reader, viewer: Viewer, reference: Reference, plan_ids: Sequence[str]) -> dict[str, BodyPlan]:
    """The plans of these ids that the viewer may see."""
    return await PLANS.by_ids(reader, plan_ids, where=visible_to(viewer, reference))


async def promulgated_by(reader: Reader, viewer: Viewer, day: date) -> list[BodyPlan]:
    """Every plan signed by that day; plans are public from their promulgation on."""
    del viewer
    return await PLANS.find(reader, {"promulgated_on": {"$gt": "", "$lte": day.isoformat()}})


async def of_bodies(reader: Reader, viewer: Viewer, body_ids: Sequence[str]) -> list[BodyPlan]:
    """The public plans of these bodies, ended ones too."""
    del viewer
    return await PLANS.find(reader, {"body_id": {"$in": list(body_ids)}, "state": {"$in": sorted(PUBLIC)}})


async def take_turn(transaction: Transaction, of: str) -> None:
    """Lets one change at a time decide about a body or a plan: of two at once, the second runs again and sees it."""
    await transaction.collection(TURNS).update_one({"_id": of}, {"$inc": {"turns": 1}}, upsert=True)


async def holders_of(reader: Reader, viewer: Viewer, document_keys: Sequence[str]) -> dict[str, str]:
    """Which plan names each of these documents; those that none names are left out."""
    del viewer  # asked for what a promulgation takes, and for plans that are read as the viewer afterwards
    rows = await reader.collection(DOCUMENTS).find({"_id": {"$in": list(document_keys)}})
    return {row["_id"]: row["plan_id"] for row in rows}


async def take_document(transaction: Transaction, document: SignedDocument, plan_id: str) -> None:
    """Binds a document to a plan for good. Raises DuplicateKeyError when another writer was first."""
    await transaction.collection(DOCUMENTS).insert_one({"_id": document.key, "plan_id": plan_id})
