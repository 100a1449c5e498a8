"""Like cases on a card: by its articles, and only those the public may see."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine

from assistant.config import Settings
from assistant.desk.cards.cards import Cards
from assistant.desk.cards.cases import CardCases
from assistant.desk.cases.cases import keep
from assistant.law.cases.model import BasisRole, Case, CaseBasis, CaseKind
from assistant.law.statute.model import Visibility
from assistant.search.case_search import CaseSearch
from tests.desk.cards.test_cards import CATALOGUE, DAY, TITLE, put


def case(key: str, visibility: Visibility, number: int = 3) -> Case:
    """An invented case that applied an article of the invented statute."""
    return Case(
        key,
        f"虚构茶楼夜间接纳不满十岁茶客案{key}",
        CaseKind.TEACHING,
        "虚构茶楼夜间二十三时以后接纳不满十岁的茶客两名。",
        "没收违法所得，罚款一万元。",
        lesson=("夜间要核对年龄。",),
        field="茶楼",
        act="夜间接纳不满十岁的茶客",
        day=date(2023, 1, 1),
        basis=(CaseBasis(TITLE, number, role=BasisRole.PENALTY),),
        visibility=visibility,
    )


@pytest.fixture
def cards(engine: Engine, settings: Settings, tmp_path: Path) -> Cards:
    put(engine, settings, tmp_path / "files")
    return Cards(engine, settings, CardCases(CaseSearch(engine, settings)), CATALOGUE)


def add(engine: Engine, settings: Settings, made: Case) -> None:
    keep(engine, CaseSearch(engine, settings).embedder, made, made.key, "u1")


def test_a_public_case_of_the_same_article_is_shown_with_what_it_is(engine: Engine, settings: Settings, cards: Cards) -> None:
    add(engine, settings, case("甲", Visibility.PUBLIC))
    shown = cards.card(str(cards.acts("茶楼", DAY).own[0].id), DAY).cases
    assert [c.title for c in shown] == ["虚构茶楼夜间接纳不满十岁茶客案甲"]
    assert shown[0].invented and "罚款一万元" in shown[0].decision and "核对年龄" in shown[0].reason


def test_internal_cases_and_those_of_other_articles_are_not(engine: Engine, settings: Settings, cards: Cards) -> None:
    add(engine, settings, case("乙", Visibility.INTERNAL))
    add(engine, settings, case("丙", Visibility.PUBLIC, number=5))
    assert cards.card(str(cards.acts("茶楼", DAY).own[0].id), DAY).cases == ()
