"""Rows of access points: province_code, commune_code, access_point_id, channel_type (1 to 8), device_ids and more."""

from collections.abc import Sequence
from datetime import date

from chassis import clock
from chassis.identity import Viewer
from chassis.mongo import Transaction
from chassis.tables import TableRow
from contracts.imports import ImportKind
from contracts.vocabulary import GRASSROOTS_CHANNELS
from reference.places import Commune, Places
from reference.resources import Resources
from services.outreach.access_points.commands.register import register
from services.outreach.access_points.domain import AccessPoint
from services.outreach.imports.cells import Accepted, Cells, JsonRow, Rejected
from services.outreach.imports.kinds import ImportScope, Kind, Outcome
from services.outreach.outreach_events.domain import heard_keys


def access_points(resources: Resources) -> Kind:
    """The kind `access_points`."""
    places = resources.reference.places

    def read(rows: Sequence[TableRow], scope: ImportScope) -> list[Outcome]:
        seen: set[str] = set()
        return [_read(row, places, scope, seen) for row in rows]

    async def write(transaction: Transaction, viewer: Viewer, rows: Sequence[JsonRow]) -> tuple[int, int]:
        return await register(transaction, resources, viewer, [_point(row, places) for row in rows])

    required = ("province_code", "commune_code", "access_point_id", "channel_type", "valid_from")
    return Kind(
        ImportKind.ACCESS_POINTS, required, ("device_ids", "people_served", "villages", "valid_to"), read, write
    )


def _read(row: TableRow, places: Places, scope: ImportScope, seen: set[str]) -> Accepted | Rejected:
    cells = Cells(row)
    point_id = cells.text("access_point_id", most=200)
    if point_id in seen:
        cells.fault("access_point_id", "TWICE", vi="Mã này đã có ở dòng trên.", en="This id stands in a row above.")
    seen.add(point_id)
    first, last = cells.day("valid_from"), cells.optional_day("valid_to")
    if first and last and last < first:
        cells.fault("valid_to", "BEFORE_START", vi="Trước ngày bắt đầu.", en="Before valid_from.")
    commune = _commune(cells, places, first, scope)
    values: dict[str, str | int | list[str] | dict[str, int] | None] = {
        "id": point_id,
        "commune_id": commune.id if commune else "",
        "channel_type": cells.whole_number("channel_type", least=1, most=len(GRASSROOTS_CHANNELS)),
        "device_ids": cells.texts("device_ids"),
        "people_served": cells.optional_number("people_served"),
        "villages": cells.texts("villages"),
        "valid_from": first.isoformat() if first else "",
        "valid_to": last.isoformat() if last else None,
    }
    return cells.outcome(values)


def _commune(cells: Cells, places: Places, day: date | None, scope: ImportScope) -> Commune | None:
    province_code, code = cells.code("province_code", width=2), cells.code("commune_code", width=5)
    commune = places.commune_by_code(code, day) if day else None
    province = places.province_by_code(province_code, day) if day else None
    if day and (commune is None or province is None or commune.province_id != province.id):
        vi, en = "Tỉnh không có xã mang mã này vào ngày đó.", "The province had no commune of this code on that day."
        cells.fault("commune_code", "PLACE_MISMATCH", vi=vi, en=en)
        return None
    if commune and not scope.has_province(commune.province_id):
        cells.fault("province_code", "OUT_OF_SCOPE", vi="Thuộc tỉnh khác.", en="Of another province than the import.")
    return commune


def _point(row: JsonRow, places: Places) -> AccessPoint:
    commune = places.commune(str(row["commune_id"]))
    assert commune is not None  # the check found it
    channel = GRASSROOTS_CHANNELS[int(str(row["channel_type"])) - 1]
    devices = _texts(row, "device_ids")
    keys = [key for device in devices for key in heard_keys(commune.province_id, [], channel, device)]
    people, valid_to = row["people_served"], row["valid_to"]
    return AccessPoint(
        id=str(row["id"]),
        version=1,
        recorded_at=clock.now(),
        province_id=commune.province_id,
        commune_id=commune.id,
        channel=channel,
        device_ids=devices,
        heard_keys=tuple(keys) or heard_keys(commune.province_id, [commune.id], channel, None),
        people_served=int(str(people)) if people is not None else None,
        villages=_texts(row, "villages"),
        valid_from=date.fromisoformat(str(row["valid_from"])),
        valid_to=date.fromisoformat(str(valid_to)) if valid_to else None,
    )


def _texts(row: JsonRow, name: str) -> tuple[str, ...]:
    value = row[name]
    return tuple(value) if isinstance(value, list) else ()
