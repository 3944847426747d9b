"""Cancels an honor by a document; the cancellation is public and restates the figures."""

from dataclasses import replace

from chassis import clock
from chassis.identity import Viewer
from chassis.mongo import Transaction
from chassis.problems import absent, check_version, refused
from contracts.changes import RevokeRequest
from contracts.vocabulary import LocalizedText
from reference.actions import Action
from reference.authorization import require
from reference.figures import today
from reference.resources import Resources
from services.honors.honors import store
from services.honors.honors.commands.grant import document_identity, document_view, keep_honor
from services.honors.honors.domain import revoked
from services.honors.nominations import queries as nominations
from services.honors.nominations.commands.change import allowed_nomination, form_of, keep
from services.honors.nominations.domain import S, entered


async def revoke(
    transaction: Transaction, resources: Resources, viewer: Viewer, honor_id: str, *, request: RevokeRequest
) -> str:
    """The honor's id. Raises `not-found`, `forbidden`, `version-conflict`, `state-conflict`, or INVALID."""
    action, reason = Action.REVOKE_HONOR, LocalizedText(vi=request.reason)
    honor = (await store.by_ids(transaction, viewer, resources.reference, [honor_id])).get(honor_id)
    if honor is None:
        raise absent()
    require(resources.reference, viewer, action, nominations.resource_of(resources.reference, honor.decided_by_id))
    check_version(request.expected_version, honor.version)
    if not honor.decided_on <= request.document.signed_on <= today():
        vi, en = "Ký trước quyết định hoặc ở tương lai.", "Signed before the decision, or in the future."
        raise refused("INVALID", "/document/signed_on", vi=vi, en=en)
    identity = document_identity(resources, honor.decided_by_id, request.document, pointer="/document")
    document = document_view(identity, request.document)
    after = revoked(honor, document, reason=reason, at=clock.now())
    await keep_honor(transaction, resources, viewer, after, action=action, note=reason)
    await store.free_achievement(transaction, honor.achievement_key)
    await _end_dossier(transaction, resources, viewer, honor.nomination_id, reason)
    return honor_id


async def _end_dossier(
    transaction: Transaction, resources: Resources, viewer: Viewer, nomination_id: str, reason: LocalizedText
) -> None:
    present = await allowed_nomination(transaction, resources, viewer, nomination_id, action=Action.REVOKE_HONOR)
    form, day = form_of(resources, present.form), today()
    ended = entered(present, S.REVOKED, on=day, at=clock.now(), actor=viewer.subject, form=form, note=reason)
    await keep(
        transaction,
        resources,
        viewer,
        replace(ended, ended_on=day, stuck_on=None),
        action=Action.REVOKE_HONOR,
        note=reason,
    )
