"""The reviewer's conclusion on a review, its number, and what goes out: the opinion as DOCX, the review as JSON."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from assistant.config import Settings
from assistant.desk.audit.trail import AuditAction, note
from assistant.desk.people.people import Person
from assistant.desk.reviews.records import OpenFinding, OpenReview, State, Word
from assistant.desk.reviews.reviews import may_conclude, seen, trace
from assistant.errors import RefusedInput
from assistant.law.text.number_pattern import number_of
from assistant.review.report.opinion import Signed
from assistant.review.report.opinion import opinion_docx as written
from assistant.review.text.model import Review, Severity, masked
from assistant.store import reviews as sql
from assistant.store.engine import writing
from assistant.store.reviews import StoredFinding, StoredReview

CONCLUSIONS = ("合法", "修改后合法", "不合法")
REMARK_CHARS = 4000


def conclude(engine: Engine, number_pattern: str, person: Person, review_id: str, conclusion: str, remark: str = "") -> str:
    """Write the reviewer's conclusion down and return the opinion's number.

    Every 严重 and 一般 finding must have the reviewer's word first, and a review with a 严重 one that stands is not
    concluded 合法. Raises RefusedInput.
    """
    if not may_conclude(person):
        raise RefusedInput("结论", "由法制审核员作出，请交法制审核员审定")
    if conclusion not in CONCLUSIONS:
        raise RefusedInput("结论", f"请在 {'、'.join(CONCLUSIONS)} 中选择一个")
    if len(remark) > REMARK_CHARS:
        raise RefusedInput("结论说明", f"最多 {REMARK_CHARS} 字")
    try:
        return _concluded(engine, number_pattern, person, review_id, conclusion, remark)
    except IntegrityError as error:  # the same number at the same moment, where the database lets two write at once
        raise RefusedInput("结论", "刚才有另一份审查同时作出结论，请再点一次“作出结论”") from error


def _concluded(engine: Engine, number_pattern: str, person: Person, review_id: str, conclusion: str, remark: str) -> str:
    with writing(engine) as connection:
        stored = seen(connection, person, review_id, to_change=True)
        _check_words(sql.findings(connection, review_id), conclusion)
        now = datetime.now()
        number = _numbered(connection, stored, number_pattern, now.year)
        values = {
            "state": State.CONCLUDED.value,
            "conclusion": conclusion,
            "remark": remark.strip(),
            "concluded_at": now,
            "updated_at": now,
        }
        sql.change_review(connection, review_id, **values, reviewer=person.id, reviewer_name=person.name, **number)
        trace(connection, person, review_id, "结论", 结论=conclusion, 编号=number["number"])
        return str(number["number"])


def _check_words(rows: list[StoredFinding], conclusion: str) -> None:
    standing = [r for r in rows if r.present]
    unsaid = [r for r in standing if r.word == Word.NONE and r.severity != Severity.HINT]
    if unsaid:
        raise RefusedInput("结论", f"还有 {len(unsaid)} 项严重、一般问题没有处理（如“{unsaid[0].title}”），请先采纳、修改或者驳回")
    heavy = [r for r in standing if r.word != Word.REJECTED and (r.own_severity or r.severity) == Severity.SERIOUS]
    if heavy and conclusion == "合法":
        raise RefusedInput("结论", f"采纳了 {len(heavy)} 项严重问题，结论不能是“合法”；请改选，或者先驳回这些问题并写明理由")


def _numbered(connection: Connection, stored: StoredReview, pattern: str, year: int) -> dict[str, Any]:
    """The number of a review concluded before stays its own; else the next of the year."""
    if stored.serial is not None:
        return {"number": stored.number, "number_year": stored.number_year, "serial": stored.serial}
    serial = sql.last_serial(connection, year) + 1
    return {"number": number_of(pattern, year, serial), "number_year": year, "serial": serial}


def reopen(engine: Engine, person: Person, review_id: str) -> None:
    """Take a conclusion back so that the review can be changed; its number stays. Raises NoReview, RefusedInput."""
    if not may_conclude(person):
        raise RefusedInput("重新打开", "由法制审核员决定")
    with writing(engine) as connection:
        stored = seen(connection, person, review_id)
        if stored.state == State.CONCLUDED:
            sql.change_review(connection, review_id, state=State.OPEN.value, conclusion="", concluded_at=None, updated_at=datetime.now())
            trace(connection, person, review_id, "重新打开", 原结论=stored.conclusion)


# ---- what goes out ----------------------------------------------------------------------------


def final(review: OpenReview) -> Review:
    """The review as the opinion tells it: only what stands, in the reviewer's words."""
    stored = review.stored
    return Review(
        review.kind,
        tuple(stored.files),
        stored.digest,
        stored.text,
        review.facts,
        (*review.problems, *review.hints),
        stored.rules_version,
        stored.library_revision,
        tuple(stored.parts),
        stored.law_day,
    )


def opinion_docx(review: OpenReview, settings: Settings, *, packaged: bool = False) -> bytes:
    """Return the 合法性审查意见书 as DOCX; before the conclusion its number and conclusion are left open.

    Raises TemplateRefused where the bureau's own template cannot be used; `packaged` takes the one that ships.
    """
    stored = review.stored
    concluded = stored.concluded_at.date() if stored.concluded_at else None
    signed = Signed(stored.number, stored.reviewer_name, stored.conclusion, stored.remark, concluded)
    return written(final(review), settings, signed, packaged=packaged)


def as_json(review: OpenReview) -> dict[str, Any]:
    """Return the review with every finding and the reviewer's word on it, those rejected included; numbers of papers masked."""
    stored = review.stored
    data = final(review).as_json()
    data["findings"] = [_finding_json(f) for f in review.findings]
    data["set_aside"] = [_finding_json(f) for f in review.gone]
    return data | {
        "id": stored.id,
        "number": stored.number,
        "state": stored.state,
        "proposal": review.proposal,
        "conclusion": stored.conclusion,
        "remark": masked(stored.remark),
        "reviewer": stored.reviewer_name,
        "opened_by": stored.owner_name,
        "section": stored.section,
        "created_at": stored.created_at.isoformat(timespec="seconds"),
        "concluded_at": stored.concluded_at.isoformat(timespec="seconds") if stored.concluded_at else None,
        "corrections": {key: masked(value) for key, value in stored.corrections.items()},
    }


def _finding_json(one: OpenFinding) -> dict[str, Any]:
    said = {"word": one.word.value or "open", "reason": masked(one.reason), "added": one.added, "word_by": one.word_by}
    return one.finding.as_json() | {"id": one.id} | said


def note_export(engine: Engine, person: Person, review: OpenReview, kind: str) -> None:
    """Record that the opinion or the review left the desk."""
    note(engine, person.id, AuditAction.EXPORT, f"审查 {review.id}", {"文件": file_name(review, kind), "编号": review.stored.number})


def file_name(review: OpenReview, kind: str) -> str:
    """The name a download of the review goes by."""
    stem = Path(review.stored.files[0]).stem if review.stored.files else "审查"
    return f"合法性审查意见书（{stem[:60]}）.{kind}"
