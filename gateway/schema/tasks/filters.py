"""Which tasks and publications: filters of lists, wherever they hang."""

from collections.abc import Sequence
from typing import Any

import strawberry

from contracts.tasks import publications, tasks
from contracts.tasks.publications import PublicationOrder, PublicationsRequest, PublicationState
from contracts.tasks.tasks import TaskLevel, TaskOrder, TasksRequest, TaskState, TaskView
from contracts.vocabulary import ChannelGroup
from gateway.context import Context
from gateway.schema.ids import keys_of
from gateway.schema.lists import read_pages
from gateway.schema.plans.filters import days, only_key, searched, values
from gateway.schema.shared import DateRange
from reference import bodies

strawberry.enum(TaskLevel)
strawberry.enum(TaskState)
strawberry.enum(TaskOrder)
strawberry.enum(ChannelGroup)
strawberry.enum(PublicationState)
strawberry.enum(PublicationOrder)


@strawberry.input
class TaskFilter:
    """Which tasks."""

    body_ids: list[strawberry.ID] | None = None
    province_id: strawberry.ID | None = None
    levels: list[TaskLevel] | None = None
    form_codes: list[str] | None = None
    field_codes: list[str] | None = None
    states: list[TaskState] | None = None
    is_eligible: bool | None = None
    is_communicated: bool | None = None
    missing_groups: list[ChannelGroup] | None = None
    ends_on: DateRange | None = None
    text: str | None = None


@strawberry.input
class PublicationFilter:
    """Which publications."""

    task_id: strawberry.ID | None = None
    body_ids: list[strawberry.ID] | None = None
    province_id: strawberry.ID | None = None
    states: list[PublicationState] | None = None
    channel_groups: list[ChannelGroup] | None = None
    published_on: DateRange | None = None
    text: str | None = None


def task_filter(given: TaskFilter | None) -> tasks.TaskFilter:
    """The filter as the service takes it. Raises BAD_USER_INPUT."""
    wanted = given or TaskFilter()
    ends_from, ends_to = days(wanted.ends_on)
    return tasks.TaskFilter(
        body_ids=keys_of(wanted.body_ids, "Body"),
        province_id=only_key(wanted.province_id, "Province"),
        levels=values(wanted.levels),
        forms=values(wanted.form_codes),
        fields=values(wanted.field_codes),
        states=values(wanted.states),
        is_eligible=wanted.is_eligible,
        is_communicated=wanted.is_communicated,
        missing_groups=values(wanted.missing_groups),
        ends_from=ends_from,
        ends_to=ends_to,
        text=searched(wanted.text),
    )


def publication_filter(given: PublicationFilter | None) -> publications.PublicationFilter:
    """The filter as the service takes it. Raises BAD_USER_INPUT."""
    wanted = given or PublicationFilter()
    published_from, published_to = days(wanted.published_on)
    return publications.PublicationFilter(
        task_id=only_key(wanted.task_id, "Task"),
        body_ids=keys_of(wanted.body_ids, "Body"),
        province_id=only_key(wanted.province_id, "Province"),
        states=values(wanted.states),
        channel_groups=values(wanted.channel_groups),
        published_from=published_from,
        published_to=published_to,
        text=searched(wanted.text),
    )


async def tasks_of_bodies(
    rows: list[bodies.Body],
    context: Context,
    *,
    filter: TaskFilter | None = None,
    order_by: TaskOrder | None = TaskOrder.ENDS_ON_ASC,
    first: int | None = 20,
    after: str | None = None,
) -> Sequence[Any]:
    """A page of the tasks of each body."""
    wanted = task_filter(filter)
    requests = [
        TasksRequest(filter=wanted.model_copy(update={"body_ids": (row.id,)}), order=order_by or TaskOrder.ENDS_ON_ASC)
        for row in rows
    ]
    return await read_pages(context, context.tasks.tasks.pages, requests, name="tasks", first=first, after=after)


async def publications_of_tasks(
    rows: list[TaskView],
    context: Context,
    *,
    filter: PublicationFilter | None = None,
    order_by: PublicationOrder | None = PublicationOrder.PUBLISHED_ON_DESC,
    first: int | None = 20,
    after: str | None = None,
) -> Sequence[Any]:
    """A page of what is published about each task."""
    wanted = publication_filter(filter)
    requests = [
        PublicationsRequest(
            filter=wanted.model_copy(update={"task_id": row.id}), order=order_by or PublicationOrder.PUBLISHED_ON_DESC
        )
        for row in rows
    ]
    loader = context.tasks.publications.pages
    return await read_pages(context, loader, requests, name="publications", first=first, after=after)
