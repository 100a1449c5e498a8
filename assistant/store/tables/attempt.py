"""The table of attempts to prove something with a secret: a password, the code of a message."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import DateTime, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from assistant.store.tables.library import Base


class AttemptRow(Base):
    """What was tried about one subject from one place, or (place `*`) from all places together.

    Subjects and places are ids or keyed digests: neither an address nor a name that was mistyped can be read from the table.
    `let_in_at` marks a place from which the subject was let in before.
    """

    __tablename__ = "attempt"
    subject: Mapped[str] = mapped_column(String(64), primary_key=True)
    place: Mapped[str] = mapped_column(String(64), primary_key=True, index=True)
    failures: Mapped[int] = mapped_column(Integer, default=0)
    wait_until: Mapped[datetime | None] = mapped_column(DateTime)
    counted_at: Mapped[datetime] = mapped_column(DateTime, index=True)
    let_in_at: Mapped[datetime | None] = mapped_column(DateTime)
