"""A published case cut into its parts."""

from __future__ import annotations

from pathlib import Path

from assistant.law.cases.text import cut_case
from tests.cases import PUBLISHED


def test_the_headings_of_courts_are_told_apart() -> None:
    parts = cut_case(PUBLISHED)
    assert parts.title == "张伟明诉青屏县响泉茶馆服务合同纠纷案"
    assert parts.facts.startswith("原告张伟明") and "判决" not in parts.facts
    assert parts.decision.startswith("青屏县人民法院")
    assert parts.findings.startswith("依照") and parts.lesson == "喝茶要有热水。\n收了钱就要办事。"
    assert "关键词" not in parts.facts and "服务合同、热水" not in parts.facts


def test_headings_without_marks_are_read_as_in_a_word_document() -> None:
    text = "某茶馆无热水案\n一、案情简介\n某茶馆没有热水。\n二、处理结果\n给予警告。\n（三）案例评析\n茶馆有义务。"
    parts = cut_case(text, "文件名")
    assert (parts.title, parts.facts, parts.decision, parts.findings) == (
        "某茶馆无热水案",
        "某茶馆没有热水。",
        "给予警告。",
        "茶馆有义务。",
    )


def test_what_was_decided_is_found_at_the_end_of_the_facts() -> None:
    parts = cut_case("## 案情回顾\n某茶馆没有热水。\n法院审理后判决茶馆退钱。\n## 法官解读\n茶馆有义务。")
    assert parts.facts == "某茶馆没有热水。" and parts.decision == "法院审理后判决茶馆退钱。"


def test_a_text_without_headings_is_all_facts() -> None:
    parts = cut_case("某茶馆没有热水，一位客人很不高兴，找到了茶馆的老板。", "茶馆")
    assert parts.title == "茶馆" and parts.facts.startswith("某茶馆")


def test_every_case_of_the_corpus_has_facts(corpus: Path) -> None:
    files = sorted((corpus / "案例").rglob("*.md"))
    bare = [f.name for f in files if not cut_case(f.read_text(encoding="utf-8"), f.stem).facts]
    assert len(files) >= 50 and not bare
    told = [f for f in files if (p := cut_case(f.read_text(encoding="utf-8"), f.stem)).decision or p.findings]
    assert len(told) == len(files)
