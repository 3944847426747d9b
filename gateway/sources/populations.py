"""Population series, kept in memory: read at start, again when a message says so, and once a minute besides."""

import asyncio
import contextlib

from chassis import clock, logs
from contracts.outreach.populations import PopulationSeriesView, PopulationsView
from contracts.vocabulary import DatedId
from gateway.errors import Fault
from gateway.execution.transport import Call, Client

log = logs.logger(__name__)
RELOAD_SECONDS = 60.0
RETRY_SECONDS = 2.0
CALL_SECONDS = 10.0


class Populations:
    """People of each commune and province in each series; empty until the outreach service has answered once."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._series: dict[str, PopulationSeriesView] = {}
        self._people: dict[tuple[str, DatedId], int] = {}
        self._loaded = False

    def series(self, code: str | None = None) -> PopulationSeriesView | None:
        """The series of that code, or the one in use."""
        if code is not None:
            return self._series.get(code)
        return next((series for series in self._series.values() if series.in_use), None)

    def people(self, place: DatedId, series: str) -> int | None:
        """People of a commune or province in a series, null where it has no number."""
        return self._people.get((series, place))

    async def keep_fresh(self, moved: asyncio.Event) -> None:
        """Reads the series again and again, for ever; soon after `moved` is set."""
        while True:
            moved.clear()
            await self.load()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(moved.wait(), RELOAD_SECONDS if self._loaded else RETRY_SECONDS)

    async def load(self) -> None:
        """Reads the series now; keeps what it has when the service does not answer."""
        call = Call(clock.monotonic() + CALL_SECONDS)
        try:
            self._take(await self._client.get(call, "/v1/populations", into=PopulationsView))
        except Fault as fault:
            log.info("populations_unreadable", code=fault.code.value)

    def _take(self, found: PopulationsView) -> None:
        people: dict[tuple[str, DatedId], int] = {}
        for row in found.communes:
            people[row.series, row.commune_id] = row.people
            of_province = (row.series, row.province_id)
            people[of_province] = people.get(of_province, 0) + row.people
        self._series, self._people = {series.code: series for series in found.series}, people
        self._loaded = True
