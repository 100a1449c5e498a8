"""Filters on a shelf where more articles than any stage takes fit a question better than the one that may be shown."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine

from assistant.config import Settings
from assistant.law.statute.model import Visibility
from assistant.library.sources.importing import import_paths
from assistant.search.index.build import sync_index
from assistant.search.ranking.candidates import _LIFTED
from assistant.search.searcher import _NEAREST, PUBLIC, Searcher
from tests.invented import statute, write

QUESTION = "虚构茶馆的热水要烧到多少度"
ARTICLES = 9  # as many as an invented statute may have


def crowd(folder: Path, day: str, title: str, *, history: str = "") -> list[Path]:
    """Statutes whose every article says nearly what the question asks; more than any stage takes."""
    paths = []
    for number in range(max(_LIFTED, _NEAREST) // ARTICLES + 8):
        name = f"{title}之{number}"
        texts = tuple(f"虚构茶馆的热水要烧到{number}度，虚构茶馆{place}的热水要烧到多少度另行规定。" for place in range(ARTICLES))
        paths.append(write(folder, day, statute(texts, title=name, history=(history,) if history else ()), title=name))
    return paths


@pytest.mark.parametrize("exact_vector_limit", [200_000, 0], ids=["every vector", "Chroma"])
def test_what_may_not_be_shown_neither_comes_back_nor_hides_what_may(
    engine: Engine, settings: Settings, tmp_path: Path, exact_vector_limit: int
) -> None:
    if engine.dialect.name != "sqlite":
        pytest.skip("筛选在索引里，与数据库无关")
    own = settings.model_copy(update={"exact_vector_limit": exact_vector_limit})
    shown = write(tmp_path / "公开", "2010-01-01", statute(("虚构茶馆应当备有热水。",), title="虚构茶馆规定"), title="虚构茶馆规定")
    list(import_paths(engine, own, [shown]))
    list(import_paths(engine, own, crowd(tmp_path / "内部", "2011-01-01", "虚构内部茶水规程"), visibility=Visibility.INTERNAL))
    place = "2015年1月1日 宁波市人民代表大会常务委员会通过"
    list(import_paths(engine, own, crowd(tmp_path / "地方", "2015-01-01", "宁波市虚构茶水条例", history=place)))
    list(import_paths(engine, own, crowd(tmp_path / "将来", f"{date.today().year + 2}-01-01", "虚构将来茶水办法")))
    sync_index(engine, own)
    searcher = Searcher(engine, own)

    def titles(question: str = QUESTION, day: date | None = None, desk: str = "staff") -> set[str]:
        return {h.article.statute.title[:4] for h in searcher.search(question, k=2000, as_of=day, desk=desk)}

    assert titles(desk=PUBLIC) == {"虚构茶馆"}
    assert "虚构内部" in titles() and not titles() & {"宁波市虚", "虚构将来"}
    assert "宁波市虚" in titles(f"宁波市{QUESTION}") and "虚构将来" in titles(day=date(date.today().year + 3, 1, 1))
