"""Suggestions come from the bank, fit the desk and the day, and are quick."""

from __future__ import annotations

import json
from pathlib import Path
from time import perf_counter

import pytest
from sqlalchemy import Engine

from assistant.config import Settings
from assistant.search.index.build import sync_index
from assistant.search.question_bank import own_questions
from assistant.search.searcher import Searcher
from assistant.search.suggest import suggest

QUESTIONS = {
    "虚构茶馆要不要备凉茶": ["《虚构茶馆》第一条"],
    "虚构茶馆几点打烊": ["《虚构茶馆》第二条"],
    "虚构茶馆打烊晚了怎么办": ["《虚构茶馆》第二条"],
    "虚构茶馆打烊时间谁来定": ["《虚构茶馆》第二条"],
    "虚构茶馆的暗号是什么": ["《虚构内部规程》第一条"],
    "虚构茶馆打烊后说不说暗号": ["《虚构茶馆》第二条", "《虚构内部规程》第一条"],
    "虚构茶馆里能不能遛鸟": ["《宁波市虚构遛鸟条例》第一条"],
}


@pytest.fixture
def asked(shelf: Path, engine: Engine, settings: Settings) -> Searcher:
    """The small shelf with questions written for it; one version of the tea house statute is out of force."""
    folder = own_questions(settings)
    folder.mkdir()
    rows = (
        {"question": q, "register": "public", "articles": [a.replace("虚构茶馆》", "虚构茶馆管理办法》") for a in articles]}
        for q, articles in QUESTIONS.items()
    )
    (folder / "own.jsonl").write_text("\n".join(json.dumps(r, ensure_ascii=False) for r in rows), encoding="utf-8")
    sync_index(engine, settings)
    return Searcher(engine, settings)


def test_questions_like_the_typed_ones_come_nearest_first(asked: Searcher) -> None:
    found = suggest(asked, "茶馆打烊")
    assert "打烊" in found[0] and set(found) <= set(QUESTIONS)
    assert suggest(asked, "凉茶")[0] == "虚构茶馆要不要备凉茶"
    assert suggest(asked, "茶馆打烊", limit=1) == found[:1]


def test_one_article_does_not_fill_the_list(asked: Searcher) -> None:
    assert sum(QUESTIONS[q] == ["《虚构茶馆》第二条"] for q in suggest(asked, "虚构茶馆打烊")) == 2


def test_internal_and_foreign_questions_stay_out(asked: Searcher) -> None:
    assert "虚构茶馆的暗号是什么" in suggest(asked, "虚构茶馆暗号", "staff")
    public = suggest(asked, "虚构茶馆暗号", "public")
    assert public and not any("暗号" in q for q in public)
    assert not any("遛鸟" in q for q in suggest(asked, "虚构茶馆遛鸟"))


def test_nothing_is_suggested_for_too_little_or_for_the_question_itself(asked: Searcher) -> None:
    assert suggest(asked, "茶") == [] and suggest(asked, "  ") == [] and suggest(asked, "zzzz") == []
    assert "虚构茶馆几点打烊" not in suggest(asked, "虚构茶馆几点打烊？")


def test_suggesting_is_quick(asked: Searcher) -> None:
    suggest(asked, "茶馆")
    times = []
    for text in ("茶馆", "茶馆打烊", "虚构茶馆几点", "虚构茶馆要备什么茶才行") * 5:
        begun = perf_counter()
        suggest(asked, text)
        times.append(perf_counter() - begun)
    assert sorted(times)[len(times) // 2] < 0.02
