"""The page 核验引用 in real headless Chromium: pasted and uploaded drafts, the finding, the article beside, the DOCX."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docx as word
import pytest

from tests.invented import docx
from tests.web.people import Site
from tests.web.test_browser import Desk
from tests.web.test_server import get

DRAFT = (
    "<script>window.hacked=1</script>依据《虚构市茶楼管理办法》第四条、第九条处理。\n"
    "《虚构市茶楼管理办法》第三条规定：“茶楼每日营业时间限于八时至二十二时。”\n参照《没有收录的虚构办法》第三条。"
)


@pytest.fixture
def desk(browser: Any, address: Site) -> Iterator[Desk]:
    opened = Desk(browser, address, 1366, 768)
    opened.page.get_by_role("tab", name="核验引用").click()
    yield opened
    assert not opened.complaints
    opened.context.close()


def check(desk: Desk, text: str) -> None:
    desk.page.fill("#verify-text textarea", text)
    desk.page.click("#verify-button")
    desk.page.wait_for_selector(".draft")


def test_citations_are_marked_and_open_their_finding_with_the_article(desk: Desk, tmp_path: Path) -> None:
    page = desk.page
    check(desk, DRAFT)
    assert page.evaluate("window.hacked") is None
    assert page.locator(".draft").inner_text().startswith("<script>")
    marks = page.locator(".draft .cited[data-verdict]")
    assert [m.get_attribute("data-verdict") for m in marks.all()] == ["有效", "条文不存在", "引文与原文不符", "未收录"]
    assert page.locator(".alarms li").count() == 2
    page.click(".draft .cited[data-verdict=引文与原文不符]")
    page.wait_for_selector("#verify-panel .difference")
    assert page.locator("#verify-panel del").all_inner_texts() == ["八"] and page.locator("#verify-panel ins").all_inner_texts() == ["七"]
    assert page.locator("#verify-panel .article.hit .label").inner_text() == "第三条"
    page.focus(".draft .cited[data-verdict=条文不存在]")
    page.keyboard.press("Enter")
    page.wait_for_selector("#verify-panel .finding:has-text('没有第九条')")
    page.click(".draft .cited[data-verdict=未收录]")
    page.wait_for_selector("#verify-panel .failure:has-text('没有《没有收录的虚构办法》')")
    with page.expect_download() as download:
        page.click(".checked a[download]")
    download.value.save_as(tmp_path / "稿.docx")
    assert len(list(word.Document(str(tmp_path / "稿.docx")).comments)) >= 2


def test_an_uploaded_file_is_checked_for_the_day_and_not_kept(desk: Desk, settings: Any, tmp_path: Path) -> None:
    page = desk.page
    page.set_input_files("#verify-file input[type=file]", str(docx(tmp_path / "告知书.docx", ["依据《虚构市茶楼管理办法》第七条。"])))
    page.wait_for_selector("#verify-file :text('告知书')")
    page.fill("#verify-start .day input", "2020年1月1日")
    page.click("#verify-button")
    page.wait_for_selector(".draft .cited[data-verdict=条文不存在]")
    assert "告知书.docx" in page.locator(".checked h2").inner_text() and "2020年1月1日" in page.locator(".checked .facts").inner_text()
    assert not list((settings.home / "uploads").rglob("*告知书*.docx"))


def test_mistakes_are_told_in_chinese(desk: Desk) -> None:
    page = desk.page
    page.click("#verify-button")
    page.wait_for_selector("#verify-result .failure:has-text('没有文字')")
    page.fill("#verify-text textarea", "虚构")
    page.fill("#verify-start .day input", "去年")
    page.click("#verify-button")
    page.wait_for_selector("#verify-result .failure:has-text('不是日期')")


def test_an_unknown_draft_is_not_given_out(address: Site) -> None:
    assert get(address, "/staff/verified/0.docx")[0] == 404


def test_on_a_phone_the_finding_comes_over_the_draft(browser: Any, address: Site) -> None:
    phone = Desk(browser, address, 390, 844)
    page = phone.page
    page.get_by_role("tab", name="核验引用").click()
    check(phone, DRAFT)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.click(".alarms button >> nth=0")
    page.wait_for_selector("#verify-panel .finding")
    page.click("#verify-panel .close")
    page.wait_for_selector("#verify-panel", state="hidden")
    assert not phone.complaints
    phone.context.close()
