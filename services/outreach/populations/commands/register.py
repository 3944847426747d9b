"""Registers rows of population series that a file names; the same file twice changes nothing."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from chassis import audit, clock
from chassis.identity import Viewer
from chassis.mongo import Transaction
from contracts.outreach.populations import PopulationImported
from reference.resources import Resources
from services.outreach.populations import store
from services.outreach.populations.domain import CommunePopulation, Series


async def register(
    transaction: Transaction, resources: Resources, viewer: Viewer, rows: Sequence[CommunePopulation], *, year: int
) -> tuple[int, int]:
    """Adds or changes communes of series; answers (changed, known already). Runs in the caller's transaction."""
    present = await store.by_ids(transaction, viewer, [row.id for row in rows])
    changed = [row for row in rows if not _same(present.get(row.id), row)]
    series = {row.series for row in changed}
    heads = [Series(name, year, name.startswith("apportioned"), clock.now()) for name in sorted(series)]
    await store.save(transaction, changed, heads)
    await resources.outbox.append(
        transaction,
        [
            resources.outbox.message(PopulationImported(series=name, commune_ids=communes), subject=name, sequence=1)
            for name, communes in _communes_by_series(changed).items()
        ],
    )
    for name in sorted(series):
        await audit.note(transaction, viewer, "REGISTER_POPULATION", name)
    return len(changed), len(rows) - len(changed)


def _same(present: CommunePopulation | None, arriving: CommunePopulation) -> bool:
    return present is not None and replace(arriving, recorded_at=present.recorded_at) == present


def _communes_by_series(rows: Sequence[CommunePopulation]) -> Mapping[str, tuple[str, ...]]:
    communes: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        communes[row.series].append(row.commune_id)
    return {name: tuple(sorted(found)) for name, found in communes.items()}
