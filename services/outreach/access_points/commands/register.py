"""Registers access points that a file names; the same file twice changes nothing."""

from collections import defaultdict
from collections.abc import Sequence

from chassis import audit
from chassis.identity import Viewer
from chassis.messages import Message
from chassis.mongo import Transaction
from contracts.outreach.access_points import AccessPointsChanged
from reference.resources import Resources
from services.outreach.access_points import store
from services.outreach.access_points.domain import AccessPoint, merged


async def register(
    transaction: Transaction, resources: Resources, viewer: Viewer, points: Sequence[AccessPoint]
) -> tuple[int, int]:
    """Adds or changes access points by id; answers (changed, known already). Runs in the caller's transaction."""
    present = await store.by_ids(transaction, viewer, [point.id for point in points])
    changed: dict[str, AccessPoint] = {}
    for point in points:
        after = merged(present.get(point.id), point)
        if after is not None:
            changed[point.id] = after
    await store.save(transaction, list(changed.values()))
    await resources.outbox.append(transaction, _messages(resources, list(changed.values()), present))
    if changed:  # one row for the batch: the actor names the job, and the job its file
        await audit.note(transaction, viewer, "REGISTER_ACCESS_POINTS", store.CURRENT)
    return len(changed), len(points) - len(changed)


def _messages(resources: Resources, changed: Sequence[AccessPoint], present: dict[str, AccessPoint]) -> list[Message]:
    by_commune: dict[str, set[str]] = defaultdict(set)
    for point in changed:
        by_commune[point.commune_id].add(point.id)
        if point.id in present:  # it may have moved: its former commune changes too
            by_commune[present[point.id].commune_id].add(point.id)
    return [
        resources.outbox.message(
            AccessPointsChanged(commune_id=commune, access_point_ids=tuple(sorted(points))), subject=commune, sequence=1
        )
        for commune, points in sorted(by_commune.items())
    ]
