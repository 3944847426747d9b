"""Outreach events in the platform's own format, bare or as CloudEvents (1.0, JSON format, structured and batch)."""

import hashlib
import re
from collections.abc import Mapping
from datetime import datetime, timedelta

import orjson
from pydantic import ValidationError

from chassis import ids
from chassis.problems import Kind, Problem
from contracts.outreach.outreach_events import EmittedEvent, Entry, EventState
from reference.calendars import vietnam_day
from reference.catalog import Reference
from reference.texts import folded, nfc
from services.outreach.content_items.domain import content_key
from services.outreach.emitters.domain import Emitter
from services.outreach.intake.json_records import Json, MalformedJson, canonical, read_object, read_value
from services.outreach.intake.play_log import Rejection
from services.outreach.outreach_events.domain import OutreachEvent, heard_keys
from services.outreach.outreach_events.terms import unknown_terms

STRUCTURED, BATCH = "application/cloudevents+json", "application/cloudevents-batch+json"
CLOUD_EVENTS = (STRUCTURED, BATCH)
NAMESPACE = "0d9c1a53-5f0b-5f0e-8c0c-6a4b8f1d2e37"
GIVEN_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")  # UUID, version 5
UNREADABLE = b"null"  # stands for an element of a batch that is no CloudEvent: it is rejected, its neighbors are kept


def public_id(source: str, event_id: str) -> str:
    """The public id of an event: the same source and id give the same one, so that nothing is taken in twice."""
    return ids.named_id(NAMESPACE, source, event_id)


def named_ids(source: str, name: str) -> tuple[str, ...]:
    """The public ids that `name` may mean: an event id of the source's own, else an id that we answered with."""
    own = public_id(source, name)
    return (own, name.lower()) if GIVEN_ID.fullmatch(name.lower()) else (own,)


def read(raw: bytes, emitter: Emitter, received: datetime, reference: Reference) -> OutreachEvent | Rejection:
    """The event of one record, or why it is rejected."""
    try:
        sent = read_object(raw)
    except MalformedJson as error:
        return Rejection("malformed_json", detail=str(error))
    try:
        event = EmittedEvent.model_validate_json(raw)
    except ValidationError as error:
        return _rejection(error)
    if len(raw) > reference.play_log.maximum_record_bytes:
        return Rejection("too_large")
    return _checked(event, sent, raw, emitter, received, reference)


def _checked(
    event: EmittedEvent, sent: dict[str, Json], raw: bytes, emitter: Emitter, received: datetime, reference: Reference
) -> OutreachEvent | Rejection:
    if event.occurred_at.tzinfo is None:
        return Rejection("malformed", "/occurred_at")
    if event.occurred_at > received + timedelta(minutes=reference.play_log.maximum_minutes_ahead):
        return Rejection("start_in_future", "/occurred_at")
    day = vietnam_day(event.occurred_at)
    province = reference.places.province(emitter.province_id)
    if event.province_code is not None and (province is None or province.code != event.province_code):
        return Rejection("source_not_allowed", "/province_code")
    communes: list[str] = []
    for code in event.commune_codes:
        commune = reference.places.commune_by_code(code, day)
        if commune is None or commune.province_id != emitter.province_id:
            return Rejection("place_not_in_province", "/commune_codes")
        communes.append(commune.id)
    if unknown := unknown_terms(reference.vocabularies, event, day):
        return Rejection("unknown_term", f"/{unknown.field}")
    return _event(event, sent, raw, emitter, tuple(communes), received)


def _event(
    event: EmittedEvent,
    sent: dict[str, Json],
    raw: bytes,
    emitter: Emitter,
    communes: tuple[str, ...],
    received: datetime,
) -> OutreachEvent:
    title = nfc(event.title)
    keys = heard_keys(emitter.province_id, communes, event.channel, event.device_id)
    ends = event.corrects or event.retracts
    return OutreachEvent(
        id=public_id(emitter.id, event.id),
        version=1,
        updated_at=received,
        source=emitter.id,
        event_id=event.id,
        entry=Entry.SYSTEM,
        state=EventState.RETRACTED if event.retracts else EventState.CURRENT,
        province_id=emitter.province_id,
        commune_ids=communes,
        channel=event.channel,
        heard_keys=keys,
        device_id=event.device_id,
        content_key=content_key(emitter.id, event.content_ref) if event.content_ref else None,
        title=title,
        folded_title=folded(title),
        summary=nfc(event.summary) if event.summary else None,
        themes=event.themes,
        stage=event.stage,
        industries=event.industries,
        fields=event.fields,
        audiences=event.audiences,
        language=event.language,
        occurred_at=event.occurred_at,
        occurred_on=vietnam_day(event.occurred_at),
        recorded_at=received,
        duration_seconds=event.duration_seconds,
        reach=event.reach,
        is_counted=event.retracts is None,
        not_counted_reason="retraction" if event.retracts else None,
        evidence_url=event.evidence_url,
        activity_id=event.activity_id,
        task_ids=event.task_ids,
        honor_id=event.honor_id,
        names=named_ids(emitter.id, ends) if ends else (),
        digest=hashlib.sha256(orjson.dumps(canonical(sent))).hexdigest(),
        recorded_by=f"emitter:{emitter.id}",
        record=raw.decode(),
    )


def unwrap(raw: bytes, content_type: str, headers: Mapping[str, str]) -> bytes:
    """The data of a CloudEvent, or the array of those of a batch, with the CloudEvent's id as the event's.

    Raises the problem `malformed-json` where the body as a whole cannot be read.
    """
    try:
        if content_type == BATCH:
            elements = read_value(raw)
            if not isinstance(elements, list):
                raise MalformedJson("a batch is an array")
            return b"[" + b",".join(_data(element) for element in elements) + b"]"
        if content_type == STRUCTURED:
            return _data(read_object(raw))
        data = read_object(raw)
    except MalformedJson as error:
        vi, en = "CloudEvent không đọc được.", "The CloudEvent cannot be read."
        raise Problem("malformed-json", Kind.INVALID, vi=vi, en=en) from error
    return orjson.dumps({**data, "id": headers.get("ce-id", data.get("id"))})


def _data(element: Json) -> bytes:
    if not isinstance(element, dict) or element.get("specversion") != "1.0":
        return UNREADABLE
    data = element.get("data")
    if not isinstance(data, dict) or not isinstance(element.get("id"), str):
        return UNREADABLE
    return orjson.dumps({**data, "id": element["id"]})


def _rejection(error: ValidationError) -> Rejection:
    """The first fault, in the words that play logs use: what is missing, else what is malformed or no term of ours."""
    faults = error.errors(include_input=False, include_url=False)
    missing = [fault for fault in faults if fault["type"] == "missing"]
    fault = (missing or faults)[0]
    pointer = "".join(f"/{part}" for part in fault["loc"])
    if missing:
        return Rejection("missing_field", pointer)
    return Rejection("unknown_term" if fault["type"] == "enum" else "malformed", pointer)
