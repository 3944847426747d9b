"""Population series: several counts of the same people, imported as files, one of them in use for T3."""

from typing import ClassVar

from chassis.messages import MessageData
from contracts.outreach.outreach_events import TOPIC
from contracts.vocabulary import DatedId, View


class PopulationSeriesView(View):
    """A series and the people in it; apportioned means shares of a province's number, not counts."""

    code: str
    year: int
    people: int
    is_apportioned: bool
    in_use: bool


class CommunePopulationView(View):
    """People of one commune in one series."""

    series: str
    commune_id: DatedId
    province_id: DatedId
    people: int


class PopulationsView(View):
    """All series, and the communes of those asked for."""

    series: tuple[PopulationSeriesView, ...]
    communes: tuple[CommunePopulationView, ...]


class PopulationImported(MessageData):
    """Rows of a series were added or changed for these communes."""

    type: ClassVar[str] = "vn.lantoa.outreach.population.imported.v1"
    topic: ClassVar[str] = TOPIC

    series: str
    commune_ids: tuple[str, ...]
