"""The made shelf of `bench --synthetic`: as large as asked, searched like a real one, filters and all."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from sqlalchemy import Engine

from assistant.config import Settings
from assistant.search.searcher import Searcher
from assistant.search.snapshot import load_snapshot
from assistant.search.synthetic import growth, make, replace_home


def test_a_made_shelf_is_searched_and_filtered_like_the_real_one(shelf: Path, engine: Engine, settings: Settings, tmp_path: Path) -> None:
    real = load_snapshot(settings.index_dir)
    home = tmp_path / "made"
    make(real, home / "index", 50)
    made = load_snapshot(home / "index")
    assert len(made.ids) == 50 and len(set(made.rows.statute_titles)) > len(real.rows.statute_titles)
    assert made.vectors is not None
    np.testing.assert_allclose(np.linalg.norm(made.vectors[0], axis=1), 1.0, rtol=1e-5)
    found = Searcher(engine, replace_home(settings, home)).search("虚构茶馆几点打烊", k=50, desk="public")
    texts = "".join(h.article.article.text for h in found)
    assert "二十二时" in texts and "灯笼" not in texts and "遛鸟" not in texts


def test_the_table_has_the_real_shelf_beside_the_made_ones(shelf: Path, settings: Settings) -> None:
    rows = growth(settings, ["虚构茶馆几点打烊", "备有热水"], [30])
    assert [row.articles for row in rows] == [len(load_snapshot(settings.index_dir).ids), 30]
    assert all(row.peak_memory_mb > 0 and row.p95_ms > 0 for row in rows)
    assert sorted(p.name for p in settings.home.iterdir() if p.is_dir()) == ["chroma", "index"]
