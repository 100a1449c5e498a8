"""Matters in real headless Chromium: from an answer to the firm and back, into the library, to the archive; two at once; a phone."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from assistant.answer.service import Assistant
from assistant.desk.matters import matters
from assistant.desk.people.accounts import Role
from tests.web import axe
from tests.web.people import Site

WAIT = 60_000  # a bound against hanging, not a measurement
QUESTION = "虚构市茶楼管理办法第五条第一款"


class Person:
    """A browser in which one person is signed in; it remembers what was asked for and complained of."""

    def __init__(self, browser: Any, site: Site, role: Role, width: int = 1366, height: int = 768) -> None:
        self.site = site
        self.context = browser.new_context(viewport={"width": width, "height": height}, locale="zh-CN", accept_downloads=True)
        self.context.add_cookies([site.browser_cookie(role)])
        self.page = self.context.new_page()
        self.page.set_default_timeout(WAIT)
        self.complaints: list[str] = []
        self.requested: list[str] = []
        self.page.on("request", lambda r: self.requested.append(r.url))
        self.page.on("pageerror", lambda e: self.complaints.append(str(e)))
        self.page.on("console", lambda m: self.complaints.append(m.text) if m.type == "error" else None)

    def go(self, path: str) -> None:
        self.page.goto(f"{self.site}{path}")

    def press(self, words: str) -> None:
        self.page.click(f"main button:not(.off-screen):has-text('{words}')")
        self.page.wait_for_load_state()

    def done(self) -> str:
        """The one sentence after a step."""
        return str(self.page.inner_text(".notice.done"))

    def state(self) -> str:
        return str(self.page.inner_text(".badges .badge >> nth=0"))


@pytest.fixture
def people(browser: Any, address: Site) -> Iterator[tuple[Person, Person]]:
    """Staff and counsel, each in a browser of their own."""
    both = Person(browser, address, Role.STAFF), Person(browser, address, Role.COUNSEL)
    yield both
    for person in both:
        assert not [u for u in person.requested if not u.startswith((str(address), "data:", "blob:"))]
        assert not person.complaints
        person.context.close()


def opened_from_an_answer(staff: Person) -> None:
    """Ask in the chat and press 提交律师 under the answer."""
    staff.go("/staff")
    staff.page.wait_for_selector(".empty")
    staff.page.fill("#question textarea", QUESTION)
    staff.page.keyboard.press("Enter")
    staff.page.click(".feedback a:has-text('提交律师')")
    staff.page.wait_for_selector("#question")


def test_the_whole_way(people: tuple[Person, Person], assistant: Assistant, tmp_path: Path) -> None:
    staff, counsel = people
    opened_from_an_answer(staff)
    staff.complaints.clear()  # Gradio's own script complains of the stream that leaving the chat cuts off
    page = staff.page
    assert page.input_value("#question") == QUESTION and page.locator(".material").count() == 1
    page.fill("#title", "虚构茶楼兜售<b>茶点</b>")
    page.fill("#question", "当事人张三丰（电话13800001234）强行兜售茶点，适用虚构市茶楼管理办法第五条，罚款多少合适？")
    page.fill("#days", "3")
    agreement = tmp_path / "协议.txt"
    agreement.write_text("虚构的协议", encoding="utf-8")
    page.set_input_files("#files", str(agreement))
    staff.press("提交律师")
    assert "已提交律师，编号 SX" in staff.done() and staff.state() == "已提交"
    address = page.url.removeprefix(str(staff.site))
    number = page.inner_text(".about dd >> nth=0")
    assert page.locator("h1 b").count() == 0 and page.locator(".files a:has-text('协议.txt')").count() == 1

    counsel.go("/counsel")
    counsel.page.click("a.matter-title:has-text('虚构茶楼兜售')")
    assert number in counsel.page.inner_text(".about") and "第五条" in (counsel.page.text_content(".material") or "")
    with counsel.page.expect_download() as download:
        counsel.page.click(".files a")
    download.value.save_as(tmp_path / "got.txt")
    assert (tmp_path / "got.txt").read_text(encoding="utf-8") == "虚构的协议"
    counsel.press("受理")
    assert counsel.state() == "已受理"
    counsel.press("要求补充")
    assert "请写明情况" in counsel.page.inner_text("#told")
    counsel.complaints.clear()  # the browser notes the status of a refusal itself
    counsel.page.fill("#text", "请补充现场照片")
    counsel.press("要求补充")
    assert counsel.state() == "需补充"

    staff.go(address)
    assert staff.state() == "需补充" and "请补充现场照片" in page.inner_text(".timeline")
    picture = tmp_path / "现场.png"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(64))
    page.fill("#text", "照片见附件")
    page.set_input_files("#files", str(picture))
    staff.press("补充材料")
    assert staff.state() == "已受理"

    counsel.page.reload()
    counsel.page.click("a:has-text('起草、出具意见')")
    wrong = (
        "一、结论\n按照《虚构市茶楼管理办法》第五十条处罚张三丰。\n二、理由\n兜售茶点见《虚构市茶楼管理办法》第四条，强行兜售的事实清楚。"
    )
    counsel.page.fill("#text", wrong)
    counsel.press("保存并核对引用")
    assert "1 处与法规库不符" in counsel.page.inner_text("#check ~ .notice")
    counsel.press("出具意见")
    assert "请改正，或逐处写明保留的理由" in counsel.page.inner_text(".notice.bad >> nth=0")
    counsel.complaints.clear()
    counsel.page.fill("#text", wrong.replace("第五十条", "第五条"))
    counsel.press("保存并核对引用")
    assert "没有发现错误" in counsel.page.inner_text("#check ~ .notice")
    counsel.press("出具意见")
    assert counsel.state() == "已出具意见"

    page.reload()
    assert staff.state() == "已出具意见" and "法意〔" in page.inner_text("#opinion") and "不是法律依据" in page.inner_text("main")
    with page.expect_download() as download:
        page.click("a:has-text('导出 Word')")
    assert download.value.suggested_filename.endswith(".docx")
    staff.press("采纳")
    assert staff.state() == "已采纳"
    page.click("a:has-text('意见入库')")
    masked = page.inner_text("#masked")
    assert "13800001234" not in masked and "13800001234" in page.inner_text("#before ~ .law-text")
    page.fill("#words", "茶点")
    staff.press("重新预览")
    assert "强行兜售***" in page.inner_text("#masked")
    page.fill("#words", "张三丰")
    staff.press("重新预览")
    assert "张三丰" not in page.inner_text("#masked")
    staff.press("确认并入库")
    assert "已作为内部文件入库" in staff.done() and "已入库" in page.inner_text("#opinion ~ .facts")
    staff.press("归档")
    assert staff.state() == "已归档" and page.locator(".steps").count() == 0
    steps = [t.split(" · ")[0] for t in page.locator(".timeline .facts").all_inner_texts()]
    assert steps == ["新建", "提交律师", "受理", "要求补充", "补充材料", "出具意见", "采纳", "意见入库", "归档"]
    expect_found(assistant)


def expect_found(assistant: Assistant) -> None:
    """Wait until the index holds the opinion: it is brought up to date beside the page."""
    for _ in range(300):
        hits = assistant.search("茶楼强行兜售茶点罚款多少", k=20)
        if any(h.article.statute.level and h.article.statute.level.value == "法律意见" for h in hits):
            return
        time.sleep(0.2)
    raise AssertionError("the opinion was not found")


def test_who_comes_second_is_told_and_keeps_words_and_files(people: tuple[Person, Person], tmp_path: Path) -> None:
    staff, counsel = people
    staff.go("/staff/matters/new")
    staff.page.fill("#title", "虚构的同时办理")
    staff.page.fill("#question", "虚构的问题，两人同时办理会怎样？")
    staff.press("提交律师")
    counsel.go(staff.page.url.removeprefix(str(staff.site)).replace("/staff/matters", "/counsel/matters"))
    counsel.press("受理")
    note = tmp_path / "补一份.txt"
    note.write_text("补充", encoding="utf-8")
    staff.page.fill("#text", "我再补一句<i>话</i>")
    staff.page.set_input_files("#files", str(note))
    with staff.page.expect_response(lambda r: r.request.method == "POST") as answered:
        staff.press("发送留言")
    assert answered.value.status == 409
    staff.complaints.clear()  # the browser notes the status itself
    assert "虚构律师" in staff.page.inner_text("#told") and "受理" in staff.page.inner_text("#told")
    assert staff.page.input_value("#text") == "我再补一句<i>话</i>" and "补一份.txt" in staff.page.inner_text(".waiting")
    key = staff.page.input_value("form input[name=key]")
    staff.press("发送留言")
    assert "留言已发出" in staff.done()
    assert staff.page.locator(".timeline .said:has-text('我再补一句<i>话</i>')").count() == 1
    assert staff.page.locator(".timeline .files a:has-text('补一份.txt')").count() == 1
    # Sent again (a second press, or the browser's Back): taken once.
    form = {"key": key, "version": "3", "text": "我再补一句<i>话</i>"}
    again = staff.context.request.post(f"{staff.page.url}/steps/message", multipart=form, headers={"Origin": str(staff.site)})
    assert again.ok and "留言已发出" in again.text()
    staff.page.reload()
    assert staff.page.locator(".timeline .said").count() == 1


def test_the_firm_sees_nothing_before_it_is_sent_and_strangers_never(people: tuple[Person, Person], address: Site) -> None:
    staff, counsel = people
    staff.go("/staff/matters/new")
    staff.page.fill("#title", "虚构的草稿")
    staff.page.fill("#question", "虚构的问题，还没有想好。")
    staff.press("先存草稿")
    assert staff.state() == "草稿"
    place = staff.page.url.removeprefix(str(staff.site)).removeprefix("/staff/matters")
    for path in (f"/counsel/matters{place}", f"/counsel/matters{place}/opinion"):
        counsel.go(path)
        assert "没有找到这个事项" in counsel.page.inner_text("main")
    counsel.complaints.clear()
    counsel.go(f"/staff/matters{place}")
    assert "不能打开" in counsel.page.inner_text("body")
    counsel.complaints.clear()
    staff.page.click("a:has-text('修改')")
    staff.page.fill("#title", "虚构的草稿 改")
    staff.press("保存草稿")
    assert staff.page.inner_text("h1") == "虚构的草稿 改"


def test_files_that_are_refused_are_told_and_the_words_stay(people: tuple[Person, Person], tmp_path: Path) -> None:
    staff, _ = people
    program = tmp_path / "程序.pdf"
    program.write_bytes(b"MZ\x90\x00" + bytes(80))
    staff.go("/staff/matters/new")
    staff.page.fill("#title", "虚构的附件")
    staff.page.fill("#question", "虚构的问题，附件不对。")
    staff.page.set_input_files("#files", str(program))
    staff.press("提交律师")
    assert "程序.pdf" in staff.page.inner_text(".notice.bad") and staff.page.input_value("#title") == "虚构的附件"
    staff.complaints.clear()


@pytest.fixture
def sent(address: Site, assistant: Assistant) -> str:
    """A matter of the staff's that was sent."""
    from assistant.desk.matters.steps import submit

    owner = address.account(Role.STAFF)
    key = f"seed{datetime.now().timestamp():.0f}".replace(".", "")
    form = matters.MatterForm("虚构的长标题：" + "茶楼" * 20, "虚构的问题。\n" * 6, firm=owner.section)
    made = matters.open_matter(assistant.engine, owner, form, matters.Material(), key)
    submit(assistant.engine, assistant.settings, owner, made, 1, key + "s")
    return made


def test_pages_can_be_used_by_everyone(browser: Any, address: Site, sent: str) -> None:
    staff, counsel = [address.browser_cookie(Role.STAFF)], [address.browser_cookie(Role.COUNSEL)]
    for path in ("/staff/matters", "/staff/matters/new", f"/staff/matters/{sent}"):
        axe.check(browser, f"{address}{path}", cookies=staff)
    for path in ("/counsel", f"/counsel/matters/{sent}"):
        axe.check(browser, f"{address}{path}", cookies=counsel)
