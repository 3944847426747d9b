"""What others ask of population series."""

from collections.abc import Sequence

from chassis.identity import Viewer
from chassis.mongo import Reader
from contracts.outreach.populations import CommunePopulationView, PopulationSeriesView, PopulationsView
from services.outreach.populations import store
from services.outreach.populations.domain import CommunePopulation


async def of_communes(reader: Reader, viewer: Viewer, commune_ids: Sequence[str]) -> list[CommunePopulation]:
    """The rows of these communes in every series."""
    return await store.of_communes(reader, viewer, commune_ids)


async def series_in_use(reader: Reader, viewer: Viewer, chosen: str) -> str | None:
    """The series of T3: the one that a setting names, else the newest imported; None when there is none."""
    known = [series.id for series in await store.all_series(reader, viewer)]
    return chosen if chosen in known else next(iter(known), None)


async def everything(reader: Reader, viewer: Viewer, chosen: str) -> PopulationsView:
    """All series with the people of each commune; what a gateway keeps in memory."""
    in_use = await series_in_use(reader, viewer, chosen)
    communes: list[CommunePopulationView] = []
    heads: list[PopulationSeriesView] = []
    for series in await store.all_series(reader, viewer):
        rows = await store.of_series(reader, viewer, series.id)
        people = sum(row.people for row in rows)
        heads.append(
            PopulationSeriesView(
                code=series.id,
                year=series.year,
                people=people,
                is_apportioned=series.is_apportioned,
                in_use=series.id == in_use,
            )
        )
        communes += [CommunePopulationView(**_fields(row)) for row in rows]
    return PopulationsView(series=tuple(heads), communes=tuple(communes))


def _fields(row: CommunePopulation) -> dict[str, object]:
    return {name: getattr(row, name) for name in CommunePopulationView.model_fields}
