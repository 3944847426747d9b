"""Tables as people send them: CSV (UTF-8, comma or semicolon) and XLSX (first sheet), row by row as text.

Knows how a file is read, not what its rows mean. Cells that a spreadsheet would run are neutralized on the way out and
restored on the way in, so that an exported table can be mended and sent again.
"""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from python_calamine import CalamineError, CalamineWorkbook

MOST_ROWS = 200_000
MOST_INFLATED_BYTES = 500_000_000
XLSX_MAGIC = b"PK\x03\x04"
_RUN_BY_SPREADSHEETS = ("=", "+", "-", "@", "\t", "\r")
Cell = str | int | float | bool | date | datetime | time | timedelta | None


class TableFault(Exception):
    """The file as a whole cannot be read; `column` names the one that is wrong, where it is one."""

    def __init__(self, code: str, column: str | None = None, *, vi: str, en: str) -> None:
        super().__init__(code)
        self.code, self.column, self.vi, self.en = code, column, vi, en


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row: `number` 1 is the first after the header; `cells` by column, "" where empty; `overflow` beyond them."""

    number: int
    cells: Mapping[str, str]
    overflow: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """Columns (trimmed, lower case) and rows, which are read as they are asked for; empty rows are left out.

    Reading rows raises TableFault where the file breaks off or has more than `MOST_ROWS`. `sheet` is of a workbook.
    """

    sheet: str | None
    columns: tuple[str, ...]
    rows: Iterator[TableRow]


def read(content: bytes) -> Table:
    """The table in a file, by its content whatever its name. Raises TableFault."""
    sheet, lines = _workbook(content) if content.startswith(XLSX_MAGIC) else (None, _csv(content))
    header = next(lines, [])
    columns = tuple(cell.strip().lower() for cell in header)
    while columns and not columns[-1]:
        columns = columns[:-1]
    _check(columns)
    return Table(sheet, columns, _rows(columns, lines))


def neutralized(cell: str) -> str:
    """The cell with a leading apostrophe where a spreadsheet would take it for a formula."""
    return f"'{cell}" if cell.startswith(_RUN_BY_SPREADSHEETS) else cell


def restored(cell: str) -> str:
    """The cell as it was before `neutralized`."""
    return cell[1:] if cell[:1] == "'" and cell[1:].startswith(_RUN_BY_SPREADSHEETS) else cell


def csv_lines(rows: Iterable[Sequence[str]]) -> str:
    """Rows as CSV text with CRLF (RFC 4180), every cell neutralized."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows([neutralized(cell) for cell in row] for row in rows)
    return text.getvalue()


def _check(columns: Sequence[str]) -> None:
    if not columns:
        raise TableFault("EMPTY_FILE", vi="Tệp không có dòng tiêu đề.", en="The file has no header row.")
    for place, column in enumerate(columns, start=1):
        if not column:
            vi, en = f"Cột thứ {place} không có tên.", f"Column {place} has no name."
            raise TableFault("COLUMN_WITHOUT_NAME", vi=vi, en=en)
        if columns.index(column) != place - 1:
            vi, en = f"Cột '{column}' có hai lần.", f"The column '{column}' stands twice."
            raise TableFault("COLUMN_TWICE", column, vi=vi, en=en)


def _rows(columns: Sequence[str], lines: Iterator[list[str]]) -> Iterator[TableRow]:
    kept = 0
    for number, line in enumerate(lines, start=1):
        cells = [cell.strip() for cell in line]
        if not any(cells):
            continue
        kept += 1
        if kept > MOST_ROWS:
            raise _too_many_rows()
        padded = cells + [""] * (len(columns) - len(cells))
        overflow = tuple(cell for cell in cells[len(columns) :] if cell)
        yield TableRow(number, dict(zip(columns, padded, strict=False)), overflow)


def _csv(content: bytes) -> Iterator[list[str]]:
    text = io.TextIOWrapper(io.BytesIO(content), encoding="utf-8-sig", newline="")
    try:
        header = text.readline()
        delimiter = ";" if header.count(";") > header.count(",") else ","
        text.seek(0)
        for line in csv.reader(text, delimiter=delimiter):
            yield [restored(cell) for cell in line]
    except UnicodeDecodeError as error:
        vi = "Tệp không phải CSV mã UTF-8 cũng không phải XLSX. Trong bảng tính hãy lưu thành 'CSV UTF-8' hoặc XLSX."
        en = "The file is neither CSV in UTF-8 nor XLSX. Save it from the spreadsheet as 'CSV UTF-8' or XLSX."
        raise TableFault("NOT_A_TABLE", vi=vi, en=en) from error
    except csv.Error as error:
        vi, en = "Tệp CSV bị hỏng (dấu nháy hoặc ô quá dài).", "The CSV is broken (a quote, or a cell too long)."
        raise TableFault("NOT_A_TABLE", vi=vi, en=en) from error


def _workbook(content: bytes) -> tuple[str, Iterator[list[str]]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            inflated = sum(entry.file_size for entry in archive.infolist())
        if inflated > MOST_INFLATED_BYTES:
            raise _too_many_rows()
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheet = workbook.sheet_names[0]
        lines = workbook.get_sheet_by_index(0).to_python()
    except (zipfile.BadZipFile, CalamineError, IndexError) as error:
        vi, en = "Tệp XLSX bị hỏng hoặc không có trang tính.", "The XLSX is broken or has no sheet."
        raise TableFault("NOT_A_TABLE", vi=vi, en=en) from error
    return sheet, ([_text(cell) for cell in line] for line in lines)


def _text(cell: Cell) -> str:
    """A cell of a workbook as text: whole numbers without a point, days as ISO 8601."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime) and cell.time() == time():
        return cell.date().isoformat()
    if isinstance(cell, datetime | date | time):
        return cell.isoformat()
    return str(cell)


def _too_many_rows() -> TableFault:
    vi = f"Tệp có hơn {MOST_ROWS} dòng. Hãy chia thành nhiều tệp."
    return TableFault("TOO_MANY_ROWS", vi=vi, en=f"The file has more than {MOST_ROWS} rows. Split it into several.")
