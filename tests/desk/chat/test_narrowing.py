"""The fines of an answer narrowed by the facts of a case; the statute is invented."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine

from assistant.answer.parts import Answer, Citation
from assistant.config import Settings
from assistant.desk.chat.narrowing import bases, facts_of, narrowed
from assistant.errors import RefusedInput
from assistant.law.procedure.case import Harm
from assistant.library.shelf.shelf import Shelf
from assistant.library.sources.importing import import_paths
from tests.invented import TITLE, statute, write

ARTICLES = (
    "茶馆不得提供虚构的凉水。",
    "违反本办法第一条规定的，由虚构部门责令改正，并处违法所得一倍以上三倍以下的罚款；没有违法所得的，并处一千元以上五千元以下的罚款；"
    "情节严重的，责令停业整顿。",
    "违反本办法的其他规定，拒不改正的，由虚构部门处二百元以上八百元以下的罚款。",
)


@pytest.fixture
def shelf(engine: Engine, settings: Settings, tmp_path: Path) -> Shelf:
    list(import_paths(engine, settings, [write(tmp_path / "库", text=statute(ARTICLES))]))
    return Shelf(engine)


@pytest.fixture
def answer(shelf: Shelf) -> Answer:
    """An answer that punishes by the second article, which it cites, and by the third, which it does not."""
    source = shelf.article(shelf.require_statute(TITLE).id, 2, 0, date.today())
    assert source
    cited = Citation(1, source.id, TITLE, "第二条", "2001-03-01", "现行有效", "部门规章", source.article.text)
    penalties = tuple(
        {"law": TITLE, "article": a, "paragraph": 1, "item": None, "fines": [{"base": b}]}
        for a, b in (("第二条", "违法所得"), ("第三条", ""))
    )
    return Answer("虚构", date.today(), (), (cited,), penalties=(*penalties, penalties[0]))


def test_without_facts_every_tier_stays_in_doubt_or_not(shelf: Shelf, answer: Answer) -> None:
    found = narrowed(shelf, answer, facts_of({}))
    assert [(p.source.article.label, p.mark) for p in found.provisions] == [("第二条", 1), ("第三条", None)]
    assert not found.provisions[1].body["tiers"][0]["certain"] and found.provisions[1].left_out == 0
    assert found.factors == () and len(found.to_check) == 12


def test_facts_leave_out_tiers_and_give_ranges_in_yuan(shelf: Shelf, answer: Answer) -> None:
    found = narrowed(shelf, answer, facts_of({"amount": "４,000元", "base": "违法所得", "gravity": "plain", "corrected": "yes"}))
    first, second = found.provisions
    ranges = [(r["floor"], r["ceiling"]) for t in first.body["tiers"] for r in t["ranges"]]
    assert ranges == [(4000, 12000)] and first.left_out == 2
    assert second.body["tiers"] == [] and second.left_out == 1
    none = narrowed(shelf, answer, facts_of({"amount": "0"})).provisions[0].body["tiers"]
    assert (1000, 5000) in [(r["floor"], r["ceiling"]) for t in none for r in t["ranges"]]


def test_circumstances_come_with_their_articles(shelf: Shelf, answer: Answer) -> None:
    found = narrowed(shelf, answer, facts_of({"age": "minor", "confessed": "1", "times": "first", "corrected": "yes", "harm": "轻微"}))
    assert [f.article for f in found.factors] == [
        "《行政处罚法》第三十三条第一款",
        "《行政处罚法》第三十条",
        "《行政处罚法》第三十二条第一款第三项",
    ]
    assert len(found.to_check) == 9
    assert narrowed(shelf, answer, facts_of({"age": "under14"})).factors[0].effect == "不予行政处罚"


def test_a_form_is_read_and_what_is_no_amount_refused() -> None:
    facts = facts_of(
        {"amount": "1.2万", "gravity": "slight", "harm": "没有", "times": "again", "corrected": "no", "age": "?", "other": "x"}
    )
    assert (facts.amount, facts.slight, facts.serious, facts.harm, facts.repeated, facts.corrected) == (
        12000,
        True,
        False,
        Harm.NONE,
        True,
        False,
    )
    assert facts.age is None and facts.base is None
    for text in ("很多", "-5"):
        with pytest.raises(RefusedInput, match="读不出数额"):
            facts_of({"amount": text})


def test_the_amounts_asked_for_are_those_the_fines_name(answer: Answer) -> None:
    assert bases(answer) == ("违法所得",)
    assert "货值金额" in bases(replace(answer, penalties=()))


def test_an_answer_whose_articles_are_gone_gives_nothing(shelf: Shelf, answer: Answer) -> None:
    gone = replace(answer, citations=(), penalties=({"law": "没有这部虚构文件", "article": "第一条"}, {"law": TITLE, "article": "前言"}))
    assert narrowed(shelf, gone, facts_of({})).provisions == ()


@pytest.mark.parametrize(
    ("said", "yuan"), [("一万五", 15_000), ("1万5", 15_000), ("两千五百元", 2_500), ("两千五", 2_500), ("三百五", 350), ("廿", 20)]
)
def test_an_amount_is_taken_as_officers_say_it(said: str, yuan: int) -> None:
    assert facts_of({"amount": said, "base": "违法所得"}).amount == yuan
