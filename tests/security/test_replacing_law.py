"""Attempts to put a false law before the public, over HTTP with a session of each role: every way into the library ends with a second person.

The law is invented. The attack is the one that was found: a text of two articles under the title of a law of many.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from assistant.answer.service import Assistant
from assistant.config import Settings, load_settings
from assistant.desk import accounts, audit, notifications
from assistant.desk.accounts import Role
from assistant.desk.changes import asking
from assistant.law.model import Level, Visibility
from assistant.law.numerals import to_chinese
from assistant.library.importing import import_paths
from assistant.library.shelf import Shelf
from assistant.search.build import needs_sync, sync_index
from assistant.store import changes as sql
from assistant.store.changes import ChangeState
from assistant.store.engine import open_engine, writing
from tests.web.people import Site, signed_in
from tests.web.serving import served

LAW = "虚构渡船保护法"
ARTICLES = 16
ORIGIN = "虚构公报2024年第3期"
FALSE = "渡船乘客一律不得携带雨伞上船"
TRUE = "渡船应当配备足够的救生圈"


def law(count: int = ARTICLES, *, year: int = 2018, words: str = TRUE, closing: bool = True, title: str = LAW) -> str:
    """An invented law of so many articles, adopted in a year."""
    lines = [f"# {title}", "", f"（{year}年3月1日第十三届全国人民代表大会常务委员会第三次会议通过 自{year}年5月1日起施行）", ""]
    texts = [f"{words}，第{n}号渡口照此办理。" for n in range(1, count + 1)]
    if closing:
        texts[-1] = f"本法自{year}年5月1日起施行。"
    return "\n".join([*lines, *(f"第{to_chinese(n)}条 {text}\n" for n, text in enumerate(texts, 1))])


def own_paper(title: str = "虚构局渡口值班安排", words: str = "值班人员应当登记夜航暗号") -> str:
    return f"# {title}\n\n（2024年3月1日虚构局公布 自2024年5月1日起施行）\n\n第一条 {words}。\n\n第二条 本安排自2024年5月1日起施行。\n"


@dataclass
class Bureau:
    """A served application over a law of many articles, and its people; two administrators, or one."""

    site: Site
    assistant: Assistant
    second: str = ""

    def client(self, role: Role | None, token: str = "") -> httpx.Client:
        """An HTTP client of a person; `token` for one of several of a role."""
        headers = {"Cookie": f"assistant_session={token}"} if token else self.site.cookie(role)
        return httpx.Client(base_url=self.site, headers=headers, timeout=60)

    def text(self, title: str = LAW, *, internal: bool = False) -> str:
        """The whole text in force today, as the public (or the office) has it; empty where there is none."""
        shelf = Shelf(self.assistant.engine, internal=internal)
        statute = shelf.statute(title)
        version = shelf.version_on(statute.id, date.today()) if statute else None
        return "\n".join(a.article.text for a in shelf.articles(version.id)) if version else ""

    def asked(self, question: str) -> tuple[str, str]:
        """The pages that answer a question to the public and to the office (as counsel's and staff's search hold it)."""
        with self.client(None) as anyone:
            public = anyone.post("/public/ask", data={"question": question}, follow_redirects=True).text
        answer = self.assistant.ask(question, desk="staff")
        return public, "\n".join(c.quote for c in answer.citations)

    def states(self) -> dict[int, ChangeState]:
        with self.assistant.engine.connect() as connection:
            return {c.id: c.state for c in sql.changes(connection)}

    def newest(self) -> sql.Change:
        with self.assistant.engine.connect() as connection:
            return sql.changes(connection, limit=1)[0]

    def settled(self) -> None:
        """Wait until the index is up to date with the library."""
        for _ in range(600):
            if not needs_sync(self.assistant.engine, self.assistant.settings):
                return
            time.sleep(0.05)
        raise AssertionError("the index is not brought up to date")


def read(client: httpx.Client, name: str, text: str | bytes, **fields: str) -> str:
    """Bring a file in and wait until it is read; return the address of the page to confirm it on."""
    body = text.encode() if isinstance(text, str) else text
    sent = client.post("/staff/documents/import", data={"origin": ORIGIN} | fields, files={"files": (name, body)})
    assert sent.status_code == 303, sent.text
    at = sent.headers["location"]
    for _ in range(600):
        if 'data-over="1"' in client.get(at, params={"part": 1}).text:
            return at
        time.sleep(0.05)
    raise AssertionError("the file is not read")


def confirm(client: httpx.Client, at: str, **changed: str) -> httpx.Response:
    """Confirm the one draft of a page as it was read, but for the fields changed."""
    page = client.get(at).text
    number = re.search(r'value="send-(\d+)"', page)
    assert number, page
    n = number[1]
    title = re.search(rf'name="title-{n}" value="([^"]*)"', page)
    level = re.search(rf'name="level-{n}".*?<option selected>([^<]*)<', page, re.S)
    seen = re.search(rf'name="visibility-{n}" value="(\w+)" checked', page)
    assert title and seen
    fields = {"title": title[1], "level": level[1] if level else "", "visibility": seen[1], "origin": ORIGIN} | changed
    return client.post(at, data={f"{k}-{n}": v for k, v in fields.items()} | {"do": f"send-{n}"})


def bring_in(client: httpx.Client, name: str, text: str | bytes, **fields: str) -> httpx.Response:
    """Bring a file in and confirm what was read."""
    at = read(client, name, text, **{k: v for k, v in fields.items() if k in {"level", "visibility", "origin"}})
    return confirm(client, at, **fields)


def shown_of(client: httpx.Client, number: int) -> str:
    """The digest of what is shown to an administrator of a change."""
    page = client.get(f"/admin/documents/waiting/{number}").text
    found = re.search(r'name="shown" value="(\w+)"', page)
    return found[1] if found else ""


def approve(client: httpx.Client, number: int, shown: str = "", **fields: str) -> httpx.Response:
    """Approve a change as it is shown now, or as it was shown."""
    return client.post(f"/admin/documents/waiting/{number}/approve", data={"shown": shown or shown_of(client, number)} | fields)


def made(home: Path, administrators: int) -> Iterator[Bureau]:
    settings: Settings = load_settings(home, bureau_name="虚构县文旅局", regions=["全国"], public_asks_per_minute=500)
    engine = open_engine(settings.library_url)
    file = home / "files" / f"{LAW}(2018-03-01).md"
    file.parent.mkdir(parents=True)
    file.write_text(law(), encoding="utf-8")
    assert [r.outcome.value for r in import_paths(engine, settings, [file], kind="package")] == ["新增"]
    sync_index(engine, settings)
    engine.dispose()
    assistant = Assistant(settings)
    with served(assistant) as site:
        site.people = {role: signed_in(assistant.engine, settings, role) for role in Role}
        second = signed_in(assistant.engine, settings, Role.ADMIN, "admin-two")[1] if administrators > 1 else ""
        yield Bureau(site, assistant, second)
    assistant.close()


@pytest.fixture
def bureau(tmp_path: Path) -> Iterator[Bureau]:
    """A bureau with two administrators."""
    (tmp_path / "home").mkdir()
    yield from made(tmp_path / "home", 2)


@pytest.fixture
def lonely(tmp_path: Path) -> Iterator[Bureau]:
    """A bureau with one administrator."""
    (tmp_path / "home").mkdir()
    yield from made(tmp_path / "home", 1)


# ---- the attack as it was found ----------------------------------------------------------------


@pytest.mark.parametrize("role", [Role.STAFF, Role.REVIEWER, Role.ADMIN])
@pytest.mark.parametrize("visibility", ["public", "internal"])
def test_a_two_article_law_changes_nothing_whoever_brings_it(bureau: Bureau, role: Role, visibility: str) -> None:
    with bureau.client(role) as attacker:
        before = bureau.text()
        false = law(2, year=2024, words=FALSE, closing=False)
        done = bring_in(attacker, f"{LAW}.md", false, visibility=visibility, level="本局文件" if visibility == "internal" else "法律")
        if visibility == "internal":
            assert done.status_code == 400 and "库里的同名文件是公开的" in done.text
            done = confirm(attacker, str(done.url.path), visibility="public")
        assert done.status_code == 303 and "waiting" not in done.headers["location"]
        change = bureau.newest()
        assert change.state is ChangeState.WAITING and bureau.text() == before and TRUE in before
        for page in bureau.asked(f"《{LAW}》第一条规定了什么"):
            assert FALSE not in page and TRUE in page
        mine = attacker.post(f"/admin/documents/waiting/{change.id}/approve", data={"shown": shown_of(attacker, change.id), "alone": "yes"})
        assert mine.status_code in (400, 403) and bureau.text() == before


@pytest.mark.parametrize(
    ("title", "level", "visibility", "why"),
    [
        (LAW, "本局文件", "public", "库里已有同名的法律"),
        ("虚构没有的渡船条例", "本局文件", "internal", "标题像法律"),
        ("虚构局值班安排", "规范性文件", "internal", "效力层级是规范性文件"),
        ("虚构局值班安排", "本局文件", "public", "公众可以看到"),
        ("旅游法", "本局文件", "internal", "标题像法律"),
    ],
)
def test_what_would_stand_as_law_or_be_seen_waits(bureau: Bureau, title: str, level: str, visibility: str, why: str) -> None:
    with bureau.client(Role.STAFF) as staff, bureau.client(Role.ADMIN) as admin:
        bring_in(staff, "甲.md", own_paper(title), level=level, visibility=visibility)
        change = bureau.newest()
        assert change.state is ChangeState.WAITING, change
        assert why in admin.get(f"/admin/documents/waiting/{change.id}").text
        assert Shelf(bureau.assistant.engine).statute(title) is None or bureau.text(title) == bureau.text(LAW)


def test_an_internal_paper_goes_in_at_once_and_repeals_nothing(bureau: Bureau) -> None:
    paper = own_paper() + f"第三条 本安排自2024年5月1日起施行，《{LAW}》同时废止。\n"
    with bureau.client(Role.STAFF) as staff:
        page = staff.get(read(staff, "安排.md", paper, level="本局文件")).text
        assert 'value="internal" checked' in page and "提交以后直接入库" in page
        at = re.search(r'action="(/staff/documents/import/\w+)"', page)
        assert at and confirm(staff, at[1]).status_code == 303
    assert bureau.newest().state is ChangeState.PLACED
    assert "夜航暗号" in bureau.text("虚构局渡口值班安排", internal=True) and bureau.text("虚构局渡口值班安排") == ""
    shelf = Shelf(bureau.assistant.engine)
    statute = shelf.statute(LAW)
    assert statute and [v.status_on(date.today()).value for v in shelf.versions(statute.id)] == ["现行有效"]
    assert shelf.repealed_by(LAW) is None


def test_the_old_ways_in_are_shut(bureau: Bureau) -> None:
    files = {"files": (f"{LAW}.md", law(2, year=2024, words=FALSE).encode())}
    with bureau.client(Role.ADMIN) as admin, bureau.client(Role.STAFF) as staff:
        assert admin.post("/admin/documents", files=files, data={"visibility": "public"}).status_code == 405
        page = staff.get("/staff").text
        assert "upload-files" not in page and "导入文件" not in page
        for stranger in (Role.COUNSEL, None):
            with bureau.client(stranger) as outside:
                sent = outside.post("/staff/documents/import", files=files, data={"origin": ORIGIN})
                assert sent.status_code in (401, 403)
    assert bureau.states() == {} and TRUE in bureau.text()


def test_a_text_of_no_known_source_is_not_read(bureau: Bureau) -> None:
    with bureau.client(Role.STAFF) as staff:
        for origin in ("", " 无 ", "长" * 301):
            sent = staff.post("/staff/documents/import", data={"origin": origin}, files={"files": ("a.md", law().encode())})
            assert sent.status_code == 400 and "文本从哪里来" in sent.text
    assert bureau.states() == {}


# ---- approval, rejection, undoing --------------------------------------------------------------


def test_the_comparison_is_shown_and_both_steps_are_in_the_trail(bureau: Bureau) -> None:
    with bureau.client(Role.STAFF) as staff, bureau.client(Role.ADMIN) as admin:
        short = law(4, year=2024, closing=False).replace("第2号渡口照此办理", "第2号渡口另行办理")
        bring_in(staff, f"{LAW}.md", short)
        change = bureau.newest()
        page = admin.get(f"/admin/documents/waiting/{change.id}").text
        assert f"{ARTICLES} → 4" in page and "删去的（12）" in page and "第十六条" in page
        assert "改动的（1）" in page and "<del>照此</del>" in page and "<ins>另行</ins>" in page
        for words in ("条数变少：原有 16 条，这份 4 条", "大部分条文没有了", "没有施行日期一类的结尾条款", ORIGIN, change.file_digest):
            assert words in page, words
        assert "现行有效" in page and "已被修改" in page
        assert re.search(r'href="/admin"[^>]*>管理 <span class="badge warn">1<', page) and "导入文件</a>" in page
        told = notifications.listed(bureau.assistant.engine, bureau.site.account(Role.ADMIN).id)
        assert [(n.told.kind, n.told.link) for n in told] == [("法规库变动待批准", f"/admin/documents/waiting/{change.id}")]
        assert approve(admin, change.id).status_code == 303
    events = [e for e in audit.listed(bureau.assistant.engine) if e.action == "法规库变动"]
    assert [(e.details["做了"], e.actor) for e in events] == [
        ("批准", bureau.site.account(Role.ADMIN).id),
        ("提交", bureau.site.account(Role.STAFF).id),
    ]
    for event in events:
        assert event.details["文件摘要"] == change.file_digest and event.details["来源"] == ORIGIN
        assert any("条数变少" in w for w in event.details["提示"])


def test_answers_follow_the_approval_and_the_undoing(bureau: Bureau) -> None:
    new = "渡船应当配备荧光色的救生筏"
    question = f"《{LAW}》第一条规定了什么"
    with bureau.client(Role.STAFF) as staff, bureau.client(Role.ADMIN) as admin:
        bring_in(staff, f"{LAW}.md", law(year=2023, words=new), visibility="public")
        before = bureau.text()
        number = bureau.newest().id
        assert all(new not in page and TRUE in page for page in bureau.asked(question))
        assert approve(admin, number).status_code == 303
        bureau.settled()
        assert new in bureau.text() and all(new in page and TRUE not in page for page in bureau.asked(question))
        assert [n.told.kind for n in notifications.listed(bureau.assistant.engine, bureau.site.account(Role.STAFF).id)] == [
            "法规库变动已批准"
        ]
        assert not list((bureau.assistant.settings.home / "waiting").iterdir())
        undone = admin.post(f"/admin/documents/waiting/{number}/undo", data={"reason": "文本有误"})
        assert undone.status_code == 303
        bureau.settled()
        assert bureau.text() == before and all(new not in page and TRUE in page for page in bureau.asked(question))
        shelf = Shelf(bureau.assistant.engine)
        statute = shelf.statute(LAW)
        assert statute and [(v.effective_to, v.status_on(date.today()).value) for v in shelf.versions(statute.id)] == [(None, "现行有效")]
        again = admin.post(f"/admin/documents/waiting/{number}/undo", data={"reason": "文本有误"})
        assert again.status_code == 409
        assert staff.post(f"/admin/documents/waiting/{number}/undo", data={"reason": "文本有误"}).status_code == 403


def test_undoing_brings_back_every_row_that_a_print_of_the_same_day_changed(bureau: Bureau) -> None:
    """The text of the day the library holds is written over article by article; the one there is nothing left of must come back."""
    with bureau.client(Role.STAFF) as staff, bureau.client(Role.ADMIN) as admin:
        before = bureau.text()
        bring_in(staff, f"{LAW}.md", law(words=FALSE), visibility="public")
        number = bureau.newest().id
        assert "已补充" in admin.get(f"/admin/documents/waiting/{number}").text
        assert approve(admin, number).status_code == 303 and FALSE in bureau.text()
        assert admin.post(f"/admin/documents/waiting/{number}/undo", data={"reason": "文本有误"}).status_code == 303
        assert bureau.text() == before


def test_a_change_that_others_built_on_is_not_undone_whole(bureau: Bureau) -> None:
    with bureau.client(Role.STAFF) as staff, bureau.client(Role.ADMIN) as admin:
        numbers = []
        for year in (2022, 2023):
            bring_in(staff, f"{LAW}.md", law(year=year, words=f"渡船应当配备{year}年的救生筏"), visibility="public")
            numbers.append(bureau.newest().id)
            assert approve(admin, numbers[-1]).status_code == 303
        undone = admin.post(f"/admin/documents/waiting/{numbers[0]}/undo", data={"reason": "文本有误"})
        assert undone.status_code == 400 and "批准以后又有改动" in undone.text
        assert admin.post(f"/admin/documents/waiting/{numbers[1]}/undo", data={"reason": "文本有误"}).status_code == 303
        assert admin.post(f"/admin/documents/waiting/{numbers[0]}/undo", data={"reason": "文本有误"}).status_code == 303
        assert TRUE in bureau.text()


def test_a_rejection_tells_the_reason_to_who_asked(bureau: Bureau) -> None:
    with bureau.client(Role.STAFF) as staff, bureau.client(Role.ADMIN) as admin:
        bring_in(staff, f"{LAW}.md", law(2, year=2024, words=FALSE), visibility="public")
        number = bureau.newest().id
        assert admin.post(f"/admin/documents/waiting/{number}/reject", data={"reason": ""}).status_code == 400
        assert staff.post(f"/admin/documents/waiting/{number}/reject", data={"reason": "不是原文"}).status_code == 403
        assert admin.post(f"/admin/documents/waiting/{number}/reject", data={"reason": "不是公报<b>原文"}).status_code == 303
        assert "不是公报&lt;b&gt;原文" in staff.get("/staff/documents").text
        told = notifications.listed(bureau.assistant.engine, bureau.site.account(Role.STAFF).id)
        assert [n.told.kind for n in told] == ["法规库变动未批准"] and staff.get(told[0].told.link).status_code == 200
        assert approve(admin, number, "x").status_code == 409
    assert TRUE in bureau.text() and not list((bureau.assistant.settings.home / "waiting").iterdir())


def test_what_waits_is_taken_back_by_its_owner_only_and_runs_out_visibly(bureau: Bureau) -> None:
    engine, settings = bureau.assistant.engine, bureau.assistant.settings
    with bureau.client(Role.STAFF) as staff, bureau.client(Role.REVIEWER) as other:
        for year in (2022, 2023):
            bring_in(staff, f"{LAW}.md", law(2, year=year, words=FALSE), visibility="public")
        later, earlier = bureau.newest().id, bureau.newest().id - 1
        assert other.post(f"/staff/documents/changes/{earlier}/take-back").status_code == 400
        assert staff.post(f"/staff/documents/changes/{earlier}/take-back").status_code == 303
        asking.expire(engine, settings, datetime.now() + timedelta(days=29))
        assert bureau.states()[later] is ChangeState.WAITING
        asking.expire(engine, settings, datetime.now() + timedelta(days=31))
        assert bureau.states() == {earlier: ChangeState.TAKEN_BACK, later: ChangeState.EXPIRED}
        assert "已过期" in staff.get("/staff/documents").text and not list((settings.home / "waiting").iterdir())
        assert "法规库变动已过期" in staff.get("/staff/notifications").text


# ---- approval acts on exactly what was shown ---------------------------------------------------


def test_a_library_that_changed_since_is_shown_again(bureau: Bureau, tmp_path: Path) -> None:
    with bureau.client(Role.STAFF) as staff, bureau.client(Role.ADMIN) as admin:
        bring_in(staff, f"{LAW}.md", law(year=2024, words=FALSE), visibility="public")
        number = bureau.newest().id
        shown = shown_of(admin, number)
        other = tmp_path / f"{LAW}(2022-03-01).md"
        other.write_text(law(20, year=2022), encoding="utf-8")
        list(import_paths(bureau.assistant.engine, bureau.assistant.settings, [other]))
        late = approve(admin, number, shown)
        assert late.status_code == 409 and "刚才看到的对照已经不准" in late.text and "20 → 16" in late.text
        assert FALSE not in bureau.text() and bureau.states()[number] is ChangeState.WAITING
        for forged in ("x", shown[:-1], "0" * 64):
            assert approve(admin, number, forged).status_code == 409
        assert admin.post(f"/admin/documents/waiting/{number}/approve").status_code == 409, "nothing was shown"
        assert approve(admin, number).status_code == 303


def test_two_administrators_at_once_make_one_decision(bureau: Bureau) -> None:
    with bureau.client(Role.STAFF) as staff, bureau.client(Role.ADMIN) as one, bureau.client(None, bureau.second) as two:
        bring_in(staff, f"{LAW}.md", law(year=2024, words="渡船应当配备新的救生筏"), visibility="public")
        number = bureau.newest().id
        shown = shown_of(one, number)
        with ThreadPoolExecutor(4) as pool:
            tried = [pool.submit(approve, c, number, shown) for c in (one, two)]
            tried.append(pool.submit(lambda: two.post(f"/admin/documents/waiting/{number}/reject", data={"reason": "不是原文"})))
            codes = sorted(t.result().status_code for t in tried)
    assert codes == [303, 409, 409], codes
    decisions = [e for e in audit.listed(bureau.assistant.engine) if e.details.get("做了") in {"批准", "不批准"}]
    assert len(decisions) == 1 and (bureau.text() != "") is True
    shelf = Shelf(bureau.assistant.engine)
    statute = shelf.statute(LAW)
    assert statute and len(shelf.versions(statute.id)) == (2 if decisions[0].details["做了"] == "批准" else 1)


@pytest.mark.parametrize("tampering", ["written over", "removed"])
def test_a_file_changed_on_the_disk_is_not_approved(bureau: Bureau, tampering: str) -> None:
    with bureau.client(Role.STAFF) as staff, bureau.client(Role.ADMIN) as admin:
        bring_in(staff, f"{LAW}.md", law(year=2024, words="渡船应当配备新的救生筏"), visibility="public")
        change, folder = bureau.newest(), bureau.assistant.settings.home / "waiting"
        kept = folder / change.file_key
        assert (folder.stat().st_mode & 0o777, kept.stat().st_mode & 0o777) == (0o700, 0o600)
        assert kept.name not in staff.get("/staff/documents").text
        kept.write_text(law(2, words=FALSE), encoding="utf-8") if tampering == "written over" else kept.unlink()
        refused = approve(admin, change.id)
        assert refused.status_code == 400 and "与上传时的不一样" in refused.text
        assert TRUE in bureau.text() and bureau.states()[change.id] is ChangeState.WAITING


def test_what_waits_survives_a_restart(bureau: Bureau) -> None:
    with bureau.client(Role.STAFF) as staff:
        bring_in(staff, f"{LAW}.md", law(year=2024, words="渡船应当配备新的救生筏"), visibility="public")
        read(staff, "又一件.md", own_paper())
    again = Assistant(bureau.assistant.settings)
    with served(again) as site:
        site.people = bureau.site.people
        later = Bureau(site, again)
        with later.client(Role.STAFF) as staff, later.client(Role.ADMIN) as admin:
            page = staff.get("/staff/documents").text
            assert "待核对" in page and "待批准" in page
            confirmed = re.search(r"/staff/documents/import/\w{32}", page)
            assert confirmed and "虚构局渡口值班安排" in staff.get(confirmed[0]).text
            number = next(n for n, s in later.states().items() if s is ChangeState.WAITING)
            assert approve(admin, number).status_code == 303 and "新的救生筏" in later.text()
    again.close()


# ---- who is a second person --------------------------------------------------------------------


def test_who_brought_it_in_does_not_approve_it(bureau: Bureau) -> None:
    with bureau.client(Role.ADMIN) as own, bureau.client(None, bureau.second) as other:
        bring_in(own, f"{LAW}.md", law(year=2024, words="渡船应当配备新的救生筏"), visibility="public")
        number = bureau.newest().id
        page = own.get(f"/admin/documents/waiting/{number}").text
        assert "要由另一名管理员批准" in page and "由我一人确认" not in page
        shown = shown_of(other, number)
        for fields in ({}, {"alone": "yes"}):
            assert approve(own, number, shown, **fields).status_code == 400
        assert TRUE in bureau.text() and approve(other, number, shown).status_code == 303


def test_an_account_the_asker_got_hold_of_is_no_second_person(bureau: Bureau) -> None:
    """A new password of the other administrator, or a new administrator, is what one would use to be two."""
    engine, settings, own = bureau.assistant.engine, bureau.assistant.settings, bureau.site.account(Role.ADMIN)
    with bureau.client(Role.ADMIN) as asker:
        bring_in(asker, f"{LAW}.md", law(2, year=2024, words=FALSE), visibility="public")
        number = bureau.newest().id
        assert asker.post("/admin/people", data={"login": "puppet", "name": "虚构傀儡", "role": "管理员"}).status_code == 200
        asker.post("/admin/people/admin-two/reset")
    tokens = []
    for login in ("puppet", "admin-two"):
        found = next(a for a in accounts.accounts(engine) if a.login == login)
        with writing(engine) as connection:
            from assistant.store.accounts import change_account

            change_account(connection, found.id, must_change=False)
        tokens.append(accounts.open_session(engine, settings, found, datetime.now()))
    for token in tokens:
        with bureau.client(None, token) as puppet:
            refused = approve(puppet, number, "x")
            assert refused.status_code == 400 and "由提出人开设" in refused.text
            page = puppet.get(f"/admin/documents/waiting/{number}").text
            assert "不能批准" in page and 'name="shown"' not in page
    assert TRUE in bureau.text() and own.login


def test_the_only_administrator_confirms_alone_with_a_word_that_is_kept(lonely: Bureau) -> None:
    engine = lonely.assistant.engine
    with lonely.client(Role.ADMIN) as own, lonely.client(Role.REVIEWER) as reviewer:
        bring_in(own, f"{LAW}.md", law(year=2024, words="渡船应当配备新的救生筏"), visibility="public")
        number = lonely.newest().id
        assert "由我一人确认" in own.get(f"/admin/documents/waiting/{number}").text
        assert approve(own, number).status_code == 400 and TRUE in lonely.text()
        assert approve(own, number, alone="yes").status_code == 303 and "新的救生筏" in lonely.text()
        approved = next(e for e in audit.listed(engine) if e.details.get("做了") == "批准")
        assert approved.details["一人确认"] is True
        told = notifications.listed(engine, lonely.site.account(Role.REVIEWER).id)
        assert [n.told.kind for n in told] == ["法规库变动由一人确认"] and reviewer.get(told[0].told.link).status_code == 200


def test_putting_the_other_administrator_out_does_not_make_one_the_only_one(bureau: Bureau) -> None:
    with bureau.client(Role.ADMIN) as own:
        assert own.post("/admin/people/admin-two/disable").status_code == 303
        bring_in(own, f"{LAW}.md", law(2, year=2024, words=FALSE), visibility="public")
        number = bureau.newest().id
        assert approve(own, number, "x", alone="yes").status_code == 400
        assert "要由另一名管理员批准" in own.get(f"/admin/documents/waiting/{number}").text
    assert TRUE in bureau.text()


# ---- who sees what waits -----------------------------------------------------------------------


def test_what_waits_is_seen_by_who_asked_and_administrators_only(bureau: Bureau) -> None:
    word = "鸾凤密档"
    title = f"虚构{word}管理办法"
    with bureau.client(None) as anyone:
        health = anyone.get("/health").json()
    with bureau.client(Role.STAFF) as staff:
        bring_in(staff, f"{word}.md", own_paper(title, f"值班人员应当核对{word}"), level="本局文件")
        number = bureau.newest().id
        read(staff, f"{word}.md", own_paper(title, word), level="本局文件")
        draft = bureau.newest()
    paths = [
        "/",
        "/public",
        f"/public?q={word}",
        "/health",
        "/counsel",
        "/counsel/notifications",
        "/staff",
        "/staff/documents",
        "/staff/cases",
    ]
    paths += [f"/staff/suggest?q={word}", f"/staff/documents/changes/{number}", f"/staff/documents/changes/{draft.id}"]
    paths += [
        f"/staff/documents/import/{draft.batch}",
        f"/admin/documents/waiting/{number}",
        "/admin/documents/waiting",
        "/staff/notifications",
    ]
    for role in (None, Role.COUNSEL, Role.REVIEWER):
        with bureau.client(role) as other:
            for path in paths:
                shown = other.get(path, follow_redirects=True).text
                assert word not in shown.replace(f"q={word}", "").replace(f'value="{word}"', ""), (role, path)
            asked = other.post("/public/ask", data={"question": f"《{title}》第一条"}, follow_redirects=True).text
            assert "值班人员应当核对" not in asked
    with bureau.client(Role.ADMIN) as admin:
        assert word in admin.get("/admin/documents/waiting").text
        assert admin.get(f"/admin/documents/waiting/{draft.id}").status_code == 404, "nobody else sees what is not sent yet"
    with bureau.client(None) as anyone:
        assert anyone.get("/health").json() == health
    for told in notifications.listed(bureau.assistant.engine, bureau.site.account(Role.ADMIN).id):
        assert word not in told.told.number + told.told.link + told.told.kind


def test_absurd_numbers_are_no_error(bureau: Bureau) -> None:
    with bureau.client(Role.ADMIN) as admin:
        for number in (0, 99999, 10**30):
            assert admin.get(f"/admin/documents/waiting/{number}").status_code == 404
            assert admin.get(f"/staff/documents/changes/{number}").status_code == 404
            assert admin.post(f"/admin/documents/waiting/{number}/approve", data={"shown": "x"}).status_code in (400, 404)


# ---- other ways to what the public sees --------------------------------------------------------


def test_opening_closing_withdrawing_and_restoring_need_the_same_two(bureau: Bureau) -> None:
    key = next(s.id for s in Shelf(bureau.assistant.engine).statutes() if s.title == LAW)
    with bureau.client(Role.ADMIN) as one, bureau.client(None, bureau.second) as two, bureau.client(Role.STAFF) as staff:
        version = Shelf(bureau.assistant.engine).versions(key)[0].id
        for path, form in (("visibility", {"id": key, "visibility": "internal"}), ("withdraw", {"version": version})):
            assert staff.post(f"/admin/documents/{path}", data=form).status_code == 403
        asked = one.post("/admin/documents/withdraw", data={"version": version})
        number = bureau.newest().id
        assert asked.headers["location"] == f"/admin/documents/waiting/{number}" and TRUE in bureau.text()
        assert f"{ARTICLES} → 0" in one.get(asked.headers["location"]).text and approve(one, number, "x").status_code == 400
        assert approve(two, number).status_code == 303 and bureau.text() == ""
        one.post("/admin/documents/restore/1")
        number = bureau.newest().id
        assert bureau.text() == "" and f"0 → {ARTICLES}" in two.get(f"/admin/documents/waiting/{number}").text
        assert approve(two, number).status_code == 303 and TRUE in bureau.text()
        assert one.post("/admin/documents/visibility", data={"id": key, "visibility": "internal"}).status_code == 303
        assert bureau.text() == "" and TRUE in bureau.text(internal=True), "out of the public's sight at once"
        one.post("/admin/documents/visibility", data={"id": key, "visibility": "public"})
        number = bureau.newest().id
        assert bureau.text() == "" and approve(one, number, shown_of(two, number)).status_code == 400
        assert approve(two, number).status_code == 303 and TRUE in bureau.text()
    changes = [e.details for e in audit.listed(bureau.assistant.engine) if e.action == "法规库变动"]
    assert any(d.get("可见") == ["public", "internal"] for d in changes)


CASE = """# 虚构渡船超载案

基本案情：渡口经营者甲在渡船上多载三十名乘客，乘客投诉。

处理结果：责令改正，罚款五百元。

说理：渡船不得超载。
"""


def test_a_case_is_shown_to_everyone_only_when_an_administrator_agrees(bureau: Bureau) -> None:
    from assistant.store import cases

    def stored(number: int) -> Any:
        with bureau.assistant.engine.connect() as connection:
            return cases.case(connection, number)

    with bureau.client(Role.STAFF) as staff, bureau.client(Role.ADMIN) as admin:
        sent = staff.post("/staff/cases/new", data={"visibility": "public"}, files={"files": ("案例.md", CASE.encode())})
        at = sent.headers["location"]
        done = staff.post(at, data={"visibility": "public", "do": "publish"})
        case_id = int(done.headers["location"].rsplit("/", 1)[-1])
        number = bureau.newest().id
        assert stored(case_id).case.visibility is Visibility.INTERNAL
        page = admin.get(f"/admin/documents/waiting/{number}").text
        assert "多载三十名乘客" in page and approve(staff, number, "x").status_code == 403
        assert approve(admin, number).status_code == 303 and stored(case_id).case.visibility is Visibility.PUBLIC
        lesson = stored(case_id).case.lesson
        staff.post(f"/staff/cases/{case_id}/lesson", data={"text": "可以随便超载。"})
        assert stored(case_id).case.lesson == lesson
        assert admin.post(f"/admin/documents/waiting/{bureau.newest().id}/reject", data={"reason": "说得不对"}).status_code == 303
        staff.post(f"/staff/cases/{case_id}/remove")
        assert stored(case_id).removed_at is None
        assert approve(admin, bureau.newest().id).status_code == 303 and stored(case_id).removed_at
        staff.post(f"/staff/cases/{case_id}/restore")
        assert stored(case_id).removed_at
        sent = staff.post("/staff/cases/new", data={"visibility": "internal"}, files={"files": ("案例.md", CASE.encode())})
        over = staff.post(sent.headers["location"], data={"visibility": "internal", "do": "publish"})
        assert over.status_code == 400 and "已经公开" in over.text and stored(case_id).case.visibility is Visibility.PUBLIC
        assert admin.post(f"/admin/documents/waiting/{number}/undo", data={"reason": "误公开"}).status_code == 400, "it changed since"


def test_nobody_but_an_administrator_changes_words_and_questions(bureau: Bureau) -> None:
    for role in (Role.STAFF, Role.REVIEWER, Role.COUNSEL):
        with bureau.client(role) as other:
            for path, form in (
                ("/admin/words", {"say": "渡船票", "law": "伪词"}),
                ("/admin/words/remove", {"say": "渡船票"}),
                ("/admin/words/proposals/1", {"act": "approve"}),
                ("/admin/settings/bureau_name", {"value": "伪"}),
            ):
                assert other.post(path, data=form).status_code == 403, (role, path)


def test_a_title_taken_by_an_opinion_is_not_written_over(bureau: Bureau, tmp_path: Path) -> None:
    title = "法律意见书（法意〔2024〕1号）：虚构渡口"
    paper = tmp_path / "意见.md"
    paper.write_text(own_paper(title, "律师的意见"), encoding="utf-8")
    engine, settings = bureau.assistant.engine, bureau.assistant.settings
    list(import_paths(engine, settings, [paper], level=Level.OPINION, visibility=Visibility.INTERNAL))
    with bureau.client(Role.STAFF) as staff:
        bring_in(staff, "意见.md", own_paper(title, "别人的意见").replace("2024年3月", "2024年4月"), level="法律意见")
    assert bureau.newest().state is ChangeState.WAITING
    assert "律师的意见" in bureau.text(title, internal=True)
