"""Emitters in MongoDB; those who may see emitters see those of their provinces."""

from collections.abc import Sequence

from chassis.documents import from_document, to_document
from chassis.identity import Viewer
from chassis.mongo import IndexModel, Reader, Transaction
from reference.actions import Action, Sight
from reference.catalog import Reference
from reference.figures import today
from services.outreach.emitters.domain import Emitter

COLLECTION = "emitters"
INDEXES: dict[str, tuple[IndexModel, ...]] = {COLLECTION: ()}


async def by_ids(reader: Reader, viewer: Viewer, e_ids: Sequence[str]) -> dict[str, Emitter]:
    """The emitters of these codes, for intake and for operators: a token names its own."""
    del viewer
    rows = await reader.collection(COLLECTION).find({"_id": {"$in": list(e_ids)}})
    return {row["_id"]: from_document(Emitter, row) for row in rows}


async def visible(reader: Reader, viewer: Viewer, reference: Reference) -> list[Emitter]:
    """The emitters that the viewer may see, by code."""
    rows = await reader.collection(COLLECTION).find({})
    found = [from_document(Emitter, row) for row in rows]
    sight = reference.permissions.sight_of(viewer, Sight.EMITTERS, on=today())
    runs_it = reference.permissions.role_may(viewer, Action.RUN_COMMAND_LINE)
    seen = [emitter for emitter in found if runs_it or sight.reaches(provinces=[emitter.province_id])]
    return sorted(seen, key=lambda emitter: emitter.id)


async def save(transaction: Transaction, emitter: Emitter) -> None:
    """Writes an emitter."""
    await transaction.collection(COLLECTION).replace_one({"_id": emitter.id}, to_document(emitter), upsert=True)
