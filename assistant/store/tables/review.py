"""Tables of the legality reviews: what was reviewed, by what, and the reviewer's word on every finding."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Boolean, Date, DateTime, ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from assistant.store.tables.library import Base


class ReviewRow(Base):
    """合法性审查: one document with the facts read from it; `text` is internal and never leaves the office's desks.

    `number_year` and `serial` make the opinion's number, given when the review is first concluded and kept from then on.
    """

    __tablename__ = "review"
    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    kind: Mapped[str] = mapped_column(String(12), index=True)
    files: Mapped[list[str]] = mapped_column(JSON)
    digest: Mapped[str] = mapped_column(String(64), index=True)
    text: Mapped[str] = mapped_column(Text)
    parts: Mapped[list[str]] = mapped_column(JSON)
    as_of: Mapped[date | None] = mapped_column(Date)
    law_day: Mapped[date | None] = mapped_column(Date)
    rules_version: Mapped[str] = mapped_column(String(20))
    library_revision: Mapped[int] = mapped_column(Integer)
    facts: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    corrections: Mapped[dict[str, str]] = mapped_column(JSON)
    owner: Mapped[str] = mapped_column(String(100), index=True)
    owner_name: Mapped[str] = mapped_column(String(100))
    section: Mapped[str] = mapped_column(String(100), index=True)
    created_at: Mapped[datetime] = mapped_column(DateTime, index=True)
    updated_at: Mapped[datetime] = mapped_column(DateTime)
    state: Mapped[str] = mapped_column(String(10), index=True)
    conclusion: Mapped[str] = mapped_column(String(10), default="")
    remark: Mapped[str] = mapped_column(Text, default="")
    reviewer: Mapped[str] = mapped_column(String(100), default="")
    reviewer_name: Mapped[str] = mapped_column(String(100), default="")
    concluded_at: Mapped[datetime | None] = mapped_column(DateTime)
    number: Mapped[str] = mapped_column(String(100), default="")
    number_year: Mapped[int | None] = mapped_column(Integer)
    serial: Mapped[int | None] = mapped_column(Integer)
    __table_args__ = (UniqueConstraint("number_year", "serial", name="uq_review_number"),)


class ReviewFindingRow(Base):
    """One finding of a review. `present` is False once corrected facts no longer bear it out; `word` is the reviewer's.

    The columns `own_…` hold what the reviewer wrote in place of the rule's words.
    """

    __tablename__ = "review_finding"
    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    review_id: Mapped[str] = mapped_column(ForeignKey("review.id"), index=True)
    code: Mapped[str] = mapped_column(String(60))
    title: Mapped[str] = mapped_column(String(200))
    severity: Mapped[str] = mapped_column(String(10))
    question: Mapped[str] = mapped_column(String(40))
    explain: Mapped[str] = mapped_column(Text)
    suggest: Mapped[str] = mapped_column(Text)
    quote: Mapped[str] = mapped_column(Text)
    place_start: Mapped[int | None] = mapped_column(Integer)
    place_end: Mapped[int | None] = mapped_column(Integer)
    basis: Mapped[list[dict[str, str]]] = mapped_column(JSON)
    present: Mapped[bool] = mapped_column(Boolean)
    added: Mapped[bool] = mapped_column(Boolean)
    word: Mapped[str] = mapped_column(String(10), default="")
    reason: Mapped[str] = mapped_column(Text, default="")
    own_severity: Mapped[str] = mapped_column(String(10), default="")
    own_explain: Mapped[str] = mapped_column(Text, default="")
    own_suggest: Mapped[str] = mapped_column(Text, default="")
    word_by: Mapped[str] = mapped_column(String(100), default="")
    word_by_name: Mapped[str] = mapped_column(String(100), default="")
    word_at: Mapped[datetime | None] = mapped_column(DateTime)
