"""What makes a text doubtful is told, and a whole one has no doubts; two texts beside each other show what is gone, changed and new."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from assistant.law.statute.article_changes import text_change
from assistant.law.statute.doubts import Held, doubts, loses_most
from assistant.law.statute.model import Article, Level, ParsedDocument
from assistant.law.text.numerals import to_chinese


def articles(count: int, *, first: int = 1, words: str = "渡船应当配备救生圈", chapter: str = "") -> tuple[Article, ...]:
    texts = [f"{words}，第{n}号渡口照此办理。" for n in range(first, first + count)]
    texts[-1] = "本法自2018年5月1日起施行。"
    return tuple(Article(first + i, 0, text, i + 1, chapter=chapter) for i, text in enumerate(texts))


def text(count: int = 12, **changes: Any) -> ParsedDocument:
    day = date(2018, 3, 1)
    whole = ParsedDocument("虚构渡船法", articles(count), Level.LAW, version_date=day, effective_from=date(2018, 5, 1))
    return replace(whole, **changes)


HELD = Held(date(2012, 3, 1), articles(12))


def test_a_whole_text_raises_no_doubt() -> None:
    assert doubts(text(), None) == doubts(text(), HELD) == doubts(text(14), HELD) == ()


@pytest.mark.parametrize(
    ("document", "held", "told"),
    [
        (text(articles=(*articles(3)[:2], *articles(4, first=9))), None, "条号不连续：第九条"),
        (text(articles=articles(12)[4:]), None, "条号不连续：第五条"),
        (text(articles=articles(12)[:7]), None, "没有施行日期一类的结尾条款"),
        (text(articles=articles(12, chapter="第一章 总则")), None, "只有第一章"),
        (
            text(articles=(Article(1, 0, "违反本法第一百三十条的，由主管部门警告。", 1), *articles(12)[1:])),
            None,
            "文中提到本文第一百三十条，但只读到第十二条",
        ),
        (text(2), HELD, "条数变少：原有 12 条，这份 2 条，少 10 条，大部分条文没有了"),
        (text(11), HELD, "条数变少：原有 12 条，这份 11 条，少 1 条"),
        (text(2), HELD, "字数变少"),
        (text(version_date=date(2001, 3, 1)), HELD, "公布日期 2001-03-01 早于库里的 2012-03-01"),
        (text(version_date=None), None, "没有读出公布日期"),
        (text(effective_from=None), None, "没有读出施行日期"),
        (text(articles=(Article(0, 0, "通知全文。", 1),)), None, "没有读出条号"),
    ],
)
def test_what_is_doubtful_is_told_in_plain_words(document: ParsedDocument, held: Held | None, told: str) -> None:
    assert any(told in line for line in doubts(document, held)), doubts(document, held)


def test_a_stub_of_a_text_loses_most_of_it() -> None:
    assert loses_most(text(2), HELD) and loses_most(text(5), HELD)
    assert not loses_most(text(6), HELD) and not loses_most(text(2), None) and not loses_most(text(2), Held(None, articles(6)))


def test_articles_gone_changed_new_and_renumbered_are_told_apart() -> None:
    old = articles(6)
    new = (
        Article(1, 0, "渡船经营者应当登记。", 1),
        *(replace(a, number=a.number + 1, ordinal=a.ordinal + 1) for a in old[:2]),
        Article(4, 0, old[3].text.replace("照此", "另行"), 4),
        old[-1],
    )
    found = text_change(old, new)
    assert (found.before, found.after, found.same, found.renumbered) == (6, 5, 1, 2)
    assert [a.label for a in found.deleted] == ["第三条", "第五条"] and [a.text for a in found.added] == ["渡船经营者应当登记。"]
    (changed,) = found.changed
    assert changed.old.label == "第四条" and ("delete", "照此") in changed.marks and ("insert", "另行") in changed.marks


@pytest.mark.parametrize(
    ("old", "new"), [("处违法所得1.5倍的罚款。", "处违法所得15倍的罚款。"), ("甲、乙丙。", "甲乙、丙。"), ("第四条", "<b>第四条</b>")]
)
def test_no_difference_is_too_small_to_be_shown(old: str, new: str) -> None:
    (changed,) = text_change([Article(1, 0, old, 1)], [Article(1, 0, new, 1)]).changed
    assert "".join(p for op, p in changed.marks if op != "insert") == old
    assert "".join(p for op, p in changed.marks if op != "delete") == new
    assert text_change([Article(1, 0, "处１．５倍　罚款", 1)], [Article(1, 0, "处1.5倍罚款", 1)]).same == 1


def test_comparing_takes_steps_as_the_texts_are_long_whatever_they_hold() -> None:
    """Texts made to be slow to compare: doubled in every way, they take no more than some three times as long."""

    def spent(size: int) -> float:
        a = [Article(n, 0, "一" * 40 * size, n) for n in range(1, 20 * size)]
        b = [Article(n, 0, "一二" * 20 * size, n) for n in range(1, 20 * size)]
        begun = time.process_time()
        found = text_change(a, b)
        assert len(found.changed) == 20 * size - 1 and to_chinese(1) == "一"
        return time.process_time() - begun

    spent(4)
    # Both the number of articles and their length double: four times as much text.
    first, doubled = max(spent(20), 0.05), spent(40)
    assert doubled < 4 * 3 * first
