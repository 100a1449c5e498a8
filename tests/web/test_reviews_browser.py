"""The review page in real headless Chromium: upload, marks, words, a corrected fact, the conclusion, the opinion."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docx as word
import pytest

from assistant.desk.people.accounts import Role
from tests.desk.reviews.test_reviews import BAD
from tests.invented import docx
from tests.web import axe
from tests.web.people import Site

WAIT = 60_000  # a bound against hanging, not a measurement


class Desk:
    """A page of a reviewer that remembers what the browser complained of."""

    def __init__(self, browser: Any, site: Site, width: int, height: int, **more: Any) -> None:
        self.site = site
        self.context = browser.new_context(viewport={"width": width, "height": height}, locale="zh-CN", accept_downloads=True, **more)
        self.context.add_cookies([site.browser_cookie(Role.REVIEWER)])
        self.page = self.context.new_page()
        self.page.set_default_timeout(WAIT)
        self.complaints: list[str] = []
        self.asked: list[str] = []
        self.page.on("pageerror", lambda e: self.complaints.append(str(e)))
        self.page.on("console", lambda m: self.complaints.append(m.text) if m.type == "error" else None)
        self.page.on("request", lambda r: self.asked.append(r.url))

    def upload(self, path: Path) -> None:
        """Choose a document on the page for a new review and wait for its findings."""
        self.page.goto(f"{self.site}/staff/reviews")
        self.page.click("text=新的审查")
        self.page.check("#kind-penalty")
        self.page.set_input_files("#files", str(path))
        self.page.click("button:has-text('开始审查')")
        self.page.wait_for_selector(".finding")


@pytest.fixture
def case(tmp_path: Path) -> Path:
    return docx(tmp_path / "虚构案卷.docx", BAD.split("\n"))


@pytest.fixture
def desk(browser: Any, address: Site) -> Iterator[Desk]:
    opened = Desk(browser, address, 1366, 768)
    yield opened
    assert not opened.complaints
    assert not [u for u in opened.asked if not u.startswith((str(address), "data:", "blob:"))]
    opened.context.close()


def test_the_whole_way_from_the_document_to_the_opinion(desk: Desk, case: Path, tmp_path: Path) -> None:
    page = desk.page
    desk.upload(case)
    # a mark leads to its finding, the finding back to the words
    mark = page.locator(".mark.serious").first
    words, target = mark.inner_text(), mark.get_attribute("href")
    assert words and words in BAD
    mark.click()
    assert page.evaluate("document.activeElement.id") == target[1:]
    finding = page.locator(target)
    back = finding.locator(".to-text").get_attribute("href")
    finding.locator(".to-text").click()
    place, paper = page.locator(back).bounding_box(), page.locator(".paper").bounding_box()
    assert place and paper and paper["y"] - 2 <= place["y"] <= paper["y"] + paper["height"]
    # reject one with a reason, accept one
    title = finding.locator("h4").inner_text()
    finding.locator("summary:has-text('驳回')").click()
    finding.locator("textarea[name=reason]").fill("原件上另有签名")
    finding.locator("button:has-text('确定驳回')").click()
    page.wait_for_selector(f"{target}.turned-down")
    assert "原件上另有签名" in page.locator(target).inner_text()
    # a fact set right runs the rules again and keeps the word
    assert page.locator("h4:has-text('金额前后不一致')").count() == 1
    amounts = page.locator(".fact-group", has_text="金额（大写）")
    if amounts.get_attribute("open") is None:
        amounts.locator("> summary").click()
    line = amounts.locator("li", has_text="金额（大写）").first
    line.locator("summary:has-text('更正')").click()
    line.locator("input[name=value]").fill("20000")
    line.locator("button:has-text('更正')").click()
    page.wait_for_selector("text=已更正")
    assert page.locator("#findings > section h4:has-text('金额前后不一致')").count() == 0
    assert page.locator(f"{target}.turned-down").count() == 1
    # a finding of one's own from selected words
    page.evaluate(
        """() => { const paper = document.querySelector('.paper'); const walk = document.createTreeWalker(paper, NodeFilter.SHOW_TEXT);
        for (let n = walk.nextNode(); n; n = walk.nextNode()) { const at = n.data.indexOf('值班经理卓某'); if (at >= 0) {
        getSelection().setBaseAndExtent(n, at, n, at + 6); return; } } }"""
    )
    page.click("[data-js=use-selection]")
    assert page.input_value("#own-quote") == "值班经理卓某"
    page.fill("#own-title", "虚构的补充问题")
    page.fill("#own-explain", "身份没有核对")
    page.fill("#own-basis", "《虚构市茶楼管理办法》第四条")
    page.click("#own button:has-text('补充')")
    page.wait_for_selector("h4:has-text('虚构的补充问题')")
    own = page.locator(".finding", has_text="虚构的补充问题")
    own.locator(".basis summary").click()
    assert "强行兜售" in own.locator(".law-text").inner_text() and "现行有效" in own.locator(".basis").inner_text()
    # the conclusion and the opinion
    page.click("button:has-text('其余全部采纳')")
    page.wait_for_selector("text=已采纳其余")
    page.check("input[value=修改后合法]")
    page.fill("#remark", "补正后作出")
    page.click("button:has-text('作出结论')")
    page.wait_for_selector("text=已作出结论")
    with page.expect_download() as download:
        page.click("text=下载意见书")
    kept = tmp_path / "意见书.docx"
    download.value.save_as(kept)
    assert download.value.suggested_filename == "合法性审查意见书（虚构案卷）.docx"
    text = "\n".join(p.text for p in word.Document(str(kept)).paragraphs)
    for wanted in ("修改后合法", "补正后作出", "虚构的补充问题", "法审〔", "虚构法制审核员", "金额（大写）：30,000元 → 20,000元"):
        assert wanted in text, wanted
    assert title not in text


def test_a_file_that_cannot_be_read_is_told_on_the_form(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "坏.zip").write_bytes(b"PK\x03\x04x")
    page = desk.page
    page.goto(f"{desk.site}/staff/reviews/new")
    page.check("#kind-contract")
    page.set_input_files("#files", str(tmp_path / "坏.zip"))
    page.click("button:has-text('开始审查')")
    page.wait_for_selector("[role=alert]")
    assert "坏.zip" in page.locator("[role=alert]").inner_text() and "损坏" in page.locator("[role=alert]").inner_text()
    desk.complaints.clear()  # the browser reports the status 400 itself


def test_it_works_without_scripts_on_a_phone(browser: Any, address: Site, case: Path) -> None:
    phone = Desk(browser, address, 390, 844, java_script_enabled=False)
    phone.upload(case)
    page = phone.page
    document, findings = page.locator("#document").bounding_box(), page.locator("#findings").bounding_box()
    assert document and findings and findings["y"] >= document["y"] + document["height"]
    page.click(".jumps >> text=问题")
    assert page.url.endswith("#findings")
    first = page.locator(".finding").first
    first.locator("button[value=accept]").click()
    page.wait_for_selector("text=已采纳")
    phone.context.close()


def test_the_pages_are_accessible(desk: Desk, browser: Any, case: Path) -> None:
    desk.upload(case)
    cookies = [desk.site.browser_cookie(Role.REVIEWER)]
    for url in (desk.page.url, f"{desk.site}/staff/reviews", f"{desk.site}/staff/reviews/new"):
        axe.check(browser, url, cookies=cookies)
    for summary in desk.page.locator(".finding summary, .fact-group summary, .own > summary").all():
        if summary.is_visible():
            summary.click()
    assert axe.violations(desk.page) == []
