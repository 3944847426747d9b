"""Declares a task classified: it, and everything published about it alone, is erased at once.

Laws 117/2025/QH15 and Decision 137/QĐ-TTg of 2026-01-19 forbid keeping secret content on connected machines.
"""

from chassis import audit, clock, history, ids
from chassis.identity import Viewer, system
from chassis.mongo import Transaction
from contracts.tasks.tasks import TaskFigureChanged, TaskWithdrawn
from reference.actions import Action
from reference.calendars import vietnam_day
from reference.figures import today
from reference.permissions import Allowed
from reference.resources import Resources
from services.tasks.classification import store
from services.tasks.classification.store import SealedStub
from services.tasks.publications.commands.forget import forget_task
from services.tasks.science_tasks import queries
from services.tasks.science_tasks.commands.forget import forget
from services.tasks.science_tasks.commands.register import MEASURES, scopes_of


async def classify(transaction: Transaction, resources: Resources, viewer: Viewer, task_id: str) -> None:
    """Erases the task if it is there and the viewer may say so of it; otherwise nothing happens, and nothing is told.

    The caller has asked whether the viewer's role may classify at all.
    """
    reference = resources.reference
    task = (await queries.by_ids(transaction, viewer, reference, [task_id])).get(task_id)
    if task is None:
        return
    resource = queries.resource_of(reference, task.body_ids)
    if not isinstance(reference.permissions.authorize(viewer, Action.CLASSIFY_TASK, resource, on=today()), Allowed):
        return
    now = clock.now()
    gone = await forget_task(transaction, resources, system("tasks", "classification"), task_id)
    await forget(transaction, task_id)
    await history.erase(transaction, [task_id, *gone])
    await store.forget_outcomes(transaction, [task_id, *gone])
    stub = SealedStub(ids.random_id(), task.managing_body_id, vietnam_day(task.registered_at), today(), now)
    await store.seal(transaction, stub)
    messages = [
        resources.outbox.message(TaskWithdrawn(id=task_id), subject=task_id, sequence=task.version + 1),
        resources.outbox.message(
            TaskFigureChanged(measures=MEASURES, scopes=scopes_of(resources, task.body_ids)),
            subject="figures",
            sequence=1,
        ),
    ]
    await resources.outbox.append(transaction, messages)
    await audit.note(transaction, viewer, Action.CLASSIFY_TASK.value, stub.id)
