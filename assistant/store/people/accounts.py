"""SQL for accounts and signed-in sessions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, cast

from sqlalchemy import Row, Table, delete, func, insert, select, update
from sqlalchemy.engine import Connection

from assistant.store.tables.account import AccountRow, SessionRow
from assistant.store.tables.library import ConversationRow, FeedbackRow, QuestionProposalRow

_AC, _SE = (cast(Table, row.__table__) for row in (AccountRow, SessionRow))
_OWNED = tuple(cast(Table, row.__table__) for row in (ConversationRow, FeedbackRow, QuestionProposalRow))


class Role(StrEnum):
    """What an account may do; what is not granted to a role is refused."""

    STAFF = "经办"
    REVIEWER = "法制审核员"
    COUNSEL = "律师"
    ADMIN = "管理员"


@dataclass(frozen=True, slots=True)
class Account:
    """账号. `section` is the 科室 of staff, the firm of counsel."""

    id: str
    login: str
    name: str
    section: str
    role: Role
    must_change: bool
    disabled: bool
    created_at: datetime
    signed_in_at: datetime | None
    oidc_subject: str | None = None


@dataclass(frozen=True, slots=True)
class Session:
    """A signed-in browser and whose it is."""

    account: Account
    created_at: datetime
    seen_at: datetime


def _account(row: Row[Any]) -> Account:
    return Account(
        row.id,
        row.login,
        row.name,
        row.section,
        Role(row.role),
        row.must_change,
        row.disabled,
        row.created_at,
        row.signed_in_at,
        row.oidc_subject,
    )


def accounts(connection: Connection, role: Role | None = None) -> list[Account]:
    """Return the accounts, those of one role where given, by section and name."""
    query = select(_AC).order_by(_AC.c.section, _AC.c.name, _AC.c.login)
    if role is not None:
        query = query.where(_AC.c.role == role.value)
    return [_account(r) for r in connection.execute(query)]


def account(connection: Connection, account_id: str) -> Account | None:
    """Return one account, or None."""
    row = connection.execute(select(_AC).where(_AC.c.id == account_id)).first()
    return _account(row) if row else None


def account_of_login(connection: Connection, login: str) -> Account | None:
    """Return the account that signs in with a name (any case), or None."""
    row = connection.execute(select(_AC).where(_AC.c.login == login.strip().lower())).first()
    return _account(row) if row else None


def account_of_subject(connection: Connection, subject: str) -> Account | None:
    """Return the account bound to a subject of the sign-in provider, or None."""
    row = connection.execute(select(_AC).where(_AC.c.oidc_subject == subject)).first()
    return _account(row) if row else None


def password_hash(connection: Connection, account_id: str) -> str:
    """Return the hash of the account's password; empty where it has none."""
    return connection.execute(select(_AC.c.password_hash).where(_AC.c.id == account_id)).scalar() or ""


def add_account(connection: Connection, made: Account, hashed: str) -> None:
    """Insert an account."""
    values: dict[str, Any] = {"id": made.id, "login": made.login, "name": made.name, "section": made.section, "role": made.role.value}
    values |= {"must_change": made.must_change, "disabled": made.disabled, "created_at": made.created_at}
    connection.execute(insert(_AC).values(values | {"password_hash": hashed}))


def change_account(connection: Connection, account_id: str, **values: Any) -> bool:
    """Set columns of an account; False where there is none."""
    return bool(connection.execute(update(_AC).where(_AC.c.id == account_id).values(**values)).rowcount)


def active_administrators(connection: Connection) -> int:
    """Return how many administrators can sign in."""
    query = select(func.count()).select_from(_AC).where(_AC.c.role == Role.ADMIN.value, _AC.c.disabled.is_(False))
    return int(connection.execute(query).scalar_one())


def adopt(connection: Connection, old_owner: str, account_id: str) -> None:
    """Hand what an owner of old has (conversations, feedback, proposals) to an account."""
    for table in _OWNED:
        connection.execute(update(table).where(table.c.owner == old_owner).values(owner=account_id))


def add_session(connection: Connection, digest: str, account_id: str, now: datetime) -> None:
    """Insert a session."""
    connection.execute(insert(_SE).values(digest=digest, account_id=account_id, created_at=now, seen_at=now))


def session(connection: Connection, digest: str) -> Session | None:
    """Return the session of a token's digest with its account, or None."""
    row = connection.execute(select(_SE.c.account_id, _SE.c.created_at, _SE.c.seen_at).where(_SE.c.digest == digest)).first()
    found = account(connection, row.account_id) if row else None
    return Session(found, row.created_at, row.seen_at) if row and found else None


def touch_session(connection: Connection, digest: str, now: datetime) -> None:
    """Note that a session was used."""
    connection.execute(update(_SE).where(_SE.c.digest == digest).values(seen_at=now))


def end_session(connection: Connection, digest: str) -> None:
    """Remove one session."""
    connection.execute(delete(_SE).where(_SE.c.digest == digest))


def end_sessions(connection: Connection, account_id: str, but: str = "") -> None:
    """Remove the sessions of an account, all but one where given."""
    connection.execute(delete(_SE).where(_SE.c.account_id == account_id, _SE.c.digest != but))


def purge_sessions(connection: Connection, seen_before: datetime, created_before: datetime) -> None:
    """Remove the sessions that have run out."""
    connection.execute(delete(_SE).where((_SE.c.seen_at < seen_before) | (_SE.c.created_at < created_before)))
