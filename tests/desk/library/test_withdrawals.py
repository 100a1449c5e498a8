"""A document taken out and put back: nothing is lost, and the days of its neighbours follow."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from assistant.config import Settings
from assistant.desk.library import withdrawals
from assistant.errors import NotOnShelf, RefusedInput
from assistant.library.shelf.shelf import Shelf
from assistant.library.sources.importing import import_paths
from tests.web.conftest import write_statutes

OLD, NEW = date(2020, 1, 1), date(2025, 1, 1)


@pytest.fixture
def shelf(engine: Engine, settings: Settings, tmp_path: Path) -> Engine:
    list(import_paths(engine, settings, write_statutes(tmp_path / "files")))
    return engine


def everything(engine: Engine) -> dict[str, list[tuple[object, ...]]]:
    """All rows that make up the shelf; the numbers given out by the database left aside."""
    queries = {
        "statute": "select * from statute order by id",
        "version": "select * from version order by id",
        "article": "select id, version_id, ordinal, number, suffix, chapter, text, hash from article order by id",
        "source": "select version_id, kind, name, digest from source order by version_id, name",
        "repeal": "select by_version_id, target_key, article from repeal order by by_version_id",
    }
    with engine.connect() as connection:
        return {name: [tuple(r) for r in connection.execute(text(query))] for name, query in queries.items()}


def newest(engine: Engine) -> str:
    """The id of the newer version of the invented statute."""
    found = Shelf(engine).find_statute("虚构市茶楼管理办法")
    assert found
    return Shelf(engine).versions(found.id)[-1].id


def test_the_older_text_binds_again_until_the_newer_is_put_back(shelf: Engine) -> None:
    before, version_id = everything(shelf), newest(shelf)
    taken = withdrawals.withdraw(shelf, version_id, "li")
    statute = Shelf(shelf).find_statute("虚构市茶楼管理办法")
    assert statute
    open_again = Shelf(shelf).version_on(statute.id, NEW)
    assert open_again and open_again.version_date == date(2019, 3, 1) and open_again.effective_to is None
    assert withdrawals.restore(shelf, taken.id, "li").version_id == version_id
    assert everything(shelf) == before


def test_the_last_version_takes_its_statute_along_and_brings_it_back(shelf: Engine) -> None:
    before = everything(shelf)
    taken = [withdrawals.withdraw(shelf, newest(shelf), "li") for _ in range(2)]
    assert Shelf(shelf).find_statute("虚构市茶楼管理办法") is None
    for one in reversed(taken):
        withdrawals.restore(shelf, one.id, "li")
    assert everything(shelf) == before
    assert [w.restored_at is None for w in withdrawals.withdrawals(shelf)] == [False, False]


def test_what_is_not_there_or_is_there_again_is_said(shelf: Engine, settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(NotOnShelf):
        withdrawals.withdraw(shelf, "没有", "li")
    taken = withdrawals.withdraw(shelf, newest(shelf), "li")
    list(import_paths(shelf, settings, write_statutes(tmp_path / "again")))
    with pytest.raises(RefusedInput, match="不用恢复"):
        withdrawals.restore(shelf, taken.id, "li")
    with pytest.raises(RefusedInput, match="不存在"):
        withdrawals.restore(shelf, taken.id + 1, "li")
