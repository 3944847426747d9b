"""What others ask of publications, each as its viewer may see it."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from chassis.identity import Viewer
from chassis.mongo import Reader
from contracts.tasks.publications import (
    PublicationFilter,
    PublicationsPage,
    PublicationsRequest,
    PublicationState,
    PublicationView,
)
from reference.actions import Action
from reference.authorization import allowed
from reference.catalog import Reference
from reference.resources import Resources
from reference.texts import folded
from services.tasks.publications import store
from services.tasks.publications.domain import POSSIBLE_IN, Publication
from services.tasks.publications.store import ORDERS, PUBLICATIONS
from services.tasks.science_tasks import queries as science_tasks
from services.tasks.science_tasks.domain import Told

ACTIONS = (Action.VERIFY_PUBLICATION, Action.REJECT_PUBLICATION)


async def views(resources: Resources, viewer: Viewer, publication_ids: Sequence[str]) -> list[PublicationView | None]:
    """The publications of these ids, in their order, null for what is not there or hidden."""
    found = await store.by_ids(resources.database, viewer, resources.reference, publication_ids)
    return [_view(resources.reference, viewer, found[i]) if i in found else None for i in publication_ids]


async def page(resources: Resources, viewer: Viewer, request: PublicationsRequest) -> PublicationsPage:
    """One page of publications. Raises `cursor-invalid`."""
    where = {"$and": [_where(request.filter, resources.reference), dict(store.visible_to(viewer, resources.reference))]}
    found = await PUBLICATIONS.page(
        resources.database,
        where,
        ORDERS[request.order],
        first=request.first,
        after=request.after,
        with_total=request.with_total,
    )
    return PublicationsPage(
        rows=tuple(_view(resources.reference, viewer, row) for row in found.rows),
        cursors=found.cursors,
        has_next=found.has_next,
        total=found.total,
    )


async def told_of(reader: Reader, viewer: Viewer, task_ids: Sequence[str]) -> Mapping[str, tuple[Sequence[Told], int]]:
    """Of each task the verified publications, and how many wait."""
    found = await store.of_tasks(reader, viewer, task_ids)
    return {task_id: _told([row for row in found if task_id in row.task_ids]) for task_id in task_ids}


def _told(publications: Sequence[Publication]) -> tuple[Sequence[Told], int]:
    verified = [
        Told(row.channel_group, row.published_on, row.verified_at)
        for row in publications
        if row.state is PublicationState.VERIFIED and row.verified_at is not None
    ]
    return verified, sum(row.state is PublicationState.PENDING for row in publications)


def _view(reference: Reference, viewer: Viewer, publication: Publication) -> PublicationView:
    resource = science_tasks.resource_of(reference, publication.body_ids, publication.recorded_by)
    may = allowed(reference, viewer, resource, ACTIONS) if viewer.grants else ()
    own = {name: getattr(publication, name) for name in PublicationView.model_fields if hasattr(publication, name)}
    hidden = {} if viewer.grants else {"verified_by": None, "verified_role": None, "state_reason": None}
    return PublicationView(
        **own | hidden | {"may": tuple(action for action in may if publication.state in POSSIBLE_IN[action])}
    )


def _where(wanted: PublicationFilter, reference: Reference) -> dict[str, Any]:
    where: dict[str, Any] = {}
    if wanted.task_id is not None:
        where["task_ids"] = wanted.task_id
    bodies = None if wanted.body_ids is None else set(wanted.body_ids)
    if wanted.province_id is not None:
        committee = reference.bodies.of_province(wanted.province_id)
        covered = set(reference.bodies.covered_by(committee.id)) if committee else set()
        bodies = covered if bodies is None else bodies & covered
    if bodies is not None:
        where["body_ids"] = {"$in": sorted(bodies)}
    if wanted.states is not None:
        where["state"] = {"$in": [state.value for state in wanted.states]}
    if wanted.channel_groups is not None:
        where["channel_group"] = {"$in": [group.value for group in wanted.channel_groups]}
    if wanted.text is not None:
        where["folded_title"] = {"$regex": re.escape(folded(wanted.text))}
    days = {"$gte": wanted.published_from, "$lte": wanted.published_to}
    if published := {operator: day.isoformat() for operator, day in days.items() if day is not None}:
        return {"$and": [where, {"published_on": published}]}
    return where
