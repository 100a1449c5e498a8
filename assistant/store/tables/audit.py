"""Tables of the audit trail: the rows of the chain, and the row that holds its two ends."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import DateTime, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from assistant.store.tables.library import Base


class AuditEventRow(Base):
    """One thing done, numbered without gaps; `hash` covers the row and the hash of the row before.

    What is kept no longer than needed (who, what, details and the salt of their digest) is emptied when its time is up;
    the digest `content` stays, so that the chain can still be checked.
    """

    __tablename__ = "audit_event"
    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(DateTime, index=True)
    action: Mapped[str] = mapped_column(String(20), index=True)
    actor: Mapped[str | None] = mapped_column(String(100), index=True)
    target: Mapped[str | None] = mapped_column(Text)
    detail: Mapped[str | None] = mapped_column(Text)
    salt: Mapped[str | None] = mapped_column(String(32))
    content: Mapped[str] = mapped_column(String(64))
    previous: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


class AuditHeadRow(Base):
    """One row: the newest number and hash of the chain, and the last row that was removed at its beginning.

    Every writer locks this row first, so that rows are chained one after the other.
    """

    __tablename__ = "audit_head"
    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(Integer)
    hash: Mapped[str] = mapped_column(String(64))
    removed_number: Mapped[int] = mapped_column(Integer)
    removed_hash: Mapped[str] = mapped_column(String(64))
