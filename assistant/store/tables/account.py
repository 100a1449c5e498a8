"""Tables of accounts and their signed-in sessions."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Boolean, DateTime, ForeignKey, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from assistant.store.tables.library import Base


class AccountRow(Base):
    """账号: one person who signs in. `login` is kept in lower case; a disabled account keeps what it did.

    `ceased_at` is when it stopped being an administrator that can sign in; empty where it never did, or is one again.
    """

    __tablename__ = "account"
    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    login: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(60))
    section: Mapped[str] = mapped_column(String(60), default="")
    role: Mapped[str] = mapped_column(String(12), index=True)
    password_hash: Mapped[str] = mapped_column(String(200), default="")
    must_change: Mapped[bool] = mapped_column(Boolean, default=True)
    disabled: Mapped[bool] = mapped_column(Boolean, default=False)
    oidc_subject: Mapped[str | None] = mapped_column(String(300), unique=True)
    created_at: Mapped[datetime] = mapped_column(DateTime)
    signed_in_at: Mapped[datetime | None] = mapped_column(DateTime)
    ceased_at: Mapped[datetime | None] = mapped_column(DateTime)


class AccountActRow(Base):
    """What gave somebody a hold on an account: made, given a new password, a role, another sign-in. Never cleared.

    `actor` is an account's id, or who acted on the machine itself.
    """

    __tablename__ = "account_act"
    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    actor: Mapped[str] = mapped_column(String(100))
    act: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime] = mapped_column(DateTime, index=True)


class AdministratorRequestRow(Base):
    """管理员账号变动: what one administrator wants done to an administrator's account, and what another said of it."""

    __tablename__ = "administrator_request"
    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    step: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(10), index=True)
    login: Mapped[str] = mapped_column(String(60))
    name: Mapped[str] = mapped_column(String(60))
    section: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str] = mapped_column(String(300))
    asked_by: Mapped[str] = mapped_column(String(32))
    asked_at: Mapped[datetime] = mapped_column(DateTime)
    expires_at: Mapped[datetime] = mapped_column(DateTime)
    decided_by: Mapped[str] = mapped_column(String(32))
    decided_at: Mapped[datetime | None] = mapped_column(DateTime)


class SessionRow(Base):
    """A signed-in browser. Only the SHA-256 of its token is kept: who reads the table cannot sign in with it."""

    __tablename__ = "session"
    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime] = mapped_column(DateTime)
    seen_at: Mapped[datetime] = mapped_column(DateTime)
