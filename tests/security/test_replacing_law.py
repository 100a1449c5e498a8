"""Attempts to put a false law before the public, over HTTP with a session of each role: every way into the library ends with a second person.

The law is invented. The attack is the one that was found: a text of two articles under the title of a law of many.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from assistant.answer.service import Assistant
from assistant.desk.audit import trail
from assistant.desk.changes.asking import changes
from assistant.desk.notify import notifications
from assistant.desk.people import accounts
from assistant.desk.people.accounts import Role
from assistant.library.shelf.shelf import Shelf
from assistant.library.sources.importing import import_paths
from assistant.store.engine import writing
from assistant.store.library.changes import ChangeState
from assistant.store.people.accounts import change_account
from tests.security.bureau import (
    ARTICLES,
    FALSE,
    LAW,
    ORIGIN,
    TRUE,
    Bureau,
    approve,
    bring_in,
    confirm,
    law,
    made,
    own_paper,
    read,
    shown_of,
    undo,
)
from tests.web.serving import served


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
        assert admin.post("/admin/documents", files=files, data={"visibility": "public"}).status_code in (405, 415)
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
    events = [e for e in trail.listed(bureau.assistant.engine) if e.action == "法规库变动"]
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
    with bureau.client(Role.STAFF) as staff, bureau.client(Role.ADMIN) as admin, bureau.client(None, bureau.second) as two:
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
        undone = undo(admin, two, number)
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
    with bureau.client(Role.STAFF) as staff, bureau.client(Role.ADMIN) as admin, bureau.client(None, bureau.second) as two:
        before = bureau.text()
        bring_in(staff, f"{LAW}.md", law(words=FALSE), visibility="public")
        number = bureau.newest().id
        assert "已补充" in admin.get(f"/admin/documents/waiting/{number}").text
        assert approve(admin, number).status_code == 303 and FALSE in bureau.text()
        assert undo(admin, two, number).status_code == 303
        assert bureau.text() == before


def test_a_change_that_others_built_on_is_not_undone_whole(bureau: Bureau) -> None:
    with bureau.client(Role.STAFF) as staff, bureau.client(Role.ADMIN) as admin, bureau.client(None, bureau.second) as two:
        numbers = []
        for year in (2022, 2023):
            bring_in(staff, f"{LAW}.md", law(year=year, words=f"渡船应当配备{year}年的救生筏"), visibility="public")
            numbers.append(bureau.newest().id)
            assert approve(admin, numbers[-1]).status_code == 303
        undone = admin.post(f"/admin/documents/waiting/{numbers[0]}/undo", data={"reason": "文本有误"})
        assert undone.status_code == 400 and "批准以后又有改动" in undone.text
        assert undo(admin, two, numbers[1]).status_code == 303
        assert undo(admin, two, numbers[0]).status_code == 303
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
        changes.expire(engine, settings, datetime.now() + timedelta(days=29))
        assert bureau.states()[later] is ChangeState.WAITING
        changes.expire(engine, settings, datetime.now() + timedelta(days=31))
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
    decisions = [e for e in trail.listed(bureau.assistant.engine) if e.details.get("做了") in {"批准", "不批准"}]
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


def test_the_asker_gets_hold_of_no_second_administrator(bureau: Bureau) -> None:
    """A new password of the other administrator, or a new administrator, is what one would use to be two (see test_puppets)."""
    engine = bureau.assistant.engine
    with bureau.client(Role.ADMIN) as asker:
        bring_in(asker, f"{LAW}.md", law(2, year=2024, words=FALSE), visibility="public")
        assert asker.post("/admin/people", data={"login": "puppet", "name": "虚构傀儡", "role": "管理员"}).status_code == 303
        assert asker.post("/admin/people/admin-two/reset").status_code == 400
    assert [a.login for a in accounts.accounts(engine, Role.ADMIN)] == ["admin", "admin-two"]
    assert TRUE in bureau.text()


def test_the_only_administrator_confirms_alone_with_a_word_that_is_kept(lonely: Bureau) -> None:
    engine = lonely.assistant.engine
    with lonely.client(Role.ADMIN) as own, lonely.client(Role.REVIEWER) as reviewer:
        bring_in(own, f"{LAW}.md", law(year=2024, words="渡船应当配备新的救生筏"), visibility="public")
        number = lonely.newest().id
        assert "由我一人确认" in own.get(f"/admin/documents/waiting/{number}").text
        assert approve(own, number).status_code == 400 and TRUE in lonely.text()
        assert approve(own, number, alone="yes").status_code == 303 and "新的救生筏" in lonely.text()
        approved = next(e for e in trail.listed(engine) if e.details.get("做了") == "批准")
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


def test_an_account_of_ones_own_making_does_not_make_one_two(bureau: Bureau) -> None:
    """Brought in under a handler's account that the administrator made, or whose password they gave: it is as good as their own."""
    engine, settings = bureau.assistant.engine, bureau.assistant.settings
    with bureau.client(Role.ADMIN) as admin, bureau.client(None, bureau.second) as other:
        admin.post("/admin/people", data={"login": "puppet", "name": "虚构傀儡", "role": "经办"})
        found = next(a for a in accounts.accounts(engine) if a.login == "puppet")
        with writing(engine) as connection:
            change_account(connection, found.id, must_change=False)
        with bureau.client(None, accounts.open_session(engine, settings, found, datetime.now())) as puppet:
            bring_in(puppet, f"{LAW}.md", law(2, year=2024, words=FALSE), visibility="public")
        number = bureau.newest().id
        for fields in ({}, {"alone": "yes"}):
            refused = approve(admin, number, shown_of(other, number), **fields)
            assert refused.status_code == 400 and "要由另一名管理员批准" in refused.text
        assert TRUE in bureau.text()


def test_the_only_administrator_may_see_to_what_a_new_handler_brought(lonely: Bureau) -> None:
    engine, settings = lonely.assistant.engine, lonely.assistant.settings
    with lonely.client(Role.ADMIN) as admin:
        admin.post("/admin/people", data={"login": "fresh", "name": "虚构新人", "role": "经办"})
        found = next(a for a in accounts.accounts(engine) if a.login == "fresh")
        with writing(engine) as connection:
            change_account(connection, found.id, must_change=False)
        with lonely.client(None, accounts.open_session(engine, settings, found, datetime.now())) as handler:
            bring_in(handler, f"{LAW}.md", law(year=2024, words="渡船应当配备新的救生筏"), visibility="public")
        number = lonely.newest().id
        assert approve(admin, number).status_code == 400 and approve(admin, number, alone="yes").status_code == 303
    with lonely.client(Role.REVIEWER) as reviewer:
        assert reviewer.get(f"/staff/documents/changes/{number}").status_code == 200


@pytest.mark.parametrize("name", ["虚构渡口管理条例\u200b", "虚构渡口管理条例。", "虚构渡口管理条例（试行）"])
def test_a_title_is_told_by_what_one_sees_of_it(bureau: Bureau, name: str) -> None:
    with bureau.client(Role.STAFF) as staff:
        bring_in(staff, "甲.md", own_paper(), level="本局文件", title=name)
    assert bureau.newest().state is ChangeState.WAITING and "\u200b" not in bureau.newest().title
