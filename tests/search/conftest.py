"""A small shelf of invented statutes, indexed."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Engine

from assistant.config import Settings
from assistant.law.statute.model import Visibility
from assistant.library.sources.importing import import_paths
from assistant.search.index.build import sync_index
from assistant.search.searcher import Searcher
from tests.invented import statute, write

OLD = ("虚构茶馆应当备有热水。", "虚构茶馆每日打烊时间为二十时。")
NEW = ("虚构茶馆应当备有热水和凉茶。", "虚构茶馆每日打烊时间为二十二时。")


@pytest.fixture
def shelf(engine: Engine, settings: Settings, tmp_path: Path) -> Path:
    """Two versions of one statute, a place's own text, and an internal paper."""
    folder = tmp_path / "法律"
    write(folder, "2001-03-01", statute(OLD))
    write(folder, "2011-03-01", statute(NEW, adopted="2011年3月1日"))
    local = "2015年1月1日 宁波市人民代表大会常务委员会通过"
    write(
        folder, "2015-01-01", statute(("宁波市茶馆禁止遛鸟。",), title="宁波市虚构遛鸟条例", history=(local,)), title="宁波市虚构遛鸟条例"
    )
    list(import_paths(engine, settings, [folder]))
    secret = write(tmp_path / "内部", "2020-01-01", statute(("本局内部暗号为蓝色灯笼。",), title="虚构内部规程"), title="虚构内部规程")
    list(import_paths(engine, settings, [secret], visibility=Visibility.INTERNAL))
    sync_index(engine, settings)
    return tmp_path


@pytest.fixture
def searcher(shelf: Path, engine: Engine, settings: Settings) -> Searcher:
    return Searcher(engine, settings)
