"""Files are read beside the page that waits: for their owner only, refusals told, nothing left behind."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from assistant.config import Settings
from assistant.desk import reviews
from assistant.desk.review_readings import FAILED, Readings
from assistant.errors import RefusedInput
from assistant.review.model import DocumentKind
from assistant.review.service import Reviewer
from tests.desk.test_reviews import BAD, COUNSEL, OTHER, STAFF

KIND = DocumentKind.PENALTY


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    import tempfile

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def left(folder: Path) -> list[Path]:
    return list(folder.glob("review-*"))


def test_a_reading_ends_in_a_review_for_its_owner(engine: Engine, settings: Settings, folder: Path) -> None:
    readings = Readings(engine, Reviewer(engine, settings))
    number = readings.start(STAFF, [("../../案卷.txt", io.BytesIO(BAD.encode()))], KIND)
    reading = readings.reading(STAFF, number, 60)
    assert reading.done.is_set() and reading.files == ("案卷.txt",)
    assert reviews.opened(engine, STAFF, reading.review_id).stored.files == ["案卷.txt"]
    assert not left(folder) and not (folder.parent / "案卷.txt").exists()
    for person in (OTHER, COUNSEL):
        with pytest.raises(reviews.NoReview):
            readings.reading(person, number)
    with pytest.raises(reviews.NoReview):
        readings.start(COUNSEL, [("案卷.txt", io.BytesIO(b"x"))], KIND)
    with pytest.raises(reviews.NoReview):
        readings.reading(STAFF, "0")


def test_a_refusal_names_the_file_and_keeps_nothing(engine: Engine, settings: Settings, folder: Path) -> None:
    readings = Readings(engine, Reviewer(engine, settings))
    reading = readings.reading(STAFF, readings.start(STAFF, [("坏.zip", io.BytesIO(b"PK\x03\x04x"))], KIND), 60)
    assert reading.refused.startswith("坏.zip：") and "损坏" in reading.refused and not reading.review_id
    assert not left(folder) and reviews.listed(engine, STAFF)[1] == 0
    with pytest.raises(RefusedInput, match="没有选择文件"):
        readings.start(STAFF, [], KIND)
    assert not left(folder)


def test_what_goes_wrong_is_told_without_internal_details(
    engine: Engine, settings: Settings, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any, **__: Any) -> Any:
        raise RuntimeError("/secret/place")

    monkeypatch.setattr(Reviewer, "review_files", broken)
    readings = Readings(engine, Reviewer(engine, settings))
    reading = readings.reading(STAFF, readings.start(STAFF, [("a.txt", io.BytesIO(BAD.encode()))], KIND), 60)
    assert reading.refused == FAILED and not left(folder)
