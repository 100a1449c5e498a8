"""The staff desk in real headless Chromium: ask, open a citation, export, rename, delete, phone."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from assistant.config import Settings
from assistant.desk.people.accounts import Role
from tests.web.people import Site

QUESTION = "虚构市茶楼管理办法第五条第一款"
LEAVING = ("AbortError: signal is aborted", "Unexpected error Connection errored out")
WAIT = 60_000  # a bound against hanging, not a measurement


class Desk:
    """A page on the staff desk that remembers what the browser asked for and complained of."""

    def __init__(self, browser: Any, address: Site, width: int, height: int) -> None:
        self.address = address
        self.context = browser.new_context(viewport={"width": width, "height": height}, locale="zh-CN", accept_downloads=True)
        self.context.add_cookies([address.browser_cookie(Role.STAFF)])
        self.page = self.context.new_page()
        self.page.set_default_timeout(WAIT)
        self.requested: list[str] = []
        self.complaints: list[str] = []
        self.page.on("request", lambda r: self.requested.append(r.url))
        self.page.on("pageerror", lambda e: self.complain(str(e)))
        self.page.on("console", lambda m: self.complain(m.text) if m.type == "error" else None)
        self.page.goto(f"{address}/staff")
        self.page.wait_for_selector(".empty")

    def complain(self, words: str) -> None:
        """Keep what the browser complains of, but for Gradio's word on a stream that leaving its page cuts off."""
        if not any(leaving in words for leaving in LEAVING):
            self.complaints.append(words)

    def ask(self, question: str) -> None:
        """Ask and wait until the answer is complete."""
        before = self.page.locator(".feedback").count()
        self.page.fill("#question textarea", question)
        self.page.keyboard.press("Enter")
        self.page.wait_for_function(f"document.querySelectorAll('.feedback').length > {before}")


@pytest.fixture
def desk(browser: Any, address: Site) -> Iterator[Desk]:
    """The desk on an office screen; afterwards nothing may have been asked of another host, nor gone wrong."""
    opened = Desk(browser, address, 1366, 768)
    yield opened
    assert not [u for u in opened.requested if not u.startswith((address, "data:", "blob:"))]
    assert not opened.complaints
    opened.context.close()


@pytest.fixture
def phone(browser: Any, address: Site) -> Iterator[Desk]:
    """The desk on a phone."""
    opened = Desk(browser, address, 390, 844)
    yield opened
    assert not opened.complaints
    opened.context.close()


def test_citation_opens_the_article_highlighted_in_the_whole_statute(desk: Desk) -> None:
    desk.ask(QUESTION)
    page = desk.page
    page.click(".turn.answer .mark >> nth=0")
    page.wait_for_selector("#article-panel .article.hit")
    panel = page.locator("#article-panel")
    assert "茶楼管理办法" in panel.locator("h2").inner_text()
    assert panel.locator(".badge").inner_text() == "现行有效"
    assert "2023年6月1日" in panel.locator(".facts").inner_text()
    assert panel.locator(".article").count() == 7
    hit = panel.locator(".article.hit")
    assert hit.count() == 1
    box, view = hit.bounding_box(), panel.locator(".statute").bounding_box()
    assert box and view and view["y"] - 1 <= box["y"] < view["y"] + view["height"]
    assert panel.locator("mark.decisive").count() >= 1
    assert page.evaluate("document.activeElement.classList.contains('hit')")


def test_copy_as_citation_has_address_version_and_quote(desk: Desk) -> None:
    desk.ask(QUESTION)
    desk.page.click(".turn.answer .mark >> nth=0")
    button = desk.page.locator("#article-panel [data-js=copy]")
    desk.context.grant_permissions(["clipboard-read", "clipboard-write"])
    button.click()
    desk.page.wait_for_selector("#article-panel [data-js=copy]:has-text('已复制')")
    copied = desk.page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("《虚构市茶楼管理办法》第") and "现行有效" in copied.split("\n")[0]
    quoted = desk.page.locator("#article-panel .article.hit .law-text").inner_text()
    assert copied.split("\n", 1)[1].strip() == quoted.strip()


def test_conversation_is_kept_renamed_exported_deleted_and_brought_back(desk: Desk, tmp_path: Path) -> None:
    page = desk.page
    desk.ask(QUESTION)
    desk.ask("那罚多少？")
    page.wait_for_selector(".conversations [aria-current]")
    page.reload()
    page.wait_for_selector(".turn.answer >> nth=1")
    page.click("#conversation-bar [data-act=renaming]")
    page.fill("#conversation-bar input", "茶楼<b>案</b>")
    page.keyboard.press("Enter")
    page.wait_for_selector(".conversations .title:has-text('茶楼<b>案</b>')")
    for suffix in ("docx", "md"):
        with page.expect_download() as download:
            page.click(f"#conversation-bar a[href$='.{suffix}']")
        kept = tmp_path / f"kept.{suffix}"
        download.value.save_as(kept)
        assert download.value.suggested_filename.endswith(f".{suffix}")
        assert kept.stat().st_size > 500
    assert "茶楼" in (tmp_path / "kept.md").read_text(encoding="utf-8")
    count = page.locator(".conversations li").count()
    page.click("#conversation-bar [data-act=delete]")
    page.wait_for_selector(".empty")
    assert page.locator(".conversations li").count() == count - 1
    page.click("#conversation-bar [data-act=restore]")
    page.wait_for_selector(".turn.answer >> nth=1")
    assert page.locator(".conversations li").count() == count
    page.click("#new-conversation")
    page.wait_for_selector(".empty")


def test_feedback_is_kept_with_its_reason(desk: Desk, assistant: Any) -> None:
    from sqlalchemy import text

    desk.ask(QUESTION)
    page = desk.page
    page.click(".feedback [data-liked='0']")
    page.fill(".feedback input", "数额<script>不对")
    page.click(".feedback form button")
    page.wait_for_selector(".feedback .note")
    with assistant.engine.connect() as connection:
        rows = connection.execute(text("select liked, reason, owner from feedback order by id desc")).all()
    assert tuple(rows[0]) == (0, "数额<script>不对", desk.address.account(Role.STAFF).id)
    page.reload()
    page.wait_for_selector(".feedback [data-liked='0'][aria-pressed=true]")


def test_a_liked_answer_is_proposed_as_an_example(desk: Desk, assistant: Any) -> None:
    from assistant.desk.knowledge import questions

    page = desk.page
    desk.ask("虚构市茶楼管理办法第三条的营业时间到几点")
    assert page.locator("[data-act=propose]").count() == 0
    page.click(".feedback [data-liked='1']")
    page.click(".feedback [data-act=propose]")
    page.wait_for_selector(".feedback .note:has-text('待审核')")
    assert page.locator("[data-act=propose]").count() == 0
    newest = questions.proposals(assistant.engine)[-1]
    assert newest.question == "虚构市茶楼管理办法第三条的营业时间到几点" and newest.articles[0].startswith("《虚构市茶楼管理办法》第")
    page.reload()
    page.wait_for_selector(".feedback .note:has-text('待审核')")


def test_markup_in_question_title_and_text_is_shown_as_text(desk: Desk) -> None:
    page = desk.page
    desk.ask("画舫<img src=x onerror='window.hacked=1'>载客多少 <script>window.hacked=1</script>")
    assert "<script>" in page.locator(".turn.question .said").inner_text()
    page.get_by_role("tab", name="法规库").click()
    page.fill("#shelf-words input", "画舫")
    page.wait_for_selector("#statute-list li:only-child")
    page.click("#statute-list button")
    page.wait_for_selector("#statute-open .article")
    assert "<script>" in page.locator("#statute-open h2").inner_text()
    assert "onerror" in page.locator("#statute-open .article >> nth=0").inner_text()
    assert page.locator("#statute-open img, .turn img").count() == 0
    assert page.evaluate("window.hacked") is None


def test_versions_are_compared_and_text_is_found(desk: Desk) -> None:
    page = desk.page
    page.get_by_role("tab", name="法规库").click()
    page.fill("#shelf-words input", "茶楼")
    page.wait_for_selector("#statute-list li:only-child")
    page.click("#statute-list button")
    page.fill("#statute-open input[type=search]", "营业时间")
    page.keyboard.press("Enter")
    page.wait_for_selector("#statute-open .article.hit")
    assert page.locator("#statute-open .article.hit .label").inner_text() == "第三条"
    page.click("form[data-act=compare] button")
    page.wait_for_selector(".pair.head")
    pairs = page.locator(".pair:not(.head)")
    shown = pairs.all_inner_texts()
    assert any("二百元" in t for t in shown) and not any("七时至二十二时" in t for t in shown)
    assert "一百元"[0] in "".join(page.locator(".pair .old del").all_inner_texts())
    assert page.locator(".pair .new ins").count() >= 1
    page.check("form[data-act=compare] input[type=checkbox]")
    page.click("form[data-act=compare] button")
    page.wait_for_function("document.querySelectorAll('.pair').length > 6")


def test_an_internal_paper_is_read_confirmed_and_found(desk: Desk, tmp_path: Path) -> None:
    page = desk.page
    good, bad = tmp_path / "虚构局灯会值班安排<b>.md", tmp_path / "空.txt"
    text = "# 虚构局灯会值班安排\n\n（2021年1月1日虚构局公布 自2021年2月1日起施行）\n\n第一条 灯会值班人员应当配备灭火器。\n\n第二条 本安排自2021年2月1日起施行。\n"
    good.write_text(text, encoding="utf-8")
    bad.write_text("", encoding="utf-8")
    home = page.url
    page.click("nav >> text=导入文件")
    page.set_input_files("#files", [str(good), str(bad)])
    page.fill("#origin", "本局办公室印发")
    page.select_option("#level", "本局文件")
    page.click("text=读取并核对")
    page.wait_for_selector("section.card h2")
    assert "空.txt：没有读入" in page.inner_text("#import") and page.locator("section.card").count() == 1
    assert page.input_value("section.card input[name^=title]") == "虚构局灯会值班安排"
    assert "提交以后直接入库" in page.inner_text("section.card")
    page.click("text=核对无误，提交")
    page.wait_for_selector("text=已入库 1 件")
    page.goto(f"{desk.address}/staff/documents")
    while page.locator("text=索引正在后台更新").count():  # the index follows beside the server
        page.wait_for_timeout(200)
        page.reload()
    page.goto(home)
    desk.ask("虚构局灯会值班安排第一条")
    assert "灯会值班安排" in page.locator(".turn.answer").inner_text()


def test_documents_added_by_another_process_answer_without_restart(desk: Desk, settings: Settings, tmp_path: Path) -> None:
    added = tmp_path / "虚构市风筝管理办法.md"
    text = "# 虚构市风筝管理办法\n\n（2022年1月1日虚构市人民政府令第12号公布 自2022年2月1日起施行）\n\n第一条 风筝线不得使用金属丝。\n\n第二条 风筝放飞应当避开电线。\n"
    added.write_text(text, encoding="utf-8")
    script = (
        "import sys; from pathlib import Path; from assistant.config import load_settings\n"
        "from assistant.library.sources.importing import import_paths; from assistant.search.index.build import sync_index\n"
        "from assistant.store.engine import open_engine\n"
        "s = load_settings(Path(sys.argv[1])); e = open_engine(s.library_url)\n"
        "list(import_paths(e, s, [Path(sys.argv[2])])); sync_index(e, s)"
    )
    subprocess.run([sys.executable, "-c", script, str(settings.home), str(added)], check=True, cwd=Path(__file__).parents[2])
    desk.page.wait_for_timeout(5_000)
    desk.ask("虚构市风筝管理办法第一条")
    assert "风筝管理办法" in desk.page.locator(".turn.answer").inner_text()


def test_keyboard_alone_asks_and_opens_a_citation(desk: Desk) -> None:
    page = desk.page
    page.focus("#question textarea")
    page.keyboard.type(QUESTION)
    page.keyboard.press("Enter")
    page.wait_for_selector(".feedback")
    page.focus(".turn.answer .mark >> nth=0")
    page.keyboard.press("Enter")
    page.wait_for_selector("#article-panel .article.hit")


def test_gradio_itself_speaks_chinese(desk: Desk) -> None:
    page = desk.page
    assert page.evaluate("document.documentElement.lang") == "zh-CN"
    page.get_by_role("tab", name="法规库").click()
    page.wait_for_selector("#desk-tabs")
    seen = page.locator("body").inner_text()
    assert not re.findall(r"\b(?:Submit|Upload|Drop|Clear|Settings|Built|Error)\b", seen)


def test_phone_shows_the_article_over_the_chat_with_a_way_back(phone: Desk) -> None:
    page = phone.page
    phone.ask(QUESTION)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert not page.locator("#article-panel").is_visible()
    page.click(".turn.answer .mark >> nth=0")
    page.wait_for_selector("#article-panel .article.hit")
    assert page.locator("#article-panel").bounding_box()["width"] >= 380
    page.click("#article-panel .close")
    page.wait_for_selector("#article-panel", state="hidden")
    page.click(".turn.answer .mark >> nth=0")
    page.wait_for_selector("#article-panel .article.hit", state="visible")
    page.go_back()
    page.wait_for_selector("#article-panel", state="hidden")
    assert page.url.startswith(phone.address + "/staff")
    page.click("[data-js=side]")
    page.wait_for_selector(".conversations")
    assert page.locator(".conversations").is_visible()
