"""References between articles, and what kind of article and question one is; all texts here are invented."""

from __future__ import annotations

import pytest

from assistant.law.statute.kinds import Kind, article_kinds, question_kinds
from assistant.law.statute.references import references


def found(text: str, own: int = 99) -> list[tuple[str, int, int, bool]]:
    return [(r.title, r.number, r.suffix, r.violated) for r in references(text, own)]


def test_a_broken_duty_is_told_from_a_mere_reference() -> None:
    assert found("违反本办法第三条、第五条规定的，依照本办法第九条处理。") == [("", 3, 0, True), ("", 5, 0, True), ("", 9, 0, False)]


def test_other_statutes_and_inserted_articles() -> None:
    assert found("依照《中华人民共和国虚构法》第十二条之一办理。") == [("虚构法", 12, 1, False)]


def test_numbers_far_from_a_title_and_its_own_are_left_out() -> None:
    assert found("本条例第九十九条", 99) == []
    assert found("第三条所列事项") == []


@pytest.mark.parametrize(
    ("question", "kind"),
    [("抓到了罚多少", Kind.PENALTY), ("开一家要什么手续", Kind.LICENCE), ("几天内要送达", Kind.PROCEDURE), ("算不算茶馆", Kind.DEFINITION)],
)
def test_what_a_question_asks_for(question: str, kind: Kind) -> None:
    assert kind in question_kinds(question)


def test_what_an_article_does() -> None:
    assert Kind.PENALTY in article_kinds("处虚构的罚款。") and Kind.DEFINITION in article_kinds("本办法所称茶馆，是指虚构的场所。")
