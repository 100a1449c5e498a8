"""The page of the year's numbers: sentence, chart, table, workbook; the administrator's alone."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from openpyxl import load_workbook

from assistant.answer.service import Assistant
from assistant.desk.chat.asked_counts import ConsultingDesk, asked
from assistant.desk.people.accounts import Role
from assistant.web.chart import month_chart
from tests.web.axe import check
from tests.web.people import Site
from tests.web.test_server import get


def test_the_page_shows_what_was_asked(address: Site, assistant: Assistant) -> None:
    asked(assistant.engine, "public", ConsultingDesk.PUBLIC, "茶楼几点打烊", [], None)
    status, _, body = get(address, "/admin/numbers", Role.ADMIN)
    page = body.decode()
    assert status == 200 and "接受咨询" in page and 'role="img" aria-label="咨询，按月：' in page and "style=" not in page.split("<main")[1]
    assert get(address, "/admin/numbers?year=1234567", Role.ADMIN)[0] == 200
    assert get(address, "/admin/numbers", Role.REVIEWER)[0] == 403


def test_the_workbook_can_be_opened(address: Site) -> None:
    status, headers, body = get(address, "/admin/numbers.xlsx?year=2025", Role.ADMIN)
    assert status == 200 and headers["content-type"].startswith("application/vnd.openxmlformats")
    assert load_workbook(BytesIO(body)).sheetnames == ["2025年", "历年"]


def test_bars_reach_as_high_as_their_numbers(address: Site) -> None:
    chart = month_chart("咨询", "次", [0, 10, 5, *[0] * 9])
    heights = [b.height for b in chart.bars]
    assert heights[0] == 0 and heights[1] == 2 * heights[2] > 0 and chart.words == "2月10次，3月5次"
    assert [line.value for line in chart.lines] == [0, 5, 10]
    assert month_chart("咨询", "次", [0] * 12).words == "全年没有" and max(b.height for b in month_chart("", "", [0] * 12).bars) == 0
    assert [line.value for line in month_chart("", "", [163] * 12).lines] == [0, 50, 100, 150, 200]


def test_the_page_is_usable_by_everybody(address: Site, browser: Any) -> None:
    check(browser, f"{address}/admin/numbers", cookies=[address.browser_cookie(Role.ADMIN)])
