"""What others ask of emitters."""

from chassis.identity import Viewer
from chassis.mongo import Reader
from contracts.outreach.emitters import EmitterView
from reference.actions import Action, Sight
from reference.catalog import Reference
from reference.resources import Resources
from services.outreach.emitters import store
from services.outreach.emitters.domain import Emitter


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


def view(emitter: Emitter) -> EmitterView:
    """What the service answers with."""
    return EmitterView(
        id=emitter.id,
        e_id=emitter.id,
        province_id=emitter.province_id,
        source=emitter.id,
        name=emitter.name,
        registered_at=emitter.registered_at,
    )
