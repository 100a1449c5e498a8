"""Tables of changes of the library that wait for a second person, of what became of them, and of what is held back meanwhile."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Boolean, DateTime, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from assistant.store.tables.library import Base


class LibraryChangeRow(Base):
    """法规库变动: what is to change, who wants it, what was shown, who decided; `before` is what undoing puts back.

    `document` is the text as read, kept until it is decided; `target` is the statute's id, or a case's number.
    """

    __tablename__ = "library_change"
    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    kind: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(10), index=True)
    owner: Mapped[str] = mapped_column(String(100), index=True)
    batch: Mapped[str] = mapped_column(String(32), index=True)
    target: Mapped[str] = mapped_column(String(320), index=True)
    title: Mapped[str] = mapped_column(String(300))
    level: Mapped[str] = mapped_column(String(20))
    visibility: Mapped[str] = mapped_column(String(10))
    origin: Mapped[str] = mapped_column(Text)
    file_name: Mapped[str] = mapped_column(String(300))
    file_key: Mapped[str] = mapped_column(String(40))
    file_digest: Mapped[str] = mapped_column(String(64), index=True)
    document: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    doubts: Mapped[list[str]] = mapped_column(JSON)
    sole: Mapped[bool] = mapped_column(Boolean)
    created_at: Mapped[datetime] = mapped_column(DateTime)
    expires_at: Mapped[datetime] = mapped_column(DateTime, index=True)
    sent_at: Mapped[datetime | None] = mapped_column(DateTime)
    decided_at: Mapped[datetime | None] = mapped_column(DateTime)
    decided_by: Mapped[str] = mapped_column(String(100))
    reason: Mapped[str] = mapped_column(Text)
    outcome: Mapped[str] = mapped_column(String(20))
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    after: Mapped[str] = mapped_column(String(64))


class HeldBackRow(Base):
    """暂停展示: a statute the public does not see while a change about it waits; the row goes when the change is decided."""

    __tablename__ = "held_back"
    change_id: Mapped[int] = mapped_column(Integer, primary_key=True)
    statute_id: Mapped[str] = mapped_column(String(320), primary_key=True)
