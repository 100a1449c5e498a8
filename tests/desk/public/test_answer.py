"""Plain answers, and what the public desk hands on."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from assistant.answer.parts import Answer, Citation, Section
from assistant.config import Settings
from assistant.desk.cards.cards import Cards
from assistant.desk.public.answer import OWN_CASE, REPRESENT, handed_on, public_answer
from assistant.errors import RefusedInput
from tests.desk.cards.test_cards import CATALOGUE, TITLE, put


class Asked:
    """An answer kept ready, and what was asked of it."""

    def __init__(self, answer: Answer) -> None:
        self.answer, self.calls = answer, []  # type: ignore[var-annotated]

    def __call__(self, question: str, **how: Any) -> Answer:
        self.calls.append((question, how))
        return self.answer


def cited(quote: str, decisive: tuple[tuple[int, int], ...] = ()) -> Citation:
    return Citation(1, "x", TITLE, "第一条", "2020-03-01", "现行有效", "地方性法规", quote, decisive=decisive)


@pytest.fixture
def cards(engine: Engine, settings: Settings, tmp_path: Path) -> Cards:
    put(engine, settings, tmp_path / "files")
    return Cards(engine, settings, catalogue=CATALOGUE)


@pytest.mark.parametrize(
    ("question", "why"),
    [
        ("我上个月的投诉处理到哪一步了？", OWN_CASE),
        ("我店里那个案子什么时候能有结果", OWN_CASE),
        ("我的处罚决定书能不能少罚一点", OWN_CASE),
        ("帮我写一份起诉状", REPRESENT),
        ("你能当我的律师吗", REPRESENT),
    ],
)
def test_own_cases_and_representation_are_handed_on(cards: Cards, settings: Settings, question: str, why: str) -> None:
    asked = Asked(Answer(question, date(2024, 5, 1)))
    assert public_answer(asked, cards, settings, question).handed_on == why
    assert asked.calls == []


@pytest.mark.parametrize("question", ["举报茶楼夜里卖酒找谁", "申请开茶楼要什么条件", "投诉旅行社要多长时间有答复", "旅行社不退团费怎么办"])
def test_questions_about_the_law_are_not_handed_on(question: str) -> None:
    assert handed_on(question) == ""


def test_what_the_law_punishes_is_told_first_in_plain_words(cards: Cards, settings: Settings) -> None:
    entry = {"law": TITLE, "article": "第三条", "paragraph": 1, "item": 1}
    answer = Answer("问", date(2024, 5, 1), citations=(cited("原文"),), penalties=(entry, entry))
    asked = Asked(answer)
    made = public_answer(asked, cards, settings, "茶楼夜里接纳小孩？", ["前一个问题"])
    assert asked.calls == [("茶楼夜里接纳小孩？", {"desk": "public", "history": ["前一个问题"]})]
    assert "接纳不满十岁的茶客" in made.plain[0].words and "1万元到3万元" in made.plain[1].words
    assert all(s.articles for s in made.plain) and made.citations[0].quote == "原文" and len(made.acts) == 1


def test_other_answers_say_what_kind_of_rule_it_is(cards: Cards, settings: Settings) -> None:
    answer = Answer("问", date(2024, 5, 1), citations=(cited("茶客有权要求退茶。", ((0, 9),)),))
    made = public_answer(Asked(answer), cards, settings, "能退茶吗")
    assert "可以主张的权利" in made.plain[0].words and f"《{TITLE}》第一条" in made.plain[0].words


def test_no_answer_is_handed_on_in_its_own_words(cards: Cards, settings: Settings) -> None:
    answer = Answer("问", date(2024, 5, 1), (Section("", "没有规定。"),), abstained=True)
    assert public_answer(Asked(answer), cards, settings, "明天下雨吗").handed_on == "没有规定。"


@pytest.mark.parametrize("question", ["", "  ", "问" * 301])
def test_empty_and_overlong_questions_are_refused(cards: Cards, settings: Settings, question: str) -> None:
    with pytest.raises(RefusedInput):
        public_answer(Asked(Answer("", date(2024, 5, 1))), cards, settings, question)
