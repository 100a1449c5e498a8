"""What a new version changed, and the cases, reviews and questions that want a look because of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Engine

from assistant.config import Settings
from assistant.desk.library import amendments
from assistant.library.sources.importing import import_paths
from tests.desk.standing import add_case_on, add_review_on
from tests.web.conftest import write_questions, write_statutes

TITLE = "虚构市茶楼管理办法"


@pytest.fixture
def shelf(engine: Engine, settings: Settings, tmp_path: Path) -> Engine:
    list(import_paths(engine, settings, write_statutes(tmp_path / "files")))
    write_questions(settings.home / "questions")
    return engine


def newest(shelf: Engine) -> str:
    """The id of the newer version of the invented statute, as the page lists it."""
    return next(version.id for statute, version, _ in amendments.latest(shelf) if statute.title == TITLE)


def test_the_changed_articles_are_told_apart_from_the_others(shelf: Engine) -> None:
    found = amendments.amendment(shelf, newest(shelf))
    assert found.older and str(found.older.version.version_date) == "2019-03-01"
    assert [(c.old.label if c.old else "", c.new.label if c.new else "") for c in found.changed] == [
        ("第五条", "第五条"),
        ("", "第六条"),
        ("第六条", "第七条"),
    ]


def test_questions_that_lead_to_a_changed_article_are_listed(shelf: Engine, settings: Settings) -> None:
    listed = amendments.citing(shelf, settings, amendments.amendment(shelf, newest(shelf)))
    assert [(c.kind, c.name, c.article) for c in listed] == [
        ("示例问题", "茶楼强行兜售茶点罚多少", "第五条"),
        ("示例问题", "茶楼要不要公示茶水价格<b>", "第六条"),
    ]


def test_cases_and_reviews_that_stand_on_a_changed_article_are_listed(shelf: Engine, settings: Settings) -> None:
    add_case_on(shelf, "某茶楼强行兜售茶点案", TITLE, 5)
    add_case_on(shelf, "某茶楼不按时打烊案", TITLE, 3)
    add_review_on(shelf, "法审〔2024〕1号", TITLE, "第五条")
    add_review_on(shelf, "法审〔2024〕2号", TITLE, "第三条")
    listed = amendments.citing(shelf, settings, amendments.amendment(shelf, newest(shelf)))
    assert [(c.kind, c.name) for c in listed if c.kind != "示例问题"] == [("案例", "某茶楼强行兜售茶点案"), ("审查", "法审〔2024〕1号")]
    assert all(c.address.startswith("/staff/") for c in listed if c.kind != "示例问题")


def test_the_first_text_of_a_statute_changed_nothing(shelf: Engine) -> None:
    older = amendments.amendment(shelf, newest(shelf)).older
    assert older
    first = amendments.amendment(shelf, older.version.id)
    assert first.older is None and first.changes == ()
