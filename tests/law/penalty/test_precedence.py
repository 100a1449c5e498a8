"""Which of two provisions prevails; the ranks as 立法法 has them, read from the text beside the checkout."""

from __future__ import annotations

from datetime import date

import pytest

from assistant.law.penalty.amounts import FineRange
from assistant.law.penalty.precedence import Contender, precedence
from assistant.law.statute.model import Level, ParsedDocument


def contender(name: str, level: Level, *, ceiling: float | None = None, title: str = "", since: int = 2010, **more: object) -> Contender:
    fines = (FineRange("", 0, 0, ceiling=ceiling),) if ceiling else ()
    return Contender(name, title or name, level, "虚构机关", date(since, 1, 1), fines, tuple(more.get("sends_on", ())))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("high", "low", "article"),
    [
        (Level.LAW, Level.ADMINISTRATIVE_REGULATION, "第九十九条第一款"),
        (Level.LAW, Level.LOCAL_REGULATION, "第九十九条第一款"),
        (Level.ADMINISTRATIVE_REGULATION, Level.DEPARTMENT_RULE, "第九十九条第二款"),
        (Level.LOCAL_REGULATION, Level.LOCAL_RULE, "第一百条第一款"),
    ],
)
def test_the_higher_level_prevails(high: Level, low: Level, article: str) -> None:
    a, b = contender("甲", low, ceiling=9), contender("乙", high, ceiling=5)
    found = precedence(a, b)
    assert found.prevails is b and any(article in x for x in found.articles)
    assert any("超出部分不适用" in r for r in found.reasons)


def test_levels_that_do_not_outrank_each_other_are_left_to_whom_the_law_names() -> None:
    found = precedence(contender("甲", Level.LOCAL_REGULATION), contender("乙", Level.DEPARTMENT_RULE))
    assert found.prevails is None and found.articles == ("《立法法》第一百零六条第一款第二项",)
    found = precedence(contender("甲", Level.LOCAL_RULE), contender("乙", Level.DEPARTMENT_RULE))
    assert found.prevails is None and "国务院裁决" in found.reasons[0]


def test_special_over_general_unless_the_general_is_newer() -> None:
    general = contender("甲", Level.LAW, title="虚构茶艺法", since=2000)
    special = contender("乙", Level.LAW, title="水下虚构茶艺法", since=2010)
    found = precedence(general, special)
    assert found.prevails is special and found.articles == ("《立法法》第一百零三条",)
    newer = contender("甲", Level.LAW, title="虚构茶艺法", since=2020)
    assert precedence(newer, special).articles == ("《立法法》第一百零五条",)


def test_one_act_one_fine_by_the_higher() -> None:
    a = contender("甲", Level.ADMINISTRATIVE_REGULATION, title="茶馆条例", ceiling=50_000)
    b = contender("乙", Level.ADMINISTRATIVE_REGULATION, title="酒馆条例", ceiling=100_000)
    found = precedence(a, b)
    assert found.prevails is b and found.articles == ("《行政处罚法》第二十九条",)
    c = contender("丙", Level.ADMINISTRATIVE_REGULATION, title="饭馆条例", ceiling=50_000, since=2015)
    assert precedence(a, c).prevails is c and "新的规定" in precedence(a, c).reasons[0]


def test_a_provision_that_sends_on_leaves_the_field() -> None:
    a = contender("甲", Level.ADMINISTRATIVE_REGULATION, title="茶馆条例", sends_on=("酒馆条例",))
    b = contender("乙", Level.ADMINISTRATIVE_REGULATION, title="酒馆条例")
    assert precedence(a, b).prevails is b


@pytest.mark.parametrize(
    ("title", "number", "words"),
    [
        ("立法法", 99, "效力高于"),
        ("立法法", 100, "地方性法规"),
        ("立法法", 103, "特别规定"),
        ("立法法", 105, "旧的特别规定"),
        ("立法法", 106, "部门规章"),
        ("行政处罚法", 29, "数额高"),
        ("行政处罚法", 11, "幅度"),
        ("行政处罚法", 12, "幅度"),
        ("行政处罚法", 13, "幅度"),
        ("行政处罚法", 14, "幅度"),
        ("行政处罚法", 16, "不得设定"),
        ("行政处罚法", 17, "职权范围"),
    ],
)
def test_the_articles_named_say_so(corpus_documents: list[ParsedDocument], title: str, number: int, words: str) -> None:
    newest = [d for d in corpus_documents if d.title.removeprefix("中华人民共和国") == title][-1]
    assert words in next(a.text for a in newest.articles if a.number == number)
