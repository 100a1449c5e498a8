"""Reviews at the desk: kept, seen by whom they concern, judged, read again on corrected facts, concluded, given out."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import docx as word
import pytest
from sqlalchemy import Engine

from assistant.config import Settings, load_settings
from assistant.desk.people.accounts import Role
from assistant.desk.reviews import conclusion, facts, reviews
from assistant.desk.reviews import words as review_words
from assistant.desk.reviews.records import OpenFinding, OpenReview, State, Word
from assistant.desk.reviews.words import OwnFinding
from assistant.errors import BadSetting, RefusedInput
from assistant.library.sources.importing import import_paths
from assistant.review.report.reviewer import Reviewer
from assistant.review.text.model import DocumentKind, Severity
from assistant.store import reviews as sql
from assistant.store.engine import writing
from assistant.store.reviews import Filter
from tests.invented import write
from tests.review.texts import CASE, CONTRACT

PATTERN = "虚法审〔{year}〕{serial:03d}号"


@dataclass(frozen=True)
class Someone:
    id: str
    name: str
    role: Role | None
    section: str = ""


STAFF = Someone("s", "虚构经办", Role.STAFF, "市场科")
COLLEAGUE = Someone("c", "虚构同事", Role.REVIEWER, "市场科")
OTHER = Someone("o", "虚构别科", Role.REVIEWER, "法规科")
ADMIN = Someone("a", "虚构管理员", Role.ADMIN, "办公室")
COUNSEL = Someone("l", "虚构律师", Role.COUNSEL, "市场科")
PUBLIC = Someone("public", "公众", None)
#: The notice is signed on the day of the decision, one record has one officer, the amounts differ.
BAD = (
    CASE.replace("（公章）\n2025年4月18日", "（公章）\n2025年4月7日")
    .replace("2025年4月16日", "2025年4月7日")
    .replace("，记录人：温岚（33070015）", "")
    .replace("贰万元整", "叁万元整")
)


@pytest.fixture
def reviewer(engine: Engine, settings: Settings, tmp_path: Path) -> Reviewer:
    write(tmp_path / "库")
    list(import_paths(engine, settings, [tmp_path / "库"]))
    return Reviewer(engine, settings)


def begin(engine: Engine, reviewer: Reviewer, tmp_path: Path, person: Someone = STAFF, text: str = BAD, kind: str = "penalty") -> str:
    path = tmp_path / "虚构案卷.txt"
    path.write_text(text, encoding="utf-8")
    return reviews.open_files(engine, reviewer, person, [path], DocumentKind(kind))


def by_code(review: OpenReview, code: str) -> OpenFinding:
    return next(f for f in review.findings if f.finding.code == code)


def test_a_review_is_kept_with_its_document_rules_and_library(engine: Engine, reviewer: Reviewer, tmp_path: Path) -> None:
    review = reviews.opened(engine, STAFF, begin(engine, reviewer, tmp_path))
    kept = review.stored
    assert (kept.text.strip(), kept.files, kept.section) == (BAD.strip(), ["虚构案卷.txt"], "市场科")
    assert len(kept.digest) == 64 and kept.rules_version and kept.library_revision > 0
    assert {"single_officer", "notice_decision_same_day", "amount_inconsistent"} <= {f.finding.code for f in review.findings}
    assert all(f.word is Word.NONE for f in review.findings)
    for one in review.findings:
        place = one.finding.place
        assert place is None or kept.text[place.start : place.end] == one.finding.quote
    assert any(f.name == "当事人" and f.key.startswith("当事人@") for f in review.facts)
    assert review.state is State.OPEN and not review.outdated and review.proposal == "不合法"
    groups = [name for name, _ in review.groups]
    assert groups == sorted(groups, key=["主体", "事实", "证据", "事实和证据", "适用", "适用依据", "程序", "裁量"].index)
    for _, group in review.groups:
        assert [f.finding.severity.rank for f in group] == sorted(f.finding.severity.rank for f in group)


def test_characters_a_database_does_not_take_are_left_out_in_place(engine: Engine, reviewer: Reviewer, tmp_path: Path) -> None:
    review = reviewer.review_text(BAD.replace("案卷", "案\x00"), DocumentKind.PENALTY)
    kept = reviews.opened(engine, STAFF, reviews.keep(engine, STAFF, review)).stored
    assert "\x00" not in kept.text and len(kept.text) == len(BAD)


def test_who_sees_a_review(engine: Engine, reviewer: Reviewer, tmp_path: Path) -> None:
    review_id = begin(engine, reviewer, tmp_path)
    for person in (STAFF, COLLEAGUE, ADMIN):
        assert reviews.opened(engine, person, review_id).id == review_id
        assert reviews.listed(engine, person)[1] == 1
    without_section = Someone("n", "虚构无科室", Role.STAFF)
    for person in (OTHER, COUNSEL, PUBLIC, without_section):
        assert reviews.listed(engine, person) == ([], 0) and reviews.months(engine, person) == []
        with pytest.raises(reviews.NoReview):
            reviews.opened(engine, person, review_id)
        with pytest.raises(reviews.NoReview):
            review_words.accept(engine, person, review_id, 1)
        with pytest.raises(reviews.NoReview):
            facts.correct(engine, reviewer, person, review_id, "立案日期", "2025-01-01")
    for person in (COUNSEL, PUBLIC):
        with pytest.raises(reviews.NoReview):
            begin(engine, reviewer, tmp_path, person)
    with pytest.raises(RefusedInput, match="法制审核员"):
        conclusion.conclude(engine, PATTERN, STAFF, review_id, "不合法")


def test_the_list_is_filtered_and_counted(engine: Engine, reviewer: Reviewer, tmp_path: Path) -> None:
    first = begin(engine, reviewer, tmp_path)
    second = begin(engine, reviewer, tmp_path, text=CONTRACT, kind="contract")
    with writing(engine) as connection:
        sql.change_review(connection, first, created_at=datetime(2024, 12, 31, 23, 59))
    shown, total = reviews.listed(engine, STAFF, Filter(kind="penalty"))
    assert total == 1 and shown[0].id == first and shown[0].findings >= 3 and shown[0].open >= 3
    assert [r.id for r in reviews.listed(engine, STAFF, Filter(month=(2024, 12)))[0]] == [first]
    assert reviews.listed(engine, STAFF, Filter(month=(2025, 1)))[1] == 0
    assert reviews.listed(engine, STAFF, Filter(state="concluded"))[1] == 0
    assert reviews.months(engine, STAFF)[-1] == (2024, 12)
    review_words.accept_rest(engine, COLLEAGUE, second)
    conclusion.conclude(engine, PATTERN, COLLEAGUE, second, "修改后合法")
    counted = {(c.year, c.kind): c for c in reviews.counted(engine)}
    assert counted[(2024, "penalty")].begun == 1 and counted[(2024, "penalty")].conclusions == {}
    assert next(c for c in counted.values() if c.kind == "contract").conclusions == {"修改后合法": 1}
    assert [c.kind for c in reviews.counted(engine, 2024)] == ["penalty"]


def test_accept_edit_reject_undo(engine: Engine, reviewer: Reviewer, tmp_path: Path) -> None:
    review_id = begin(engine, reviewer, tmp_path)
    found = reviews.opened(engine, STAFF, review_id)
    one, two, three = found.findings[:3]
    review_words.accept(engine, STAFF, review_id, one.id)
    review_words.edit(engine, COLLEAGUE, review_id, two.id, "提示", "虚构的说明", "虚构的建议")
    with pytest.raises(RefusedInput, match="驳回理由"):
        review_words.reject(engine, STAFF, review_id, three.id, "  ")
    with pytest.raises(RefusedInput, match="严重程度"):
        review_words.edit(engine, STAFF, review_id, three.id, "天大", "说明", "建议")
    review_words.reject(engine, STAFF, review_id, three.id, "原件已补签")
    words = {f.id: f for f in reviews.opened(engine, STAFF, review_id).findings}
    assert words[one.id].word is Word.ACCEPTED and words[one.id].word_by == "虚构经办"
    edited = words[two.id]
    assert (edited.word, edited.finding.severity, edited.finding.explain) == (Word.EDITED, Severity.HINT, "虚构的说明")
    assert edited.rule.explain == two.finding.explain  # the rule's own words are kept beside
    assert (words[three.id].word, words[three.id].reason) == (Word.REJECTED, "原件已补签")
    for finding in (one, two, three):
        review_words.undo(engine, STAFF, review_id, finding.id)
    assert all(f.word is Word.NONE for f in reviews.opened(engine, STAFF, review_id).findings)
    with pytest.raises(reviews.NoReview):
        review_words.accept(engine, STAFF, review_id, 10**6)


def test_own_findings_quote_the_document_and_the_library(engine: Engine, reviewer: Reviewer, tmp_path: Path) -> None:
    review_id = begin(engine, reviewer, tmp_path)
    own = OwnFinding("虚构问题", "一般", "程序", "虚构说明", "虚构建议", "卓某\n签收", None, "《虚构茶馆管理办法》第二条\n")
    finding_id = review_words.add(engine, reviewer, STAFF, review_id, own)
    kept = next(f for f in reviews.opened(engine, STAFF, review_id).findings if f.id == finding_id)
    assert kept.finding.quote == "卓某签收" and kept.finding.place and kept.added and kept.word is Word.ADDED
    assert kept.finding.basis[0].text and kept.finding.basis[0].version == "2001-03-01"
    again = BAD.rindex("青屏县响泉歌舞娱乐有限公司")
    review_words.add(engine, reviewer, STAFF, review_id, OwnFinding("甲", "提示", "主体", "乙", quote="响泉歌舞", start=again))
    places = [f.finding.place.start for f in reviews.opened(engine, STAFF, review_id).findings if f.added and f.finding.place]
    assert any(abs(p - again) < 6 for p in places)
    for bad, why in (
        (OwnFinding("甲", "一般", "程序", "乙", quote="原文没有的话"), "没有这段文字"),
        (OwnFinding("甲", "一般", "程序", "乙", basis="《虚构茶馆管理办法》第九十九条"), "库里没有"),
        (OwnFinding("甲", "一般", "玄学", "乙"), "类别"),
        (OwnFinding(" ", "一般", "程序", "乙"), "标题"),
    ):
        with pytest.raises(RefusedInput, match=why):
            review_words.add(engine, reviewer, STAFF, review_id, bad)
    with pytest.raises(RefusedInput, match="补充"):
        review_words.accept(engine, STAFF, review_id, finding_id)
    review_words.undo(engine, STAFF, review_id, finding_id)
    assert finding_id not in {f.id for f in reviews.opened(engine, STAFF, review_id).findings}


def test_corrected_facts_keep_the_words_on_findings_that_are_still_there(engine: Engine, reviewer: Reviewer, tmp_path: Path) -> None:
    review_id = begin(engine, reviewer, tmp_path)
    before = reviews.opened(engine, STAFF, review_id)
    officer, amount = by_code(before, "single_officer"), by_code(before, "amount_inconsistent")
    review_words.reject(engine, STAFF, review_id, officer.id, "另有笔录")
    review_words.accept(engine, STAFF, review_id, amount.id)
    own = review_words.add(engine, reviewer, STAFF, review_id, OwnFinding("甲", "一般", "程序", "乙"))
    words = next(f for f in before.facts if f.name == "金额（大写）")
    facts.correct(engine, reviewer, STAFF, review_id, words.key, "20000")
    facts.correct(engine, reviewer, STAFF, review_id, "立案日期", "2024-11-01")
    after = reviews.opened(engine, STAFF, review_id)
    assert by_code(after, "single_officer").word is Word.REJECTED and by_code(after, "single_officer").id == officer.id
    assert "over_90_days" in {f.finding.code for f in after.findings}
    assert "amount_inconsistent" not in {f.finding.code for f in after.findings}
    assert [f.id for f in after.gone if f.finding.code == "amount_inconsistent"] == [amount.id]
    assert own in {f.id for f in after.findings}
    assert next(f for f in after.facts if f.name == "立案日期").read == "2025-03-13"
    facts.correct(engine, reviewer, STAFF, review_id, words.key, None)
    back = reviews.opened(engine, STAFF, review_id)
    assert by_code(back, "amount_inconsistent").word is Word.ACCEPTED and not any(f.id == amount.id for f in back.gone)
    with pytest.raises(RefusedInput, match="不是日期"):
        facts.correct(engine, reviewer, STAFF, review_id, "立案日期", "昨天")
    assert reviews.opened(engine, STAFF, review_id).stored.corrections == {"立案日期": "2024-11-01"}


def test_newer_rules_are_run_on_request_and_let_go_of_facts_they_no_longer_read(engine: Engine, reviewer: Reviewer, tmp_path: Path) -> None:
    review_id = begin(engine, reviewer, tmp_path)
    with writing(engine) as connection:
        sql.change_review(connection, review_id, rules_version="旧", corrections={"当事人@3": "虚构公司", "立案日期": "2024-11-01"})
    assert reviews.opened(engine, STAFF, review_id).outdated
    facts.run_again(engine, reviewer, STAFF, review_id)
    after = reviews.opened(engine, STAFF, review_id)
    assert not after.outdated and after.stored.corrections == {"立案日期": "2024-11-01"}


def test_a_conclusion_needs_a_word_on_every_problem_and_numbers_follow_one_another(
    engine: Engine, reviewer: Reviewer, tmp_path: Path
) -> None:
    review_id = begin(engine, reviewer, tmp_path)
    with pytest.raises(RefusedInput, match="没有处理"):
        conclusion.conclude(engine, PATTERN, COLLEAGUE, review_id, "不合法")
    assert review_words.accept_rest(engine, COLLEAGUE, review_id) >= 3
    with pytest.raises(RefusedInput, match="不能是“合法”"):
        conclusion.conclude(engine, PATTERN, COLLEAGUE, review_id, "合法")
    with pytest.raises(RefusedInput, match="选择"):
        conclusion.conclude(engine, PATTERN, COLLEAGUE, review_id, "大概合法")
    year = datetime.now().year
    assert conclusion.conclude(engine, PATTERN, COLLEAGUE, review_id, "不合法", "须重新告知") == f"虚法审〔{year}〕001号"
    closed = reviews.opened(engine, STAFF, review_id)
    assert closed.state is State.CONCLUDED and closed.stored.reviewer_name == "虚构同事" and not closed.may_change
    with pytest.raises(reviews.ReviewClosed):
        review_words.undo(engine, COLLEAGUE, review_id, closed.findings[0].id)
    with pytest.raises(reviews.ReviewClosed):
        facts.correct(engine, reviewer, COLLEAGUE, review_id, "立案日期", "2025-01-01")
    other = begin(engine, reviewer, tmp_path)
    review_words.accept_rest(engine, COLLEAGUE, other)
    assert conclusion.conclude(engine, PATTERN, ADMIN, other, "不合法").endswith("002号")
    with pytest.raises(RefusedInput):
        conclusion.reopen(engine, STAFF, review_id)
    conclusion.reopen(engine, COLLEAGUE, review_id)
    assert conclusion.conclude(engine, PATTERN, COLLEAGUE, review_id, "修改后合法").endswith("001号")


def test_the_opinion_holds_what_stands_and_what_could_not_be_verified(
    engine: Engine, reviewer: Reviewer, settings: Settings, tmp_path: Path
) -> None:
    review_id = begin(engine, reviewer, tmp_path)
    found = reviews.opened(engine, STAFF, review_id)
    rejected = by_code(found, "amount_inconsistent")
    review_words.reject(engine, STAFF, review_id, rejected.id, "笔误已更正")
    review_words.edit(engine, STAFF, review_id, by_code(found, "single_officer").id, "严重", "询问时只有一人在场", "重新询问")
    own = OwnFinding("虚构问题", "一般", "程序", "补充的说明", "", "卓某签收", None, "《虚构茶馆管理办法》第二条")
    review_words.add(engine, reviewer, STAFF, review_id, own)
    review_words.accept_rest(engine, STAFF, review_id)
    facts.correct(engine, reviewer, STAFF, review_id, "立案日期", "2025-03-14")
    number = conclusion.conclude(engine, PATTERN, COLLEAGUE, review_id, "修改后合法", "补正后可以作出")
    review = reviews.opened(engine, STAFF, review_id)
    data = conclusion.opinion_docx(review, settings)
    text = "\n".join(p.text for p in word.Document(io.BytesIO(data)).paragraphs)
    for words in (
        number,
        "修改后合法",
        "补正后可以作出",
        "虚构同事",
        "询问时只有一人在场",
        "虚构问题",
        "立案日期：2025-03-13 → 2025-03-14",
    ):
        assert words in text
    assert "《虚构茶馆管理办法》第二条（2001-03-01版本）" in text
    assert rejected.finding.explain not in text and "{{" not in text and "{%" not in text
    shown = json.dumps(conclusion.as_json(review), ensure_ascii=False)
    assert "笔误已更正" in shown and number in shown


def test_what_rules_could_not_see_is_told_in_the_opinion_unless_rejected(
    engine: Engine, reviewer: Reviewer, settings: Settings, tmp_path: Path
) -> None:
    start, end = CASE.index("第十部分"), CASE.index("第十一部分")
    review_id = begin(engine, reviewer, tmp_path, text=CASE[start:end])
    review = reviews.opened(engine, STAFF, review_id)
    unseen = [f for f in review.findings if f.cannot_tell]
    assert unseen
    assert {f.finding.code for f in unseen} <= {h.code for h in review.hints}
    review_words.reject(engine, STAFF, review_id, unseen[0].id, "另卷已核")
    left = reviews.opened(engine, STAFF, review_id)
    assert len([h for h in left.hints if "无法核实" in h.explain]) == len(unseen) - 1


def test_material_for_a_matter_leaves_rejected_findings_out_and_masks_numbers(engine: Engine, reviewer: Reviewer, tmp_path: Path) -> None:
    text = BAD.replace("统一社会信用代码：91330000MA0000000X", "身份证号：330000198506010019")
    review_id = begin(engine, reviewer, tmp_path, text=text)
    found = reviews.opened(engine, STAFF, review_id)
    review_words.reject(engine, STAFF, review_id, by_code(found, "amount_inconsistent").id, "已更正")
    material = reviews.as_matter_material(reviews.opened(engine, STAFF, review_id))
    whole = json.dumps(material.snapshot, ensure_ascii=False) + material.question + material.title
    assert "330000198506010019" not in whole
    codes = {f["code"] for f in material.snapshot["findings"]}
    assert "single_officer" in codes and "amount_inconsistent" not in codes
    assert material.ref == review_id and "虚构案卷.txt" in material.title and material.snapshot["citations"]


def test_the_number_pattern_must_tell_opinions_apart(tmp_path: Path) -> None:
    assert load_settings(tmp_path, review_number="审{year}-{serial:04d}").review_number == "审{year}-{serial:04d}"
    for pattern in ("法审{year}号", "{nothing}", "{year.__class__}-{serial}", "{year}-{serial:0999999999d}", "{year}-{serial!r}"):
        with pytest.raises(BadSetting, match="review_number"):
            load_settings(tmp_path, review_number=pattern)
        (tmp_path / "assistant.toml").write_text(f'review_number = "{pattern}"\n', encoding="utf-8")
        kept = load_settings(tmp_path)  # what can be changed on the web never keeps the site from starting
        assert kept.review_number == load_settings(tmp_path / "none").review_number and kept.ignored[0].name == "review_number"
