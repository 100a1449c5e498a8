"""What is internal or waits is seen by nobody it is not for, and every other way to what everyone sees needs the same two people."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from assistant.desk.audit import trail
from assistant.desk.notify import notifications
from assistant.desk.people.accounts import Role
from assistant.law.statute.model import Level, Visibility
from assistant.library.shelf.shelf import Shelf
from assistant.library.sources.importing import import_paths
from assistant.store import cases
from assistant.store.library.changes import ChangeState
from tests.security.bureau import ARTICLES, LAW, TRUE, Bureau, approve, bring_in, made, own_paper, read, shown_of


@pytest.fixture
def bureau(tmp_path: Path) -> Iterator[Bureau]:
    """A bureau with two administrators."""
    (tmp_path / "home").mkdir()
    yield from made(tmp_path / "home", 2)


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
        number = bureau.newest().id
        assert bureau.text() == "" and TRUE in bureau.text(internal=True), "one person hides a text at once"
        assert approve(one, number, shown_of(two, number)).status_code == 400, "but it is two who close it"
        assert approve(two, number).status_code == 303
        assert bureau.text() == "" and TRUE in bureau.text(internal=True)
        one.post("/admin/documents/visibility", data={"id": key, "visibility": "public"})
        number = bureau.newest().id
        assert bureau.text() == "" and approve(one, number, shown_of(two, number)).status_code == 400
        assert approve(two, number).status_code == 303 and TRUE in bureau.text()
    changes = [e.details for e in trail.listed(bureau.assistant.engine) if e.action == "法规库变动"]
    assert len(changes) >= 4


CASE = """# 虚构渡船超载案

基本案情：渡口经营者甲在渡船上多载三十名乘客，乘客投诉。

处理结果：责令改正，罚款五百元。

说理：渡船不得超载。
"""


def test_a_case_is_shown_to_everyone_only_when_an_administrator_agrees(bureau: Bureau) -> None:
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


def test_an_administrator_alone_shows_no_case_to_everyone(bureau: Bureau) -> None:
    def stored(number: int) -> Any:
        with bureau.assistant.engine.connect() as connection:
            return cases.case(connection, number)

    with bureau.client(Role.ADMIN) as one, bureau.client(None, bureau.second) as two, bureau.client(None) as anyone:
        at = one.post("/staff/cases/new", data={"visibility": "public"}, files={"files": ("案例.md", CASE.encode())}).headers["location"]
        case_id = int(one.post(at, data={"visibility": "public", "do": "publish"}).headers["location"].rsplit("/", 1)[-1])
        number = bureau.newest().id
        assert stored(case_id).case.visibility is Visibility.INTERNAL and "三十名乘客" not in anyone.get("/public").text
        assert approve(one, number, shown_of(two, number), alone="yes").status_code == 400
        assert approve(two, number).status_code == 303 and stored(case_id).case.visibility is Visibility.PUBLIC
        lesson = stored(case_id).case.lesson
        assert one.post(f"/staff/cases/{case_id}/lesson", data={"text": "可以随便超载。"}).status_code == 303
        assert stored(case_id).case.lesson == lesson and approve(one, bureau.newest().id, "x").status_code == 400
        assert one.post(f"/staff/cases/{case_id}/remove").status_code == 303 and stored(case_id).removed_at, "hiding is safe"
        one.post(f"/staff/cases/{case_id}/restore")
        assert stored(case_id).removed_at and approve(two, bureau.newest().id).status_code == 303 and not stored(case_id).removed_at


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
