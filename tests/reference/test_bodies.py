"""Bodies are looked up on a day; 56 of them owe a plan."""

from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from contracts.vocabulary import BodyKind
from reference.bodies import Bodies, e_id_long, e_id_short
from reference.body_files import load_bodies
from reference.files import DataFileInvalid, DataFiles
from reference.place_files import load_places

DECISION = date(2025, 6, 16)
TODAY = date(2026, 11, 1)


def load(folder: Path | None = None) -> Bodies:
    files = DataFiles(folder)
    return load_bodies(files, load_places(files), obliged_from=DECISION)


@pytest.fixture(scope="module")
def bodies() -> Bodies:
    return load()


def test_fifty_six_bodies_are_obligated(bodies: Bodies) -> None:
    kinds = Counter(body.kind for body in bodies.obligated_on(TODAY))
    assert kinds == {
        BodyKind.MINISTRY: 14,
        BodyKind.MINISTERIAL_LEVEL_AGENCY: 3,
        BodyKind.GOVERNMENT_AGENCY: 5,
        BodyKind.PROVINCIAL_COMMITTEE: 34,
    }
    assert len(bodies.obligated_on(date(2025, 6, 30))) == 22 + 63
    assert bodies.obligated_on(date(2025, 6, 15)) == ()


def test_obligation_follows_the_day(bodies: Bodies) -> None:
    assert bodies.is_obligated("H26@2025-07-01", TODAY)
    assert not bodies.is_obligated("H26@2025-07-01", date(2025, 6, 30))
    assert not bodies.is_obligated("H99@2025-07-01", TODAY)


def test_a_committee_lives_on_when_its_province_becomes_a_city(bodies: Bodies) -> None:
    body = bodies.by_e_id("H19", TODAY)
    assert body is not None and body.id == "H19@2025-07-01"
    assert body.name_on(date(2026, 4, 29)).vi == "Ủy ban nhân dân tỉnh Đồng Nai"
    assert body.name.vi == "Ủy ban nhân dân thành phố Đồng Nai"


def test_a_code_names_another_body_before_the_reform(bodies: Bodies) -> None:
    old, new = bodies.by_e_id("H26", date(2025, 6, 30)), bodies.by_e_id("000.00.00.H26", date(2025, 7, 1))
    assert old is not None and new is not None
    assert old.id != new.id == "H26@2025-07-01"
    assert new.predecessors == (old.id,) and old.successors == (new.id,)
    assert bodies.body(old.id) is old


def test_a_province_has_its_committee(bodies: Bodies) -> None:
    body = bodies.of_province("46@2025-07-01")
    assert body is not None and body.e_id == "H57" and body.e_id_long == "000.00.00.H57"


@pytest.mark.parametrize(
    ("short", "long"),
    [("H26", "000.00.00.H26"), ("G06.05", "000.00.05.G06"), ("G06.05.12.003", "003.12.05.G06")],
)
def test_both_forms_of_a_code(short: str, long: str) -> None:
    assert e_id_long(short) == long
    assert e_id_short(long) == short
    assert e_id_short(short.lower()) == short


SUBORDINATES = """e_id,name_vi,name_en,parent_e_id,valid_from,valid_to
H26.05.01,Phòng Truyền thông,,H26.05,2025-07-01,
H26.05,Sở Khoa học và Công nghệ Hà Nội,,H26,2025-07-01,
"""


def test_bodies_below_belong_to_the_province_and_owe_no_plan(tmp_path: Path) -> None:
    (tmp_path / "subordinate_bodies.csv").write_text(SUBORDINATES, encoding="utf-8")
    bodies = load(tmp_path)
    department = bodies.body("H26.05@2025-07-01")
    assert department is not None
    assert department.parent_id == "H26@2025-07-01" and department.province_id == "01@2025-07-01"
    assert len(bodies.obligated_on(TODAY)) == 56 and not bodies.is_obligated(department.id, TODAY)
    assert bodies.of_province("01@2025-07-01") is bodies.body("H26@2025-07-01")
    covered = {"H26@2025-07-01", "H26@2008-08-01", "H26.05@2025-07-01", "H26.05.01@2025-07-01"}
    assert bodies.covered_by("H26@2025-07-01") == covered
    assert bodies.covered_by("H26.05@2025-07-01") == {"H26.05@2025-07-01", "H26.05.01@2025-07-01"}


def test_a_body_below_an_unknown_one_is_refused(tmp_path: Path) -> None:
    (tmp_path / "subordinate_bodies.csv").write_text(SUBORDINATES.replace(",H26,", ",H98,"), encoding="utf-8")
    with pytest.raises(DataFileInvalid, match="no body H98"):
        load(tmp_path)
