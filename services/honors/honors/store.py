"""Honors in MongoDB: public from their announcement on, before that for those who see the dossier."""

from collections.abc import Mapping, Sequence
from typing import Any

from chassis.identity import Viewer
from chassis.mongo import ASCENDING, DESCENDING, IndexModel, Reader, Transaction
from chassis.records import Order, Records
from reference.actions import Sight
from reference.catalog import Reference
from reference.figures import today
from services.honors.honors.domain import Honor

HONORS: Records[Honor] = Records(Honor, "honors")
ACHIEVEMENTS, DECISIONS = "honored_achievements", "honor_decisions"
INDEXES = {
    HONORS.collection: (
        IndexModel([("decided_on", DESCENDING)], name="by_decision"),
        IndexModel([("decided_by_id", ASCENDING), ("decided_on", DESCENDING)], name="by_body"),
        IndexModel([("province_id", ASCENDING), ("decided_on", DESCENDING)], name="by_province"),
        IndexModel([("nomination_id", ASCENDING)], name="by_nomination"),
    ),
    ACHIEVEMENTS: (),
    DECISIONS: (),
}
NEWEST_FIRST = Order("decided_on", DESCENDING)


def visible_to(viewer: Viewer, reference: Reference) -> Mapping[str, Any]:
    """The condition on honors that a viewer may see."""
    sight = reference.permissions.sight_of(viewer, Sight.NOMINATIONS, on=today())
    if sight.all or sight.council:
        return {}
    public = {"announced_on": {"$gt": ""}}
    bodies = sorted(sight.bodies)
    own = [{"nominator_id": {"$in": bodies}}, {"decided_by_id": {"$in": bodies}}]
    return {"$or": [public, *own]} if bodies else public


async def by_ids(reader: Reader, viewer: Viewer, reference: Reference, honor_ids: Sequence[str]) -> dict[str, Honor]:
    """The honors of these ids that the viewer may see."""
    return await HONORS.by_ids(reader, honor_ids, where=visible_to(viewer, reference))


async def of_nomination(reader: Reader, viewer: Viewer, nomination_id: str) -> Honor | None:
    """The honor that came of a dossier; for the service's own rules."""
    del viewer
    found = await HONORS.find(reader, {"nomination_id": nomination_id})
    return found[0] if found else None


async def honored_by(reader: Reader, viewer: Viewer, achievement_key: str) -> str | None:
    """The honor of an achievement, if it has one."""
    del viewer
    row = await reader.collection(ACHIEVEMENTS).find_one({"_id": achievement_key})
    return row["honor_id"] if row else None


async def bind_achievement(transaction: Transaction, achievement_key: str, honor_id: str) -> None:
    """Binds an achievement to its honor. Raises DuplicateKeyError when another writer was first."""
    await transaction.collection(ACHIEVEMENTS).insert_one({"_id": achievement_key, "honor_id": honor_id})


async def free_achievement(transaction: Transaction, achievement_key: str) -> None:
    """Lets a revoked honor's achievement be honored anew."""
    await transaction.collection(ACHIEVEMENTS).delete_one({"_id": achievement_key})


async def form_of_decision(reader: Reader, viewer: Viewer, document_key: str) -> str | None:
    """The form that a decision grants already: one decision may grant the same form to many."""
    del viewer
    row = await reader.collection(DECISIONS).find_one({"_id": document_key})
    return row["form"] if row else None


async def bind_decision(transaction: Transaction, document_key: str, form: str) -> None:
    """Binds a decision to the form it grants. Raises DuplicateKeyError when another writer was first."""
    await transaction.collection(DECISIONS).insert_one({"_id": document_key, "form": form})
