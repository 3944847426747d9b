"""Records as emitters send them, each under an id of its own."""

import itertools
from typing import Any

_numbers = itertools.count(1)


def play(e_id: str = "H57", **changes: Any) -> dict[str, Any]:
    """A play-log record of a commune of the province."""
    return {
        "NguonID": e_id,
        "DichID": "19813" if e_id == "H57" else "00070",
        "CumLoaID": "CL-1",
        "BanTinID": f"BT-{next(_numbers)}",
        "ThoiDiemBatDau": 1776248342,
        "ThoiLuong": 195,
        "LoaiLinhVuc": 5,
    } | changes


def news(**changes: Any) -> dict[str, Any]:
    """An event in the platform's own format."""
    return {
        "id": f"NEWS-{next(_numbers)}",
        "channel": "portal",
        "title": "Trạm y tế dùng hồ sơ điện tử",
        "occurred_at": "2026-04-15T08:00:00+07:00",
    } | changes


# What an officer of Huế records by hand.
BY_HAND = {
    "province_id": "46@2025-07-01",
    "commune_ids": ["19813@2025-07-01"],
    "channel": "public_notice_board",
    "title": "Bảng tin",
    "occurred_at": "2026-04-15T08:00:00+07:00",
    "evidence_url": "https://example.vn/1",
}
