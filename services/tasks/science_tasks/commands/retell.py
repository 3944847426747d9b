"""Writes anew how far tasks have been told, from what is published about them."""

from collections.abc import Mapping, Sequence

from chassis.identity import Viewer
from chassis.mongo import Transaction
from contracts.tasks.tasks import TaskFigureChanged
from reference.resources import Resources
from services.tasks.science_tasks import store
from services.tasks.science_tasks.commands.register import MEASURES, scopes_of
from services.tasks.science_tasks.domain import Told, told


async def retell(
    transaction: Transaction,
    resources: Resources,
    viewer: Viewer,
    publications: Mapping[str, tuple[Sequence[Told], int]],
) -> None:
    """`publications` are the verified ones of each task, and how many wait. A version of no task is made."""
    found = await store.by_ids(transaction, viewer, resources.reference, list(publications))
    bodies: dict[str, None] = {}
    for task in found.values():
        verified, pending = publications[task.id]
        await store.save_told(transaction, told(task, verified, pending))
        bodies |= dict.fromkeys(task.body_ids)
    if bodies:
        data = TaskFigureChanged(measures=MEASURES, scopes=scopes_of(resources, tuple(bodies)))
        message = resources.outbox.message(data, subject="figures", sequence=1)
        await resources.outbox.append(transaction, [message])
