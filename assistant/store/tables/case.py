"""Tables of cases: what happened, how it was decided, and the articles it applied."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, Date, DateTime, ForeignKey, Index, Integer, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from assistant.store.tables.library import Base


class CaseRow(Base):
    """One case. `removed_at` is set where it was taken out of use: it is kept so that this can be undone."""

    __tablename__ = "law_case"
    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    key: Mapped[str] = mapped_column(String(200), unique=True)
    digest: Mapped[str] = mapped_column(String(64))
    title: Mapped[str] = mapped_column(String(300))
    kind: Mapped[str] = mapped_column(String(20), index=True)
    field: Mapped[str] = mapped_column(String(40), index=True)
    act: Mapped[str] = mapped_column(String(200))
    day: Mapped[date | None] = mapped_column(Date)
    facts: Mapped[str] = mapped_column(Text)
    findings: Mapped[str] = mapped_column(Text)
    decision: Mapped[str] = mapped_column(Text)
    correction: Mapped[str] = mapped_column(Text)
    lesson: Mapped[list[str]] = mapped_column(JSON)
    source: Mapped[str] = mapped_column(String(500))
    notice: Mapped[str] = mapped_column(String(300))
    visibility: Mapped[str] = mapped_column(String(10), index=True)
    vector: Mapped[bytes | None] = mapped_column(LargeBinary)
    vector_model: Mapped[str] = mapped_column(String(80))
    added_by: Mapped[str] = mapped_column(String(100))
    added_at: Mapped[datetime] = mapped_column(DateTime)
    updated_at: Mapped[datetime] = mapped_column(DateTime)
    removed_at: Mapped[datetime | None] = mapped_column(DateTime)


class CaseBasisRow(Base):
    """One article a case applied; `statute_id` is the title's comparison key, whether or not the library holds it."""

    __tablename__ = "law_case_basis"
    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("law_case.id", ondelete="CASCADE"), index=True)
    ordinal: Mapped[int] = mapped_column(Integer)
    statute_id: Mapped[str] = mapped_column(String(300))
    law: Mapped[str] = mapped_column(String(300))
    number: Mapped[int] = mapped_column(Integer)
    suffix: Mapped[int] = mapped_column(Integer)
    paragraph: Mapped[int | None] = mapped_column(Integer)
    item: Mapped[int | None] = mapped_column(Integer)
    role: Mapped[str] = mapped_column(String(10))
    __table_args__ = (Index("ix_law_case_basis_article", "statute_id", "number", "suffix"),)


class CaseDraftRow(Base):
    """A case that was read and waits for its personal data to be confirmed; only its owner sees it, and it is deleted then."""

    __tablename__ = "law_case_draft"
    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    owner: Mapped[str] = mapped_column(String(100), index=True)
    content: Mapped[dict[str, object]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(DateTime, index=True)
