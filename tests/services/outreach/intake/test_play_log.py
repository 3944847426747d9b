"""Records of play logs, judged in the order of the rules."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from reference.catalog import default
from services.outreach.emitters.domain import Emitter
from services.outreach.intake.play_log import Rejection, digest_of, read
from services.outreach.outreach_events.domain import OutreachEvent

RECEIVED = datetime(2026, 11, 20, tzinfo=UTC)
HUE = Emitter("H57", "46@2025-07-01", "Huế", RECEIVED)
GOOD: dict[str, Any] = {
    "NguonID": "H57",
    "DichID": "19813",
    "CumLoaID": "H57-19813-0a",
    "BanTinID": "H57-BT014",
    "ThoiDiemBatDau": 1776248342,
    "ThoiLuong": 195,
    "AmLuong": 53,
    "LoaiLinhVuc": 5,
}


def judged(**changes: Any) -> OutreachEvent | Rejection:
    """What a good record becomes with these fields changed."""
    return read(json.dumps(GOOD | changes).encode(), HUE, RECEIVED, default())


def digest(record: dict[str, Any]) -> str:
    """The digest of a record as it is read."""
    return digest_of({key.lower(): value for key, value in record.items()})


def test_a_good_record_becomes_a_counted_event_with_a_derived_id() -> None:
    event = judged()
    assert isinstance(event, OutreachEvent)
    assert (event.id, event.is_counted) == ("73c03a19-e0a1-5a35-8ce6-14954ec276bb", True)
    assert event.themes == ("science_technology",)
    assert event.heard_keys == ("device|46@2025-07-01|H57-19813-0a",)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"ThoiLuong": None, "NguonID": "H26"}, "missing_field"),
        ({"CumLoaID": ""}, "missing_field"),
        ({"ThoiDiemBatDau": "hôm qua", "NguonID": "H26"}, "malformed"),
        ({"ThoiLuong": -1}, "malformed"),
        ({"ThoiLuong": True}, "malformed"),
        ({"AmLuong": "lớn"}, "malformed"),
        ({"Thua": "x" * 33_000, "NguonID": "H26"}, "too_large"),
        ({"NguonID": "H26", "ThoiDiemBatDau": 9_999_999_999}, "source_not_allowed"),
        ({"ThoiDiemBatDau": 10**18, "DichID": "00070"}, "start_in_future"),
        ({"DichID": "00070"}, "place_not_in_province"),
        ({"ThoiDiemBatDau": 1_600_000_000}, "place_not_in_province"),
    ],
)
def test_the_first_reason_in_the_order_of_the_rules_is_given(changes: dict[str, Any], reason: str) -> None:
    rejection = judged(**changes)
    assert isinstance(rejection, Rejection)
    assert rejection.reason == reason


@pytest.mark.parametrize(
    "raw",
    [
        b"{",
        b"[1]",
        b'{"a": NaN}',
        b'{"a": 1, "a": 2}',
        b'{"NguonID": "H57", "nguonid": "H57"}',
        b"\xff\xfe",
        b'{"a": "\\ud800"}',
        b"[" * 5000,
    ],
)
def test_what_two_readers_could_understand_differently_is_no_json(raw: bytes) -> None:
    assert read(raw, HUE, RECEIVED, default()) == Rejection("malformed_json", detail=_detail(raw))


def _detail(raw: bytes) -> str:
    found = read(raw, HUE, RECEIVED, default())
    assert isinstance(found, Rejection)
    return found.detail


@pytest.mark.parametrize(("changes", "reason"), [({"AmLuong": 0}, "volume_zero"), ({"ThoiLuong": 4}, "too_short")])
def test_an_unheard_play_is_kept_and_not_counted(changes: dict[str, Any], reason: str) -> None:
    event = judged(**changes)
    assert isinstance(event, OutreachEvent)
    assert (event.is_counted, event.not_counted_reason) == (False, reason)


def test_a_missing_volume_is_not_zero() -> None:
    event = judged(AmLuong=None)
    assert isinstance(event, OutreachEvent)
    assert event.is_counted


def test_case_order_and_numbers_as_strings_do_not_matter_and_the_rest_does() -> None:
    same = {key.upper(): str(value) for key, value in reversed(GOOD.items())}
    assert digest(same) == digest(GOOD)
    assert digest(GOOD | {"DichID": 19813}) == digest(GOOD)
    for changes in ({"AmLuong": 54}, {"CumLoaID": "h57-19813-0a"}, {"Moi": 1}, {"TieuDe": "007"}):
        assert digest(GOOD | changes) != digest(GOOD)
    assert digest(GOOD | {"TieuDe": "007"}) != digest(GOOD | {"TieuDe": "7"})
