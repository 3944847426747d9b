"""Provinces and communes, dated: a code is an identity only together with a day."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from contracts.vocabulary import CommuneKind, DatedId, LocalizedText, ProvinceKind
from reference.dated import ByCode, is_valid_on, on_day
from reference.texts import vietnamese_order

_PROVINCE_TITLES = {ProvinceKind.CITY: ("Thành phố", "City"), ProvinceKind.PROVINCE: ("Tỉnh", "Province")}
_COMMUNE_TITLES = {
    CommuneKind.WARD: ("Phường", "Ward"),
    CommuneKind.RURAL_COMMUNE: ("Xã", "Commune"),
    CommuneKind.SPECIAL_ZONE: ("Đặc khu", "Special Zone"),
}


@dataclass(frozen=True, slots=True)
class Location:
    """A point on WGS 84, in degrees."""

    lat: float
    lon: float


@dataclass(frozen=True, slots=True)
class ProvincePeriod:
    """What a province was called and was, from one day to another."""

    name: str
    kind: ProvinceKind
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class CommunePeriod:
    """What a commune was called and was, from one day to another."""

    name: str
    kind: CommuneKind
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class Province:
    """A province or centrally run city. `name`, `kind` and the numbers are those of its newest period."""

    id: DatedId
    code: str
    name: str
    kind: ProvinceKind
    region: str
    e_id: str
    location: Location
    periods: tuple[ProvincePeriod, ...]
    valid_from: date
    valid_to: date | None
    predecessors: tuple[DatedId, ...]
    successors: tuple[DatedId, ...]
    population_nq202: int | None
    e_id_confirmed: bool

    @property
    def official_name(self) -> LocalizedText:
        """The name with its kind: Thành phố Huế, Huế City."""
        return _titled(self.name, _PROVINCE_TITLES[self.kind])

    def name_on(self, day: date) -> str:
        """The name on that day; the newest where it was not there."""
        return (on_day(self.periods, day) or self.periods[-1]).name

    def kind_on(self, day: date) -> ProvinceKind:
        """The kind on that day; the newest where it was not there."""
        return (on_day(self.periods, day) or self.periods[-1]).kind


@dataclass(frozen=True, slots=True)
class Commune:
    """A ward, rural commune or special zone. `name` and `kind` are those of its newest period."""

    id: DatedId
    code: str
    province_id: DatedId
    name: str
    kind: CommuneKind
    location: Location
    area_km2: float | None
    periods: tuple[CommunePeriod, ...]
    valid_from: date
    valid_to: date | None

    @property
    def official_name(self) -> LocalizedText:
        """The name with its kind: Phường Ba Đình, Ba Đình Ward."""
        return _titled(self.name, _COMMUNE_TITLES[self.kind])

    def name_on(self, day: date) -> str:
        """The name on that day; the newest where it was not there."""
        return (on_day(self.periods, day) or self.periods[-1]).name

    def kind_on(self, day: date) -> CommuneKind:
        """The kind on that day; the newest where it was not there."""
        return (on_day(self.periods, day) or self.periods[-1]).kind


def _titled(name: str, title: tuple[str, str]) -> LocalizedText:
    return LocalizedText(vi=f"{title[0]} {name}", en=f"{name} {title[1]}")


class Places:
    """All provinces and communes, looked up by identity or by code and day."""

    def __init__(self, provinces: tuple[Province, ...], communes: tuple[Commune, ...]) -> None:
        self.provinces = tuple(sorted(provinces, key=lambda place: vietnamese_order(place.name)))
        self.communes = tuple(sorted(communes, key=lambda place: (place.code, place.valid_from)))
        self._provinces = {place.id: place for place in provinces}
        self._communes = {place.id: place for place in communes}
        self._province_by_code = ByCode(provinces)
        self._province_by_e_id = ByCode(provinces, lambda place: place.e_id)
        self._commune_by_code = ByCode(communes)
        self._communes_of: dict[DatedId, list[Commune]] = defaultdict(list)
        for commune in sorted(communes, key=lambda place: vietnamese_order(place.name)):
            self._communes_of[commune.province_id].append(commune)

    def province(self, province_id: DatedId) -> Province | None:
        """The province with that identity, or null."""
        return self._provinces.get(province_id)

    def commune(self, commune_id: DatedId) -> Commune | None:
        """The commune with that identity, or null."""
        return self._communes.get(commune_id)

    def province_by_code(self, code: str, day: date) -> Province | None:
        """The province that had the two-digit code on that day, or null."""
        return self._province_by_code.on(code, day)

    def commune_by_code(self, code: str, day: date) -> Commune | None:
        """The commune that had the five-digit code on that day, or null (the register begins on 2025-07-01)."""
        return self._commune_by_code.on(code, day)

    def provinces_on(self, day: date) -> tuple[Province, ...]:
        """The provinces of that day, in Vietnamese order."""
        return tuple(place for place in self.provinces if is_valid_on(place, day))

    def communes_of(self, province_id: DatedId, day: date) -> tuple[Commune, ...]:
        """The communes of a province on that day, in Vietnamese order."""
        return tuple(place for place in self._communes_of.get(province_id, ()) if is_valid_on(place, day))

    def province_of_body(self, e_id: str, day: date | None = None) -> Province | None:
        """The province whose People's Committee has that code on that day (without a day: the newest), or null."""
        return self._province_by_e_id.newest(e_id) if day is None else self._province_by_e_id.on(e_id, day)
