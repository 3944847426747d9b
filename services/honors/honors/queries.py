"""What others ask of honors, each as its viewer may see it."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from chassis.identity import Viewer
from contracts.honors.honors import HonorFilter, HonorsPage, HonorsRequest, HonorState, HonorView
from reference.actions import Action, Sight
from reference.authorization import allowed
from reference.catalog import Reference
from reference.resources import Resources
from reference.texts import folded
from services.honors.honors import store
from services.honors.honors.domain import Honor
from services.honors.honors.store import HONORS, NEWEST_FIRST
from services.honors.nominations import queries as nominations

ACTIONS = (Action.REVOKE_HONOR,)


async def views(resources: Resources, viewer: Viewer, honor_ids: Sequence[str]) -> list[HonorView | None]:
    """The honors of these ids, in their order, null for what is not there or hidden."""
    found = await store.by_ids(resources.database, viewer, resources.reference, honor_ids)
    return [_view(resources.reference, viewer, found[i]) if i in found else None for i in honor_ids]


async def page(resources: Resources, viewer: Viewer, request: HonorsRequest) -> HonorsPage:
    """One page of honors, newest decision first. Raises `cursor-invalid`."""
    where = {"$and": [_where(request.filter), dict(store.visible_to(viewer, resources.reference))]}
    found = await HONORS.page(
        resources.database,
        where,
        NEWEST_FIRST,
        first=request.first,
        after=request.after,
        with_total=request.with_total,
    )
    return HonorsPage(
        rows=tuple(_view(resources.reference, viewer, honor) for honor in found.rows),
        cursors=found.cursors,
        has_next=found.has_next,
        total=found.total,
    )


async def visible(resources: Resources, viewer: Viewer, honor_ids: Sequence[str]) -> set[str]:
    """Which of these honors the viewer may see."""
    return set(await store.by_ids(resources.database, viewer, resources.reference, honor_ids))


def _view(reference: Reference, viewer: Viewer, honor: Honor) -> HonorView:
    resource = nominations.resource_of(reference, honor.decided_by_id)
    may = allowed(reference, viewer, resource, ACTIONS) if viewer.grants else ()
    own = {name: getattr(honor, name) for name in HonorView.model_fields if hasattr(honor, name)}
    sees_dossiers = reference.permissions.may_see(viewer, Sight.NOMINATIONS)
    return HonorView(
        **own
        | {
            "nomination_id": honor.nomination_id if sees_dossiers else None,
            "may": () if honor.state is HonorState.REVOKED else may,
        }
    )


def _where(wanted: HonorFilter) -> dict[str, Any]:
    lists: Mapping[str, Sequence[Any] | None] = {
        "decided_by_id": wanted.body_ids,
        "state": wanted.states,
        "form": wanted.forms,
        "kind": wanted.kinds,
        "recipient.kind": wanted.recipient_kinds,
    }
    where: dict[str, Any] = {name: {"$in": list(values)} for name, values in lists.items() if values is not None}
    if wanted.province_id is not None:
        where["province_id"] = wanted.province_id
    if wanted.is_on_time is not None:
        where["is_on_time"] = wanted.is_on_time
    if wanted.text is not None:
        where["folded_text"] = {"$regex": re.escape(folded(wanted.text))}
    days = {"$gte": wanted.decided_from, "$lte": wanted.decided_to}
    decided = {operator: day.isoformat() for operator, day in days.items() if day is not None}
    return {"$and": [where, {"decided_on": decided}]} if decided else where
