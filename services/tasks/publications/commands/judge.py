"""Verifies or rejects a publication; who recorded it may not verify it (`permissions.yaml`, not_own_record)."""

from chassis import clock
from chassis.identity import Viewer
from chassis.mongo import Transaction
from chassis.problems import absent, check_version
from contracts.changes import ReasonRequest, TransitionRequest
from contracts.tasks.publications import PublicationState
from contracts.vocabulary import LocalizedText
from reference.actions import Action
from reference.authorization import require
from reference.resources import Resources
from services.tasks.publications import store
from services.tasks.publications.commands.change import keep
from services.tasks.publications.domain import Publication, rejected, verified
from services.tasks.science_tasks import queries as science_tasks


async def verify(
    transaction: Transaction, resources: Resources, viewer: Viewer, publication_id: str, *, request: TransitionRequest
) -> str:
    """The publication's id; it counts for T2 from now on."""
    action = Action.VERIFY_PUBLICATION
    present = await _allowed(transaction, resources, viewer, publication_id, action, request.expected_version)
    role = viewer.grants[0].role if viewer.grants else None
    after = verified(present, by=viewer.subject, role=role, at=clock.now())
    await keep(transaction, resources, viewer, after, action=action, note=request.note)
    return publication_id


async def reject(
    transaction: Transaction, resources: Resources, viewer: Viewer, publication_id: str, *, request: ReasonRequest
) -> str:
    """The publication's id; it counts for nothing."""
    action = Action.REJECT_PUBLICATION
    present = await _allowed(transaction, resources, viewer, publication_id, action, request.expected_version)
    after = rejected(present, reason=LocalizedText(vi=request.reason), at=clock.now())
    await keep(transaction, resources, viewer, after, action=action, note=request.reason)
    return publication_id


async def withdraw_of_event(transaction: Transaction, resources: Resources, viewer: Viewer, event_id: str) -> None:
    """Takes back the pending publication of an outreach event that was taken back itself."""
    reason = LocalizedText(vi="Sự kiện truyền thông đã được rút lại.", en="The outreach event was taken back.")
    for present in await store.of_event(transaction, viewer, event_id):
        if present.state is PublicationState.PENDING:
            after = rejected(present, reason=reason, at=clock.now())
            await keep(transaction, resources, viewer, after, action=Action.REJECT_PUBLICATION, note=reason.vi)


async def _allowed(
    transaction: Transaction,
    resources: Resources,
    viewer: Viewer,
    publication_id: str,
    action: Action,
    expected_version: int,
) -> Publication:
    reference = resources.reference
    present = (await store.by_ids(transaction, viewer, reference, [publication_id])).get(publication_id)
    if present is None:
        raise absent()
    require(reference, viewer, action, science_tasks.resource_of(reference, present.body_ids, present.recorded_by))
    check_version(expected_version, present.version)
    return present
