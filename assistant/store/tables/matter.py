"""Tables of matters sent to the law firm: their trail, who may see them, their files, and the opinions."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Boolean, Date, DateTime, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from assistant.store.tables.library import Base


class MatterRow(Base):
    """事项. `version` grows with every step; `form_key` tells a form sent twice from two matters."""

    __tablename__ = "matter"
    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    number: Mapped[str | None] = mapped_column(String(60), unique=True)
    title: Mapped[str] = mapped_column(String(200))
    question: Mapped[str] = mapped_column(Text)
    origin: Mapped[str] = mapped_column(String(20))
    origin_ref: Mapped[str] = mapped_column(String(100), default="")
    materials: Mapped[dict[str, Any]] = mapped_column(JSON)
    urgency: Mapped[str] = mapped_column(String(10))
    working_days: Mapped[int] = mapped_column(Integer)
    due_on: Mapped[date | None] = mapped_column(Date)
    state: Mapped[str] = mapped_column(String(10), index=True)
    owner: Mapped[str] = mapped_column(String(100), index=True)
    owner_name: Mapped[str] = mapped_column(String(100))
    section: Mapped[str] = mapped_column(String(100), index=True)
    share_section: Mapped[bool] = mapped_column(Boolean)
    firm: Mapped[str] = mapped_column(String(100), index=True)
    version: Mapped[int] = mapped_column(Integer)
    form_key: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(DateTime)
    updated_at: Mapped[datetime] = mapped_column(DateTime)
    submitted_at: Mapped[datetime | None] = mapped_column(DateTime)
    accepted_at: Mapped[datetime | None] = mapped_column(DateTime)
    answered_at: Mapped[datetime | None] = mapped_column(DateTime)
    closed_at: Mapped[datetime | None] = mapped_column(DateTime)
    reminded_on: Mapped[date | None] = mapped_column(Date)
    __table_args__ = (UniqueConstraint("owner", "form_key", name="uq_matter_form"),)


class MatterViewerRow(Base):
    """A colleague named to see a matter, beside its owner and the owner's section."""

    __tablename__ = "matter_viewer"
    matter_id: Mapped[str] = mapped_column(ForeignKey("matter.id"), primary_key=True)
    user_id: Mapped[str] = mapped_column(String(100), primary_key=True)
    name: Mapped[str] = mapped_column(String(100))


class MatterEventRow(Base):
    """One step or message of a matter's trail; rows are added, never changed. `number` is the version it made."""

    __tablename__ = "matter_event"
    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    matter_id: Mapped[str] = mapped_column(ForeignKey("matter.id"))
    number: Mapped[int] = mapped_column(Integer)
    step: Mapped[str] = mapped_column(String(20))
    actor: Mapped[str] = mapped_column(String(100))
    actor_name: Mapped[str] = mapped_column(String(100))
    party: Mapped[str] = mapped_column(String(20))
    from_state: Mapped[str] = mapped_column(String(10))
    to_state: Mapped[str] = mapped_column(String(10))
    text: Mapped[str] = mapped_column(Text)
    form_key: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(DateTime)
    __table_args__ = (
        UniqueConstraint("matter_id", "number", name="uq_matter_event_number"),
        UniqueConstraint("matter_id", "actor", "form_key", name="uq_matter_event_form"),
    )


class MatterFileRow(Base):
    """An uploaded file; its bytes lie under the home by `digest`. Without an event it waits for its form to be taken."""

    __tablename__ = "matter_file"
    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    matter_id: Mapped[str | None] = mapped_column(ForeignKey("matter.id"), index=True)
    event_id: Mapped[int | None] = mapped_column(ForeignKey("matter_event.id"))
    uploader: Mapped[str] = mapped_column(String(100))
    form_key: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(200))
    media: Mapped[str] = mapped_column(String(100))
    size: Mapped[int] = mapped_column(Integer)
    digest: Mapped[str] = mapped_column(String(64), index=True)
    added_at: Mapped[datetime] = mapped_column(DateTime)
    __table_args__ = (Index("ix_matter_file_form", "uploader", "form_key"),)


class OpinionRow(Base):
    """法律意见书 of a matter: a draft of the firm's until issued. `checks` are its citations as judged at issue."""

    __tablename__ = "opinion"
    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    matter_id: Mapped[str] = mapped_column(ForeignKey("matter.id"), unique=True)
    number: Mapped[str | None] = mapped_column(String(60), unique=True)
    body: Mapped[str] = mapped_column(Text)
    file_id: Mapped[int | None] = mapped_column(ForeignKey("matter_file.id"))
    author: Mapped[str] = mapped_column(String(100))
    author_name: Mapped[str] = mapped_column(String(100))
    version: Mapped[int] = mapped_column(Integer)
    checks: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    updated_at: Mapped[datetime] = mapped_column(DateTime)
    issued_at: Mapped[datetime | None] = mapped_column(DateTime)
    statute_id: Mapped[str | None] = mapped_column(String(300))
    published_at: Mapped[datetime | None] = mapped_column(DateTime)
    published_by: Mapped[str | None] = mapped_column(String(100))


class SerialRow(Base):
    """The last number given in a series (matters, opinions) in a year."""

    __tablename__ = "serial"
    series: Mapped[str] = mapped_column(String(20), primary_key=True)
    year: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    last: Mapped[int] = mapped_column(Integer)
