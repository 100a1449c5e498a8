"""DOCX through python-docx: paragraphs and tables in the order of the document."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from assistant.config import Settings
from assistant.errors import RefusedInput
from assistant.library.readers.archive import check_archive
from assistant.limits import FILE, SPAN


def read(path: Path, settings: Settings) -> str:
    """Return the paragraphs of a DOCX, one a line, table rows with tabs between cells.

    Raises RefusedInput for a truncated, encrypted or non-DOCX file, for one that unpacks to more than
    `max_unpacked_mb`, and for one whose tables or text are larger than any document's.
    """
    check_archive(path, settings)
    import docx

    try:
        lines, length = [], 0
        for line in _lines(docx.Document(str(path))):
            lines.append(line)
            length += len(line) + 1
            FILE.check(str(path), length)
    except RefusedInput as refused:
        raise RefusedInput(str(path), refused.reason) from refused
    except Exception as error:  # python-docx raises many kinds for a broken package
        raise RefusedInput(str(path), f"DOCX 文件已损坏或内容不完整（{type(error).__name__}）") from error
    return "\n".join(lines)


def _lines(document: Any) -> Iterator[str]:
    from docx.text.paragraph import Paragraph

    for block in document.iter_inner_content():
        if isinstance(block, Paragraph):
            yield from block.text.split("\n")
            continue
        texts: dict[Any, str] = {}
        for cells in table_rows(block):
            for cell in cells:
                if cell._tc not in texts:
                    texts[cell._tc] = cell.text.strip().replace("\n", " ")
            yield "\t".join(texts[cell._tc] for cell in cells)


def table_rows(table: Any) -> Iterator[list[Any]]:
    """Yield the cells of each row of a python-docx table, a merged cell at every column and row it covers.

    What `row.cells` gives, in one pass: that looks upwards anew for every merged cell, and makes a list as long as any
    number a file writes for a width. Raises RefusedInput for a row wider than a table can be.
    """
    from docx.table import _Cell

    above: dict[int, Any] = {}
    for row in table._tbl.tr_lst:
        cells: list[Any] = []
        here: dict[int, Any] = {}
        at = row.grid_before
        for tc in row.tc_lst:
            span = tc.grid_span
            SPAN.check("表格的一行", at + span)
            cell = (above.get(at) if tc.vMerge == "continue" else None) or _Cell(tc, table)
            here[at] = cell
            cells += [cell] * span
            at += span
        above = here
        yield cells
