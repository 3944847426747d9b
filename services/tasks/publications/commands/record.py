"""Enters a publication about one task or more: by an officer, or from an outreach event that has evidence."""

from datetime import date, datetime

from chassis import clock, ids
from chassis.identity import Viewer
from chassis.mongo import Transaction
from chassis.problems import refused
from contracts.tasks.publications import PublicationState, RecordPublicationRequest
from contracts.vocabulary import ChannelGroup, OutreachChannel, View
from reference.actions import Action
from reference.authorization import require
from reference.calendars import vietnam_day
from reference.figures import today
from reference.resources import Resources
from reference.texts import folded, nfc
from services.tasks.publications import store
from services.tasks.publications.commands.change import keep
from services.tasks.publications.domain import Publication, url_key
from services.tasks.science_tasks import queries as science_tasks


class EventOfTasks(View):
    """What is read of an outreach event here; whatever else its message carries may change."""

    id: str
    source: str
    channel: OutreachChannel
    title: str
    occurred_at: datetime
    evidence_url: str | None
    task_ids: tuple[str, ...]


async def record(
    transaction: Transaction, resources: Resources, viewer: Viewer, request: RecordPublicationRequest
) -> str:
    """The id of the publication. Raises `forbidden`, NOT_FOUND, DUPLICATE_PUBLICATION, or a refusal of a field."""
    reference = resources.reference
    task_ids = tuple(dict.fromkeys(request.task_ids))
    tasks = await science_tasks.by_ids(transaction, viewer, reference, task_ids)
    if missing := [place for place, task_id in enumerate(task_ids) if task_id not in tasks]:
        vi, en = "Không có nhiệm vụ này.", "There is no such task."
        raise refused("NOT_FOUND", f"/task_ids/{missing[0]}", vi=vi, en=en)
    for task in tasks.values():
        require(reference, viewer, Action.RECORD_PUBLICATION, science_tasks.resource_of(reference, task.body_ids))
    if request.published_on > today():
        raise refused("INVALID", "/published_on", vi="Ngày ở tương lai.", en="The day is in the future.")
    present = await store.of_address(transaction, viewer, url_key(request.url))
    if any(set(task_ids) & set(row.task_ids) for row in present if row.state is not PublicationState.REJECTED):
        vi, en = "Địa chỉ này đã ghi nhận cho nhiệm vụ.", "The address is recorded for the task already."
        raise refused("DUPLICATE_PUBLICATION", "/url", vi=vi, en=en)
    publication = _publication(
        request.title,
        request.url,
        outlet=request.outlet,
        group=request.channel_group,
        published_on=request.published_on,
        task_ids=task_ids,
        body_ids=tuple(dict.fromkeys(body for task in tasks.values() for body in task.body_ids)),
        recorded_by=viewer.subject,
    )
    await keep(transaction, resources, viewer, publication, action=Action.RECORD_PUBLICATION)
    return publication.id


async def record_from_outreach(
    transaction: Transaction, resources: Resources, viewer: Viewer, event: EventOfTasks
) -> None:
    """Makes a pending publication of an event that names tasks and has evidence; unknown tasks drop their link."""
    group = resources.reference.channels.publication_group(event.channel)
    tasks = await science_tasks.by_ids(transaction, viewer, resources.reference, event.task_ids)
    if group is None or not event.evidence_url or not tasks:
        return
    present = await store.of_address(transaction, viewer, url_key(event.evidence_url))
    new = [task for task in tasks.values() if not any(task.id in row.task_ids for row in present)]
    if not new:
        return
    publication = _publication(
        event.title,
        event.evidence_url,
        outlet=_outlet(resources, event.source),
        group=group,
        published_on=vietnam_day(event.occurred_at),
        task_ids=tuple(task.id for task in new),
        body_ids=tuple(dict.fromkeys(body for task in new for body in task.body_ids)),
        recorded_by=viewer.subject,
        event_id=event.id,
    )
    await keep(transaction, resources, viewer, publication, action=Action.RECORD_PUBLICATION)


def _outlet(resources: Resources, source: str) -> str:
    """Who published: the body whose system told of it."""
    body = resources.reference.bodies.by_e_id(source, today())
    return body.name.vi if body else source


def _publication(
    title: str,
    url: str,
    *,
    outlet: str,
    group: ChannelGroup,
    published_on: date,
    task_ids: tuple[str, ...],
    body_ids: tuple[str, ...],
    recorded_by: str,
    event_id: str | None = None,
) -> Publication:
    now = clock.now()
    return Publication(
        id=ids.random_id(),
        version=1,
        updated_at=now,
        title=nfc(title),
        folded_title=folded(f"{title} {outlet}"),
        url=url,
        url_key=url_key(url),
        outlet=nfc(outlet),
        channel_group=group,
        published_on=published_on,
        recorded_at=now,
        recorded_by=recorded_by,
        state=PublicationState.PENDING,
        task_ids=task_ids,
        body_ids=body_ids,
        outreach_event_id=event_id,
    )
