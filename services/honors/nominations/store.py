"""Nominations in MongoDB: for their nominator, who holds them, the council and those who see everything."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from chassis.identity import Viewer
from chassis.mongo import ASCENDING, DESCENDING, IndexModel, Reader
from chassis.records import Order, Records
from contracts.honors.nominations import NominationOrder
from reference.actions import Sight
from reference.catalog import Reference
from reference.figures import today
from services.honors.nominations.domain import OPEN, STAGES, Nomination

NOMINATIONS: Records[Nomination] = Records(Nomination, "nominations")
INDEXES = {
    NOMINATIONS.collection: (
        IndexModel([("entered_state_at", ASCENDING)], name="by_stage_entry"),
        IndexModel([("updated_at", DESCENDING)], name="by_update"),
        IndexModel([("achieved_on", ASCENDING)], name="by_achievement"),
        IndexModel([("state", ASCENDING), ("entered_state_at", ASCENDING)], name="by_state"),
        IndexModel([("stuck_on", ASCENDING)], name="by_stuck_day"),
        IndexModel([("decided_on", ASCENDING)], name="by_decision"),
        IndexModel([("folded_recipient", ASCENDING)], name="by_recipient"),
        IndexModel([("nominator_id", ASCENDING), ("entered_state_at", ASCENDING)], name="by_nominator"),
        IndexModel([("held_by_id", ASCENDING), ("entered_state_at", ASCENDING)], name="by_holder"),
    ),
}
ORDERS = {
    NominationOrder.ENTERED_STATE_AT_ASC: Order("entered_state_at", ASCENDING, is_instant=True),
    NominationOrder.UPDATED_AT_DESC: Order("updated_at", DESCENDING, is_instant=True),
    NominationOrder.ACHIEVED_ON_ASC: Order("achieved_on", ASCENDING),
}
NOTHING: Mapping[str, Any] = {"_id": {"$in": []}}


def visible_to(viewer: Viewer, reference: Reference) -> Mapping[str, Any]:
    """The condition on dossiers that a viewer may see."""
    sight = reference.permissions.sight_of(viewer, Sight.NOMINATIONS, on=today())
    if sight.all or sight.council:
        return {}
    bodies = sorted(sight.bodies)
    return {"$or": [{"nominator_id": {"$in": bodies}}, {"handler_id": {"$in": bodies}}]} if bodies else NOTHING


async def by_ids(
    reader: Reader, viewer: Viewer, reference: Reference, nomination_ids: Sequence[str]
) -> dict[str, Nomination]:
    """The dossiers of these ids that the viewer may see."""
    return await NOMINATIONS.by_ids(reader, nomination_ids, where=visible_to(viewer, reference))


async def of_recipients(
    reader: Reader, viewer: Viewer, reference: Reference, folded_recipients: Sequence[str]
) -> list[Nomination]:
    """The dossiers of these recipients that the viewer may see."""
    where = {"$and": [{"folded_recipient": {"$in": list(folded_recipients)}}, dict(visible_to(viewer, reference))]}
    return await NOMINATIONS.find(reader, where)


async def on_the_board(reader: Reader, viewer: Viewer, reference: Reference, since: date) -> list[Nomination]:
    """Open dossiers, and those decided since a day, that the viewer may see."""
    stages = {"state": {"$in": [stage.value for stage in STAGES]}}
    decided = {"decided_on": {"$gte": since.isoformat()}}
    return await NOMINATIONS.find(reader, {"$and": [{"$or": [stages, decided]}, dict(visible_to(viewer, reference))]})


async def that_may_count(reader: Reader, viewer: Viewer, first: date) -> list[Nomination]:
    """Dossiers decided from that day on, or not decided at all: sums are public, whatever they count."""
    del viewer
    decided = await NOMINATIONS.find(reader, {"decided_on": {"$gte": first.isoformat()}})
    ended = ["rejected", "withdrawn"]
    states = [*(state.value for state in OPEN), *ended]
    return decided + await NOMINATIONS.find(reader, {"state": {"$in": states}})
