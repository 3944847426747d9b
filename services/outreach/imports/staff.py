"""Rows of staff: body_e_id, staff_key, kind, full_time, valid_from, valid_to; or, without a list, a head_count."""

from collections.abc import Sequence
from datetime import date

from chassis import clock
from chassis.identity import Viewer
from chassis.mongo import Transaction
from chassis.tables import TableRow
from contracts.imports import ImportKind
from reference.bodies import Bodies
from reference.resources import Resources
from services.outreach.imports.cells import Accepted, Cells, JsonRow, JsonValue, Rejected
from services.outreach.imports.kinds import ImportScope, Kind, Outcome
from services.outreach.imports.staff_keys import read_staff_key
from services.outreach.training.commands.register import register
from services.outreach.training.domain import Employment, HeadCount, StaffKind, known_row_id

YES = frozenset({"1", "true", "yes", "x", "có", "co"})
NO = frozenset({"0", "false", "no", "", "không", "khong"})


def staff(resources: Resources) -> Kind:
    """The kind `staff`."""
    bodies = resources.reference.bodies

    def read(rows: Sequence[TableRow], scope: ImportScope) -> list[Outcome]:
        seen: set[str] = set()
        return [_read(row, bodies, scope, seen) for row in rows]

    async def write(transaction: Transaction, viewer: Viewer, rows: Sequence[JsonRow]) -> tuple[int, int]:
        return await register(transaction, resources, viewer, [_record(row) for row in rows])

    required = ("body_e_id", "kind", "valid_from")
    return Kind(ImportKind.STAFF, required, ("staff_key", "full_time", "head_count", "valid_to"), read, write)


def _read(row: TableRow, bodies: Bodies, scope: ImportScope, seen: set[str]) -> Accepted | Rejected:
    cells = Cells(row)
    first, last = cells.day("valid_from"), cells.optional_day("valid_to")
    if first and last and last < first:
        cells.fault("valid_to", "BEFORE_START", vi="Trước ngày bắt đầu.", en="Before valid_from.")
    body_id = _body(cells, bodies, first, scope)
    kind = cells.text("kind", most=60)
    if kind and kind not in set(StaffKind):
        names = ", ".join(StaffKind)
        cells.fault("kind", "UNKNOWN_TERM", vi=f"Dùng một trong: {names}.", en=f"Use one of: {names}.")
    staff_key = read_staff_key(cells, is_required=False)
    head_count = cells.optional_number("head_count", most=100_000)
    if (staff_key is None) == (head_count is None):
        vi, en = "Cần đúng một trong staff_key và head_count.", "Give exactly one of staff_key and head_count."
        cells.fault("staff_key", "ONE_OF_TWO", vi=vi, en=en)
    natural_key = f"{staff_key}|{first}" if staff_key else f"{body_id}|{kind}|{first}"
    if natural_key in seen:
        vi, en = "Người này và ngày này đã có ở dòng trên.", "This person and day stand in a row above."
        cells.fault("staff_key", "TWICE", vi=vi, en=en)
    seen.add(natural_key)
    values: dict[str, JsonValue] = {
        "natural_key": natural_key,
        "staff_key": staff_key,
        "head_count": head_count,
        "body_id": body_id,
        "kind": kind,
        "full_time": int(_is_full_time(cells)),
        "valid_from": first.isoformat() if first else "",
        "valid_to": last.isoformat() if last else None,
    }
    return cells.outcome(values)


def _body(cells: Cells, bodies: Bodies, day: date | None, scope: ImportScope) -> str:
    e_id = cells.text("body_e_id", most=20)
    body = bodies.by_e_id(e_id, day) if day and e_id else None
    if day and e_id and body is None:
        vi, en = "Không có cơ quan mang mã này vào ngày đó.", "No body bore this code on that day."
        cells.fault("body_e_id", "UNKNOWN_BODY", vi=vi, en=en)
    elif body and not scope.has_body(body.id):
        cells.fault("body_e_id", "OUT_OF_SCOPE", vi="Thuộc cơ quan khác.", en="Of another body than the import.")
    return body.id if body else ""


def _is_full_time(cells: Cells) -> bool:
    text = (cells.optional("full_time", most=20) or "").casefold()
    if text not in YES | NO:
        cells.fault("full_time", "NOT_YES_OR_NO", vi="Viết có hoặc không.", en="Write yes or no.")
    return text in YES


def _record(row: JsonRow) -> Employment | HeadCount:
    now, natural_key = clock.now(), str(row["natural_key"])
    key = known_row_id(natural_key, now)
    body_id, kind = str(row["body_id"]), StaffKind(str(row["kind"]))
    first, valid_to = date.fromisoformat(str(row["valid_from"])), row["valid_to"]
    last = date.fromisoformat(str(valid_to)) if valid_to else None
    if row["staff_key"] is None:
        people = int(str(row["head_count"]))
        return HeadCount(
            id=key, natural_key=natural_key, known_from=now,
            body_id=body_id, kind=kind, people=people, valid_from=first, valid_to=last,
        )  # fmt: skip
    return Employment(
        id=key, natural_key=natural_key, known_from=now, staff_key=str(row["staff_key"]),
        body_id=body_id, kind=kind, is_full_time=bool(row["full_time"]), valid_from=first, valid_to=last,
    )  # fmt: skip
