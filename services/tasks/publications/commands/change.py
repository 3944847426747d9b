"""What every change of a publication leaves: its version, history, message, and how far its tasks have been told."""

import hashlib

from chassis.identity import Viewer, system
from chassis.mongo import Transaction
from contracts.tasks.publications import PublicationChanged
from reference.actions import Action
from reference.resources import Resources
from reference.steps import tell
from services.tasks.publications import queries
from services.tasks.publications.domain import Publication
from services.tasks.publications.store import PUBLICATIONS
from services.tasks.science_tasks.commands.retell import retell


async def keep(
    transaction: Transaction,
    resources: Resources,
    viewer: Viewer,
    publication: Publication,
    *,
    action: Action,
    note: str | None = None,
) -> None:
    """Writes a new version of a publication and what follows from it for its tasks."""
    if publication.version == 1:
        await PUBLICATIONS.insert(transaction, publication)
    else:
        await PUBLICATIONS.replace(transaction, publication)
    message = PublicationChanged(
        id=publication.id,
        action=action.value,
        state=publication.state,
        channel_group=publication.channel_group,
        published_on=publication.published_on,
        task_ids=publication.task_ids,
        outreach_event_id=publication.outreach_event_id,
        url_digest=hashlib.sha256(publication.url_key.encode()).hexdigest(),
    )
    await tell(
        transaction,
        resources,
        viewer,
        action=action,
        object_id=publication.id,
        version=publication.version,
        messages=[message],
        note=note,
    )
    told = await queries.told_of(transaction, viewer, publication.task_ids)
    follower = system("tasks", viewer.subject)  # what follows concerns tasks that the viewer may not see
    await retell(transaction, resources, follower, told)
