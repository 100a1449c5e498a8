"""The page of the year's numbers, and its workbook."""

from __future__ import annotations

from datetime import date
from urllib.parse import quote

from fastapi import FastAPI, Request, Response

from assistant.desk.audit import trail
from assistant.desk.ops.numbers import numbers
from assistant.desk.ops.numbers_xlsx import as_xlsx
from assistant.web.answering import Answering
from assistant.web.chart import month_chart
from assistant.web.frame.render import NO_STORE, page
from assistant.web.frame.whole_numbers import whole_number
from assistant.web.identity import current_user

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def add_numbers(app: FastAPI, assistant: Answering) -> None:
    """Put the page on the app."""

    @app.get("/admin/numbers")
    def shown(request: Request, year: str = "") -> Response:
        found = numbers(assistant.engine, _year(year))
        charts = [month_chart(g.title, g.rows[0].unit, g.months) for g in found.groups]
        return page(request, "admin/numbers.html", found=found, groups=list(zip(found.groups, charts, strict=True)))

    @app.get("/admin/numbers.xlsx")
    def workbook(request: Request, year: str = "") -> Response:
        found = numbers(assistant.engine, _year(year))
        trail.note(assistant.engine, current_user(request).id, trail.AuditAction.EXPORT, f"{found.year}年数据", {"格式": "xlsx"})
        name = quote(f"{found.year}年法治工作数据.xlsx")
        headers = {"Content-Disposition": f"attachment; filename=\"numbers.xlsx\"; filename*=UTF-8''{name}"} | NO_STORE
        return Response(as_xlsx(found, assistant.settings.bureau_name), media_type=XLSX, headers=headers)


def _year(text: str) -> int:
    """The year asked for; this one where it is none."""
    year = whole_number(text, 4) or 0
    return year if year > 1999 else date.today().year
