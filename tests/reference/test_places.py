"""Places are looked up on a day: a code alone is no identity."""

import csv
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from contracts.vocabulary import CommuneKind, ProvinceKind
from reference.files import OWN_DATA, DataFileInvalid, DataFiles
from reference.place_files import load_places
from reference.places import Places

BEFORE = date(2025, 6, 30)
AFTER = date(2025, 7, 1)
TODAY = date(2026, 11, 1)


@pytest.fixture(scope="module")
def places() -> Places:
    return load_places(DataFiles())


def test_the_counts_of_the_reform(places: Places) -> None:
    assert len(places.provinces_on(BEFORE)) == 63
    assert len(places.provinces_on(AFTER)) == len(places.provinces_on(TODAY)) == 34
    assert len(places.communes) == 3321
    assert sum(place.population_nq202 or 0 for place in places.provinces_on(TODAY)) == 113_571_926


@pytest.mark.parametrize(
    ("code", "old", "new"),
    [
        ("15", "Yên Bái", "Lào Cai"),
        ("24", "Bắc Giang", "Bắc Ninh"),
        ("44", "Quảng Bình", "Quảng Trị"),
        ("52", "Bình Định", "Gia Lai"),
        ("80", "Long An", "Tây Ninh"),
        ("82", "Tiền Giang", "Đồng Tháp"),
        ("91", "Kiên Giang", "An Giang"),
    ],
)
def test_codes_that_changed_their_meaning(places: Places, code: str, old: str, new: str) -> None:
    before, after = places.province_by_code(code, BEFORE), places.province_by_code(code, AFTER)
    assert before is not None and after is not None
    assert (before.name, after.name) == (old, new)
    assert before.id != after.id == f"{code}@2025-07-01"
    assert before.id in after.predecessors and before.successors == (after.id,)


def test_a_province_that_became_a_city_is_one_place(places: Places) -> None:
    dong_nai = places.province("75@2025-07-01")
    assert dong_nai is not None
    assert places.province_by_code("75", date(2026, 5, 1)) is dong_nai
    assert dong_nai.kind_on(date(2026, 4, 29)) is ProvinceKind.PROVINCE
    assert dong_nai.kind_on(date(2026, 4, 30)) is dong_nai.kind is ProvinceKind.CITY
    assert dong_nai.official_name.vi == "Thành phố Đồng Nai"


def test_names_are_those_of_the_day(places: Places) -> None:
    old_hue = places.province("46@2008-08-01")
    assert old_hue is not None
    assert old_hue.name_on(date(2024, 12, 31)) == "Thừa Thiên Huế"
    assert old_hue.name_on(date(2025, 1, 1)) == "Huế"


def test_every_former_province_has_one_heir(places: Places) -> None:
    heirs = [places.province(place_id) for old in places.provinces_on(BEFORE) for place_id in old.successors]
    assert len(heirs) == 63
    assert {heir.id for heir in heirs if heir} == {place.id for place in places.provinces_on(AFTER)}


def test_communes_of_a_province_agree_with_its_register(places: Places) -> None:
    with (OWN_DATA / "provinces.csv").open(encoding="utf-8") as lines:
        rows = [row for row in csv.DictReader(lines) if row["valid_from"] == "2025-07-01"]
    for row in rows:
        communes = places.communes_of(f"{row['code']}@2025-07-01", AFTER)
        kinds = Counter(commune.kind_on(AFTER) for commune in communes)
        found = [len(communes), *(kinds[kind] for kind in CommuneKind)]
        assert found == [int(row[key]) for key in ("communes", "wards", "rural_communes", "special_zones")], row["name"]


def test_communes_by_code_and_identity(places: Places) -> None:
    commune = places.commune_by_code("19753", TODAY)
    assert commune is not None
    assert places.commune(commune.id) is commune
    assert commune.id == "19753@2025-07-01"
    assert commune.province_id == "46@2025-07-01"
    assert places.commune_by_code("19753", BEFORE) is None
    assert places.commune_by_code("00000", TODAY) is None


def test_a_committee_names_its_province_on_a_day(places: Places) -> None:
    newest, old = places.province_of_body("H38"), places.province_of_body("H38", BEFORE)
    assert newest is not None and old is not None
    assert (newest.id, old.id) == ("15@2025-07-01", "10@2008-08-01")
    assert places.province_of_body("G06") is None


def test_label_points_lie_in_the_country(places: Places) -> None:
    points = [place.location for place in places.provinces] + [place.location for place in places.communes]
    assert len(points) == 34 + 63 + 3321
    assert all(8 < point.lat < 24 and 102 < point.lon < 115 for point in points)


def test_an_operators_file_replaces_ours(tmp_path: Path) -> None:
    text = (OWN_DATA / "provinces.csv").read_text(encoding="utf-8").replace("Cà Mau", "Mũi Cà Mau")
    (tmp_path / "provinces.csv").write_text(text, encoding="utf-8")
    place = load_places(DataFiles(tmp_path)).province("96@2025-07-01")
    assert place is not None and place.name == "Mũi Cà Mau"


def test_a_faulty_file_names_row_and_column(tmp_path: Path) -> None:
    text = (OWN_DATA / "provinces.csv").read_text(encoding="utf-8").replace("Hà Nội,city", "Hà Nội,town")
    (tmp_path / "provinces.csv").write_text(text, encoding="utf-8")
    with pytest.raises(DataFileInvalid, match=r"0\.kind"):
        load_places(DataFiles(tmp_path))


def test_a_former_province_without_an_heir_is_refused(tmp_path: Path) -> None:
    text = (OWN_DATA / "former_provinces.csv").read_text(encoding="utf-8").replace("2025-06-30,08,", "2025-06-30,99,")
    (tmp_path / "former_provinces.csv").write_text(text, encoding="utf-8")
    with pytest.raises(DataFileInvalid, match="no province 99"):
        load_places(DataFiles(tmp_path))


def test_a_commune_with_two_rows_is_one_place(tmp_path: Path) -> None:
    text = (OWN_DATA / "communes.json").read_text(encoding="utf-8").splitlines()
    row = next(line for line in text if '"province_code": "75"' in line and "rural_commune" in line).rstrip(",")
    ended = row.replace('"2025-07-01"}', '"2025-07-01", "valid_to": "2026-04-29"}')
    ward = row.replace("rural_commune", "ward").replace('"2025-07-01"}', '"2026-04-30"}')
    (tmp_path / "communes.json").write_text(f"[{ended}, {ward}]", encoding="utf-8")
    (commune,) = load_places(DataFiles(tmp_path)).communes
    assert commune.id.endswith("@2025-07-01")
    assert commune.kind_on(date(2026, 4, 29)) is CommuneKind.RURAL_COMMUNE
    assert commune.kind_on(date(2026, 4, 30)) is CommuneKind.WARD
