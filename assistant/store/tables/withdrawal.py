"""Table of versions taken off the shelf by an administrator, kept so that they can be put back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, DateTime, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from assistant.store.tables.library import Base


class WithdrawalRow(Base):
    """移出的文件: a version's rows of every table as they stood; `restored_at` once it is back on the shelf."""

    __tablename__ = "withdrawal"
    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    version_id: Mapped[str] = mapped_column(String(320), index=True)
    title: Mapped[str] = mapped_column(String(300))
    owner: Mapped[str] = mapped_column(String(100))
    snapshot: Mapped[dict[str, Any]] = mapped_column(JSON)
    withdrawn_at: Mapped[datetime] = mapped_column(DateTime)
    restored_at: Mapped[datetime | None] = mapped_column(DateTime)
