"""Decides, for an officer of the province, on a copy held back: the first stays, or the copy takes its place."""

from dataclasses import replace

from chassis import audit, clock, ids
from chassis.idempotency import Claim
from chassis.identity import Viewer
from chassis.mongo import Transaction
from chassis.problems import absent
from contracts.outreach.quarantine import ResolveQuarantinedEventRequest
from reference.actions import Action
from reference.authorization import require
from reference.permissions import Resource
from reference.resources import Resources
from services.outreach.outreach_events import store
from services.outreach.outreach_events.commands.record import messages_of, settled
from services.outreach.outreach_events.domain import QuarantinedCopy, corrected, decided, taken_instead

NAMESPACE = "c4a6d1f0-2b7e-5d8c-8f35-9e1a7b60d412"


async def resolve(
    resources: Resources, viewer: Viewer, copy_id: str, request: ResolveQuarantinedEventRequest, claimed: Claim
) -> str:
    """Keeps the decision; answers with the id of the event that stands after it.

    Raises `not-found`, `forbidden`, or `state-conflict` where the copy was decided on, or what it would replace ended.
    """

    async def work(transaction: Transaction) -> str:
        copy = (await store.copies_by_ids(transaction, viewer, resources.reference, [copy_id])).get(copy_id)
        if copy is None:
            raise absent()
        place = Resource(provinces=frozenset({copy.province_id}))
        require(resources.reference, viewer, Action.RESOLVE_QUARANTINED_EVENT, place)
        after = decided(copy, accept=request.accept, by=viewer.subject, reason=request.reason, at=clock.now())
        await store.replace_copy(transaction, after)
        stands = await _taken(transaction, resources, viewer, after) if request.accept else copy.event_id
        await audit.note(transaction, viewer, "RESOLVE_QUARANTINED_EVENT", copy.id, outcome=after.decision.value)
        await claimed.complete(transaction, {"id": stands})
        return stands

    return await resources.database.transaction(work)


async def _taken(transaction: Transaction, resources: Resources, viewer: Viewer, copy: QuarantinedCopy) -> str:
    """Puts the copy in the place of the event that stands under its id; answers with the id of the new event."""
    first = await store.by_ids(transaction, viewer, [copy.event_id])
    before = (await store.standing(transaction, viewer, first))[copy.event_id]
    at = copy.decided_at or clock.now()
    event = taken_instead(copy, before, as_=ids.named_id(NAMESPACE, copy.id), by=viewer.subject, at=at)
    named = (await settled(transaction, viewer, [replace(event, corrects=None)])).ended  # a copy may be a cause itself
    ended = named | {before.id: corrected(before, by=event.id, reason=copy.decided_reason or "", at=at)}
    await store.add(transaction, [event])
    for other in ended.values():
        await store.replace(transaction, other)
    await resources.outbox.append(transaction, messages_of(resources.outbox, [event], list(ended.values())))
    return event.id
