"""Reads provinces and communes from their files and joins the rows that are one place."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from contracts.vocabulary import CommuneKind, DatedId, ProvinceKind
from reference.dated import ByCode, dated_id, lifelines
from reference.files import DataFileInvalid, DataFiles
from reference.places import Commune, CommunePeriod, Location, Places, Province, ProvincePeriod
from reference.texts import nfc


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvinceRow:
    """A row of `provinces.csv`. Counts of communes are for reading; the platform counts its own list."""

    code: str
    name: str
    kind: ProvinceKind
    valid_from: date
    valid_to: date | None = None
    e_id: str
    e_id_confirmed: bool
    region: str
    latitude: float
    longitude: float
    population_nq202_2025: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FormerProvinceRow:
    """A row of `former_provinces.csv`: a province that ceased on 2025-06-30 and the code that took it over."""

    code: str
    name: str
    kind: ProvinceKind
    valid_from: date
    valid_to: date
    successor_code: str
    e_id: str
    e_id_confirmed: bool
    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CommuneRow:
    """A row of `communes.json`."""

    code: str
    name: str
    kind: CommuneKind
    province_code: str
    lat: float
    lon: float
    area_km2: float | None
    valid_from: date
    valid_to: date | None = None


FormerLine = tuple[FormerProvinceRow, ...]


def load_places(files: DataFiles) -> Places:
    """Reads provinces, former provinces and communes. Raises DataFileInvalid where they don't fit each other."""
    former = lifelines(files.read("former_provinces.csv", tuple[FormerProvinceRow, ...]), lambda row: False)
    provinces = _provinces(files.read("provinces.csv", tuple[ProvinceRow, ...]), former)
    olds = tuple(_former_province(line, _heir(line, provinces, files)) for line in former)
    communes = files.read("communes.json", tuple[CommuneRow, ...])
    return Places((*provinces, *olds), _communes(communes, provinces, files))


def _provinces(rows: tuple[ProvinceRow, ...], former: list[FormerLine]) -> tuple[Province, ...]:
    taken_over: dict[tuple[str, date], list[DatedId]] = defaultdict(list)
    for line in former:
        taken_over[_heritage(line)].append(dated_id(line[0].code, line[0].valid_from))
    lines = lifelines(rows, lambda row: (row.code, row.valid_from) in taken_over)
    return tuple(_province(line, taken_over) for line in lines)


def _heritage(line: FormerLine) -> tuple[str, date]:
    """Code and first day of the province that took the former one over."""
    return line[-1].successor_code, line[-1].valid_to + timedelta(days=1)


def _province(line: tuple[ProvinceRow, ...], taken_over: Mapping[tuple[str, date], list[DatedId]]) -> Province:
    first, last = line[0], line[-1]
    return Province(
        id=dated_id(first.code, first.valid_from),
        code=first.code,
        name=nfc(last.name),
        kind=last.kind,
        region=last.region,
        e_id=last.e_id,
        e_id_confirmed=last.e_id_confirmed,
        location=Location(last.latitude, last.longitude),
        periods=tuple(ProvincePeriod(nfc(row.name), row.kind, row.valid_from, row.valid_to) for row in line),
        valid_from=first.valid_from,
        valid_to=last.valid_to,
        predecessors=tuple(taken_over.get((first.code, first.valid_from), ())),
        successors=(),
        population_nq202=last.population_nq202_2025,
    )


def _heir(line: FormerLine, provinces: tuple[Province, ...], files: DataFiles) -> Province:
    heir = next((place for place in provinces if (place.code, place.valid_from) == _heritage(line)), None)
    if heir is None:
        fault = f"{line[-1].name}: no province {_heritage(line)[0]} begins on {_heritage(line)[1]}"
        raise DataFileInvalid(files.path("former_provinces.csv"), [fault])
    return heir


def _former_province(line: FormerLine, heir: Province) -> Province:
    first, last = line[0], line[-1]
    return Province(
        id=dated_id(first.code, first.valid_from),
        code=first.code,
        name=nfc(last.name),
        kind=last.kind,
        # Regions were drawn anew with the provinces: a former one is shown in the region of its heir.
        region=heir.region,
        e_id=last.e_id,
        e_id_confirmed=last.e_id_confirmed,
        location=Location(last.latitude, last.longitude),
        periods=tuple(ProvincePeriod(nfc(row.name), row.kind, row.valid_from, row.valid_to) for row in line),
        valid_from=first.valid_from,
        valid_to=last.valid_to,
        predecessors=(),
        successors=(heir.id,),
        population_nq202=None,
    )


def _communes(rows: tuple[CommuneRow, ...], provinces: tuple[Province, ...], files: DataFiles) -> tuple[Commune, ...]:
    by_code = ByCode(provinces)
    communes: list[Commune] = []
    for line in lifelines(rows, lambda row: False):
        province = by_code.on(line[0].province_code, line[0].valid_from)
        if province is None:
            fault = f"{line[0].code}: no province {line[0].province_code} on {line[0].valid_from}"
            raise DataFileInvalid(files.path("communes.json"), [fault])
        communes.append(_commune(line, province))
    return tuple(communes)


def _commune(line: tuple[CommuneRow, ...], province: Province) -> Commune:
    first, last = line[0], line[-1]
    return Commune(
        id=dated_id(first.code, first.valid_from),
        code=first.code,
        province_id=province.id,
        name=nfc(last.name),
        kind=last.kind,
        location=Location(last.lat, last.lon),
        area_km2=last.area_km2,
        periods=tuple(CommunePeriod(nfc(row.name), row.kind, row.valid_from, row.valid_to) for row in line),
        valid_from=first.valid_from,
        valid_to=last.valid_to,
    )
