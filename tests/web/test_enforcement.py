"""The form under an enforcement answer in real headless Chromium, and the procedure card."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from assistant.answer.parts import Answer
from assistant.law.procedure.step import Need, Step
from assistant.web.staff import transcript
from tests.web.people import Site
from tests.web.test_browser import QUESTION, Desk
from tests.web.test_server import get
from tests.web.test_views import EVIL, assert_harmless, text_of


@pytest.fixture
def desk(browser: Any, address: Site) -> Iterator[Desk]:
    opened = Desk(browser, address, 1366, 768)
    yield opened
    assert not opened.complaints
    opened.context.close()


def test_the_form_gives_ranges_and_circumstances_and_outlives_the_next_answer(desk: Desk) -> None:
    page = desk.page
    desk.ask(QUESTION)
    page.click("details.narrow > summary")
    page.select_option(".narrow [name=age]", "minor")
    page.wait_for_selector(".narrowed h4")
    assert "200元以上800元以下" in page.locator(".narrowed .range").first.inner_text()
    assert page.locator(".narrowed [data-act=address] >> nth=0").inner_text() == "《行政处罚法》第三十条"
    assert not page.locator(".narrowed").get_by_text("罚款建议").count()
    page.fill(".narrow [name=amount]", "很多")
    page.click(".narrow [type=submit]")
    page.wait_for_selector(".narrowed .failure:has-text('读不出数额')")
    page.fill(".narrow [name=amount]", "4000")
    page.check(".narrow [name=confessed]")
    page.wait_for_selector(".narrowed :text('第三十二条')")
    desk.ask("虚构市茶楼管理办法第三条")
    first = page.locator("details.narrow").first
    assert first.locator("[name=amount]").input_value() == "4000" and first.locator("[name=confessed]").is_checked()
    assert "200元以上800元以下" in first.locator(".narrowed").inner_text()
    first.locator("[data-act=cite]").first.click()
    page.wait_for_selector("#article-panel .article.hit :text('第五条')")
    first.locator("[data-act=address]").first.click()
    page.wait_for_selector("#article-panel .failure:has-text('没有《行政处罚法》')")
    first.locator("[type=reset]").click()
    assert first.locator(".narrowed").inner_text() == ""


def test_the_form_is_for_the_owner_only(address: Site) -> None:
    assert get(address, "/staff/narrow/999999")[0] == 404


def test_the_procedure_is_listed_in_order_without_what_does_not_apply() -> None:
    steps = (
        Step("a", EVIL, EVIL, articles=("《行政处罚法》第五十四条",), condition=EVIL, note=EVIL, warnings=(EVIL,)),
        Step("b", "虚构的听证", "虚构部门", need=Need.CONDITIONAL),
        Step("c", "虚构的移送", "虚构部门", need=Need.NOT_APPLICABLE),
    )
    html = "".join(transcript.answer_parts(Answer("虚构", date(2024, 1, 2), procedure=tuple(s.to_dict() for s in steps)), 1))
    assert_harmless(html)
    assert "（2 步）" in html and "虚构的移送" not in html and "视情形" in text_of(html)
    assert 'data-address="《行政处罚法》第五十四条" data-day="2024-01-02"' in html


def test_answers_without_penalties_have_no_form() -> None:
    assert "narrow" not in "".join(transcript.answer_parts(Answer("虚构", date.today()), 1))
