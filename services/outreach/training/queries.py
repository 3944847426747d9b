"""What the figures ask of training: sums of bodies and the people behind them, on a day."""

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from datetime import date, datetime

from chassis.identity import Viewer
from chassis.mongo import Database
from contracts.vocabulary import DatedId
from services.outreach.training import store
from services.outreach.training.domain import Counted, Person, Registers, added, counts_on, people_on

KEPT_DAYS = 200  # of a trend or two


class TrainingQueries:
    """Answers from the registers, read again when a file changed them."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._revision = -1
        self._registers = Registers((), (), ())
        self._counts: OrderedDict[date, Mapping[DatedId, Counted]] = OrderedDict()

    async def refresh(self, viewer: Viewer) -> None:
        """Reads what has changed since; call it before a batch of sums."""
        revision = await store.revision(self._database, viewer)
        if revision != self._revision:
            self._registers = await store.registers(self._database, viewer, None)
            self._counts.clear()
            self._revision = revision

    def sum_of(self, body_ids: Iterable[DatedId] | None, day: date) -> Counted:
        """The sums of these bodies (None: of all) at the end of that day, as known at the last refresh."""
        return _sum(self._counts_on(day), body_ids)

    async def sum_known_at(
        self, viewer: Viewer, body_ids: Iterable[DatedId] | None, day: date, *, known_at: datetime
    ) -> Counted:
        """The sums as they were known at an instant."""
        then = await store.registers(self._database, viewer, known_at)
        return _sum(counts_on(day, then), body_ids)

    async def people(self, viewer: Viewer, day: date, *, known_at: datetime | None) -> list[Person]:
        """Everybody who works in communication on that day, by key."""
        return people_on(day, await store.registers(self._database, viewer, known_at))

    def newest(self) -> datetime | None:
        """When the newest row was learned."""
        rows = (*self._registers.employments, *self._registers.head_counts, *self._registers.completions)
        return max((row.known_from for row in rows), default=None)

    def _counts_on(self, day: date) -> Mapping[DatedId, Counted]:
        found = self._counts.get(day)
        if found is None:
            found = self._counts[day] = counts_on(day, self._registers)
            if len(self._counts) > KEPT_DAYS:
                self._counts.popitem(last=False)
        return found


def _sum(counts: Mapping[DatedId, Counted], body_ids: Iterable[DatedId] | None) -> Counted:
    if body_ids is None:
        return added(counts.values())
    return added(counts[body] for body in body_ids if body in counts)
