"""Demo data of places: access points, people apportioned by area, content, and the play logs of the last weeks."""

import csv
import io
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import orjson

from lantoa.demo.words import BULLETINS, MARK
from reference.places import Commune, Places, Province

SERIES = "apportioned-demo"
PLAYS = 20_000
DAYS = 60
BROADCASTS = ((22, 5), (22, 20), (22, 40), (10, 5), (10, 30))  # UTC; 05:00 and 17:00 in Viet Nam
WITH_CHANNEL = 0.86  # share of communes with an access point


@dataclass(frozen=True, slots=True)
class Territory:
    """The places of the demo: every commune, and the devices of those that have a channel."""

    provinces: Sequence[Province]
    communes: Mapping[str, Sequence[Commune]]
    devices: dict[str, tuple[str, ...]]  # by commune code
    e_ids: dict[str, str]  # by province id


def territory(places: Places, now: datetime, *, seed: int) -> Territory:
    """The same places and devices for the same seed."""
    chance = random.Random(seed)
    provinces = places.provinces_on(now.date())
    communes = {province.id: places.communes_of(province.id, now.date()) for province in provinces}
    devices: dict[str, tuple[str, ...]] = {}
    for province in provinces:
        for commune in communes[province.id]:
            if chance.random() < WITH_CHANNEL:
                count = chance.choice((1, 1, 2, 3))
                devices[commune.code] = tuple(f"{province.e_id}-{commune.code}-{n}" for n in range(count))
    return Territory(provinces, communes, devices, {province.id: province.e_id for province in provinces})


def access_points(land: Territory, *, seed: int) -> str:
    """The register as CSV: most channels serve the whole commune, some a declared part of it."""
    chance, rows = random.Random(seed + 1), []
    for province in land.provinces:
        for commune in land.communes[province.id]:
            if devices := land.devices.get(commune.code):
                people = chance.choice(("", "", "", str(chance.randrange(800, 9000))))
                rows.append(
                    (province.code, commune.code, f"DEMO-{commune.code}", "1", ";".join(devices), people, "2025-07-01")
                )
    columns = (
        "province_code", "commune_code", "access_point_id", "channel_type", "device_ids", "people_served", "valid_from"
    )  # fmt: skip
    return table(columns, rows)


def populations(land: Territory) -> str:
    """People of each commune: the province's number (Resolution 202/2025/QH15) apportioned by the root of the area."""
    rows = []
    for province in land.provinces:
        communes = land.communes[province.id]
        weights = [max(commune.area_km2 or 1.0, 0.5) ** 0.5 for commune in communes]
        people, left, total = province.population_nq202 or 0, province.population_nq202 or 0, sum(weights)
        for place, (commune, weight) in enumerate(zip(communes, weights, strict=True)):
            share = left if place == len(communes) - 1 else min(left, round(people * weight / total))
            left -= share
            rows.append((SERIES, "2025", commune.code, str(share)))
    return table(("series", "year", "commune_code", "population"), rows)


def content_items(land: Territory) -> str:
    """The bulletins of every province, with their themes."""
    rows = [
        (province.e_id, f"{province.e_id}-DEMO-{number}", f"{title} {MARK}", theme)
        for province in land.provinces
        for number, (title, _, theme) in enumerate(BULLETINS)
        if theme
    ]
    return table(("source", "external_id", "title", "themes"), rows)


def play_logs(land: Territory, now: datetime, *, seed: int) -> Iterator[tuple[str, list[bytes]]]:
    """The records of each province's system: of every commune with a channel, all that a device played on some days."""
    chance = random.Random(seed + 2)
    days = PLAYS / max(1, len(land.devices)) / len(BROADCASTS)
    for province in land.provinces:
        lines: list[bytes] = []
        for commune in land.communes[province.id]:
            devices = land.devices.get(commune.code)
            if devices:
                for back in chance.sample(range(1, DAYS), max(1, round(chance.gauss(days, days / 3)))):
                    lines += _day(province, commune, chance.choice(devices), now - timedelta(days=back), chance)
        yield province.e_id, lines


def table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Rows as CSV."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows(rows)
    return text.getvalue()


def _day(province: Province, commune: Commune, device: str, day: datetime, chance: random.Random) -> Iterator[bytes]:
    """What one device played in the morning and in the evening, one bulletin after the other."""
    for hour, minute in BROADCASTS:
        start = day.replace(hour=hour, minute=minute + chance.randrange(9), second=chance.randrange(60))
        yield _record(province, commune, device, start, chance)


def _record(province: Province, commune: Commune, device: str, start: datetime, chance: random.Random) -> bytes:
    number = chance.randrange(len(BULLETINS))
    title, field, _ = BULLETINS[number]
    record = {
        "NguonID": province.e_id,
        "TenNguon": f"Hệ thống thông tin nguồn {province.name} {MARK}",
        "DichID": commune.code,
        "TenDich": commune.official_name.vi,
        "CumLoaID": device,
        "TenThietBi": f"Cụm loa {device}",
        "MaNhaCungCap": chance.choice(("VNPT", "VTL", "MBF")),
        "BanTinID": f"{province.e_id}-DEMO-{number}",
        "LoaiBanTin": 3,
        "MucDoUuTien": 3,
        "LoaiLinhVuc": field,
        "TieuDe": title,
        "NoiDungTomTat": f"{title} {MARK}",
        "ThoiGianSanXuat": int(start.timestamp()) - 36_000,
        "ThoiLuong": chance.randrange(60, 600),
        "TacGia": "Đài truyền thanh cơ sở",
        "ThoiDiemBatDau": int(start.timestamp()),
        "TiepAm": 0,
        "AmLuong": chance.choice((40, 55, 70, 0)) if chance.random() < 0.1 else 60,
        "CongSuat": 50,
    }
    return orjson.dumps(record)
