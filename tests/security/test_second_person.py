"""Attempts of one person to change what counts as law or what the public is told, over HTTP, whatever the act is called.

The laws are invented. One administrator tries; the other one's word is what is missing.
"""

from __future__ import annotations

import ast
import hashlib
import re
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import httpx
import pytest

import assistant.desk
import assistant.web
from assistant.desk.changes.acts import ACTS
from assistant.desk.knowledge import questions, thesaurus
from assistant.desk.people.accounts import Role
from assistant.law.statute.article_changes import text_change
from assistant.law.statute.model import Article
from assistant.library.shelf.shelf import Shelf
from assistant.library.sources.importing import import_paths
from assistant.store import cases, proposals
from assistant.store.engine import writing
from assistant.store.library.changes import ChangeKind, ChangeState
from assistant.web.server import build_app
from tests.security.bureau import FALSE, LAW, TRUE, Bureau, approve, bring_in, law, made, own_paper, shown_of, undo
from tests.security.test_absurd_requests import routes

LATER = "虚构航运促进法"
NUMBER = "虚政发〔2018〕77号"


@pytest.fixture
def bureau(tmp_path: Path) -> Iterator[Bureau]:
    """A bureau with two administrators."""
    (tmp_path / "home").mkdir()
    yield from made(tmp_path / "home", 2)


def standing(bureau: Bureau) -> str:
    """A digest of all that counts as law, and of all that the public sees."""
    shelf, seen = Shelf(bureau.assistant.engine), Shelf(bureau.assistant.engine, internal=False)
    today, facts = date.today(), []
    for one in (shelf, seen):
        for statute in one.statutes():
            if one is seen or statute.level is None or statute.level.is_law:
                versions = [(v.id, v.status_on(today).value, v.repealed_by) for v in one.versions(statute.id)]
                facts.append((statute.id, statute.level, versions, [a.article.text for v in versions for a in one.articles(v[0])]))
    with bureau.assistant.engine.connect() as connection:
        facts += [(c.id, c.case.lesson, c.case.facts) for c in cases.cases(connection) if c.case.visibility == "public"]
    files = [p for p in bureau.assistant.settings.home.rglob("*") if p.name in ("thesaurus.toml", "own.jsonl", "assistant.toml")]
    facts += [p.read_text(encoding="utf-8") for p in sorted(files) if p.stat().st_size]
    return hashlib.sha256(repr(facts).encode()).hexdigest()


def number_of(answer: httpx.Response) -> int:
    """The change that an answer leads to."""
    found = re.search(r"/admin/documents/waiting/(\d+)", answer.headers["location"])
    assert found, answer.headers["location"]
    return int(found[1])


# ---- undoing -----------------------------------------------------------------------------------


def test_undoing_a_withdrawal_puts_no_text_back_with_one_person_alone(bureau: Bureau) -> None:
    version = Shelf(bureau.assistant.engine).versions(LAW)[0].id
    with bureau.client(Role.ADMIN) as one, bureau.client(None, bureau.second) as two:
        number = number_of(one.post("/admin/documents/withdraw", data={"version": version}))
        assert approve(two, number).status_code == 303 and bureau.text() == ""
        asked = number_of(one.post(f"/admin/documents/waiting/{number}/undo", data={"reason": "误移出"}))
        assert asked != number and bureau.text() == "" and bureau.states()[asked] is ChangeState.WAITING
        assert "0 → 16" in two.get(f"/admin/documents/waiting/{asked}").text
        for fields in ({}, {"alone": "yes"}):
            assert approve(one, asked, shown_of(two, asked), **fields).status_code == 400
        assert bureau.text() == "" and approve(two, asked).status_code == 303 and TRUE in bureau.text()
        assert bureau.states()[number] is ChangeState.UNDONE
        again = one.post(f"/admin/documents/waiting/{asked}/undo", data={"reason": "再撤销"})
        assert again.status_code == 400 and "撤销不能再撤销" in again.text


# ---- hiding, and what was repealed -------------------------------------------------------------


def repealing(bureau: Bureau, staff: httpx.Client, admin: httpx.Client) -> int:
    """A law that repeals the other, brought in and approved; return the number of its change."""
    text = law(6, year=2022, words=FALSE, title=LATER).replace(
        "本法自2022年5月1日起施行。", f"本法自2022年5月1日起施行。《{LAW}》同时废止。"
    )
    bring_in(staff, f"{LATER}.md", text, level="法律", visibility="public")
    number = bureau.newest().id
    assert approve(admin, number).status_code == 303
    return number


def status(bureau: Bureau, *, internal: bool = False) -> list[str]:
    shelf = Shelf(bureau.assistant.engine, internal=internal)
    return [v.status_on(date.today()).value for v in shelf.versions(LAW)]


@pytest.mark.parametrize("decided", ["approve", "reject", "take back"])
def test_a_false_law_is_hidden_at_once_and_nothing_false_is_said_until_two_decided(bureau: Bureau, decided: str) -> None:
    with bureau.client(Role.STAFF) as staff, bureau.client(Role.ADMIN) as one, bureau.client(None, bureau.second) as two:
        number = repealing(bureau, staff, one)
        assert status(bureau) == ["已废止"] and FALSE in bureau.text(LATER)
        asked = number_of(one.post(f"/admin/documents/waiting/{number}/undo", data={"reason": "是伪造的", "hide": "yes"}))
        bureau.settled()
        assert bureau.text(LATER) == "" and status(bureau) == [] and status(bureau, internal=True) == ["已废止"]
        for title in (LATER, LAW):
            public, _ = bureau.asked(f"《{title}》第一条规定了什么")
            assert "正在由本局核实" in public and FALSE not in public and TRUE not in public and "已废止" not in public
        assert "暂停对公众展示" in two.get(f"/admin/documents/waiting/{asked}").text
        if decided == "approve":
            assert approve(one, asked, shown_of(two, asked)).status_code == 400
            assert approve(two, asked).status_code == 303
            assert bureau.text(LATER, internal=True) == "" and status(bureau) == ["现行有效"] and TRUE in bureau.text()
            return
        if decided == "reject":
            assert two.post(f"/admin/documents/waiting/{asked}/reject", data={"reason": "是真的"}).status_code == 303
        else:
            assert one.post(f"/staff/documents/changes/{asked}/take-back").status_code == 303
        assert status(bureau) == ["已废止"] and FALSE in bureau.text(LATER)


def test_a_law_closed_to_the_public_brings_nothing_back_by_one(bureau: Bureau) -> None:
    with bureau.client(Role.STAFF) as staff, bureau.client(Role.ADMIN) as one, bureau.client(None, bureau.second) as two:
        repealing(bureau, staff, two)
        asked = number_of(one.post("/admin/documents/visibility", data={"id": LATER, "visibility": "internal"}))
        assert bureau.text(LATER) == "" and status(bureau) == [] and status(bureau, internal=True) == ["已废止"]
        assert approve(two, asked).status_code == 303 and bureau.text(LATER) == ""


# ---- what comes in -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "title",
    [
        "虚构渡口管理\u200b条\u2060例",
        "虚构渡口管理条例【试行】",
        "虚构渡口管理条例〖一〗（二）",
        "虚构渡口管理条例（最新",
        "虚构渡口管理条\u0301例",
        "⽂物保护法",
        LAW + "全文",
        "修订" + LAW,
        LAW.replace("渡", "度"),
        "虚构渡口值班Л安排",
    ],
)
def test_a_title_that_reads_like_a_law_waits_however_it_is_written(bureau: Bureau, title: str) -> None:
    with bureau.client(Role.STAFF) as staff:
        done = bring_in(staff, "甲.md", own_paper(title), level="本局文件", visibility="internal")
        assert done.status_code in (303, 400)
        if done.status_code == 303:
            assert bureau.newest().state is ChangeState.WAITING, title
        bring_in(staff, "乙.md", own_paper(), level="本局文件", visibility="internal", title=title)
        assert bureau.newest().state in (ChangeState.WAITING, ChangeState.DRAFT), title


@pytest.mark.parametrize("role", [Role.STAFF, Role.REVIEWER, Role.ADMIN])
def test_nobody_brings_in_an_opinion_alone(bureau: Bureau, role: Role) -> None:
    with bureau.client(role) as person:
        bring_in(person, "意见.md", own_paper("虚构渡口的意见书"), level="法律意见", visibility="internal")
        assert bureau.newest().state is ChangeState.WAITING
        bring_in(person, "安排.md", own_paper(), level="本局文件", visibility="internal")
        assert bureau.newest().state is ChangeState.PLACED, "a paper of the bureau's own still comes in"


def test_the_number_of_another_document_is_told_to_both(bureau: Bureau, tmp_path: Path) -> None:
    held = tmp_path / "虚构渡口收费标准.md"
    held.write_text(own_paper("虚构渡口收费标准").replace("（2024年", f"{NUMBER}\n\n（2018年"), encoding="utf-8")
    list(import_paths(bureau.assistant.engine, bureau.assistant.settings, [held]))
    assert Shelf(bureau.assistant.engine).by_doc_number(NUMBER)
    own = own_paper().replace("（2024年", "虚政发〔２０１８〕 77号\n\n（2024年")
    with bureau.client(Role.STAFF) as staff, bureau.client(Role.ADMIN) as admin:
        bring_in(staff, "安排.md", own, level="本局文件", visibility="internal")
        number = bureau.newest().id
        assert bureau.newest().state is ChangeState.WAITING
        for page in (staff.get(f"/staff/documents/changes/{number}").text, admin.get(f"/admin/documents/waiting/{number}").text):
            assert "与库里的《虚构渡口收费标准》相同" in page


# ---- settings, words, examples -----------------------------------------------------------------


def test_hearing_thresholds_are_changed_by_two(bureau: Bureau) -> None:
    settings = bureau.assistant.settings
    with bureau.client(Role.ADMIN) as one, bureau.client(None, bureau.second) as two:
        source = number_of(one.post("/admin/settings/hearing_source", data={"value": "虚构省罚款标准"}))
        assert settings.hearing_source == "" and approve(one, source, shown_of(two, source)).status_code == 400
        assert approve(two, source).status_code == 303 and settings.hearing_source == "虚构省罚款标准"
        fine = number_of(one.post("/admin/settings/hearing_fine_citizen", data={"value": "90000"}))
        assert settings.hearing_fine_citizen is None and "由“不设”改为“90000”" in two.get(f"/admin/documents/waiting/{fine}").text
        assert approve(two, fine).status_code == 303 and settings.hearing_fine_citizen == 90000
        assert one.post("/admin/settings").status_code == 400, "the last change is not taken back by one"
        assert settings.hearing_fine_citizen == 90000
        assert undo(one, two, fine).status_code == 303 and settings.hearing_fine_citizen is None
        wrong = one.post("/admin/settings/hearing_fine_citizen", data={"value": "-1"})
        assert wrong.status_code == 400


def test_words_and_examples_reach_the_public_by_two(bureau: Bureau) -> None:
    engine, settings, staff = bureau.assistant.engine, bureau.assistant.settings, bureau.site.account(Role.STAFF)
    with bureau.client(Role.ADMIN) as one, bureau.client(None, bureau.second) as two:
        added = number_of(one.post("/admin/words", data={"say": "摆渡票", "law": "救生圈"}))
        assert thesaurus.own_entries(settings) == () and approve(one, added, shown_of(two, added)).status_code == 400
        assert approve(two, added).status_code == 303 and [e.say for e in thesaurus.own_entries(settings)] == [("摆渡票",)]
        gone = number_of(one.post("/admin/words/remove", data={"say": "摆渡票"}))
        assert thesaurus.own_entries(settings) != () and approve(two, gone).status_code == 303 and thesaurus.own_entries(settings) == ()
        assert undo(one, two, gone).status_code == 303 and thesaurus.own_entries(settings) != ()
        with writing(engine) as connection:
            own = [proposals.add_proposal(connection, None, owner, f"渡船第{n}问要配救生圈吗", [f"《{LAW}》第一条"], datetime.now()).id
                   for n, owner in ((1, staff.id), (2, bureau.site.account(Role.ADMIN).id), (3, staff.id))]  # type: ignore[arg-type]  # fmt: skip
        said = {"act": "approve", "wording": "public"}
        assert "/admin/words" in one.post(f"/admin/words/proposals/{own[0]}", data=said).headers["location"], "two had a say"
        assert questions.is_in_bank(settings, "渡船第1问要配救生圈吗")
        for number, form in ((own[1], said), (own[2], said | {"question": "渡船不用配救生圈吗"})):
            asked = number_of(one.post(f"/admin/words/proposals/{number}", data=form))
            text = bureau.newest().title
            assert not questions.is_in_bank(settings, text) and approve(one, asked, shown_of(two, asked)).status_code == 400
            assert approve(two, asked).status_code == 303 and questions.is_in_bank(settings, text)
            assert undo(one, two, asked).status_code == 303 and not questions.is_in_bank(settings, text)


# ---- every act ---------------------------------------------------------------------------------


def test_every_kind_of_change_stands_in_the_table() -> None:
    assert set(ACTS) == set(ChangeKind)


#: What writes to the shelf, the cases, the words, the examples or the settings, and the modules that may call it: each asks the
#: table, or is reached from the command line alone (`cases.load_teaching`, `questions.add_questions`, `questions.approve`).
WRITERS = {
    "place": {"changes/effects/statutes", "matters/opinion_publishing"},
    "remove_version": {"changes/effects/statutes"},
    "save_statute": {"changes/effects/statutes"},
    "save_version": set[str](),
    "put_back": {"changes/effects/statutes"},
    "settle_versions": {"changes/effects/statutes", "library/withdrawals"},
    "set_visibility": {"changes/effects/cases", "web:admin/documents"},
    "set_removed": {"changes/effects/cases", "cases/cases"},
    "set_lesson": {"changes/effects/cases", "cases/cases"},
    "replace_case": {"cases/cases"},
    "add_case": {"cases/cases"},
    "import_paths": {"library/imports"},
    "edit_lesson": {"changes/asking/cases", "web:cases/lesson"},
    "add_entry": {"changes/effects/bureau"},
    "remove_entry": {"changes/effects/bureau"},
    "approve_in": {"changes/effects/bureau", "knowledge/questions"},
    "add_questions": set[str](),
    "import_documents": set[str](),
}


def test_nothing_else_writes_what_is_law_or_public() -> None:
    found: dict[str, set[str]] = {name: set() for name in WRITERS}
    for package, mark in ((assistant.desk, ""), (assistant.web, "web:")):
        root = Path(package.__path__[0])
        for path in root.rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call):
                    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                    if name in found:
                        found[name].add(mark + path.relative_to(root).with_suffix("").as_posix())
    assert found == WRITERS


def test_one_administrator_changes_nothing_by_any_route_that_writes_the_library(bureau: Bureau, tmp_path: Path) -> None:
    """Every address of the pages of documents, cases, words and settings, each tried with what it takes."""
    with bureau.client(Role.STAFF) as staff, bureau.client(Role.ADMIN) as one, bureau.client(None, bureau.second) as two:
        repealing(bureau, staff, two)
        version = Shelf(bureau.assistant.engine).versions(LAW)[0].id
        gone = number_of(one.post("/admin/documents/withdraw", data={"version": version}))
        assert approve(two, gone).status_code == 303
        case = "# 虚构渡船案\n\n基本案情：渡口经营者甲多载乘客。\n\n处理结果：罚款五百元。\n\n说理：渡船不得超载。\n"
        at = one.post("/staff/cases/new", data={"visibility": "public"}, files={"files": ("案.md", case.encode())}).headers["location"]
        case_id = int(one.post(at, data={"visibility": "public", "do": "publish"}).headers["location"].rsplit("/", 1)[-1])
        opened = bureau.newest().id
        assert approve(two, opened).status_code == 303
        later = Shelf(bureau.assistant.engine).versions(LATER)[0].id
        before = standing(bureau)
        tried = {
            "/admin/documents/visibility": {"id": LATER, "visibility": "public"},
            "/admin/documents/withdraw": {"version": later},
            "/admin/documents/restore/{number}": {},
            "/admin/documents/waiting/{number}/undo": {"reason": "想改"},
            "/admin/documents/waiting/{number}/approve": {"shown": "x", "alone": "yes"},
            "/admin/documents/waiting/{number}/reject": {"reason": "想改"},
            "/admin/words": {"say": "摆渡票", "law": "救生圈"},
            "/admin/words/remove": {"say": "摆渡票"},
            "/admin/words/proposals/{proposal_id}": {"act": "approve"},
            "/admin/settings": {},
            "/admin/settings/{name}": {"value": "虚构依据"},
            "/staff/cases/{number}/lesson": {"text": "可以随便超载。"},
            "/staff/cases/{number}/restore": {},
            "/staff/documents/changes/{number}/take-back": {},
        }
        for route, form in tried.items():
            names = [gone, opened] if "waiting" in route or "changes" in route else [1] if "restore" in route else [case_id]
            for number in names:
                path = route.replace("{number}", str(number)).replace("{proposal_id}", "1").replace("{name}", "hearing_source")
                one.post(path, data=form)
                assert standing(bureau) == before, path
        bring_in(one, f"{LAW}.md", law(2, words=FALSE), visibility="public", level="法律")
        for change in [n for n, s in bureau.states().items() if s is ChangeState.WAITING]:
            one.post(f"/admin/documents/waiting/{change}/approve", data={"shown": shown_of(two, change), "alone": "yes"})
        assert standing(bureau) == before
        posted = {
            r.path
            for r in routes(build_app(bureau.assistant))
            if "POST" in (r.methods or ()) and re.match(r"/admin/(documents|words|settings)|/staff/(cases|documents)", r.path)
        }
        other = {"/staff/cases/new", "/staff/cases/new/{draft_id}", "/staff/cases/new/{draft_id}/drop", "/staff/cases/{number}/remove"}
        other |= {"/staff/cases/{number}/lesson/wording", "/staff/documents/import", "/staff/documents/import/{batch}"}
        assert posted == set(tried) | other, "an address that is new is tried here, too"


# ---- punctuation -------------------------------------------------------------------------------


def test_a_changed_comma_is_a_change(bureau: Bureau) -> None:
    old, new = Article(1, 0, "甲、乙可以登船。", 1), Article(1, 0, "甲，乙可以登船。", 1)
    assert len(text_change([old], [new]).changed) == 1
    text = law(year=2022).replace("足够的救生圈，第2号", "足够的救生圈、第2号").replace("第3号渡口照此办理", "第3号渡口另行办理")
    with bureau.client(Role.STAFF) as staff, bureau.client(Role.ADMIN) as admin:
        bring_in(staff, f"{LAW}.md", text, visibility="public")
        assert approve(admin, bureau.newest().id).status_code == 303
        version = Shelf(bureau.assistant.engine).versions(LAW)[-1].id
        page = admin.get("/admin/documents/changes", params={"version": version}).text
        assert "<del>，</del>" in page and "<ins>、</ins>" in page and "<ins>另行</ins>" in page
        same = law(year=2022).replace("足够的救生圈，第2号", "足够的救生圈。第2号").replace("第3号渡口照此办理", "第3号渡口另行办理")
        bring_in(staff, f"{LAW}.md", same, visibility="public")
        assert "只差标点（第二条）" in admin.get(f"/admin/documents/waiting/{bureau.newest().id}").text
