"""Reading the cells of a row: values come out, or faults are noted, all of a row at once, so one mending is enough."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from chassis.tables import TableRow

JsonValue = str | int | None | list[str] | dict[str, int]
JsonRow = Mapping[str, JsonValue]


@dataclass(frozen=True, slots=True)
class CellFault:
    """What is wrong with a row: a stable code, the column (None for the whole row), what to do in two languages."""

    column: str | None
    code: str
    vi: str
    en: str


@dataclass(frozen=True, slots=True)
class Accepted:
    """What good rows become, as plain JSON; `rows` of the file went into it."""

    values: JsonRow
    rows: int = 1


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that is not written, and everything that is wrong with it."""

    row: TableRow
    faults: tuple[CellFault, ...]


class Cells:
    """The cells of a row while it is read. A reader that notes a fault answers with an empty value."""

    def __init__(self, row: TableRow) -> None:
        self.row = row
        self.faults: list[CellFault] = []
        if row.overflow:
            vi, en = "Dòng có nhiều ô hơn số cột.", "The row has more cells than there are columns."
            self.fault(None, "TOO_MANY_CELLS", vi=vi, en=en)

    def fault(self, column: str | None, code: str, *, vi: str, en: str) -> None:
        """Notes what is wrong."""
        self.faults.append(CellFault(column, code, vi, en))

    def outcome(self, values: JsonRow) -> Accepted | Rejected:
        """The row with these values, unless a fault was noted."""
        return Rejected(self.row, tuple(self.faults)) if self.faults else Accepted(values)

    def optional(self, column: str, *, most: int = 1000) -> str | None:
        """The text of a cell, None where it is empty or the column is not there."""
        text = self.row.cells.get(column) or None
        if text and len(text) > most:
            self.fault(column, "TOO_LONG", vi=f"Dài hơn {most} ký tự.", en=f"Longer than {most} characters.")
            return None
        return text

    def text(self, column: str, *, most: int = 1000) -> str:
        """The text of a cell that must not be empty."""
        if not self.row.cells.get(column):
            self.fault(column, "REQUIRED", vi="Thiếu giá trị.", en="The cell is empty.")
        return self.optional(column, most=most) or ""

    def code(self, column: str, *, width: int) -> str:
        """A code of `width` digits that must not be empty; zeros that a spreadsheet dropped are put back."""
        text = self.text(column)
        return text.zfill(width) if text.isdecimal() else text

    def texts(self, column: str, *, separators: str = ";", most: int = 10_000) -> list[str]:
        """The different texts of a cell that lists several, in their order."""
        text = self.optional(column, most=most) or ""
        for separator in separators[1:]:
            text = text.replace(separator, separators[0])
        parts = (part.strip() for part in text.split(separators[0]))
        return list(dict.fromkeys(part for part in parts if part))

    def whole_number(self, column: str, *, least: int = 0, most: int = 1_000_000_000) -> int:
        """A whole number within bounds in a cell that must not be empty."""
        return self._number(column, self.text(column), least, most) or 0

    def optional_number(self, column: str, *, least: int = 0, most: int = 1_000_000_000) -> int | None:
        """A whole number within bounds, None where the cell is empty."""
        return self._number(column, self.row.cells.get(column, ""), least, most)

    def _number(self, column: str, text: str, least: int, most: int) -> int | None:
        if not text:
            return None
        number = int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None
        if number is None or not least <= number <= most:
            vi, en = f"Phải là số nguyên từ {least} đến {most}.", f"Must be a whole number from {least} to {most}."
            self.fault(column, "NOT_A_NUMBER", vi=vi, en=en)
            return None
        return number

    def day(self, column: str) -> date | None:
        """A day in a cell that must not be empty; None only with a fault."""
        return self.optional_day(column) if self.text(column) else None

    def optional_day(self, column: str) -> date | None:
        """A day as 2025-07-01 or, as it is written in Viet Nam, 01/07/2025; None where the cell is empty."""
        text = self.row.cells.get(column)
        if not text:
            return None
        for form in ("%Y-%m-%d", "%d/%m/%Y"):
            try:
                return datetime.strptime(text, form).date()  # noqa: DTZ007 - a day has no offset
            except ValueError:
                continue
        vi, en = "Không phải ngày (viết 2025-07-01 hoặc 01/07/2025).", "No day (write 2025-07-01 or 01/07/2025)."
        self.fault(column, "NOT_A_DAY", vi=vi, en=en)
        return None
