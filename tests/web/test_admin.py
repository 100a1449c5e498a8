"""The administration desk: people, documents in and out, words, settings, condition; in HTTP and in the browser."""

from __future__ import annotations

import re
import time
import urllib.parse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from assistant.answer.service import Assistant
from assistant.config import SETTINGS_FILE
from assistant.desk.chat import conversations
from assistant.desk.knowledge import questions
from assistant.desk.people import accounts
from assistant.desk.people.accounts import Role
from assistant.store.engine import writing
from assistant.store.people import accounts as sql
from tests.web.axe import check
from tests.web.people import Site

ADDED = """# 虚构市灯笼铺管理办法

（2024年1月5日虚构市人民政府令第11号公布 自2024年2月1日起施行）

第一条 灯笼铺<b>应当</b>配备灭火器。

第二条 灯笼铺闭幕时间不得晚于二十三时。
"""


@pytest.fixture
def admin(address: Site) -> Any:
    """An HTTP client signed in as the administrator."""
    with httpx.Client(base_url=address, headers=address.cookie(Role.ADMIN), timeout=60) as client:
        yield client


def test_an_account_is_made_changed_disabled_and_reset(admin: Any, assistant: Assistant) -> None:
    made = admin.post("/admin/people", data={"login": "wang", "name": "王<i>五", "role": "经办", "section": "执法队"})
    password = re.search(r'class="password">([^<]+)<', made.text)
    assert made.status_code == 200 and password and "王&lt;i&gt;五" in made.text and "<i>" not in made.text
    assert accounts.sign_in(assistant.engine, assistant.settings, "wang", password[1])
    assert "已经有人使用" in admin.post("/admin/people", data={"login": "wang", "name": "王五", "role": "经办"}).text
    assert admin.post("/admin/people", data={"login": "x", "name": "x", "role": "皇帝"}).status_code == 400
    admin.post("/admin/people/wang/change", data={"name": "王五", "role": "法制审核员", "section": "法规科"})
    admin.post("/admin/people/wang/disable")
    with assistant.engine.connect() as connection:
        found = sql.account_of_login(connection, "wang")
    assert found and (found.role, found.section, found.disabled) == (Role.REVIEWER, "法规科", True)
    assert admin.post("/admin/people/nobody/reset").status_code == 400


@pytest.fixture
def only_administrator(address: Site, assistant: Assistant) -> Iterator[None]:
    """No administrator but the one who is signed in, whoever other tests made in the same home."""
    with writing(assistant.engine) as connection:
        others = [a.id for a in sql.accounts(connection) if a.role is Role.ADMIN and not a.disabled]
        others.remove(address.account(Role.ADMIN).id)
        for other in others:
            sql.change_account(connection, other, disabled=True)
    yield
    with writing(assistant.engine) as connection:
        for other in others:
            sql.change_account(connection, other, disabled=False)


def found(assistant: Assistant) -> set[str]:
    """The titles that a question about the lantern shops finds."""
    return {h.article.statute.title for h in assistant.search("虚构市灯笼铺管理办法第二条", k=5)}


def test_documents_come_in_go_out_and_come_back_confirmed_by_the_only_administrator(
    browser: Any, address: Site, assistant: Assistant, only_administrator: None, tmp_path: Path
) -> None:
    good, bad = tmp_path / "灯笼铺管理办法.md", tmp_path / "坏<b>.docx"
    good.write_text(ADDED, encoding="utf-8")
    bad.write_bytes(b"no document")
    context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN")
    context.add_cookies([address.browser_cookie(Role.ADMIN)])
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
    page.goto(f"{address}/admin/documents")
    page.click("a.button:has-text('导入文件')")
    page.set_input_files("#files", [good, bad])
    page.fill("#origin", "虚构市政府公报")
    page.check("input[value=public]")
    page.click("text=读取并核对")
    page.wait_for_selector("section.card h2")
    assert "坏<b>.docx：没有读入" in page.inner_text("#import") and "效力层级是地方政府规章" in page.inner_text("section.card")
    page.click("text=核对无误，提交")
    page.wait_for_selector("text=等管理员批准")
    assert "虚构市灯笼铺管理办法" not in found(assistant)

    def confirmed(change: str) -> None:
        page.wait_for_selector(f"h1:has-text('{change}')")
        page.check("input[name=alone]")
        page.click("text=批准，按上面所示生效")
        page.wait_for_selector("text=已批准，立即生效")

    page.goto(f"{address}/admin/documents/waiting")
    page.click("td >> text=虚构市灯笼铺管理办法")
    confirmed("虚构市灯笼铺管理办法")
    assert until_found(assistant, True)
    page.goto(f"{address}/admin/documents?q=灯笼铺")
    page.click("text=虚构市灯笼铺管理办法")
    page.click("summary:has-text('移出')")
    page.click("text=确定移出这个版本")
    confirmed("虚构市灯笼铺管理办法")
    assert until_found(assistant, False)
    page.goto(f"{address}/admin/documents")
    page.click("button:has-text('恢复')")
    confirmed("虚构市灯笼铺管理办法")
    assert until_found(assistant, True)
    assert not complaints and not list((assistant.settings.home / "incoming").iterdir())
    context.close()


def until_found(assistant: Assistant, there: bool) -> bool:
    """True once search finds the invented rules, or (not `there`) finds them no more: it looks for a new index every few seconds."""
    for _ in range(300):
        if ("虚构市灯笼铺管理办法" in found(assistant)) is there:
            return True
        time.sleep(0.1)
    return False


def test_a_new_version_shows_what_it_changed_and_which_questions_cite_it(admin: Any) -> None:
    listed = admin.get("/admin/documents").text
    linked = re.findall(r'/admin/documents/changes\?version=([^"]+)"', listed)
    version = next(v for v in linked if "茶楼" in urllib.parse.unquote(v))
    shown = admin.get(f"/admin/documents/changes?version={version}").text
    assert "<del>一</del>" in shown and "<ins>" in shown and "茶楼强行兜售茶点罚多少" in shown
    assert "茶楼几点打烊" not in shown, "its article did not change"
    assert admin.get("/admin/documents/changes?version=x").status_code == 404
    assert admin.get("/admin/documents/statute?id=x").status_code == 404
    assert admin.post("/admin/documents/restore/99999").status_code == 400


def confirmed_alone(admin: Any, asked: Any) -> None:
    """Confirm what waits as the bureau's only administrator."""
    assert asked.status_code == 303, asked.text
    at = asked.headers["location"].partition("#")[0]
    shown = re.search(r'name="shown" value="(\w+)"', admin.get(at).text)
    assert shown and admin.post(f"{at}/approve", data={"shown": shown[1], "alone": "yes"}).status_code == 303


def test_own_words_widen_the_search_at_once(admin: Any, assistant: Assistant) -> None:
    terms = {"say": "喝茶铺子，茶肆子", "law": "茶楼"}
    confirmed_alone(admin, admin.post("/admin/words", data=terms))
    assert "茶肆子" in admin.get("/admin/words").text
    assert admin.post("/admin/words", data=terms).status_code == 400, "twice"
    assert admin.post("/admin/words", data={"say": "", "law": "茶楼"}).status_code == 400
    hit = assistant.search("喝茶铺子", k=1)
    assert hit and hit[0].article.statute.title == "虚构市茶楼管理办法"
    confirmed_alone(admin, admin.post("/admin/words/remove", data={"say": "喝茶铺子 茶肆子"}))
    assert "茶肆子" not in admin.get("/admin/words").text.split("</form>")[-1]


def test_a_proposed_question_is_approved_in_other_words(admin: Any, address: Site, assistant: Assistant) -> None:
    owner = address.account(Role.STAFF).id
    talk = conversations.start(assistant.engine, owner, "茶楼")
    message = conversations.record_turn(assistant.engine, talk.id, owner, assistant.ask("虚构市茶楼管理办法第四条"))
    conversations.give_feedback(assistant.engine, message, owner, True)
    proposal = questions.propose(assistant.engine, assistant.settings, message, owner)
    assert re.search(r"[1-9]\d* 个推荐的示例问题", admin.get("/admin").text)
    decided = admin.post(
        f"/admin/words/proposals/{proposal.id}", data={"act": "approve", "question": "茶楼能不能硬塞茶点给客人", "wording": "public"}
    )
    confirmed_alone(admin, decided)
    assert "茶楼能不能硬塞茶点给客人" in (assistant.settings.home / "questions" / questions.OWN_FILE).read_text(encoding="utf-8")
    assert admin.post(f"/admin/words/proposals/{proposal.id}", data={"act": "reject"}).status_code == 400


def test_a_setting_changes_while_running_and_a_bad_value_changes_nothing(admin: Any, assistant: Assistant) -> None:
    path = assistant.settings.home / SETTINGS_FILE
    assert admin.post("/admin/settings/bureau_name", data={"value": "虚构县<文旅>局"}).status_code == 303
    page = admin.get("/admin/settings").text
    assert "虚构县&lt;文旅&gt;局" in page and "<文旅>" not in page and "虚构县<文旅>局" in path.read_text(encoding="utf-8")
    before = path.read_bytes()
    for name, value in (
        ("lockout_failures", "0"),
        ("lockout_failures", "许多"),
        ("port", "1"),
        ("hearing_fine_citizen", "5000"),
        ("none", "1"),
    ):
        refused = admin.post(f"/admin/settings/{name}", data={"value": value})
        assert refused.status_code == 400 and path.read_bytes() == before, name
    assert admin.post("/admin/settings/session_idle_minutes", data={"value": "30"}).status_code == 303
    assert assistant.settings.session_idle_minutes == 30
    admin.post("/admin/settings/session_idle_minutes", data={"value": ""})
    assert assistant.settings.session_idle_minutes == 60
    admin.post("/admin/settings/bureau_name", data={"value": "虚构市文旅局"})


def test_secrets_are_not_shown(admin: Any, assistant: Assistant) -> None:
    assistant.settings.__dict__["oidc_client_secret"] = "very-secret"
    try:
        page = admin.get("/admin/settings").text
        assert "very-secret" not in page and "（已设置）" in page
    finally:
        assistant.settings.__dict__["oidc_client_secret"] = ""


@pytest.mark.parametrize(
    "path",
    [
        "/admin",
        "/admin/documents",
        "/admin/documents/waiting",
        "/staff/documents",
        "/admin/words",
        "/admin/people",
        "/admin/settings",
        "/admin/trail",
        "/login",
        "/account/password",
    ],
)
def test_the_pages_can_be_read_by_everyone(browser: Any, address: Site, path: str) -> None:
    check(browser, address + path, cookies=[] if path == "/login" else [address.browser_cookie(Role.ADMIN)])


def test_the_trail_is_sought_and_checked(admin: Any, address: Site, assistant: Assistant) -> None:
    admin.post("/admin/people", data={"login": "traced", "name": "虚构十", "role": "经办"})
    own = address.account(Role.ADMIN).id
    found = admin.get(f"/admin/trail?actor={own}&action=账号变动&words=traced").text
    assert "traced" in found and "做了：开设" in found and "虚构管理员" in found
    assert "没有符合条件" in admin.get("/admin/trail?since=2999-01-01").text
    assert admin.get("/admin/trail?since=<b>").status_code == 400
    checked = admin.post("/admin/trail/verify").text
    assert "没有改动、缺漏" in checked and re.search(r"\d+:[0-9a-f]{64}", checked)
