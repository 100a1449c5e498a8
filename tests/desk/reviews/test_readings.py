"""Files handed in for a review are read by a worker: for their owner only, refusals told, nothing left behind."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from assistant.config import Settings
from assistant.desk.people.people import Person
from assistant.desk.reviews import reviews
from assistant.desk.reviews.readings import start
from assistant.desk.work import Job, NoJob, Work
from assistant.desk.work.process import FAILED
from assistant.errors import RefusedInput
from assistant.review.text.model import DocumentKind
from tests.desk.reviews.test_reviews import BAD, COUNSEL, OTHER, STAFF

LONG = 120  # a bound against hanging, not a measurement


def handed_in(work: Work, engine: Engine, settings: Settings, person: Person, *files: tuple[str, bytes]) -> Job[str]:
    sent = [(name, io.BytesIO(data)) for name, data in files]
    job = start(work, engine, settings, person, sent, DocumentKind.PENALTY, None, lambda review_id: review_id)
    assert job.wait(LONG)
    return job


def left(work: Work) -> list[Path]:
    return list(work.place.folder().glob("inbox-*"))


def test_a_reading_ends_in_a_review_for_its_owner(engine: Engine, settings: Settings, work: Work) -> None:
    job = handed_in(work, engine, settings, STAFF, ("../../案卷.txt", BAD.encode()))
    assert job.name == "案卷.txt" and reviews.opened(engine, STAFF, job.taken()).stored.files == ["案卷.txt"]
    assert not left(work) and not list(settings.home.rglob("案卷.txt"))
    assert work.job(STAFF.id, job.id) is job
    for person, number in ((OTHER, job.id), (COUNSEL, job.id), (STAFF, "0")):
        with pytest.raises(NoJob):
            work.job(person.id, number)
    with pytest.raises(reviews.NoReview):
        handed_in(work, engine, settings, COUNSEL, ("案卷.txt", b"x"))


def test_a_refusal_names_the_file_and_keeps_nothing(engine: Engine, settings: Settings, work: Work) -> None:
    job = handed_in(work, engine, settings, STAFF, ("坏.zip", b"PK\x03\x04x"))
    assert job.problem.startswith("坏.zip：") and "损坏" in job.problem and job.value is None
    assert not left(work) and reviews.listed(engine, STAFF)[1] == 0
    with pytest.raises(RefusedInput, match="没有选择文件"):
        handed_in(work, engine, settings, STAFF)
    assert not left(work)


def test_what_goes_wrong_is_told_without_internal_details(
    engine: Engine, settings: Settings, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any, **__: Any) -> Any:
        raise RuntimeError("/secret/place")

    monkeypatch.setattr(reviews, "keep", broken)
    job = handed_in(work, engine, settings, STAFF, ("a.txt", BAD.encode()))
    assert job.problem == FAILED and not left(work)
