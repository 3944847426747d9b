"""Opens a dossier, and changes one that has not been checked yet or was returned."""

from dataclasses import replace
from datetime import timedelta

from chassis import clock, ids
from chassis.identity import Viewer
from chassis.mongo import Transaction
from chassis.problems import refused
from contracts.changes import EvidenceView
from contracts.honors.nominations import (
    Achievement,
    AchievementGiven,
    CreateNominationRequest,
    EditNominationRequest,
    NominationState,
    Recipient,
    RecipientGiven,
)
from reference.actions import Action
from reference.authorization import require
from reference.calendars import start_of_day
from reference.figures import today
from reference.resources import Resources
from reference.texts import folded, nfc
from reference.vocabularies import Vocabulary
from services.honors.nominations import queries
from services.honors.nominations.commands.change import allowed_nomination, form_of, keep
from services.honors.nominations.domain import Nomination, Stage, possible


async def create(
    transaction: Transaction,
    resources: Resources,
    viewer: Viewer,
    request: CreateNominationRequest,
    *,
    council_body_id: str,
) -> str:
    """The id of the dossier. Raises `forbidden`, or a refusal that names the field."""
    reference, day, now = resources.reference, today(), clock.now()
    if reference.bodies.body(request.nominator_id) is None:
        raise refused("NOT_FOUND", "/nominator_id", vi="Không có cơ quan này.", en="There is no such body.")
    require(reference, viewer, Action.CREATE_NOMINATION, queries.resource_of(reference, request.nominator_id))
    form = form_of(resources, request.form)
    _check(resources, request.kind, request.recipient, request.achievement)
    on = request.nominated_on or day
    if not request.achievement.achieved_on <= on <= day:
        vi, en = "Ngày đề nghị phải từ ngày lập thành tích đến hôm nay.", "Nominated between the achievement and today."
        raise refused("INVALID", "/nominated_on", vi=vi, en=en)
    recipient, achievement = recipient_of(request.recipient), achievement_of(request.achievement)
    handler = request.nominator_id if form.is_decided_by_nominator else council_body_id
    entered_at = now if on == day else start_of_day(on)
    allowed = form.days_allowed_in(NominationState.NOMINATED.value)
    nomination = Nomination(
        id=ids.random_id(),
        version=1,
        updated_at=now,
        recorded_at=now,
        nominator_id=request.nominator_id,
        recipient=recipient,
        folded_recipient=folded(recipient.name),
        folded_text=folded(f"{recipient.name} {achievement.title.vi}"),
        achievement=achievement,
        achieved_on=achievement.achieved_on,
        form=form.code,
        kind=request.kind,
        service_level_days=form.service_level_days,
        state=NominationState.NOMINATED,
        held_by_id=handler,
        handler_id=handler,
        stages=(Stage(NominationState.NOMINATED, handler, on, entered_at, viewer.subject),),
        entered_state_at=entered_at,
        province_id=recipient.province_id,
        stuck_on=None if allowed is None else on + timedelta(days=allowed + 1),
    )
    await keep(transaction, resources, viewer, nomination, action=Action.CREATE_NOMINATION, on=on)
    return nomination.id


async def edit(
    transaction: Transaction,
    resources: Resources,
    viewer: Viewer,
    nomination_id: str,
    *,
    request: EditNominationRequest,
) -> str:
    """The dossier's id. Raises as every change of a dossier."""
    action = Action.EDIT_NOMINATION
    present = await allowed_nomination(
        transaction, resources, viewer, nomination_id, action=action, expected_version=request.expected_version
    )
    possible(present, action.value)
    _check(resources, request.kind or present.kind, request.recipient, request.achievement)
    form = form_of(resources, request.form or present.form)
    recipient = recipient_of(request.recipient) if request.recipient else present.recipient
    achievement = achievement_of(request.achievement) if request.achievement else present.achievement
    after = replace(
        present,
        version=present.version + 1,
        updated_at=clock.now(),
        recipient=recipient,
        folded_recipient=folded(recipient.name),
        folded_text=folded(f"{recipient.name} {achievement.title.vi}"),
        achievement=achievement,
        achieved_on=achievement.achieved_on,
        form=form.code,
        service_level_days=form.service_level_days,
        kind=request.kind or present.kind,
        province_id=recipient.province_id,
    )
    await keep(transaction, resources, viewer, after, action=action)
    return nomination_id


def recipient_of(given: RecipientGiven) -> Recipient:
    """The recipient as it is kept."""
    return Recipient(**{**dict(given), "name": nfc(given.name)})


def achievement_of(given: AchievementGiven) -> Achievement:
    """The achievement as it is kept."""
    now = clock.now()
    evidence = tuple(EvidenceView(title=e.title, url=e.url, subject=e.subject, added_at=now) for e in given.evidence)
    return Achievement(
        category=given.category,
        title=given.title,
        description=given.description,
        achieved_on=given.achieved_on,
        evidence=evidence,
    )


def _check(
    resources: Resources, kind: str, recipient: RecipientGiven | None, achievement: AchievementGiven | None
) -> None:
    reference = resources.reference
    if reference.vocabularies.term(Vocabulary.HONOR_KIND, kind) is None:
        raise refused("INVALID", "/kind", vi="Không có loại hình khen thưởng này.", en="There is no such kind.")
    if achievement and achievement.achieved_on > today():
        vi, en = "Ngày ở tương lai.", "The day is in the future."
        raise refused("INVALID", "/achievement/achieved_on", vi=vi, en=en)
    if recipient and recipient.province_id and reference.places.province(recipient.province_id) is None:
        raise refused("NOT_FOUND", "/recipient/province_id", vi="Không có tỉnh này.", en="There is no such province.")
    if recipient and recipient.body_id and reference.bodies.body(recipient.body_id) is None:
        raise refused("NOT_FOUND", "/recipient/body_id", vi="Không có cơ quan này.", en="There is no such body.")
