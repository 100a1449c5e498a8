"""Files read beside the page: gone where they were sent, kept as drafts, and what cannot be read is told."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from sqlalchemy import Engine

from assistant.config import Settings
from assistant.desk.changes import drafts
from assistant.desk.library.import_jobs import ImportJob, ImportJobs
from assistant.desk.people.people import Person
from assistant.law.statute.model import Level, ParsedDocument, Visibility
from assistant.store.library import statutes
from tests.desk.persons import make_bureau
from tests.invented import statute, write

ORIGIN = "虚构公报"


def over(job: ImportJob) -> ImportJob:
    for _ in range(1200):
        if job.over:
            return job
        time.sleep(0.05)
    raise AssertionError("the reading does not end")


@pytest.fixture
def owner(engine: Engine) -> Person:
    return make_bureau(engine).owner


def test_what_was_sent_is_removed_and_waits_as_drafts(engine: Engine, settings: Settings, owner: Person, tmp_path: Path) -> None:
    good, bad = write(tmp_path / "送来" / "1" / "a", text=statute()), tmp_path / "送来" / "1" / "b" / "空.txt"
    bad.parent.mkdir()
    bad.write_text("", encoding="utf-8")
    job = over(ImportJobs(engine, settings).start(owner, [good, bad], None, Visibility.INTERNAL, ORIGIN))
    assert [(r.change_id is not None, r.refused) for r in job.rows] == [(True, ""), (False, "文件是空的")]
    assert not (tmp_path / "送来" / "1").exists() and not job.problem
    (kept,) = drafts.drafts(engine, owner, job.id)
    assert kept.origin == ORIGIN and (settings.home / "waiting" / kept.file_key).read_bytes() == statute().encode()
    with engine.connect() as connection:
        assert statutes.counts(connection)["statutes"] == 0, "nothing is on the shelf yet"


def test_a_reading_that_breaks_is_told_and_leaves_nothing(engine: Engine, settings: Settings, owner: Person, tmp_path: Path) -> None:
    def broken(path: Path, settings: Settings, level: Level | None) -> ParsedDocument:
        raise RuntimeError("invented")

    path = write(tmp_path / "送来" / "a", text=statute())
    job = over(ImportJobs(engine, settings, lambda _: broken).start(owner, [path], None, Visibility.INTERNAL, ORIGIN))
    assert "读取中断" in job.problem and not path.exists() and not drafts.drafts(engine, owner)
    assert not (settings.home / "waiting").exists() or not list((settings.home / "waiting").iterdir())
