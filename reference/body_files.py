"""Reads bodies from their files: central bodies, committees of the provinces, and bodies below them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from contracts.vocabulary import BodyKind, DatedId, LocalizedText, ProvinceKind
from reference.bodies import Bodies, Body, BodyPeriod
from reference.dated import ByCode, dated_id, lifelines
from reference.files import DataFileInvalid, DataFiles
from reference.places import Places, Province, ProvincePeriod
from reference.texts import nfc


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyRow:
    """A row of `central_bodies.csv` or `subordinate_bodies.csv`; the latter name a parent by its code."""

    e_id: str
    name_vi: str
    name_en: str | None = None
    kind: BodyKind = BodyKind.SUBORDINATE
    parent_e_id: str | None = None
    valid_from: date
    valid_to: date | None = None

    @property
    def code(self) -> str:
        """The short code."""
        return self.e_id


BodyLine = tuple[BodyRow, ...]


def load_bodies(files: DataFiles, places: Places, *, obliged_from: date) -> Bodies:
    """Reads all bodies. Raises DataFileInvalid where a body names a parent that was not there on its first day."""
    central = [_body(line, None) for line in _lines(files, "central_bodies.csv")]
    bodies = [*central, *_committees(places)]
    subordinates = sorted(_lines(files, "subordinate_bodies.csv"), key=lambda line: line[0].e_id.count("."))
    for line in subordinates:
        bodies.append(_body(line, _parent(line[0], bodies, files)))
    return Bodies(bodies, obliged_from=obliged_from)


def _lines(files: DataFiles, name: str) -> list[BodyLine]:
    return lifelines(files.read(name, tuple[BodyRow, ...]), lambda row: False)


def _parent(row: BodyRow, bodies: list[Body], files: DataFiles) -> Body:
    parent = ByCode(bodies).on(row.parent_e_id or "", row.valid_from)
    if parent is None:
        fault = f"{row.e_id}: no body {row.parent_e_id} on {row.valid_from}"
        raise DataFileInvalid(files.path("subordinate_bodies.csv"), [fault])
    return parent


def _body(line: BodyLine, parent: Body | None) -> Body:
    first, last = line[0], line[-1]
    periods = tuple(BodyPeriod(_name(row), row.valid_from, row.valid_to) for row in line)
    return Body(
        id=dated_id(first.e_id, first.valid_from),
        e_id=first.e_id,
        name=periods[-1].name,
        kind=last.kind,
        province_id=parent.province_id if parent else None,
        parent_id=parent.id if parent else None,
        periods=periods,
        valid_from=first.valid_from,
        valid_to=last.valid_to,
        predecessors=(),
        successors=(),
        e_id_confirmed=True,
    )


def _name(row: BodyRow) -> LocalizedText:
    return LocalizedText(vi=nfc(row.name_vi), en=row.name_en)


def _committees(places: Places) -> list[Body]:
    ids = {place.id: dated_id(place.e_id, place.valid_from) for place in places.provinces}
    return [_committee(place, ids) for place in places.provinces]


def _committee(place: Province, ids: Mapping[DatedId, DatedId]) -> Body:
    periods = tuple(_committee_period(period) for period in place.periods)
    return Body(
        id=ids[place.id],
        e_id=place.e_id,
        name=periods[-1].name,
        kind=BodyKind.PROVINCIAL_COMMITTEE,
        province_id=place.id,
        parent_id=None,
        periods=periods,
        valid_from=place.valid_from,
        valid_to=place.valid_to,
        predecessors=tuple(ids[place_id] for place_id in place.predecessors),
        successors=tuple(ids[place_id] for place_id in place.successors),
        e_id_confirmed=place.e_id_confirmed,
    )


def _committee_period(period: ProvincePeriod) -> BodyPeriod:
    is_city = period.kind is ProvinceKind.CITY
    kind_vi, kind_en = ("thành phố", "City") if is_city else ("tỉnh", "Province")
    name = LocalizedText(
        vi=f"Ủy ban nhân dân {kind_vi} {period.name}", en=f"People's Committee of {period.name} {kind_en}"
    )
    return BodyPeriod(name, period.valid_from, period.valid_to)
