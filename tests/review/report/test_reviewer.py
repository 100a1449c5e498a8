"""The review as a whole: facts, corrections, masking, the opinion, the evaluation."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant.config import load_settings
from assistant.errors import BadSetting, RefusedInput
from assistant.lab.evaluate_reviews import evaluate_folder
from assistant.review.report.opinion import Signed, write_opinion
from assistant.review.report.reviewer import Reviewer
from assistant.review.rules.knowledge import load_knowledge
from assistant.review.rules.registry import all_rules
from assistant.review.text.model import DocumentKind, Severity
from assistant.review.text.reading import Dossier
from tests.review.test_rules import CASES, CONTRACTS, DRAFTS
from tests.review.texts import CASE

CODES = Path(__file__).resolve().parents[4] / "shared" / "review" / "codes.json"


def test_every_code_has_a_rule_and_a_test() -> None:
    if not CODES.exists():
        pytest.skip("../shared/review 不在检出目录旁")
    codes = set(json.loads(CODES.read_text(encoding="utf-8")))
    assert {r.code for r in all_rules()} == codes
    assert set(CASES) | set(CONTRACTS) | set(DRAFTS) == codes


def test_facts_carry_their_places(reviewer: Reviewer) -> None:
    review = reviewer.review_text(CASE, DocumentKind.PENALTY)
    facts = {f.name: f for f in review.facts}
    assert facts["立案日期"].value == "2025-03-13"
    assert facts["告知日期"].value == "2025-04-07"
    assert facts["决定日期"].value == "2025-04-18"
    assert facts["送达日期"].value == "2025-04-21"
    place = facts["决定日期"].place
    assert place and CASE[place.start : place.end] == "2025年4月18日"
    assert len(review.parts) == 11


def test_corrected_facts_run_the_rules_again(reviewer: Reviewer) -> None:
    dossier = Dossier(("案卷",), CASE, "0")
    review = reviewer.review(dossier, DocumentKind.PENALTY, corrections={"立案日期": "2024-12-01"})
    assert "over_90_days" in {f.code for f in review.findings}
    with pytest.raises(RefusedInput, match="不能更正"):
        reviewer.review(dossier, DocumentKind.PENALTY, corrections={"天气": "晴"})


def test_findings_quote_the_text_and_the_article(reviewer: Reviewer) -> None:
    data = reviewer.review_text(CASES["fine_above_max"][0], DocumentKind.PENALTY).as_json()
    finding = next(f for f in data["findings"] if f["code"] == "fine_above_max")
    assert finding["quote"].startswith("罚款80000元")
    assert (finding["law"], finding["article"]) == ("娱乐场所管理条例", "第四十八条")
    assert finding["basis"][0]["text"]


def test_identity_numbers_are_masked(reviewer: Reviewer) -> None:
    text = CASES["under_14"][0].replace("毕小舟，男", "毕小舟，身份证号330000201206010011，男")
    assert "330000201206010011" not in json.dumps(reviewer.review_text(text, DocumentKind.PENALTY).as_json(), ensure_ascii=False)


def test_a_single_paper_gives_hints_where_the_file_cannot_be_seen(reviewer: Reviewer) -> None:
    start, end = CASE.index("第十部分"), CASE.index("第十一部分")
    review = reviewer.review_text(CASE[start:end], DocumentKind.PENALTY)
    missing = {f.code: f.severity for f in review.findings}
    assert missing["no_legal_review"] is Severity.HINT
    assert missing["no_collective_discussion"] is Severity.HINT


def test_opinion_is_written_from_a_template_the_bureau_can_replace(reviewer: Reviewer, tmp_path: Path) -> None:
    import docx

    review = reviewer.review_text(CASES["fine_above_max"][0], DocumentKind.PENALTY)
    write_opinion(review, tmp_path / "意见书.docx", load_settings(tmp_path), Signed(reviewer="虚构"))
    text = "\n".join(p.text for p in docx.Document(str(tmp_path / "意见书.docx")).paragraphs)
    assert "罚款80000元" in text and "虚构" in text and "{{" not in text
    (tmp_path / "坏.docx").write_bytes(b"x")
    with pytest.raises(BadSetting, match="opinion_template"):
        write_opinion(review, tmp_path / "b.docx", load_settings(tmp_path, opinion_template=str(tmp_path / "坏.docx")))


def test_evaluation_counts_hits_misses_and_alarms(reviewer: Reviewer, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(CASES["fine_above_max"][0], encoding="utf-8")
    (tmp_path / "b.txt").write_text(CASE, encoding="utf-8")
    hit = {"code": "fine_above_max", "severity": "严重", "where": "罚款80000元"}
    missed = {"code": "under_14", "severity": "严重", "where": "缺失"}
    labels = [
        {"id": "a", "kind": "penalty", "file": "a.txt", "defects": [hit, missed]},
        {"id": "b", "kind": "penalty", "file": "b.txt", "defects": []},
    ]
    (tmp_path / "labels.jsonl").write_text("\n".join(json.dumps(x) for x in labels), encoding="utf-8")
    figures = evaluate_folder(tmp_path, reviewer).as_json()
    assert (figures["recall"], figures["precision"], figures["false_per_clean"]) == (0.5, 1.0, 0.0)


def test_a_home_may_lay_its_own_knowledge_over_the_table(tmp_path: Path) -> None:
    (tmp_path / "review.toml").write_text('[repealed]\n"虚构条例" = { by = "虚构法" }\n', encoding="utf-8")
    ended = load_knowledge(tmp_path).ended("虚构条例")
    assert ended and ended.by == "虚构法"
    (tmp_path / "坏").mkdir()
    (tmp_path / "坏" / "review.toml").write_text("=", encoding="utf-8")
    with pytest.raises(BadSetting, match=r"review\.toml"):
        load_knowledge(tmp_path / "坏")
