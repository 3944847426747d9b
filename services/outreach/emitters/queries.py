"""What others ask of emitters."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

from chassis import clock
from chassis.identity import Viewer
from chassis.mongo import Reader
from contracts.outreach.emitters import EmitterView
from contracts.vocabulary import MeasureCode
from reference.actions import Action, Sight
from reference.catalog import Reference
from reference.resources import Resources
from services.outreach.emitters import store
from services.outreach.emitters.domain import Emitter
from services.outreach.outreach_events import queries as outreach_events


async def emitter(reader: Reader, viewer: Viewer, e_id: str) -> Emitter | None:
    """The emitter of a code, or None."""
    return (await store.by_ids(reader, viewer, [e_id])).get(e_id)


async def visible(resources: Resources, viewer: Viewer) -> list[Emitter]:
    """The emitters of the provinces that the viewer may see, by code."""
    return await store.visible(resources.database, viewer, resources.reference)


def is_known_to(reference: Reference, viewer: Viewer) -> bool:
    """Whether there are emitters at all, as far as the viewer may know."""
    permissions = reference.permissions
    return permissions.may_see(viewer, Sight.EMITTERS) or permissions.role_may(viewer, Action.RUN_COMMAND_LINE)


async def views(resources: Resources, viewer: Viewer, found: Sequence[Emitter]) -> list[EmitterView]:
    """What the service answers with, for each of these: who they are and what came of late."""
    return list(await asyncio.gather(*(_view(resources, viewer, emitter) for emitter in found)))


async def _view(resources: Resources, viewer: Viewer, emitter: Emitter) -> EmitterView:
    place = emitter.province_id
    newest, lately = await outreach_events.activity_of_source(resources.database, viewer, place, emitter.id)
    allowed = timedelta(days=resources.reference.measures.get(MeasureCode.PEOPLE_COVERED).stale_after or 0)
    return EmitterView(
        id=emitter.id,
        e_id=emitter.id,
        province_id=place,
        source=emitter.id,
        name=emitter.name,
        registered_at=emitter.registered_at,
        last_event_at=newest,
        last_24h_count=lately,
        is_silent=newest is None or newest < clock.now() - allowed,
        quarantined_count=await outreach_events.quarantined_count(resources, viewer, place, emitter.id),
    )
