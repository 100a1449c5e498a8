"""The made shelves of `bench --synthetic`: as large as asked, built and searched like a real one, filters and all."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Engine

from assistant.config import Settings
from assistant.errors import RefusedInput
from assistant.lab.synthetic import growth, make
from assistant.search.index.build import sync_index
from assistant.search.index.snapshot import load_snapshot
from assistant.search.searcher import Searcher
from assistant.store.engine import open_engine


@pytest.fixture(autouse=True)
def _only_where_the_library_is_a_file(engine: Engine) -> None:
    if engine.dialect.name != "sqlite":
        pytest.skip("造库在 SQLite 的副本上进行")


def test_a_made_shelf_is_searched_and_filtered_like_the_real_one(shelf: Path, settings: Settings, tmp_path: Path) -> None:
    home = settings.model_copy(update={"home": tmp_path / "made"})
    make(settings, home, 50)
    made = open_engine(home.library_url)
    sync_index(made, home)
    snapshot = load_snapshot(home.index_dir)
    assert len(snapshot.ids) == len(set(snapshot.ids)) == 50
    assert len(set(snapshot.rows.statute_titles)) > len(load_snapshot(settings.index_dir).rows.statute_titles)
    found = Searcher(made, home).search("虚构茶馆几点打烊", k=50, desk="public")
    texts = [h.article.article.text for h in found]
    assert len(texts) > 5 and any(t.startswith("虚构茶馆每日打烊时间为二十二时") for t in texts[:3])
    assert not any("灯笼" in t[:14] or "遛鸟" in t[:9] for t in texts), "the texts of their own, not what is behind them"
    made.dispose()


def test_a_smaller_shelf_has_the_first_articles(shelf: Path, settings: Settings, tmp_path: Path) -> None:
    home = settings.model_copy(update={"home": tmp_path / "made"})
    make(settings, home, 3)
    made = open_engine(home.library_url)
    sync_index(made, home)
    assert len(load_snapshot(home.index_dir).ids) == 3
    made.dispose()


def test_the_table_is_measured_and_leaves_nothing(shelf: Path, settings: Settings) -> None:
    before = sorted(p.name for p in settings.home.iterdir())
    # A Chroma server that is set up is the bureau's own, and nothing is put into it.
    elsewhere = settings.model_copy(update={"chroma_url": "http://127.0.0.1:9"})
    rows = growth(elsewhere, ["虚构茶馆几点打烊", "备有热水"], [4, 30])
    assert [row.articles for row in rows] == [4, 30]
    assert all(min(r.build_s, r.build_cpu_s, r.build_memory_mb, r.search_memory_mb, r.p95_ms) > 0 for r in rows)
    assert sorted(p.name for p in settings.home.iterdir()) == before


def test_a_home_without_a_library_is_refused(settings: Settings) -> None:
    with pytest.raises(RefusedInput, match="assistant setup"):
        growth(settings.model_copy(update={"home": settings.home / "none"}), ["问"], [4])
