"""The bureau's own tables (裁量基准, 法制审核目录, 职权划转, 节假日): XLSX, CSV or a table in a DOCX → rows by column name.

A table may stand below a title or notes: its header is the first row that holds every required column.
Cells merged downwards or across give their text to every row and column they cover.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from assistant.config import Settings
from assistant.errors import RefusedInput
from assistant.library.readers.archive import check_archive
from assistant.library.readers.docx import table_rows
from assistant.limits import CELLS, check_text

Grid = list[list[str]]
_BLANKS = re.compile(r"\s+")
_RANGE = re.compile(r"\$?([A-Za-z]{1,3})\$?(\d{1,7}):\$?([A-Za-z]{1,3})\$?(\d{1,7})")


def read_table(path: Path, settings: Settings, required: Sequence[str]) -> list[dict[str, str]]:
    """Return the rows under the header that holds every column of `required`; other columns come along, empty rows do not.

    Raises RefusedInput, naming the file and what is missing, for an unknown format, a broken or
    oversized file, and one in which no such header is found.
    """
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        raise RefusedInput(str(path), f"不支持的表格格式（可用 {'、'.join(sorted(_READERS))}）")
    if not path.is_file():
        raise RefusedInput(str(path), "没有这个文件")
    if path.stat().st_size > settings.max_file_mb * 1024 * 1024:
        raise RefusedInput(str(path), f"文件超过上限 {settings.max_file_mb} MB（设置 max_file_mb）")
    grids = reader(path, settings)
    for grid in grids:
        found = _under_header(grid, required)
        if found is not None:
            return found
    raise RefusedInput(str(path), f"没有找到表头，需要这些列：{'、'.join(required)}（缺 {'、'.join(_lacking(grids, required))}）")


def _under_header(grid: Grid, required: Sequence[str]) -> list[dict[str, str]] | None:
    wanted = set(required)
    for number, row in enumerate(grid):
        header = [_BLANKS.sub("", cell) for cell in row]
        if wanted <= set(header):
            rows = [dict(zip(header, [c.strip() for c in cells], strict=False)) for cells in grid[number + 1 :]]
            return [{k: v for k, v in r.items() if k} for r in rows if any(r.values())]
    return None


def _lacking(grids: Iterable[Grid], required: Sequence[str]) -> list[str]:
    """The required columns that the row most like a header does not have."""
    rows = [{_BLANKS.sub("", c) for c in row} for grid in grids for row in grid]
    best = max(rows, key=lambda r: len(r & set(required)), default=set())
    return [name for name in required if name not in best]


def _csv(path: Path, _settings: Settings) -> list[Grid]:
    from assistant.library.readers.plain import decode

    text = decode(path.read_bytes(), str(path))
    check_text(str(path), text)
    first = text[:4096]
    dialect = "excel-tab" if first.count("\t") > first.count(",") else "excel"
    try:
        return [_bounded(path, csv.reader(io.StringIO(text), dialect))]
    except csv.Error as error:
        raise RefusedInput(str(path), f"CSV 文件有误（{error}），请用 Excel 打开后另存为 XLSX") from error


def _bounded(path: Path, rows: Iterable[list[str]]) -> Grid:
    """The rows as a grid; refuses one of more cells than a table of a bureau has."""
    grid: Grid = []
    count = 0
    for row in rows:
        count += max(1, len(row))
        CELLS.check(str(path), count)
        grid.append(row)
    return grid


def _xlsx(path: Path, settings: Settings) -> list[Grid]:
    check_archive(path, settings, "XLSX", "xl/workbook.xml")
    import openpyxl

    try:
        _check_sheets(path)
        book = openpyxl.load_workbook(path, data_only=True, keep_links=False)
        return [_sheet(path, sheet) for sheet in book.worksheets]
    except RefusedInput:
        raise
    except Exception as error:  # openpyxl raises many kinds for a broken package
        raise RefusedInput(str(path), f"XLSX 文件已损坏或内容不完整（{type(error).__name__}）") from error


def _check_sheets(path: Path) -> None:
    """Refuse sheets with more cells, written or merged, than a table has: openpyxl makes an object of every one."""
    from lxml import etree

    count = 0
    with zipfile.ZipFile(path) as archive:
        for name in (n for n in archive.namelist() if n.startswith("xl/worksheets/") and n.endswith(".xml")):
            with archive.open(name) as part:
                for _, element in etree.iterparse(part, tag=("{*}c", "{*}mergeCell"), resolve_entities=False, no_network=True):
                    count += _covered(element.get("ref", "")) if element.tag.endswith("}mergeCell") else 1
                    CELLS.check(str(path), count)
                    element.clear()


def _covered(merged: str) -> int:
    """How many cells a range (A1:C3) covers; 1 where it is none."""
    match = _RANGE.fullmatch(merged)
    if match is None:
        return 1
    left, top, right, bottom = match.groups()
    return max(1, (_column(right) - _column(left) + 1) * (int(bottom) - int(top) + 1))


def _column(letters: str) -> int:
    """The number of a column: A is 1, AA 27."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def _sheet(path: Path, sheet: Any) -> Grid:
    CELLS.check(str(path), sheet.max_row * sheet.max_column)
    grid = [[_cell_text(value) for value in row] for row in sheet.iter_rows(values_only=True)]
    for merged in sheet.merged_cells.ranges:
        text = grid[merged.min_row - 1][merged.min_col - 1]
        for row in range(merged.min_row - 1, merged.max_row):
            for column in range(merged.min_col - 1, merged.max_col):
                grid[row][column] = text
    return grid


def _cell_text(value: Any) -> str:
    """A cell as a person reads it: whole numbers without .0, days as ISO days."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return f"{value:.15g}" if isinstance(value, float) else str(value)


def _docx(path: Path, settings: Settings) -> list[Grid]:
    check_archive(path, settings)
    import docx

    try:
        document = docx.Document(str(path))
        return [_bounded(path, ([cell.text for cell in cells] for cells in table_rows(table))) for table in document.tables]
    except RefusedInput as refused:
        raise RefusedInput(str(path), refused.reason) from refused
    except Exception as error:  # python-docx raises many kinds for a broken package
        raise RefusedInput(str(path), f"DOCX 文件已损坏或内容不完整（{type(error).__name__}）") from error


_READERS: dict[str, Callable[[Path, Settings], list[Grid]]] = {".csv": _csv, ".xlsx": _xlsx, ".docx": _docx}
#: The endings of files a table is read from.
ENDINGS = tuple(sorted(_READERS))
