"""The shelf as the document page shows it, over invented statutes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy import Engine

from assistant.config import load_settings
from assistant.desk.library import comparing, documents
from assistant.errors import NotOnShelf
from assistant.law.statute.model import Article
from assistant.library.sources.importing import import_paths
from assistant.store.engine import open_engine, sqlite_url
from tests.web.conftest import write_statutes


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    home = tmp_path_factory.mktemp("shelf")
    made = open_engine(sqlite_url(home / "library.db"))
    list(import_paths(made, load_settings(home), write_statutes(home / "files")))
    yield made
    made.dispose()


def test_list_is_filtered_by_words_level_and_field(engine: Engine) -> None:
    assert len(documents.listed(engine)) == 2
    found = documents.listed(engine, "茶楼 办法")
    assert [(s.statute.title, s.versions, s.status) for s in found] == [("虚构市茶楼管理办法", 2, "现行有效")]
    assert documents.listed(engine, level="宪法") == []
    assert documents.listed(engine, field="网吧") == []


def test_the_version_of_a_day_is_opened(engine: Engine) -> None:
    statute_id = documents.listed(engine, "茶楼")[0].statute.id
    assert documents.opened(engine, statute_id).version.version_date == date(2023, 6, 1)
    assert documents.opened(engine, statute_id, day=date(2021, 1, 1)).version.version_date == date(2019, 3, 1)
    with pytest.raises(NotOnShelf):
        documents.opened(engine, "没有的")
    with pytest.raises(NotOnShelf):
        documents.opened(engine, statute_id, "没有的版本")


def test_search_within_ignores_spaces_and_punctuation(engine: Engine) -> None:
    opened = documents.opened(engine, documents.listed(engine, "茶楼")[0].statute.id)
    assert [i.rsplit("#", 1)[1] for i in documents.found_in(opened, "强行 兜售")] == ["4", "5"]
    assert documents.found_in(opened, "  ，") == []


def test_comparison_shows_changed_added_and_renumbered(engine: Engine) -> None:
    statute_id = documents.listed(engine, "茶楼")[0].statute.id
    newer = documents.opened(engine, statute_id)
    older = documents.opened(engine, statute_id, newer.versions[1].id)
    changes = comparing.compared(older, newer)
    told = [(c.old.key if c.old else None, c.new.key if c.new else None) for c in changes if c.changed]
    assert ("5", "5") in told and (None, "6") in told and ("6", "7") in told
    fifth = next(c for c in changes if c.old and c.old.key == "5")
    assert "".join(t for op, t in fifth.marks if op != "insert") == fifth.old.text  # type: ignore[union-attr]
    assert sum(not c.changed for c in changes) == 4


def test_removed_articles_stay_in_place() -> None:
    def article(number: int, text: str) -> Article:
        return Article(number, 0, text, number)

    old = [article(1, "甲" * 20), article(2, "乙" * 20), article(3, "丙" * 19 + "丁")]
    new = [article(1, "甲" * 20), article(2, "丙" * 20)]
    pairs = comparing.paired(old[1:], new[1:])
    assert [(p.old.number if p.old else None, p.new.number if p.new else None) for p in pairs] == [(2, None), (3, 2)]
