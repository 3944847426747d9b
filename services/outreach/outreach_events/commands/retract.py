"""Takes an event back for an officer of its province."""

from chassis import audit, clock
from chassis.idempotency import Claim
from chassis.identity import Viewer
from chassis.mongo import Transaction
from chassis.problems import absent, check_version
from contracts.outreach.outreach_events import RetractRequest
from reference.actions import Action
from reference.authorization import require
from reference.permissions import Resource
from reference.resources import Resources
from services.outreach.outreach_events import store
from services.outreach.outreach_events.commands.record import taken_back
from services.outreach.outreach_events.domain import OutreachEvent, retracted


async def retract(
    resources: Resources, viewer: Viewer, event_id: str, request: RetractRequest, claimed: Claim
) -> OutreachEvent:
    """The event after its retraction. Raises `not-found`, `forbidden`, `version-conflict` or `state-conflict`."""

    async def work(transaction: Transaction) -> OutreachEvent:
        event = (await store.by_ids(transaction, viewer, [event_id])).get(event_id)
        if event is None:
            raise absent()
        place = Resource(provinces=frozenset({event.province_id}))
        require(resources.reference, viewer, Action.RETRACT_OUTREACH_EVENT, place)
        check_version(request.expected_version, event.version)
        after = retracted(event, reason=request.reason, at=clock.now())
        await store.replace(transaction, after)
        await resources.outbox.append(transaction, [taken_back(resources.outbox, after)])
        await audit.note(transaction, viewer, "RETRACT_OUTREACH_EVENT", event.id)
        await claimed.complete(transaction, {"id": after.id, "version": str(after.version)})
        return after

    return await resources.database.transaction(work)
