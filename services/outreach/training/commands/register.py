"""Registers rows of staff, head-counts or completions that a file names; the same file twice changes nothing."""

from collections.abc import Sequence

from chassis import audit, clock
from chassis.identity import Viewer
from chassis.mongo import Transaction
from contracts.outreach.training import StaffFigureChanged
from contracts.vocabulary import MeasureCode
from reference.resources import Resources
from services.outreach.training import store
from services.outreach.training.domain import Completion, Employment, HeadCount, Known, says_the_same

MEASURES = (MeasureCode.STAFF_TRAINED.value, MeasureCode.STAFF_HALF_TRAINED.value)


async def register(
    transaction: Transaction, resources: Resources, viewer: Viewer, rows: Sequence[Known]
) -> tuple[int, int]:
    """Adds or corrects rows by natural key; answers (changed, known already). Runs in the caller's transaction."""
    present: dict[str, Known] = {}
    for kind in {type(row) for row in rows}:
        keys = [row.natural_key for row in rows if type(row) is kind]
        present.update(await store.current(transaction, viewer, kind, keys))
    changed = {row.natural_key: row for row in rows if not says_the_same(present.get(row.natural_key), row)}
    if changed:
        replaced = [present[key] for key in changed if key in present]
        await store.save(transaction, list(changed.values()), replaced, clock.now())
        scopes = await _scopes(transaction, resources, viewer, [*changed.values(), *replaced])
        data = StaffFigureChanged(measures=MEASURES, scopes=scopes)
        message = resources.outbox.message(data, subject="staff", sequence=1)
        await resources.outbox.append(transaction, [message])
        await audit.note(transaction, viewer, "REGISTER_STAFF", "staff")
    return len(changed), len(rows) - len(changed)


async def _scopes(
    transaction: Transaction, resources: Resources, viewer: Viewer, rows: Sequence[Known]
) -> tuple[str, ...]:
    """The bodies whose figures may have moved, their provinces, and the program."""
    people = [row.staff_key for row in rows if isinstance(row, Completion)]
    works = await store.works_of(transaction, viewer, people)
    bodies = {row.body_id for row in (*rows, *works) if isinstance(row, Employment | HeadCount)}
    found = (resources.reference.bodies.body(body) for body in bodies)
    provinces = {body.province_id for body in found if body and body.province_id}
    return ("program", *sorted(bodies), *sorted(provinces))
