"""Tables from XLSX, CSV and DOCX, and what is refused; all contents invented."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import docx
import openpyxl
import pytest

from assistant.config import Settings
from assistant.errors import RefusedInput
from assistant.library.tabular import read_table
from tests.invented import zip_bomb

HEAD, ROWS = ["甲", "乙"], [["一", "二"], ["三", ""]]


def sheet(path: Path, rows: list[list[object]], merge: str = "") -> Path:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    if merge:
        book.active.merge_cells(merge)
    book.save(path)
    return path


def test_the_three_formats_give_the_same_rows(tmp_path: Path, settings: Settings) -> None:
    xlsx = sheet(tmp_path / "表.xlsx", [["虚构标题"], [*HEAD], *[[*r] for r in ROWS]])
    csv = tmp_path / "表.csv"
    csv.write_text("虚构标题,\n甲, 乙\n一,二\n,\n三,\n", encoding="gb18030")
    document = docx.Document()
    document.add_table(1, 1).cell(0, 0).text = "别的表"
    table = document.add_table(0, 2)
    for cells in [HEAD, *ROWS]:
        for cell, text in zip(table.add_row().cells, cells, strict=True):
            cell.text = text
    document.save(str(tmp_path / "表.docx"))
    for path in (xlsx, csv, tmp_path / "表.docx"):
        assert read_table(path, settings, HEAD) == [{"甲": "一", "乙": "二"}, {"甲": "三", "乙": ""}], path


def test_merged_cells_numbers_and_days(tmp_path: Path, settings: Settings) -> None:
    path = sheet(tmp_path / "表.xlsx", [[*HEAD], ["一", 3000.0], [None, 0.5], ["二", date(2026, 1, 2)]], merge="A2:A3")
    assert [list(r.values()) for r in read_table(path, settings, HEAD)] == [["一", "3000"], ["一", "0.5"], ["二", "2026-01-02"]]


@pytest.mark.parametrize(("name", "why"), [("无.xlsx", "没有这个文件"), ("表.pdf", "不支持的表格格式")])
def test_no_table(tmp_path: Path, settings: Settings, name: str, why: str) -> None:
    with pytest.raises(RefusedInput, match=why):
        read_table(tmp_path / name, settings, HEAD)


def test_broken_and_oversized_files(tmp_path: Path, settings: Settings) -> None:
    (tmp_path / "坏.xlsx").write_bytes(b"PK\x03\x04broken")
    (tmp_path / "旧.xlsx").write_bytes(b"\xd0\xcf\x11\xe0" + b"0" * 100)
    bomb = zip_bomb(tmp_path / "炸弹.xlsx", 3)
    for name, why in (("坏.xlsx", "已损坏"), ("旧.xlsx", "旧版 XLS"), ("炸弹.xlsx", "压缩炸弹")):
        with pytest.raises(RefusedInput, match=why):
            read_table(tmp_path / name, settings.model_copy(update={"max_unpacked_mb": 1}), HEAD)
    with pytest.raises(RefusedInput, match="不是 XLSX"):
        read_table(bomb, settings, HEAD)


def test_a_missing_column_is_named(tmp_path: Path, settings: Settings) -> None:
    with pytest.raises(RefusedInput, match="缺 丙"):
        read_table(sheet(tmp_path / "表.xlsx", [[*HEAD], ["一", "二"]]), settings, [*HEAD, "丙"])
