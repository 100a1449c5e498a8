"""Like cases beside an answer: chosen by its articles, for the right desk, and changing nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import Engine

from assistant.answer.parts import Answer, Citation
from assistant.answer.sections.like_cases import SECTION, with_cases
from assistant.config import Settings
from assistant.desk.cases.cases import keep
from assistant.search.case_search import CaseSearch
from assistant.search.vectors.embed import static_embedder
from tests.cases import BOOKS, INTERNAL, TEA
from tests.invented import TITLE


def citation(number: int, role: str = "依据", mark: int = 1) -> Citation:
    label = {1: "第一条", 3: "第三条", 4: "第四条"}[number]
    return Citation(mark, f"{TITLE}@2001-03-01#{number}", TITLE, label, "2001-03-01", "现行有效", "部门规章", "虚构的条文", role=role)


@pytest.fixture
def search(engine: Engine, settings: Settings) -> CaseSearch:
    for case in (TEA, INTERNAL, BOOKS):
        keep(engine, static_embedder(), case, case.key, "甲")
    return CaseSearch(engine, settings)


ASKED = Answer("茶馆没有热水怎么办？", date(2025, 1, 1), citations=(citation(3, "罚则"),))


def titles(answer: Answer) -> set[str]:
    return {c["title"] for c in answer.cases}


def test_cases_that_share_an_article_are_told(search: CaseSearch) -> None:
    answer = with_cases(ASKED, search, "staff")
    assert titles(answer) == {TEA.title, INTERNAL.title}
    assert [s.title for s in answer.sections] == [SECTION] and TEA.decision in answer.text
    assert replace(answer, cases=(), sections=()) == ASKED
    assert answer.as_json()["cases"][0]["basis"][0]["address"].startswith(f"《{TITLE}》")


def test_the_public_desk_gets_public_cases_only(search: CaseSearch) -> None:
    answer = with_cases(ASKED, search, "public")
    assert titles(answer) == {TEA.title} and "内部" not in answer.text


def test_an_answer_that_abstains_has_none(search: CaseSearch) -> None:
    abstained = replace(ASKED, abstained=True)
    assert with_cases(abstained, search, "staff") == abstained
    assert with_cases(replace(ASKED, citations=()), search, "staff").cases == ()


def test_no_shared_article_or_no_likeness_no_case(search: CaseSearch) -> None:
    assert with_cases(replace(ASKED, citations=(citation(4),)), search, "staff").cases == ()
    far = replace(ASKED, question="zzz qqq", citations=(citation(1),))
    assert with_cases(far, search, "staff").cases == ()
