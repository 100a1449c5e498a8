"""Legality reviews at the desk: opened from files, read again on corrected facts, judged finding by finding, concluded.

Staff and reviewers see their own reviews and those of their section, administrators all; anybody else sees none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import Engine
from sqlalchemy.engine import Connection

from assistant.desk.audit.trail import AuditAction, record
from assistant.desk.people.accounts import Role
from assistant.desk.people.people import OFFICE, Person
from assistant.desk.reviews.records import OpenReview, State, Word, fact_values, facts_of, finding_values, opened_findings
from assistant.errors import AssistantError
from assistant.review.report.reviewer import Reviewer
from assistant.review.rules.registry import rules_version
from assistant.review.text.model import DocumentKind, Review, masked
from assistant.store import reviews as sql
from assistant.store.engine import writing
from assistant.store.library import statutes as statute_sql
from assistant.store.reviews import NOTHING, Counted, Filter, ListedReview, Sight, StoredReview

PAGE = 50


class NoReview(AssistantError):
    """There is no such review, or it is not this person's to see; the two are not told apart."""

    def __init__(self) -> None:
        super().__init__("没有找到这份审查，可能不在您可以查看的范围内；请从审查列表重新进入。")


class ReviewClosed(AssistantError):
    """A concluded review that somebody wants to change."""

    def __init__(self) -> None:
        super().__init__("这份审查已经作出结论，不能再改；需要修改的，请法制审核员重新打开。")


def sight_of(person: Person) -> Sight:
    """Whose eyes a person sees reviews with."""
    if person.role is Role.ADMIN:
        return Sight(person.id, everything=True)
    return Sight(person.id, person.section) if person.role in OFFICE else NOTHING


def may_conclude(person: Person) -> bool:
    """True for those who sign an opinion: 法制审核员 and 管理员."""
    return person.role in (Role.REVIEWER, Role.ADMIN)


# ---- opening and listing ----------------------------------------------------------------------


def open_files(
    engine: Engine, reviewer: Reviewer, person: Person, paths: Sequence[Path], kind: DocumentKind, as_of: date | None = None
) -> str:
    """Read files as one document, review it, keep both; return the review's id.

    Raises RefusedInput, as the command line does, for what cannot be read, and NoReview for who may open none.
    """
    if person.role not in OFFICE:
        raise NoReview
    return keep(engine, person, reviewer.review_files(paths, kind, as_of), as_of)


def keep(engine: Engine, person: Person, review: Review, as_of: date | None = None) -> str:
    """Keep a review as a new one of the person's; return its id."""
    now = datetime.now()
    stored = StoredReview(
        id=uuid4().hex,
        kind=review.kind.value,
        files=list(review.files),
        digest=review.digest,
        text=review.text,
        parts=list(review.parts),
        as_of=as_of,
        law_day=review.day,
        rules_version=review.rules_version,
        library_revision=review.library_revision,
        facts=fact_values(review.facts),
        corrections={},
        owner=person.id,
        owner_name=person.name,
        section=person.section,
        created_at=now,
        updated_at=now,
        state=State.OPEN.value,
    )
    with writing(engine) as connection:
        sql.add_review(connection, stored)
        for finding in review.findings:
            sql.add_finding(connection, finding_values(stored.id, finding))
        trace(
            connection,
            person,
            stored.id,
            "新建",
            文件=stored.files,
            类型=review.kind.shown,
            摘要=stored.digest,
            问题数=len(review.findings),
        )
    return stored.id


def trace(connection: Connection, person: Person, review_id: str, did: str, **detail: Any) -> None:
    """Record what was done to a review in the audit trail, inside the transaction that does it."""
    record(connection, person.id, AuditAction.REVIEW, f"审查 {review_id}", {"动作": did} | detail)


def listed(engine: Engine, person: Person, chosen: Filter | None = None, page: int = 1) -> tuple[list[ListedReview], int]:
    """Return a page of the reviews a person sees, newest first, and how many fit in all."""
    with engine.connect() as connection:
        fits, sight = chosen or Filter(), sight_of(person)
        return sql.reviews(connection, sight, fits, PAGE, (max(page, 1) - 1) * PAGE), sql.how_many(connection, sight, fits)


def months(engine: Engine, person: Person) -> list[tuple[int, int]]:
    """Return the months a person has reviews of, newest first."""
    with engine.connect() as connection:
        return sql.months(connection, sight_of(person))


def counted(engine: Engine, year: int | None = None) -> list[Counted]:
    """Return the bureau's reviews by month and kind: for the numbers of the year."""
    with engine.connect() as connection:
        return sql.counted(connection, Sight("", everything=True), year)


def opened(engine: Engine, person: Person, review_id: str) -> OpenReview:
    """Return a review with its findings and facts; raises NoReview."""
    with engine.connect() as connection:
        stored = seen(connection, person, review_id)
        rows = sql.findings(connection, review_id)
        revision = statute_sql.revision(connection)
    kind, is_open = DocumentKind(stored.kind), stored.state == State.OPEN
    return OpenReview(
        stored,
        opened_findings([r for r in rows if r.present], kind),
        opened_findings([r for r in rows if not r.present], kind),
        facts_of(stored.facts),
        may_change=is_open,
        may_conclude=may_conclude(person),
        outdated=is_open and (stored.rules_version, stored.library_revision) != (rules_version(), revision),
    )


def seen(connection: Connection, person: Person, review_id: str, to_change: bool = False) -> StoredReview:
    """Return a review a person may see; raises NoReview, and ReviewClosed where it is to be changed and concluded."""
    stored = sql.review(connection, review_id, sight_of(person))
    if stored is None:
        raise NoReview
    if to_change and stored.state != State.OPEN:
        raise ReviewClosed
    return stored


# ---- for the law firm -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MatterMaterial:
    """What a matter (事项) for the law firm starts from: `snapshot` holds findings, citations and documents as they stand now."""

    ref: str
    title: str
    question: str
    snapshot: dict[str, Any] = field(default_factory=dict)


def as_matter_material(review: OpenReview) -> MatterMaterial:
    """Return the question, findings, citations and document references of a review; numbers of identity papers are masked.

    Findings rejected by the reviewer stay at home.
    """
    standing = [f for f in review.findings if f.word is not Word.REJECTED]
    names = "、".join(review.stored.files)
    basis = {b.address: b for f in standing for b in f.finding.basis}
    lines = [f"{i}．{f.finding.title}：{f.finding.explain}" for i, f in enumerate(standing, 1)]
    asked = f"请对{review.kind.shown}“{names}”提出法律意见。" + ("初步审查发现：\n" + "\n".join(lines) if lines else "规则没有发现问题。")
    snapshot: dict[str, Any] = {
        "kind": review.kind.value,
        "files": review.stored.files,
        "digest": review.stored.digest,
        "conclusion": review.stored.conclusion or f"{review.proposal}（初步）",
        "number": review.stored.number,
        "findings": [f.finding.as_json() | {"word": f.word.shown} for f in standing],
        "citations": [{"law": b.law, "article": b.article, "version": b.version, "quote": b.text} for b in basis.values()],
        "facts": [{"name": f.name, "value": masked(f.value), "part": f.part} for f in review.facts if f.key and "其他" not in f.name],
    }
    return MatterMaterial(review.id, f"合法性审查：{names}"[:100], masked(asked), snapshot)
