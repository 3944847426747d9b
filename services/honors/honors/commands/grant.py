"""Grants an honor by a signed decision, and makes it public as its dossier goes on."""

from dataclasses import replace

from chassis import clock, ids
from chassis.identity import Viewer
from chassis.mongo import Transaction
from chassis.problems import absent, refused
from contracts.changes import DocumentGiven, DocumentView
from contracts.honors.honors import HonorChanged, HonorState
from contracts.honors.nominations import AdvanceNominationRequest, DecideNominationRequest
from contracts.vocabulary import LocalizedText
from reference.actions import Action
from reference.calendars import start_of_day
from reference.documents import DocumentIdentity, DocumentIdentityInvalid
from reference.figures import today
from reference.resources import Resources
from reference.steps import tell
from services.honors.honors import store
from services.honors.honors.domain import Honor, announced, presented
from services.honors.honors.store import HONORS
from services.honors.nominations.commands.change import allowed_nomination, form_of, keep
from services.honors.nominations.commands.step import advanced
from services.honors.nominations.domain import Nomination, S, achievement_key, check_day, entered, possible


async def decide(
    transaction: Transaction,
    resources: Resources,
    viewer: Viewer,
    nomination_id: str,
    *,
    request: DecideNominationRequest,
) -> str:
    """The dossier's id, decided now. Raises as every change of a dossier, and ALREADY_HONORED, DOCUMENT_TAKEN."""
    action, now = Action.DECIDE_NOMINATION, clock.now()
    present = await allowed_nomination(
        transaction, resources, viewer, nomination_id, action=action, expected_version=request.expected_version
    )
    on = request.decision.signed_on
    check_day(possible(present, action.value), on, today=today(), pointer="/decision/signed_on")
    identity = document_identity(resources, request.decided_by_id, request.decision, pointer="/decision")
    honor_id = ids.random_id()
    await _bind(transaction, viewer, present, identity, honor_id)
    form = form_of(resources, present.form)
    after = entered(present, S.DECIDED, on=on, at=now, actor=viewer.subject, form=form)
    after = replace(after, decided_on=on, decided_by_id=request.decided_by_id, honor_id=honor_id)
    await keep(transaction, resources, viewer, after, action=action, on=on)
    document = document_view(identity, request.decision)
    await keep_honor(transaction, resources, viewer, _granted(after, document, honor_id), action=action)
    return nomination_id


async def advance(
    transaction: Transaction,
    resources: Resources,
    viewer: Viewer,
    nomination_id: str,
    *,
    request: AdvanceNominationRequest,
) -> str:
    """The dossier's id in its next stage; announcing and presenting go for its honor too."""
    after = await advanced(transaction, resources, viewer, nomination_id, request=request)
    if request.to in (S.ANNOUNCED, S.PRESENTED):
        honor = await store.of_nomination(transaction, viewer, nomination_id)
        if honor is None:
            raise absent()
        step = announced if request.to is S.ANNOUNCED else presented
        shown = step(honor, on=after.stages[-1].entered_on, at=clock.now())
        await keep_honor(transaction, resources, viewer, shown, action=Action.ADVANCE_NOMINATION)
    return nomination_id


async def keep_honor(
    transaction: Transaction,
    resources: Resources,
    viewer: Viewer,
    honor: Honor,
    *,
    action: Action,
    note: LocalizedText | None = None,
) -> None:
    """Writes the honor's new version with its history, message and audit row."""
    if honor.version == 1:
        await HONORS.insert(transaction, honor)
    else:
        await HONORS.replace(transaction, honor)
    message = HonorChanged(
        id=honor.id,
        action=action.value,
        state=honor.state,
        form=honor.form,
        kind=honor.kind,
        decided_by_id=honor.decided_by_id,
        province_id=honor.province_id,
        decided_on=honor.decided_on,
        is_on_time=honor.is_on_time,
    )
    on = honor.revoked_on or honor.presented_on or honor.announced_on or honor.decided_on
    await tell(
        transaction,
        resources,
        viewer,
        action=action,
        object_id=honor.id,
        version=honor.version,
        messages=[message],
        occurred_at=start_of_day(on),
        note=note,
    )


def document_identity(resources: Resources, body_id: str, given: DocumentGiven, *, pointer: str) -> DocumentIdentity:
    """The document of a body. Raises NOT_FOUND or INVALID."""
    body = resources.reference.bodies.body(body_id)
    if body is None:
        raise refused("NOT_FOUND", "/decided_by_id", vi="Không có cơ quan này.", en="There is no such body.")
    try:
        return DocumentIdentity.of(body.e_id, given.signed_on, number=given.number)
    except DocumentIdentityInvalid as error:
        raise refused("INVALID", f"{pointer}/number", vi=error.vi, en=error.en) from error


def document_view(identity: DocumentIdentity, given: DocumentGiven) -> DocumentView:
    """The document as it is shown."""
    return DocumentView(
        document_id=identity.format(), number=identity.number, signed_on=identity.signed_on, url=given.url
    )


async def _bind(
    transaction: Transaction, viewer: Viewer, nomination: Nomination, identity: DocumentIdentity, honor_id: str
) -> None:
    key = achievement_key(nomination.recipient, nomination.achievement)
    if await store.honored_by(transaction, viewer, key):
        vi, en = "Thành tích này đã được tôn vinh.", "The achievement was honored already."
        raise refused("ALREADY_HONORED", "", vi=vi, en=en)
    await store.bind_achievement(transaction, key, honor_id)
    form = await store.form_of_decision(transaction, viewer, identity.key())
    if form is None:
        await store.bind_decision(transaction, identity.key(), nomination.form)
    elif form != nomination.form:
        vi, en = "Số quyết định này thuộc hình thức khác.", "A decision of another form bears this number."
        raise refused("DOCUMENT_TAKEN", "/decision/number", vi=vi, en=en)


def _granted(nomination: Nomination, document: DocumentView, honor_id: str) -> Honor:
    decided_on = nomination.decided_on or document.signed_on
    return Honor(
        id=honor_id,
        version=1,
        updated_at=nomination.updated_at,
        nomination_id=nomination.id,
        nominator_id=nomination.nominator_id,
        form=nomination.form,
        kind=nomination.kind,
        recipient=nomination.recipient,
        folded_text=nomination.folded_text,
        achievement=nomination.achievement,
        achievement_key=achievement_key(nomination.recipient, nomination.achievement),
        state=HonorState.DECIDED,
        decided_by_id=nomination.decided_by_id or nomination.handler_id,
        decision=document,
        decided_on=decided_on,
        days_to_decision=nomination.days_to(decided_on),
        is_on_time=nomination.is_decided_on_time(),
        province_id=nomination.province_id,
    )
