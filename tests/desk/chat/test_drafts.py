"""Drafts are judged, kept for their owner, and given back with comments."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import docx as word
import pytest
from sqlalchemy import Engine

from assistant.config import Settings
from assistant.desk.chat import drafts
from assistant.desk.library.documents import opened_at
from assistant.errors import NotOnShelf, RefusedInput
from assistant.law.citation.verify import Verdict
from assistant.library.shelf.shelf import Shelf
from assistant.library.sources.importing import import_paths
from assistant.limits import DRAFT
from tests.invented import docx, statute, write

DAY = date(2020, 1, 1)
LINES = ["依据《虚构茶馆管理办法》第二条处理。", "并依据《虚构茶馆管理办法》第八条处理。"]


@pytest.fixture
def shelf(engine: Engine, settings: Settings, tmp_path: Path) -> Shelf:
    write(tmp_path / "库")
    write(tmp_path / "库", "2011-03-01", statute(("虚构的新文本。", "虚构的热水。"), adopted="2011年3月1日"))
    list(import_paths(engine, settings, [tmp_path / "库"]))
    return Shelf(engine)


def comments(data: bytes) -> list[str]:
    return [c.text for c in word.Document(io.BytesIO(data)).comments]


def test_a_pasted_draft_is_judged_and_commented(shelf: Shelf) -> None:
    draft = drafts.check_text(shelf, "\n".join(LINES), DAY)
    assert draft.counts == {Verdict.VALID: 1, Verdict.NO_SUCH_ARTICLE: 1} and draft.source is None
    assert [drafts.target(j) for j in draft.judged] == ["《虚构茶馆管理办法》第二条", "《虚构茶馆管理办法》第八条"]
    assert len(comments(drafts.commented(draft))) == 1


def test_an_uploaded_docx_keeps_its_paragraphs(shelf: Shelf, settings: Settings, tmp_path: Path) -> None:
    draft = drafts.check_file(shelf, settings, docx(tmp_path / "稿.docx", LINES), DAY)
    assert draft.name == "稿.docx" and draft.source is not None
    data = drafts.commented(draft)
    assert [p.text for p in word.Document(io.BytesIO(data)).paragraphs] == LINES and "没有第八条" in comments(data)[0]


def test_what_cannot_be_read_is_refused_by_its_name(shelf: Shelf, settings: Settings, tmp_path: Path) -> None:
    bad = tmp_path / "稿.xyz"
    bad.write_text("虚构", encoding="utf-8")
    with pytest.raises(RefusedInput, match=r"^稿\.xyz"):
        drafts.check_file(shelf, settings, bad, DAY)
    for text in ("  ", "虚" * (DRAFT.most + 1)):
        with pytest.raises(RefusedInput):
            drafts.check_text(shelf, text, DAY)


def test_drafts_are_their_owners_and_make_room(shelf: Shelf) -> None:
    kept = drafts.Drafts(2)
    draft = drafts.check_text(shelf, LINES[0], DAY)
    first, second, third = (kept.keep("甲", draft) for _ in range(3))
    assert kept.get("甲", third) is draft and kept.get("甲", second) is draft
    for owner, number in (("甲", first), ("乙", third), ("甲", "x")):
        with pytest.raises(drafts.NoDraft):
            kept.get(owner, number)


def test_an_address_opens_the_text_of_the_day_else_the_newest_that_has_it(shelf: Shelf, engine: Engine) -> None:
    document, hits = opened_at(engine, shelf, "《虚构茶馆管理办法》第二条", DAY)
    assert str(document.version.version_date) == "2011-03-01" and len(hits) == 1
    document, hits = opened_at(engine, shelf, "《虚构茶馆管理办法》第四条第一款", DAY)
    assert str(document.version.version_date) == "2001-03-01" and len(hits) == 1
    assert opened_at(engine, shelf, "《虚构茶馆管理办法》", DAY)[1] == []
    with pytest.raises(NotOnShelf):
        opened_at(engine, shelf, "《没有这部虚构文件》第一条", DAY)
