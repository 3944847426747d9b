"""Records, for an officer of the province, what no system emitted: an event with evidence."""

from datetime import timedelta

from chassis import clock, ids
from chassis.idempotency import Claim, digest
from chassis.identity import Viewer
from chassis.mongo import Transaction
from chassis.problems import refused
from contracts.outreach.outreach_events import Entry, EventState, RecordOutreachEventRequest
from reference.actions import Action
from reference.authorization import require
from reference.calendars import vietnam_day
from reference.catalog import Reference
from reference.permissions import Resource
from reference.resources import Resources
from reference.texts import folded, nfc
from services.outreach.outreach_events.commands.record import record
from services.outreach.outreach_events.domain import OutreachEvent, heard_keys
from services.outreach.outreach_events.terms import unknown_terms

NAMESPACE = "5b0c1f0e-6a4d-5d0c-9a51-3e2f7c1d8a90"


async def record_by_hand(
    resources: Resources,
    viewer: Viewer,
    request: RecordOutreachEventRequest,
    *,
    content_key: str | None,
    claimed: Claim,
) -> str:
    """The id of the new event. `content_key` is that of the content item asked for.

    Raises `forbidden`, or a refusal that names the field: PLACE_MISMATCH, IN_THE_FUTURE, UNKNOWN_TERM.
    """
    require(
        resources.reference,
        viewer,
        Action.RECORD_OUTREACH_EVENT,
        Resource(provinces=frozenset({request.province_id})),
    )
    _check(request, resources.reference)
    event = _event(request, viewer, resources.reference, content_key, claimed)

    async def complete(transaction: Transaction, receipts: object) -> None:
        del receipts
        await claimed.complete(transaction, {"id": event.id})

    await record(resources, viewer, [event], also=complete)
    return event.id


def _check(request: RecordOutreachEventRequest, reference: Reference) -> None:
    if request.occurred_at.tzinfo is None:
        raise refused("INVALID", "/occurred_at", vi="Thiếu múi giờ.", en="The offset is missing.")
    limit = clock.now() + timedelta(minutes=reference.play_log.maximum_minutes_ahead)
    if request.occurred_at > limit:
        raise refused("IN_THE_FUTURE", "/occurred_at", vi="Thời điểm ở tương lai.", en="It is in the future.")
    day = vietnam_day(request.occurred_at)
    for place, commune_id in enumerate(request.commune_ids):
        commune = reference.places.commune(commune_id)
        if commune is None or commune.province_id != request.province_id:
            vi, en = "Xã này không thuộc tỉnh.", "The commune is not of the province."
            raise refused("PLACE_MISMATCH", f"/commune_ids/{place}", vi=vi, en=en)
    if unknown := unknown_terms(reference.vocabularies, request, day):
        listed = ", ".join(unknown.codes)
        raise refused("UNKNOWN_TERM", f"/{unknown.field}", vi=f"Không có mã: {listed}.", en=f"No such term: {listed}.")


def _event(
    request: RecordOutreachEventRequest,
    viewer: Viewer,
    reference: Reference,
    content_key: str | None,
    claimed: Claim,
) -> OutreachEvent:
    """The key of the request makes the id, so that a request repeated after a crash is the same event."""
    now, title = clock.now(), nfc(request.title)
    body = reference.bodies.of_province(request.province_id)
    event_id = ids.named_id(NAMESPACE, claimed.key)
    return OutreachEvent(
        id=ids.named_id(NAMESPACE, "event", event_id),
        version=1,
        updated_at=now,
        source=body.e_id if body else request.province_id,
        event_id=event_id,
        entry=Entry.HAND,
        state=EventState.CURRENT,
        province_id=request.province_id,
        commune_ids=request.commune_ids,
        channel=request.channel,
        heard_keys=heard_keys(request.province_id, request.commune_ids, request.channel, None),
        content_key=content_key,
        title=title,
        folded_title=folded(title),
        summary=nfc(request.summary) if request.summary else None,
        themes=request.themes,
        stage=request.stage,
        industries=request.industries,
        fields=request.fields,
        audiences=request.audiences,
        language=request.language,
        occurred_at=request.occurred_at,
        occurred_on=vietnam_day(request.occurred_at),
        recorded_at=now,
        duration_seconds=request.duration_seconds,
        reach=request.reach,
        is_counted=True,
        evidence_url=request.evidence_url,
        activity_id=request.activity_id,
        task_ids=request.task_ids,
        digest=digest(request.model_dump(mode="json")),
        recorded_by=viewer.subject,
    )
