"""What others ask of tasks, each as its viewer may see it."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from chassis.identity import Viewer
from chassis.mongo import Reader
from contracts.tasks.tasks import TaskFilter, TasksPage, TasksRequest, TaskView
from reference.actions import Action
from reference.authorization import allowed
from reference.catalog import Reference
from reference.figures import today
from reference.permissions import Resource
from reference.resources import Resources
from reference.texts import folded
from reference.vocabularies import Vocabulary
from services.tasks.science_tasks import store
from services.tasks.science_tasks.domain import OpenTask
from services.tasks.science_tasks.store import ORDERS, TASKS

ACTIONS = (Action.EDIT_TASK, Action.CLASSIFY_TASK, Action.RECORD_PUBLICATION)


async def views(resources: Resources, viewer: Viewer, task_ids: Sequence[str]) -> list[TaskView | None]:
    """The tasks of these ids, in their order, null for what is not there or hidden."""
    found = await store.by_ids(resources.database, viewer, resources.reference, task_ids)
    return [view(resources.reference, viewer, found[i]) if i in found else None for i in task_ids]


async def page(resources: Resources, viewer: Viewer, request: TasksRequest) -> TasksPage:
    """One page of tasks. Raises `cursor-invalid`."""
    where = {"$and": [_where(request.filter, resources.reference), dict(store.visible_to(viewer, resources.reference))]}
    found = await TASKS.page(
        resources.database,
        where,
        ORDERS[request.order],
        first=request.first,
        after=request.after,
        with_total=request.with_total,
    )
    return TasksPage(
        rows=tuple(view(resources.reference, viewer, task) for task in found.rows),
        cursors=found.cursors,
        has_next=found.has_next,
        total=found.total,
    )


async def by_ids(reader: Reader, viewer: Viewer, reference: Reference, task_ids: Sequence[str]) -> dict[str, OpenTask]:
    """The tasks of these ids that the viewer may see, by id."""
    return await store.by_ids(reader, viewer, reference, task_ids)


async def eligible(reader: Reader, viewer: Viewer, reference: Reference, day: date) -> list[OpenTask]:
    """The tasks in the denominator of T2 on that day that the viewer may see one by one."""
    where = {"$and": [store.until("eligible_on", day), dict(store.visible_to(viewer, reference))]}
    return await TASKS.find(reader, where)


async def sums(
    reader: Reader, viewer: Viewer, where: Mapping[str, Any], by: str = "managing_body_id"
) -> list[tuple[frozenset[str], str | None, int, datetime | None]]:
    """Counts of tasks by the set of their bodies and one field, with the newest change among them."""
    rows = await store.counts(reader, viewer, where, by)
    return [(frozenset(row["_id"]["bodies"]), row["_id"].get("key"), int(row["n"]), row["newest"]) for row in rows]


def until(field: str, day: date) -> Mapping[str, Any]:
    """The condition that a day is set and not after `day`."""
    return store.until(field, day)


def resource_of(reference: Reference, body_ids: Sequence[str], recorded_by: str | None = None) -> Resource:
    """What actions on a task or a publication are about."""
    found = (reference.bodies.body(body_id) for body_id in body_ids)
    provinces = frozenset(body.province_id for body in found if body and body.province_id)
    return Resource(owners=frozenset(body_ids), provinces=provinces, recorded_by=recorded_by)


def view(reference: Reference, viewer: Viewer, task: OpenTask) -> TaskView:
    """What the service answers with."""
    resource = resource_of(reference, task.body_ids)
    own = {name: getattr(task, name) for name in TaskView.model_fields if hasattr(task, name)}
    return TaskView(**own | {"may": allowed(reference, viewer, resource, ACTIONS) if viewer.grants else ()})


def _where(wanted: TaskFilter, reference: Reference) -> dict[str, Any]:
    lists: dict[str, Sequence[Any] | None] = {
        "body_ids": _bodies(wanted, reference),
        "level": wanted.levels,
        "form": wanted.forms,
        "state": wanted.states,
        "fields": None
        if wanted.fields is None
        else sorted(reference.vocabularies.widened(Vocabulary.SCIENCE_FIELD, wanted.fields)),
    }
    where: dict[str, Any] = {name: {"$in": list(values)} for name, values in lists.items() if values is not None}
    conditions: list[Mapping[str, Any]] = []
    if wanted.is_eligible is not None:
        eligible = store.until("eligible_on", today())
        conditions.append(eligible if wanted.is_eligible else {"$nor": [dict(eligible)]})
    if wanted.is_communicated is not None:
        conditions.append({"communicated_on": {"$gt": ""} if wanted.is_communicated else None})
    if wanted.missing_groups is not None:
        conditions.append({"$or": [{"groups": {"$ne": group.value}} for group in wanted.missing_groups]})
    days = {"$gte": wanted.ends_from, "$lte": wanted.ends_to}
    if ends := {operator: day.isoformat() for operator, day in days.items() if day is not None}:
        conditions.append({"ends_on": ends})
    if wanted.text is not None:
        text = re.escape(folded(wanted.text))
        code = re.escape("".join(wanted.text.split()).upper())
        conditions.append({"$or": [{"folded_title": {"$regex": text}}, {"code_key": {"$regex": code}}]})
    return where | ({"$and": conditions} if conditions else {})


def _bodies(wanted: TaskFilter, reference: Reference) -> list[str] | None:
    groups: list[set[str]] = []
    if wanted.body_ids is not None:
        groups.append(set(wanted.body_ids))
    if wanted.province_id is not None:
        committee = reference.bodies.of_province(wanted.province_id)
        groups.append(set(reference.bodies.covered_by(committee.id)) if committee else set())
    return sorted(set.intersection(*groups)) if groups else None
