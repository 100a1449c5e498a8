"""The table the numbers of consultations are counted from; it holds no word of a question."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Boolean, DateTime, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from assistant.store.tables.library import Base


class ConsultationRow(Base):
    """咨询: that a question was asked at a desk, and whether it was answered; it outlives the conversation."""

    __tablename__ = "consultation"
    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    at: Mapped[datetime] = mapped_column(DateTime, index=True)
    desk: Mapped[str] = mapped_column(String(20))
    answered: Mapped[bool] = mapped_column(Boolean)
