"""Rows of completions: staff_key, course, topics (digital_communication; science_technology), completed_on and more."""

from collections.abc import Sequence
from datetime import date

from chassis import clock
from chassis.identity import Viewer
from chassis.mongo import Transaction
from chassis.tables import TableRow
from contracts.imports import ImportKind
from reference.calendars import vietnam_day
from reference.resources import Resources
from reference.texts import nfc
from services.outreach.imports.cells import Accepted, Cells, JsonRow, JsonValue, Rejected
from services.outreach.imports.kinds import ImportScope, Kind, Outcome
from services.outreach.imports.staff_keys import read_staff_key
from services.outreach.training.commands.register import register
from services.outreach.training.domain import Completion, Topic, known_row_id


def training_completions(resources: Resources) -> Kind:
    """The kind `training_completions`. A completion follows the person; it counts for those the file speaks for."""

    def read(rows: Sequence[TableRow], scope: ImportScope) -> list[Outcome]:
        seen: set[str] = set()
        return [_read(row, sorted(scope.bodies), seen) for row in rows]

    async def write(transaction: Transaction, viewer: Viewer, rows: Sequence[JsonRow]) -> tuple[int, int]:
        return await register(transaction, resources, viewer, [_completion(row) for row in rows])

    required = ("staff_key", "course", "topics", "completed_on")
    return Kind(ImportKind.TRAINING_COMPLETIONS, required, ("valid_until",), read, write)


def _read(row: TableRow, speaks_for: list[str], seen: set[str]) -> Accepted | Rejected:
    cells = Cells(row)
    key, course = read_staff_key(cells, is_required=True), nfc(cells.text("course", most=200))
    done, last = cells.day("completed_on"), cells.optional_day("valid_until")
    if done and done > vietnam_day(clock.now()):
        cells.fault("completed_on", "IN_THE_FUTURE", vi="Ngày ở tương lai.", en="The day is in the future.")
    if done and last and last < done:
        cells.fault("valid_until", "BEFORE_START", vi="Trước ngày hoàn thành.", en="Before completed_on.")
    topics = cells.texts("topics", separators=";,|")
    if not topics or not set(topics) <= set(Topic):
        names = ", ".join(Topic)
        cells.fault("topics", "UNKNOWN_TERM", vi=f"Dùng: {names}.", en=f"Use: {names}.")
    natural_key = f"{key}|{course}|{done}"
    if natural_key in seen:
        cells.fault("staff_key", "TWICE", vi="Đã có ở dòng trên.", en="It stands in a row above.")
    seen.add(natural_key)
    values: dict[str, JsonValue] = {
        "natural_key": natural_key,
        "staff_key": key,
        "speaks_for": speaks_for,
        "course": course,
        "topics": topics,
        "completed_on": done.isoformat() if done else "",
        "valid_until": last.isoformat() if last else None,
    }
    return cells.outcome(values)


def _completion(row: JsonRow) -> Completion:
    now, natural_key, last = clock.now(), str(row["natural_key"]), row["valid_until"]
    topics, speaks_for = row["topics"], row["speaks_for"]
    return Completion(
        id=known_row_id(natural_key, now),
        natural_key=natural_key,
        known_from=now,
        staff_key=str(row["staff_key"]),
        speaks_for=tuple(speaks_for) if isinstance(speaks_for, list) else (),
        course=str(row["course"]),
        topics=tuple(Topic(topic) for topic in topics) if isinstance(topics, list) else (),
        completed_on=date.fromisoformat(str(row["completed_on"])),
        valid_until=date.fromisoformat(str(last)) if last else None,
    )
