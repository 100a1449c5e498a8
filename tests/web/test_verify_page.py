"""The page 核验引用 in real headless Chromium: pasted and uploaded drafts, the finding, the article beside, the DOCX."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docx as word
import pytest

from assistant.desk.people.accounts import Role
from tests.invented import docx
from tests.web import axe
from tests.web.people import Site
from tests.web.test_server import get

DRAFT = (
    "<script>window.hacked=1</script>依据《虚构市茶楼管理办法》第四条、第九条处理。\n"
    "《虚构市茶楼管理办法》第三条规定：“茶楼每日营业时间限于八时至二十二时。”\n参照《没有收录的虚构办法》第三条。"
)
WAIT = 60_000  # a bound against hanging, not a measurement


class Desk:
    """The page as an officer, who remembers what the browser asked for and complained of."""

    def __init__(self, browser: Any, site: Site, width: int = 1366, height: int = 768, **more: Any) -> None:
        self.site = site
        self.context = browser.new_context(viewport={"width": width, "height": height}, locale="zh-CN", accept_downloads=True, **more)
        self.context.add_cookies([site.browser_cookie(Role.STAFF)])
        self.page = self.context.new_page()
        self.page.set_default_timeout(WAIT)
        self.complaints: list[str] = []
        self.page.on("request", lambda r: None if r.url.startswith((site, "data:")) else self.complaints.append(r.url))
        self.page.on("pageerror", lambda e: self.complaints.append(str(e)))
        self.page.on("console", lambda m: self.complaints.append(m.text) if m.type == "error" else None)
        self.page.goto(f"{site}/staff/verify")

    def check(self, text: str) -> None:
        """Paste a draft and wait for its result."""
        self.page.fill("#text", text)
        self.page.click("#verify-button")
        self.page.wait_for_selector(".draft")


@pytest.fixture
def desk(browser: Any, address: Site) -> Iterator[Desk]:
    opened = Desk(browser, address)
    yield opened
    assert not opened.complaints
    opened.context.close()


def test_the_page_is_reached_from_the_navigation(desk: Desk) -> None:
    desk.page.goto(f"{desk.site}/")
    desk.page.click("nav >> text=核验引用")
    desk.page.wait_for_selector("#verify-form")
    assert not axe.violations(desk.page)


def test_citations_are_marked_and_open_their_finding_with_the_article(desk: Desk, tmp_path: Path) -> None:
    page = desk.page
    desk.check(DRAFT)
    assert page.evaluate("window.hacked") is None
    assert page.locator(".draft").inner_text().startswith("<script>") and page.locator(".draft").text_content() == DRAFT
    marks = page.locator(".draft .cited[data-verdict]")
    assert [m.get_attribute("data-verdict") for m in marks.all()] == ["有效", "条文不存在", "引文与原文不符", "未收录"]
    assert page.locator(".alarms li").count() == 2
    address = page.url
    page.click(".draft .cited[data-verdict=引文与原文不符]")
    page.wait_for_selector("#panel .difference")
    assert page.locator("#panel del").all_inner_texts() == ["八"] and page.locator("#panel ins").all_inner_texts() == ["七"]
    assert page.locator("#panel .article.hit .label").inner_text() == "第三条"
    assert not axe.violations(page)
    page.focus(".draft .cited[data-verdict=条文不存在]")
    page.keyboard.press("Enter")
    page.wait_for_selector("#panel .finding:has-text('没有第九条')")
    page.click(".draft .cited[data-verdict=未收录]")
    page.wait_for_selector("#panel [role=alert]:has-text('没有《没有收录的虚构办法》')")
    assert page.url == address, "the draft stays where it is"
    with page.expect_download() as download:
        page.click("a[download]")
    download.value.save_as(tmp_path / "稿.docx")
    assert len(list(word.Document(str(tmp_path / "稿.docx")).comments)) >= 2


def test_it_works_without_scripts(browser: Any, address: Site) -> None:
    desk = Desk(browser, address, java_script_enabled=False)
    desk.check(DRAFT)
    desk.page.click(".alarms a >> nth=1")
    assert desk.page.locator("#panel .article.hit .label").inner_text() == "第三条"
    assert "?c=" in desk.page.url and desk.page.locator(".draft .cited").count() >= 4
    desk.context.close()


def test_an_uploaded_file_is_checked_for_the_day_and_not_kept(desk: Desk, settings: Any, tmp_path: Path) -> None:
    page = desk.page
    page.set_input_files("#file", str(docx(tmp_path / "告知书.docx", ["依据《虚构市茶楼管理办法》第七条。"])))
    page.fill("#as_of", "2020年1月1日")
    page.click("#verify-button")
    page.wait_for_selector(".draft .cited[data-verdict=条文不存在]")
    assert "告知书.docx" in page.locator("h1").inner_text() and "2020年1月1日" in page.locator("#counted").inner_text()
    assert not list(settings.home.rglob("*告知书*")) and not list(settings.home.rglob("inbox-*"))
    with page.expect_download() as download:
        page.click("a[download]")
    download.value.save_as(tmp_path / "批注.docx")
    assert [p.text for p in word.Document(str(tmp_path / "批注.docx")).paragraphs] == ["依据《虚构市茶楼管理办法》第七条。"]


def test_mistakes_are_told_in_chinese(desk: Desk) -> None:
    page = desk.page
    page.click("#verify-button")
    page.wait_for_selector("[role=alert]:has-text('没有文字')")
    page.fill("#text", "虚构")
    page.fill("#as_of", "去年")
    page.click("#verify-button")
    page.wait_for_selector("[role=alert]:has-text('不是日期')")
    assert page.input_value("#text") == "虚构" and page.input_value("#as_of") == "去年"
    # The browser tells of a refused form on its console; nothing else may have gone wrong.
    desk.complaints = [c for c in desk.complaints if "status of 400" not in c]


def test_an_unknown_draft_is_not_given_out(address: Site) -> None:
    for path in ("/staff/verify/0", "/staff/verify/0.docx", "/staff/verify/0/citation?c=0"):
        assert get(address, path)[0] == 404


def test_on_a_phone_the_finding_comes_over_the_draft(browser: Any, address: Site) -> None:
    phone = Desk(browser, address, 390, 844)
    page = phone.page
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    phone.check(DRAFT)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert not axe.violations(page)
    page.click(".alarms a >> nth=0")
    page.wait_for_selector("#panel .finding")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.locator("#panel").bounding_box() == {"x": 0, "y": 0, "width": 390, "height": 844}
    page.click("#panel .close")
    page.wait_for_function("!document.body.classList.contains('has-panel')")
    assert page.locator(".draft").is_visible()
    assert not phone.complaints
    phone.context.close()


def test_the_waiting_page_is_for_everyone_to_read(browser: Any, address: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """A job that does not end is shown and taken back; the page has no fault on a phone."""
    from assistant.web.staff import verify
    from tests.security.slow_tasks import Endless

    monkeypatch.setattr(verify, "CheckDraft", lambda *_, **__: Endless("很慢的案卷.docx"))
    phone = Desk(browser, address, 390, 844)
    page = phone.page
    page.fill("#text", "虚构")
    page.click("#verify-button")
    page.wait_for_selector("#job :text('正在读第 1 页')")
    assert "很慢的案卷.docx" in page.inner_text("main") and page.evaluate("document.documentElement.scrollWidth") <= 390
    assert not axe.violations(page)
    page.click("text=取消")
    page.wait_for_selector("[role=alert]:has-text('已取消')")
    page.click("text=返回，重新提交")
    page.wait_for_selector("#verify-form")
    assert not phone.complaints
    phone.context.close()
