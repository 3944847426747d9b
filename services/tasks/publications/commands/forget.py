"""Removes what is published about a task that is classified now; what is also about others keeps those."""

from chassis.identity import Viewer
from chassis.mongo import Transaction
from reference.resources import Resources
from services.tasks.publications import store
from services.tasks.publications.domain import without_task
from services.tasks.science_tasks import queries as science_tasks


async def forget_task(transaction: Transaction, resources: Resources, viewer: Viewer, task_id: str) -> list[str]:
    """The ids of the publications that are gone."""
    gone: list[str] = []
    for publication in await store.of_tasks(transaction, viewer, [task_id]):
        others = [other for other in publication.task_ids if other != task_id]
        tasks = await science_tasks.by_ids(transaction, viewer, resources.reference, others)
        bodies = tuple(dict.fromkeys(body for task in tasks.values() for body in task.body_ids))
        left = without_task(publication, task_id, bodies)
        if left is None:
            gone.append(publication.id)
        else:
            await store.rewrite(transaction, left)
    await store.erase(transaction, gone)
    return gone
