"""Imports beside the page: files are gone once they are in, and a failing index is made good by the next import."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from sqlalchemy import Engine

from assistant.config import Settings
from assistant.desk import import_jobs
from assistant.desk.import_jobs import ImportJob, ImportJobs
from assistant.desk.work import Work
from assistant.law.model import Visibility
from assistant.search.build import needs_sync
from tests.invented import statute, write


def over(job: ImportJob) -> ImportJob:
    for _ in range(1200):
        if job.over:
            return job
        time.sleep(0.05)
    raise AssertionError("the import does not end")


def test_what_was_sent_is_removed_before_the_index_and_found_after(
    engine: Engine, settings: Settings, work: Work, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, left = write(tmp_path / "送来", text=statute()), []
    real = import_jobs.sync_index

    def looking(*given: object) -> object:
        left.append(path.exists() or path.parent.exists())
        return real(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(import_jobs, "sync_index", looking)
    job = over(ImportJobs(engine, settings, work).start("u1", [path], None, Visibility.PUBLIC))
    assert left == [False] and job.changed and not job.problem and not needs_sync(engine, settings)


def test_an_index_that_failed_is_made_good_by_the_next_import(
    engine: Engine, settings: Settings, work: Work, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*_: object) -> None:
        raise OSError("disk full")

    jobs = ImportJobs(engine, settings, work)
    with monkeypatch.context() as patched:
        patched.setattr(import_jobs, "sync_index", failing)
        job = over(jobs.start("u1", [write(tmp_path / "送来", text=statute())], None, Visibility.PUBLIC))
    assert job.changed and "索引没有更新" in job.problem and "assistant setup" in job.problem
    again = over(jobs.start("u1", [write(tmp_path / "送来", text=statute())], None, Visibility.PUBLIC))
    assert not again.changed and not again.problem and not needs_sync(engine, settings)
