"""Rows of population series: series, year, commune_code, village_id, population; a commune's row names no village."""

from collections import defaultdict
from collections.abc import Sequence

from chassis import clock
from chassis.identity import Viewer
from chassis.mongo import Transaction
from chassis.tables import TableRow
from contracts.imports import ImportKind
from reference.calendars import vietnam_day
from reference.places import Places
from reference.resources import Resources
from services.outreach.imports.cells import Accepted, Cells, JsonRow, JsonValue, Rejected
from services.outreach.imports.kinds import ImportScope, Kind, Outcome
from services.outreach.populations.commands.register import register
from services.outreach.populations.domain import CommunePopulation, population_id


def populations(resources: Resources) -> Kind:
    """The kind `populations`."""
    places = resources.reference.places

    def read(rows: Sequence[TableRow], scope: ImportScope) -> list[Outcome]:
        return _combined([_read(row, places, scope) for row in rows])

    async def write(transaction: Transaction, viewer: Viewer, rows: Sequence[JsonRow]) -> tuple[int, int]:
        found = [_population(row, places) for row in rows]
        return await register(transaction, resources, viewer, found, year=int(str(rows[0]["year"])))

    return Kind(ImportKind.POPULATIONS, ("series", "year", "commune_code", "population"), ("village_id",), read, write)


def _read(row: TableRow, places: Places, scope: ImportScope) -> tuple[TableRow, Accepted | Rejected]:
    cells = Cells(row)
    commune = places.commune_by_code(cells.code("commune_code", width=5), vietnam_day(clock.now()))
    if commune is None:
        cells.fault("commune_code", "PLACE_MISMATCH", vi="Không có xã mang mã này.", en="No commune bears this code.")
    elif not scope.has_province(commune.province_id):
        cells.fault("commune_code", "OUT_OF_SCOPE", vi="Thuộc tỉnh khác.", en="Of another province than the import.")
    values: dict[str, JsonValue] = {
        "series": cells.text("series", most=60),
        "year": cells.whole_number("year", least=1900, most=2200),
        "commune_id": commune.id if commune else "",
        "village": cells.optional("village_id", most=60),
        "people": cells.whole_number("population"),
    }
    return row, cells.outcome(values)


def _combined(read: Sequence[tuple[TableRow, Outcome]]) -> list[Outcome]:
    """A commune's row with those of its villages as one; villages without their commune are refused."""
    villages: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    for _, outcome in read:
        if isinstance(outcome, Accepted) and (village := outcome.values["village"]):
            villages[_key(outcome)][str(village)] = int(str(outcome.values["people"]))
    communes = {_key(o) for _, o in read if isinstance(o, Accepted) and not o.values["village"]}
    combined: list[Outcome] = []
    for row, outcome in read:
        if isinstance(outcome, Rejected):
            combined.append(outcome)
        elif not outcome.values["village"]:
            mine = villages[_key(outcome)]
            combined.append(Accepted({**outcome.values, "villages": mine}, rows=1 + len(mine)))
        elif _key(outcome) not in communes:
            combined.append(_without_commune(row))
    return combined


def _without_commune(row: TableRow) -> Rejected:
    cells = Cells(row)
    vi, en = "Thiếu dòng dân số của xã.", "The row of its commune is missing."
    cells.fault("village_id", "COMMUNE_ROW_MISSING", vi=vi, en=en)
    return Rejected(row, tuple(cells.faults))


def _key(outcome: Accepted) -> tuple[str, str]:
    return str(outcome.values["series"]), str(outcome.values["commune_id"])


def _population(row: JsonRow, places: Places) -> CommunePopulation:
    series, commune_id, villages = str(row["series"]), str(row["commune_id"]), row["villages"]
    commune = places.commune(commune_id)
    assert commune is not None  # the check found it
    return CommunePopulation(
        id=population_id(series, commune_id),
        series=series,
        commune_id=commune_id,
        province_id=commune.province_id,
        people=int(str(row["people"])),
        recorded_at=clock.now(),
        villages=villages if isinstance(villages, dict) else {},
    )
