"""Publications in MongoDB: everybody sees the verified ones, the bodies of their tasks the others too."""

from collections.abc import Mapping, Sequence
from typing import Any

from chassis.documents import to_document
from chassis.identity import Viewer
from chassis.mongo import ASCENDING, DESCENDING, IndexModel, Reader, Transaction
from chassis.records import Order, Records
from contracts.tasks.publications import PublicationOrder, PublicationState
from reference.actions import Sight
from reference.catalog import Reference
from reference.figures import today
from services.tasks.publications.domain import Publication

PUBLICATIONS: Records[Publication] = Records(Publication, "publications")
INDEXES = {
    PUBLICATIONS.collection: (
        IndexModel([("task_ids", ASCENDING)], name="by_task"),
        IndexModel([("body_ids", ASCENDING), ("recorded_at", ASCENDING)], name="by_body"),
        IndexModel([("recorded_at", ASCENDING)], name="by_record"),
        IndexModel([("published_on", DESCENDING)], name="by_publication"),
        IndexModel([("url_key", ASCENDING)], name="by_address"),
        IndexModel([("outreach_event_id", ASCENDING)], name="by_event"),
    ),
}
ORDERS = {
    PublicationOrder.PUBLISHED_ON_DESC: Order("published_on", DESCENDING),
    PublicationOrder.RECORDED_AT_ASC: Order("recorded_at", ASCENDING, is_instant=True),
}


def visible_to(viewer: Viewer, reference: Reference) -> Mapping[str, Any]:
    """The condition on publications that a viewer may see."""
    sight = reference.permissions.sight_of(viewer, Sight.PUBLICATIONS, on=today())
    if sight.all:
        return {}
    public = {"state": PublicationState.VERIFIED.value}
    return {"$or": [public, {"body_ids": {"$in": sorted(sight.bodies)}}]} if sight.bodies else public


async def by_ids(
    reader: Reader, viewer: Viewer, reference: Reference, publication_ids: Sequence[str]
) -> dict[str, Publication]:
    """The publications of these ids that the viewer may see."""
    return await PUBLICATIONS.by_ids(reader, publication_ids, where=visible_to(viewer, reference))


async def of_tasks(reader: Reader, viewer: Viewer, task_ids: Sequence[str]) -> list[Publication]:
    """Everything published about these tasks; for the service's own rules."""
    del viewer
    return await PUBLICATIONS.find(reader, {"task_ids": {"$in": list(task_ids)}})


async def of_address(reader: Reader, viewer: Viewer, url_key: str) -> list[Publication]:
    """The publications at an address."""
    del viewer
    return await PUBLICATIONS.find(reader, {"url_key": url_key})


async def of_event(reader: Reader, viewer: Viewer, event_id: str) -> list[Publication]:
    """The publication that an outreach event became."""
    del viewer
    return await PUBLICATIONS.find(reader, {"outreach_event_id": event_id})


async def rewrite(transaction: Transaction, publication: Publication) -> None:
    """Writes a publication whose link to a task is gone; that is no version of it."""
    await transaction.collection(PUBLICATIONS.collection).replace_one({"_id": publication.id}, to_document(publication))


async def erase(transaction: Transaction, publication_ids: Sequence[str]) -> None:
    """Removes publications."""
    await transaction.collection(PUBLICATIONS.collection).delete_many({"_id": {"$in": list(publication_ids)}})
