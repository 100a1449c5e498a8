"""Cases from files to the reader: read, masked, confirmed, found, removed and put back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from assistant.config import Settings
from assistant.desk.audit.trail import AuditAction, listed
from assistant.desk.cases import cases
from assistant.desk.cases.cases import CaseOutcome
from assistant.desk.cases.drafts import certain_numbers, changed, drop_draft, keep_draft, kept_draft, masked_case, publish
from assistant.desk.cases.reading import cut_decision, read_cases
from assistant.errors import NotOnShelf, RefusedInput
from assistant.law.cases.model import BasisRole, CaseKind
from assistant.law.statute.model import Visibility
from assistant.library.shelf.shelf import Shelf
from assistant.library.sources.importing import import_paths
from assistant.search.case_search import CaseSearch, Wanted
from assistant.search.vectors.embed import static_embedder
from tests.cases import BOOKS, INTERNAL, PUBLISHED, TEA
from tests.invented import TITLE, docx, write
from tests.review.texts import CASE


@pytest.fixture
def shelf(engine: Engine, settings: Settings, tmp_path: Path) -> Shelf:
    list(import_paths(engine, settings, [write(tmp_path / "laws")]))
    return Shelf(engine)


def file(tmp_path: Path, content: str = PUBLISHED, name: str = "茶馆.md") -> Path:
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    return path


def test_a_published_case_is_cut_linked_and_masked(engine: Engine, settings: Settings, shelf: Shelf, tmp_path: Path) -> None:
    draft = read_cases([file(tmp_path)], settings, shelf, visibility=Visibility.PUBLIC)[0]
    case = draft.case
    assert case.kind is CaseKind.PUBLISHED and case.day == date(2024, 8, 9)
    assert [b.address for b in case.basis] == [f"《{TITLE}》第二条", f"《{TITLE}》第三条"]
    assert case.remarks == ("库中没有《不在库中的办法》第七条，这一处没有链接",)
    masked = masked_case(draft)
    assert masked.title.startswith("张某诉")
    for hidden in ("张伟明", "33010619900307201X", "13857100000", "北大街"):
        assert hidden not in masked.text
    case_id, outcome = publish(engine, settings, draft, kept=(), by="甲")
    assert outcome is CaseOutcome.ADDED
    shown = cases.shown(engine, shelf, case_id, public_only=True)
    assert shown.articles[0].found is not None and shown.articles[0].found.article.text == "茶馆应当备有虚构的热水。"
    with engine.connect() as connection:
        stored = "".join(str(row) for row in connection.execute(text("select * from law_case")))
    assert "张伟明" not in stored and "13857100000" not in stored


def test_the_same_file_is_taken_once(engine: Engine, settings: Settings, shelf: Shelf, tmp_path: Path) -> None:
    draft = read_cases([file(tmp_path)], settings, shelf)[0]
    first, _ = publish(engine, settings, draft, kept=(), by="甲")
    again, outcome = publish(engine, settings, draft, kept=(), by="甲")
    assert (again, outcome) == (first, CaseOutcome.UNCHANGED)


def test_a_closed_file_of_the_bureau_is_read_from_its_decision(settings: Settings, shelf: Shelf, tmp_path: Path) -> None:
    whole = CASE.replace("卓某", "卓立新").replace("当事人在206包厢", "当事人由卓立新带入206包厢")
    draft = read_cases([docx(tmp_path / "案卷.docx", whole.splitlines())], settings, shelf, companies=True)[0]
    case = draft.case
    assert case.kind is CaseKind.OWN and case.day == date(2025, 3, 12)
    assert "接纳未成年人2名" in case.facts and "如不服" not in case.decision and "20000元" in case.decision
    # The name stands in the record of the inquiry as that of a 被询问人; the decision alone would not tell it.
    assert "卓立新" in case.facts and "卓立新" not in masked_case(draft).facts


def test_several_files_of_one_case_are_read_together(settings: Settings, shelf: Shelf, tmp_path: Path) -> None:
    head, tail = CASE.split("第十部分", 1)
    paths = [file(tmp_path, head, "1.txt"), file(tmp_path, "第十部分" + tail, "2.txt")]
    drafts = read_cases(paths, settings, shelf, together=True)
    assert len(drafts) == 1 and drafts[0].case.kind is CaseKind.OWN


def test_the_articles_of_a_closed_file_have_their_roles(corpus: Path, engine: Engine, settings: Settings, tmp_path: Path) -> None:
    list(import_paths(engine, settings, sorted(corpus.glob("行政法规/娱乐场所管理条例*.md"))))
    case = read_cases([file(tmp_path, CASE, "案卷.txt")], settings, Shelf(engine))[0].case
    assert [(b.article, b.item, b.role) for b in case.basis] == [("第二十三条", None, BasisRole.DUTY), ("第四十八条", 3, BasisRole.PENALTY)]
    assert case.field == "娱乐场所" and case.title.endswith("案") and "未成年人" in case.act


def test_a_decision_is_cut_into_what_was_found_why_and_what(engine: Engine) -> None:
    told, why, what = cut_decision(
        "当事人：某茶馆。\n经查，某茶馆没有热水。\n上述事实有照片证明。其行为违反规定。根据规定，决定给予警告。\n如不服本决定，可申请行政复议。"
    )
    assert (told, what) == ("某茶馆没有热水。", "根据规定，决定给予警告。")
    assert why == "上述事实有照片证明。其行为违反规定。"


def test_a_public_case_never_keeps_a_number(engine: Engine, settings: Settings, shelf: Shelf, tmp_path: Path) -> None:
    draft = read_cases([file(tmp_path)], settings, shelf, visibility=Visibility.PUBLIC)[0]
    with pytest.raises(RefusedInput, match="证件号码"):
        publish(engine, settings, draft, kept=certain_numbers(draft), by="甲")
    names = [n for n, d in enumerate(draft.found) if d.text == "张伟明"]
    assert names and "张伟明" in masked_case(draft, names).facts
    inside = changed(draft, visibility=Visibility.INTERNAL)
    assert publish(engine, settings, inside, kept=certain_numbers(draft), by="甲")[1] is CaseOutcome.ADDED


def test_a_draft_waits_for_its_owner_only_and_is_deleted(engine: Engine, settings: Settings, shelf: Shelf, tmp_path: Path) -> None:
    draft = read_cases([file(tmp_path)], settings, shelf)[0]
    draft_id = keep_draft(engine, draft, "甲")
    assert kept_draft(engine, draft_id, "甲") == draft
    with pytest.raises(RefusedInput, match="重新导入"):
        kept_draft(engine, draft_id, "乙")
    drop_draft(engine, draft_id, "乙")
    drop_draft(engine, draft_id, "甲")
    with pytest.raises(RefusedInput):
        kept_draft(engine, draft_id, "甲")


def test_a_draft_nobody_confirms_is_deleted_after_a_day(engine: Engine, settings: Settings, shelf: Shelf, tmp_path: Path) -> None:
    draft = read_cases([file(tmp_path)], settings, shelf)[0]
    old = keep_draft(engine, draft, "甲")
    with engine.begin() as connection:
        connection.execute(text("update law_case_draft set created_at = '2020-01-01 00:00:00'"))
    keep_draft(engine, draft, "甲")
    with pytest.raises(RefusedInput):
        kept_draft(engine, old, "甲")


@pytest.mark.parametrize("content", ["太短", "# 标题\n\n## 裁判结果\n\n" + "判决如下，被告应当退钱。" * 5])
def test_what_is_no_case_is_refused_by_name(settings: Settings, shelf: Shelf, tmp_path: Path, content: str) -> None:
    with pytest.raises(RefusedInput, match=r"茶馆\.md"):
        read_cases([file(tmp_path, content)], settings, shelf)


def kept(engine: Engine) -> dict[str, int]:
    return {c.key: cases.keep(engine, static_embedder(), c, c.key, "甲")[0] for c in (TEA, INTERNAL, BOOKS)}


def test_cases_are_found_by_article_field_act_and_words(engine: Engine, settings: Settings, shelf: Shelf) -> None:
    ids = kept(engine)
    search = CaseSearch(engine, settings)

    def found(words: str = "", **given: object) -> list[int]:
        article = str(given.pop("article", ""))
        return [f.stored.id for f in cases.found(search, shelf, words, article=article, wanted=Wanted(**given))]  # type: ignore[arg-type]

    assert set(found(article=f"{TITLE} 第三条")) == {ids["test:tea"], ids["test:inside"]}
    assert found(article=f"《{TITLE}》第一条") == [ids["test:books"]]
    assert len(found(article=TITLE)) == 3
    assert found(field="出版") == [ids["test:books"]]
    assert found(act="摆摊") == [ids["test:books"]]
    assert found("书摊占道")[0] == ids["test:books"]
    assert found("打碎的茶壶", public_only=True) == [] or ids["test:inside"] not in found("打碎的茶壶", public_only=True)
    assert ids["test:inside"] in found("独一无二的内部茶壶")
    with pytest.raises(RefusedInput, match="没有读出"):
        found(article="没有这种写法")


def test_a_removed_case_is_gone_until_it_is_put_back(engine: Engine, settings: Settings, shelf: Shelf) -> None:
    ids = kept(engine)
    search = CaseSearch(engine, settings)
    cases.remove(engine, ids["test:tea"], "甲")
    assert ids["test:tea"] not in [f.stored.id for f in search.find()]
    with pytest.raises(NotOnShelf):
        cases.shown(engine, shelf, ids["test:tea"])
    with pytest.raises(NotOnShelf):
        cases.remove(engine, ids["test:tea"], "甲")
    cases.restore(engine, ids["test:tea"], "甲")
    assert ids["test:tea"] in [f.stored.id for f in search.find()]
    trail = [e.details for e in listed(engine) if e.action == AuditAction.CASE]
    assert {"说明": "移出"} in trail and {"说明": "恢复"} in trail


def test_an_internal_case_is_not_there_for_the_public(engine: Engine, settings: Settings, shelf: Shelf) -> None:
    ids = kept(engine)
    with pytest.raises(NotOnShelf):
        cases.shown(engine, shelf, ids["test:inside"], public_only=True)


def test_the_newer_text_of_a_case_replaces_the_older(engine: Engine, settings: Settings, shelf: Shelf) -> None:
    ids = kept(engine)
    newer = replace(TEA, facts="茶馆的热水是凉的。")
    assert cases.keep(engine, static_embedder(), newer, "another", "甲") == (ids["test:tea"], CaseOutcome.UPDATED)
    shown = cases.shown(engine, shelf, ids["test:tea"])
    assert shown.case.facts == "茶馆的热水是凉的。" and len(shown.articles) == 2


def test_the_shipped_cases_come_in_once_and_stay_removed(engine: Engine, settings: Settings) -> None:
    first = cases.load_teaching(engine, settings)
    assert first[CaseOutcome.ADDED] >= 40 and set(first) == {CaseOutcome.ADDED}
    search = CaseSearch(engine, settings)
    chosen = search.find("网吧里有中学生", Wanted(public_only=True))[0].stored
    cases.remove(engine, chosen.id, "甲")
    again = cases.load_teaching(engine, settings)
    assert set(again) == {CaseOutcome.UNCHANGED}
    assert chosen.id not in [f.stored.id for f in search.find("网吧里有中学生")]
