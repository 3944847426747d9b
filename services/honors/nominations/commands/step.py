"""The steps of a dossier that leave it undecided: on to a stage, back, again, refused, taken back, joined."""

from dataclasses import replace

from chassis import clock
from chassis.identity import Viewer
from chassis.mongo import Transaction
from chassis.problems import refused
from contracts.changes import ReasonRequest, TransitionRequest
from contracts.honors.nominations import AdvanceNominationRequest, CouncilVote, MergeNominationsRequest
from contracts.vocabulary import LocalizedText
from reference.actions import Action
from reference.figures import today
from reference.resources import Resources
from services.honors.nominations import store
from services.honors.nominations.commands.change import allowed_nomination, form_of, keep
from services.honors.nominations.domain import Nomination, S, check_day, check_next, entered, possible


async def advanced(
    transaction: Transaction,
    resources: Resources,
    viewer: Viewer,
    nomination_id: str,
    *,
    request: AdvanceNominationRequest,
) -> Nomination:
    """The dossier in its next stage, written. Raises as every change, and COUNCIL_VOTE_REQUIRED, EVIDENCE_REQUIRED."""
    action, on = Action.ADVANCE_NOMINATION, request.on or today()
    present = await allowed_nomination(
        transaction, resources, viewer, nomination_id, action=action, expected_version=request.expected_version
    )
    check_next(present, request.to, has_vote=request.council_vote is not None)
    check_day(present, on, today=today(), pointer="/on")
    note = LocalizedText(vi=request.note) if request.note else None
    form = form_of(resources, present.form)
    after = entered(present, request.to, on=on, at=clock.now(), actor=viewer.subject, form=form, note=note)
    if request.to is S.COUNCIL_VOTED and request.council_vote:
        after = replace(after, council_vote=CouncilVote(**dict(request.council_vote), voted_on=on))
    await keep(transaction, resources, viewer, after, action=action, on=on, note=note)
    return after


async def send_back(
    transaction: Transaction, resources: Resources, viewer: Viewer, nomination_id: str, *, request: ReasonRequest
) -> str:
    """The dossier's id, with its nominator now; its clock stands still."""
    action, reason = Action.RETURN_NOMINATION, LocalizedText(vi=request.reason)
    present = await allowed_nomination(
        transaction, resources, viewer, nomination_id, action=action, expected_version=request.expected_version
    )
    possible(present, action.value)
    form = form_of(resources, present.form)
    after = entered(present, S.RETURNED, on=today(), at=clock.now(), actor=viewer.subject, form=form, note=reason)
    await keep(transaction, resources, viewer, replace(after, returned_from=present.state), action=action, note=reason)
    return nomination_id


async def resubmit(
    transaction: Transaction, resources: Resources, viewer: Viewer, nomination_id: str, *, request: TransitionRequest
) -> str:
    """The dossier's id, back in the stage that returned it."""
    action = Action.RESUBMIT_NOMINATION
    present = await allowed_nomination(
        transaction, resources, viewer, nomination_id, action=action, expected_version=request.expected_version
    )
    possible(present, action.value)
    state, form = present.returned_from or S.NOMINATED, form_of(resources, present.form)
    note = LocalizedText(vi=request.note) if request.note else None
    after = entered(present, state, on=today(), at=clock.now(), actor=viewer.subject, form=form, note=note)
    await keep(transaction, resources, viewer, replace(after, returned_from=None), action=action, note=note)
    return nomination_id


async def end(
    transaction: Transaction,
    resources: Resources,
    viewer: Viewer,
    nomination_id: str,
    *,
    action: Action,
    request: ReasonRequest,
) -> str:
    """The dossier's id, rejected or withdrawn now."""
    present = await allowed_nomination(
        transaction, resources, viewer, nomination_id, action=action, expected_version=request.expected_version
    )
    possible(present, action.value)
    state = S.REJECTED if action is Action.REJECT_NOMINATION else S.WITHDRAWN
    reason = LocalizedText(vi=request.reason)
    after = _ended(resources, present, state, viewer, reason)
    await keep(transaction, resources, viewer, after, action=action, note=reason)
    return nomination_id


async def merge(
    transaction: Transaction,
    resources: Resources,
    viewer: Viewer,
    nomination_id: str,
    *,
    request: MergeNominationsRequest,
) -> str:
    """The id of the dossier that goes on; the others end in it."""
    action, reason = Action.MERGE_NOMINATIONS, LocalizedText(vi=request.reason)
    kept = await allowed_nomination(transaction, resources, viewer, nomination_id, action=action)
    possible(kept, action.value)
    others = await store.by_ids(transaction, viewer, resources.reference, request.merge_ids)
    for place, other_id in enumerate(request.merge_ids):
        if other_id not in others or other_id == nomination_id:
            vi, en = "Không có hồ sơ này.", "There is no such dossier."
            raise refused("NOT_FOUND", f"/merge_ids/{place}", vi=vi, en=en)
        ended = _ended(resources, possible(others[other_id], action.value), S.WITHDRAWN, viewer, reason)
        ended = replace(ended, merged_into_id=nomination_id)
        await keep(transaction, resources, viewer, ended, action=action, note=reason)
    after = replace(kept, version=kept.version + 1, updated_at=clock.now())
    await keep(transaction, resources, viewer, after, action=action, note=reason)
    return nomination_id


def _ended(resources: Resources, present: Nomination, state: S, viewer: Viewer, reason: LocalizedText) -> Nomination:
    form, day = form_of(resources, present.form), today()
    after = entered(present, state, on=day, at=clock.now(), actor=viewer.subject, form=form, note=reason)
    return replace(after, ended_on=day)
