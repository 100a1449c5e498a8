"""The pages of cases: brought in with side-by-side confirmation in a real browser, found, shown, removed, put back."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from assistant.answer.service import Assistant
from assistant.desk.cases import cases
from assistant.desk.people.accounts import Role
from assistant.law.cases.model import Case, CaseBasis, CaseKind
from assistant.law.statute.model import Visibility
from assistant.search.vectors.embed import static_embedder
from tests.cases import PUBLISHED
from tests.invented import TITLE, docx
from tests.web import axe
from tests.web.people import Site

WAIT = 60_000  # a bound against hanging, not a measurement
LAW = "虚构市茶楼管理办法"


def told(title: str) -> str:
    """A published case that cites the small shelf, with words a browser must not run."""
    body = PUBLISHED.replace(TITLE, LAW)
    return body.replace("张伟明诉青屏县响泉茶馆服务合同纠纷案", title).replace(
        "馆内没有热水", "馆内没有热水<script>window.hacked=1</script>"
    )


@pytest.fixture
def office(address: Site) -> Any:
    """An HTTP client signed in as an officer."""
    with httpx.Client(base_url=address, headers=address.cookie(Role.STAFF), timeout=60) as client:
        yield client


class Desk:
    """A page of an officer that remembers what the browser complained of."""

    def __init__(self, browser: Any, site: Site, width: int = 1366, height: int = 768, **more: Any) -> None:
        self.site = site
        self.context = browser.new_context(viewport={"width": width, "height": height}, locale="zh-CN", **more)
        self.context.add_cookies([site.browser_cookie(Role.STAFF)])
        self.page = self.context.new_page()
        self.page.set_default_timeout(WAIT)
        self.complaints: list[str] = []
        self.page.on("pageerror", lambda e: self.complaints.append(str(e)))
        self.page.on("console", lambda m: self.complaints.append(m.text) if m.type == "error" else None)

    def upload(self, *paths: Path) -> None:
        """Choose files on the page and wait for the comparison."""
        self.page.goto(f"{self.site}/staff/cases")
        self.page.click("text=导入案例")
        self.page.set_input_files("#files", [str(p) for p in paths])
        self.page.check("input[value=public]")
        self.page.click("text=读取并核对")
        self.page.wait_for_selector("text=核对替换")

    def after(self) -> str:
        """What the right side says."""
        return "\n".join(self.page.locator("[data-js=after]").all_inner_texts())


def write(folder: Path, title: str) -> Path:
    path = folder / "公布的案例.md"
    path.write_text(told(title), encoding="utf-8")
    return path


def test_a_case_is_compared_confirmed_shown_removed_and_put_back(browser: Any, address: Site, assistant: Assistant, tmp_path: Path) -> None:
    desk = Desk(browser, address)
    page = desk.page
    desk.upload(write(tmp_path, "张伟明诉响泉茶馆案"))
    assert "张伟明" not in desk.after() and "33010619900307201X" not in desk.after() and "张某" in desk.after()
    before = page.locator(".side-by-side section").first
    assert "张伟明" in before.inner_text()
    assert not axe.violations(page)
    # A box off: the name stays, at once; on again: it is hidden.
    box = page.locator("input[data-text=张伟明]")
    box.uncheck()
    assert "张伟明" in desk.after()
    box.check()
    assert "张伟明" not in desk.after()
    page.fill("#more", "响泉茶馆=某茶馆\n没有这几个字")
    page.click("text=更新右边")
    page.wait_for_selector("input[data-text=响泉茶馆]")
    assert "响泉茶馆" not in desk.after() and "某茶馆" in desk.after()
    page.click("text=确认入库")
    page.wait_for_selector("text=案例已入库")
    shown = page.inner_text("main")
    assert "张某诉某茶馆案" in shown and "<script>" in shown and "茶楼每日营业时间限于七时至二十二时。" not in shown
    assert "第二条" in shown and "本办法所称茶楼" in page.locator("details[open]").first.inner_text()
    assert not axe.violations(page)
    page.click("text=移出这件案例")
    page.wait_for_selector("text=已移出《张某诉某茶馆案》")
    page.click("button:has-text('恢复')")
    page.wait_for_selector("text=已恢复《张某诉某茶馆案》")
    assert page.evaluate("window.hacked") is None and not desk.complaints
    assert not list((assistant.settings.home / "work").rglob("inbox-*"))
    desk.context.close()


def test_confirmation_works_without_scripts(browser: Any, address: Site, tmp_path: Path) -> None:
    desk = Desk(browser, address, java_script_enabled=False)
    page = desk.page
    desk.upload(write(tmp_path, "李雪梅诉响泉茶馆案"))
    page.uncheck("input[data-text=张伟明]")
    page.click("text=更新右边")
    assert "张伟明" in desk.after() and "33010619900307201X" not in desk.after()
    page.uncheck("input[data-text='33010619900307201X']")
    page.click("text=确认入库")
    assert "公开案例不能保留证件号码" in page.inner_text("[role=alert]")
    page.click("text=放弃")
    page.wait_for_selector("text=已放弃这件案例")
    assert "李雪梅" not in page.inner_text("main")
    desk.context.close()


def test_several_files_wait_to_be_confirmed_one_by_one(browser: Any, address: Site, tmp_path: Path) -> None:
    desk = Desk(browser, address, 390, 844)
    one = write(tmp_path, "王一诉响泉茶馆案")
    other = docx(tmp_path / "另一件.docx", told("王二诉响泉茶馆案").splitlines())
    desk.upload(one, other)
    assert desk.page.evaluate("document.documentElement.scrollWidth") <= 390
    assert not axe.violations(desk.page)
    desk.page.goto(f"{address}/staff/cases")
    waiting = desk.page.inner_text("main")
    assert "待确认" in waiting and "王二诉响泉茶馆案" in waiting
    for _ in range(2):
        desk.page.locator("section a[href*='/staff/cases/new/']").first.click()
        desk.page.click("text=放弃")
        desk.page.wait_for_selector("text=已放弃这件案例")
    desk.context.close()


@pytest.fixture
def stored(assistant: Assistant) -> int:
    """A case of the bureau on the shelf."""
    made = Case(
        key="test:web", title="茶楼强行兜售案", kind=CaseKind.OWN, facts="茶楼伙计拦住客人兜售茶点。", decision="罚款三百元。", field="旅行社",
        act="强行兜售", basis=(CaseBasis(LAW, 5),), visibility=Visibility.INTERNAL,
    )  # fmt: skip
    return cases.keep(assistant.engine, static_embedder(), made, "digest", "test")[0]


def test_the_list_is_filtered_by_words_field_and_article(office: Any, stored: int) -> None:
    found = f'href="/staff/cases/{stored}"'
    assert found in office.get("/staff/cases", params={"q": "兜售茶点"}).text
    assert found in office.get("/staff/cases", params={"article": f"{LAW}第五条"}).text
    assert found not in office.get("/staff/cases", params={"article": f"{LAW}第三条"}).text
    assert found in office.get("/staff/cases", params={"field": "旅行社", "kind": "本局案例"}).text
    assert found not in office.get("/staff/cases", params={"field": "网吧"}).text
    assert "没有读出" in office.get("/staff/cases", params={"article": "<b>乱写"}).text
    assert "<b>乱写" not in office.get("/staff/cases", params={"article": "<b>乱写"}).text


def test_cases_are_for_the_office_only(address: Site, stored: int) -> None:
    for role in (None, Role.COUNSEL):
        with httpx.Client(base_url=address, headers=address.cookie(role), timeout=60) as client:
            for path in ("/staff/cases", f"/staff/cases/{stored}", "/staff/cases/new"):
                answer = client.get(path)
                assert answer.status_code in (303, 307, 401, 403) and "兜售" not in answer.text


def test_a_draft_is_not_there_for_another(address: Site, office: Any, tmp_path: Path) -> None:
    with write(tmp_path, "赵六诉响泉茶馆案").open("rb") as file:
        sent = office.post("/staff/cases/new", files={"files": ("案例.md", file)}, data={"visibility": "internal"})
    place = sent.headers["location"]
    while "/work/" in place:  # read by a worker: its page sends on to the draft
        time.sleep(0.1)
        place = office.get(place).headers.get("location", place)
    assert sent.status_code == 303 and re.fullmatch(r"/staff/cases/new/[0-9a-f]{32}", place)
    assert "赵六" in office.get(place).text
    with httpx.Client(base_url=address, headers=address.cookie(Role.REVIEWER), timeout=60) as other:
        assert other.get(place).status_code == 404 and "赵六" not in other.get(place).text
    office.post(place + "/drop")
    assert office.get(place).status_code == 404


def test_bad_uploads_are_refused_with_the_reason(office: Any) -> None:
    assert "没有选择文件" in office.post("/staff/cases/new", data={"visibility": "public"}).text
    wrong = office.post("/staff/cases/new", files={"files": ("坏<b>.docx", b"no document")}, follow_redirects=True)
    while wrong.status_code == 200:  # read by a worker, which may still be starting
        time.sleep(0.1)
        wrong = office.get(str(wrong.url))
    assert wrong.status_code == 400 and "坏&lt;b&gt;.docx" in wrong.text
    assert office.get("/staff/cases/999999").status_code == 404
    assert office.post("/staff/cases/999999/remove").status_code == 404


def test_pages_are_accessible_on_phone_and_screen(browser: Any, address: Site, stored: int) -> None:
    cookies = [address.browser_cookie(Role.STAFF)]
    for path in ("/staff/cases", f"/staff/cases/{stored}", "/staff/cases/new"):
        axe.check(browser, f"{address}{path}", cookies=cookies)
