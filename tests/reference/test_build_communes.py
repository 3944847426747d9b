"""The register of communes is built from the tables of the package it comes from."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from contracts.vocabulary import CommuneKind
from reference.build_communes import main
from reference.files import DataFiles
from reference.place_files import load_places

COLUMNS = "wardCode, ward, wardType, provinceCode, wardLat, wardLon, wardAreaKm2"


@pytest.fixture
def unpacked(tmp_path: Path) -> Path:
    (tmp_path / "vietnamadminunits" / "data").mkdir(parents=True)
    (tmp_path / "vietnamadminunits-1.dist-info" / "licenses").mkdir(parents=True)
    (tmp_path / "vietnamadminunits-1.dist-info" / "licenses" / "LICENSE").write_text("MIT License", encoding="utf-8")
    with closing(sqlite3.connect(tmp_path / "vietnamadminunits" / "data" / "dataset.db")) as database:
        database.execute(f"CREATE TABLE admin_units ({COLUMNS})")
        rows = [
            ("19753", "Phường Thuận Hóa", "Xã", "46", 16.4612345, 107.58, 0.0),
            ("01", "Đặc khu Vân Đồn", "Đặc khu", "22", 21.1, 107.4, 583.9),
        ]
        database.executemany("INSERT INTO admin_units VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
        database.commit()
    return tmp_path


def test_kinds_come_from_official_names_and_no_area_is_null(unpacked: Path) -> None:
    main(unpacked, unpacked)
    rows = {row["code"]: row for row in json.loads((unpacked / "communes.json").read_text(encoding="utf-8"))}
    assert rows["19753"]["kind"] == "ward" and rows["19753"]["name"] == "Thuận Hóa"
    assert rows["19753"]["area_km2"] is None and rows["19753"]["lat"] == 16.46123
    assert rows["01"]["kind"] == "special_zone"


def test_the_result_loads_and_carries_the_license(unpacked: Path) -> None:
    main(unpacked, unpacked)
    commune = load_places(DataFiles(unpacked)).commune("19753@2025-07-01")
    assert commune is not None and commune.kind is CommuneKind.WARD
    assert "MIT License" in (unpacked / "NOTICE").read_text(encoding="utf-8")
