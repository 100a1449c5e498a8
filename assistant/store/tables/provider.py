"""The table of people the sign-in provider vouches for and no account is bound to yet."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import DateTime, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from assistant.store.tables.library import Base


class ProviderRequestRow(Base):
    """统一认证绑定申请: `subject` is issuer and subject; names and mail are what the provider said, proof of nothing.

    `code` is shown to the person and to the administrator, who compare it before the two are bound.
    """

    __tablename__ = "provider_request"
    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    subject: Mapped[str] = mapped_column(String(300), unique=True)
    code: Mapped[str] = mapped_column(String(12))
    name: Mapped[str] = mapped_column(String(100), default="")
    username: Mapped[str] = mapped_column(String(100), default="")
    mail: Mapped[str] = mapped_column(String(100), default="")
    asked_at: Mapped[datetime] = mapped_column(DateTime)
