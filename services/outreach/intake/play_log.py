"""Play logs of Source Information Systems: from the bytes of a record to an outreach event, or the reason against it.

Records are judged in the order of `Disposition`; official letters 1273 and 2455/BTTTT-TTCS name the fields. What we
don't know of a record is kept with it and counts for equality.
"""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime

import orjson

from chassis import ids
from contracts.outreach.outreach_events import Entry, EventState
from contracts.vocabulary import OutreachChannel
from reference.calendars import vietnam_day
from reference.catalog import Reference
from reference.places import Commune
from reference.play_log import PlayLog
from reference.texts import folded, nfc
from services.outreach.content_items.domain import content_key
from services.outreach.emitters.domain import Emitter
from services.outreach.intake.json_records import Json, MalformedJson, canonical, number_text, read_object
from services.outreach.outreach_events.domain import OutreachEvent, heard_keys, not_counted_reason

COMMUNE_DIGITS = 5
MAX_TITLE = 500


@dataclass(frozen=True, slots=True)
class Rejection:
    """Why a record is not taken in, and the field at fault; it is not remembered, so that it can be sent again."""

    reason: str
    field: str | None = None
    detail: str = ""


def read(raw: bytes, emitter: Emitter, received: datetime, reference: Reference) -> OutreachEvent | Rejection:
    """The event of one record, or the first reason against it, in the order of the rules."""
    try:
        sent = read_object(raw)
    except MalformedJson as error:
        return Rejection("malformed_json", detail=str(error))
    record = {key.lower(): value for key, value in sent.items()}
    if rejection := _form(record, len(raw), reference.play_log):
        return rejection
    if _text(record["nguonid"]) != emitter.id:
        return Rejection("source_not_allowed", "NguonID")
    return _placed(record, raw, emitter, received, reference)


def _form(record: dict[str, Json], size: int, rules: PlayLog) -> Rejection | None:
    for field in rules.required_fields:
        if record.get(field.lower()) in (None, ""):
            return Rejection("missing_field", field)
    for field in ("ThoiDiemBatDau", "ThoiLuong"):
        if _whole(record[field.lower()]) is None:
            return Rejection("malformed", field)
    if record.get("amluong") not in (None, "") and number_text(record["amluong"]) is None:
        return Rejection("malformed", "AmLuong")
    return Rejection("too_large") if size > rules.maximum_record_bytes else None


def _placed(
    record: dict[str, Json], raw: bytes, emitter: Emitter, received: datetime, reference: Reference
) -> OutreachEvent | Rejection:
    seconds = _whole(record["thoidiembatdau"]) or 0
    if seconds > received.timestamp() + reference.play_log.maximum_minutes_ahead * 60:
        return Rejection("start_in_future", "ThoiDiemBatDau")
    started = datetime.fromtimestamp(seconds, UTC)
    code = _padded(record["dichid"])
    commune = reference.places.commune_by_code(code, vietnam_day(started))
    if commune is None or commune.province_id != emitter.province_id:
        return Rejection("place_not_in_province", "DichID")
    return _event(record, raw, emitter, started, commune, received, reference)


def _event(
    record: dict[str, Json],
    raw: bytes,
    emitter: Emitter,
    started: datetime,
    commune: Commune,
    received: datetime,
    reference: Reference,
) -> OutreachEvent:
    device, bulletin = _text(record["cumloaid"]), _text(record["bantinid"])
    event_id = ids.named_id(
        str(reference.play_log.id_namespace), emitter.id, device, bulletin, str(_whole(record["thoidiembatdau"]))
    )
    duration = _whole(record["thoiluong"])
    reason = not_counted_reason(
        volume=_volume(record), duration_seconds=duration, minimum_seconds=reference.play_log.minimum_seconds
    )
    title = nfc(_text(record.get("tieude") or bulletin))[:MAX_TITLE]
    channel = OutreachChannel.COMMUNE_LOUDSPEAKER
    return OutreachEvent(
        id=event_id,
        version=1,
        updated_at=received,
        source=emitter.id,
        event_id=event_id,
        entry=Entry.SYSTEM,
        state=EventState.CURRENT,
        province_id=emitter.province_id,
        commune_ids=(commune.id,),
        channel=channel,
        heard_keys=heard_keys(emitter.province_id, [commune.id], channel, device),
        device_id=device,
        content_key=content_key(emitter.id, bulletin),
        title=title,
        folded_title=folded(title),
        summary=nfc(_text(record["noidungtomtat"])) if record.get("noidungtomtat") else None,
        themes=reference.play_log.themes_of(_whole(record.get("loailinhvuc"))),
        language="vi",
        occurred_at=started,
        occurred_on=vietnam_day(started),
        recorded_at=received,
        duration_seconds=duration,
        is_counted=reason is None,
        not_counted_reason=reason,
        digest=digest_of(record),
        recorded_by=f"emitter:{emitter.id}",
        record=raw.decode(),
    )


def digest_of(record: dict[str, Json]) -> str:
    """What makes two records equal: SHA-256 of their canonical content, `DichID` padded to five digits."""
    content = canonical({**record, "dichid": None})
    place = _padded(record["dichid"])
    return hashlib.sha256(orjson.dumps([content, place])).hexdigest()


def _text(value: Json) -> str:
    """A value as text; a number in its one spelling."""
    if isinstance(value, str):
        return value
    return number_text(value) or ("" if value is None else orjson.dumps(value).decode())


def _whole(value: Json) -> int | None:
    """The whole number >= 0 that a value is or spells, else None."""
    text = number_text(value)
    return int(text) if text is not None and text.isdigit() else None


def _volume(record: dict[str, Json]) -> float | None:
    text = number_text(record.get("amluong"))
    return None if text is None else float(text)


def _padded(value: Json) -> str:
    text = _text(value)
    return text.zfill(COMMUNE_DIGITS) if text.isdigit() else text
