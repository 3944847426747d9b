"""What others ask of emitters."""

from chassis.identity import Viewer
from chassis.mongo import Reader
from contracts.outreach.emitters import EmitterView
from services.outreach.emitters import store
from services.outreach.emitters.domain import Emitter


async def emitter(reader: Reader, viewer: Viewer, e_id: str) -> Emitter | None:
    """The emitter of a code, or None."""
    return (await store.by_ids(reader, viewer, [e_id])).get(e_id)


async def everyone(reader: Reader, viewer: Viewer) -> list[Emitter]:
    """All emitters, by code."""
    return await store.everyone(reader, viewer)


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
