"""The numbers of a year as a workbook: one sheet by month with a chart, one by year."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from assistant.desk.ops.numbers import NumberGroup, Numbers

_MONTHS = [f"{m}月" for m in range(1, 13)]


def as_xlsx(numbers: Numbers, bureau: str) -> bytes:
    """Return the workbook; text cells are text, whatever they begin with."""
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font

    book: Any = Workbook()
    sheet = book.active
    sheet.title = f"{numbers.year}年"
    sheet.append([f"{bureau} {numbers.year}年法治工作数据"])
    sheet.append([numbers.sentence])
    sheet["A1"].font = Font(bold=True, size=14)
    sheet["A2"].alignment = Alignment(wrap_text=True, vertical="top")
    for row in (1, 2):
        sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=15)
    sheet.row_dimensions[2].height = 34
    for group in numbers.groups:
        _add_group(sheet, group)
    _add_matters(sheet, numbers)
    sheet.column_dimensions["A"].width = 40
    sheet.freeze_panes = "B3"
    _add_years(book.create_sheet("历年"), numbers)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _add_group(sheet: Any, group: NumberGroup) -> None:
    from openpyxl.chart import BarChart, Reference
    from openpyxl.styles import Font

    sheet.append([])
    sheet.append([group.title, "单位", *_MONTHS, "合计"])
    head = sheet.max_row
    for cell in sheet[head]:
        cell.font = Font(bold=True)
    for row in (*group.rows, *group.parts):
        sheet.append([row.label, row.unit, *row.months, row.total])
    chart: Any = BarChart()
    chart.title, chart.type, chart.grouping, chart.overlap = group.title, "col", "stacked", 100
    last = head + len(group.rows)
    chart.add_data(Reference(sheet, min_col=3, max_col=14, min_row=head + 1, max_row=last), from_rows=True, titles_from_data=False)
    chart.set_categories(Reference(sheet, min_col=3, max_col=14, min_row=head))
    for series, row in zip(chart.series, group.rows, strict=True):
        from openpyxl.chart.series import SeriesLabel

        series.tx = SeriesLabel(v=row.label)
    chart.height, chart.width = 6.5, 16
    sheet.add_chart(chart, f"Q{head}")


def _add_matters(sheet: Any, numbers: Numbers) -> None:
    sheet.append([])
    sheet.append(["当年事项现在的状态", "单位"])
    for state, count in numbers.states.items():
        sheet.append([state, "件", count])
    sheet.append(["答复用时（提交至出具意见，天）：平均", "天", numbers.times.mean_days])
    sheet.append(["答复用时（提交至出具意见，天）：中位", "天", numbers.times.median_days])


def _add_years(sheet: Any, numbers: Numbers) -> None:
    sheet.append(["项目", "单位", *(f"{y}年" for y in numbers.years)])
    for label, unit, counts in numbers.by_year:
        sheet.append([label, unit, *counts])
    sheet.column_dimensions["A"].width = 28
