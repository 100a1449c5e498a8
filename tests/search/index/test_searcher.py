"""What may come back: versions of the day, regions of the bureau, public texts for the public; exact references first."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine

from assistant.config import Settings
from assistant.errors import IndexNotReady
from assistant.law.statute.model import Level
from assistant.library.sources.importing import import_paths
from assistant.search.index.build import sync_index
from assistant.search.searcher import Hit, Searcher
from tests.invented import TITLE, statute, write


def texts(hits: list[Hit]) -> str:
    return "\n".join(h.article.article.text for h in hits)


def test_a_question_finds_the_text_of_the_day(searcher: Searcher) -> None:
    assert "二十二时" in texts(searcher.search("虚构茶馆几点打烊", k=3))
    past = texts(searcher.search("虚构茶馆几点打烊", k=3, as_of=date(2005, 1, 1)))
    assert "二十时" in past and "二十二时" not in past


def test_nothing_out_of_force_ever_comes_back(searcher: Searcher) -> None:
    for question in ("虚构茶馆打烊", "热水", TITLE, f"《{TITLE}》第二条"):
        for day in (date(1990, 1, 1), date(2005, 1, 1), date(2020, 1, 1)):
            for hit in searcher.search(question, k=50, as_of=day):
                version = hit.article.version
                assert version.binds_from and version.binds_from <= day
                assert version.effective_to is None or version.effective_to > day


def test_internal_text_never_reaches_the_public_desk(searcher: Searcher) -> None:
    for question in ("暗号蓝色灯笼", "《虚构内部规程》第一条", "虚构内部规程"):
        assert "灯笼" in texts(searcher.search(question, k=50))
        assert "灯笼" not in texts(searcher.search(question, k=50, desk="public"))


def test_other_places_stay_out_unless_named(searcher: Searcher) -> None:
    assert "遛鸟" not in texts(searcher.search("茶馆禁止遛鸟吗", k=50))
    assert "遛鸟" in texts(searcher.search("宁波市茶馆禁止遛鸟吗", k=50))


def test_levels_filter(searcher: Searcher) -> None:
    assert searcher.search("虚构茶馆热水", k=50, levels=[Level.CASE]) == []


def test_a_named_article_comes_first(searcher: Searcher) -> None:
    first = searcher.search(f"《{TITLE}》第一条说的是打烊时间吗", k=5)[0]
    assert (first.article.article.number, first.exact) == (1, True)


def test_explain_names_every_feature(searcher: Searcher) -> None:
    from assistant.search.ranking.features import FEATURES

    why = searcher.search("虚构茶馆热水", k=1, explain=True)[0].why
    assert why is not None and list(why) == list(FEATURES)


def test_a_running_searcher_sees_what_another_process_added(
    searcher: Searcher, engine: Engine, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "琴师" not in texts(searcher.search("茶馆琴师", k=50))
    added = write(tmp_path / "新增", "2021-01-01", statute(("虚构茶馆可以聘请琴师。",), title="虚构琴师规定"), title="虚构琴师规定")
    list(import_paths(engine, settings, [added]))
    sync_index(engine, settings)
    monkeypatch.setattr("assistant.search.searcher._LOOK_AGAIN", 0.0)
    assert "琴师" in texts(searcher.search("茶馆琴师", k=50))


def test_without_an_index_the_message_says_what_to_run(engine: Engine, settings: Settings) -> None:
    with pytest.raises(IndexNotReady, match="assistant setup"):
        Searcher(engine, settings).search("任何问题")
