"""Who may decide on a change: an administrator other than the one who asked for it.

A bureau may have one administrator only. That person may confirm their own change alone, with a word of their own that
is kept in the trail and told to every reviewer. The exception is closed to whom it would serve as a way around:
it holds only where there was one administrator when the change was sent, and now, and none lost their account or
role in the last days. Accounts are not persons: one that the asker made, raised or gave a new password in these days is
no second person, and who did so to the asker's account decides as if the change were their own.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import Engine
from sqlalchemy.engine import Connection

from assistant.desk.audit import AuditAction
from assistant.desk.people import Person
from assistant.errors import RefusedInput
from assistant.law.personal_data import mask_certain
from assistant.store import accounts
from assistant.store import audit as trail
from assistant.store.accounts import Account, Role
from assistant.store.audit import AuditEvent, AuditFilter
from assistant.store.changes import Change

#: Days in which what was done to an administrator's account counts.
QUIET_DAYS: Final = 7
_MOST: Final = 2000


def check(connection: Connection, change: Change, by: Person, *, alone: bool) -> bool:
    """Return whether `by` decides alone, on what is as good as their own change; raises RefusedInput where they may not decide.

    `alone` is True where they acknowledged that nobody else looks at it.
    """
    if by.role is not Role.ADMIN:
        raise RefusedInput("批准", "只有管理员可以批准")
    say = _say(connection, change, by)
    if say in (Say.NOT, Say.TOO_NEAR):
        raise RefusedInput("批准", say.value)
    if say is Say.ALONE and not alone:
        raise RefusedInput("批准", "本局只有您一名管理员：请先勾选“由我一人确认”")
    return say is Say.ALONE


class Say(StrEnum):
    """What an administrator may say of a change; the value tells them."""

    DECIDE = "可以决定"
    ALONE = "由一人确认"
    NOT = f"这是您自己提出的，或者提出人的账号在 {QUIET_DAYS} 天内由您开设、改过权限、重置过密码；要由另一名管理员批准"
    TOO_NEAR = f"您的账号在 {QUIET_DAYS} 天内由提出人开设、改过权限或者重置过密码，不能批准；请由别的管理员批准，或者到期后再批准"


def may_decide(engine: Engine, change: Change, by: Person) -> Say:
    """Return what an administrator may say of a change, for the page that asks them."""
    with engine.connect() as connection:
        return _say(connection, change, by)


def _say(connection: Connection, change: Change, by: Person) -> Say:
    if by.id == change.owner or _handled(connection, by.id, change.owner):
        return Say.ALONE if _may_be_alone(connection, change, by) else Say.NOT
    return Say.TOO_NEAR if _handled(connection, change.owner, by.id) else Say.DECIDE


def _may_be_alone(connection: Connection, change: Change, by: Person) -> bool:
    """True where an administrator is the only one, was so when the change was sent, and nobody made another go."""
    only = [a.id for a in _administrators(connection)] == [by.id]
    return change.sole and only and not _lost_lately(connection)


def has_one_administrator(connection: Connection) -> bool:
    """True where no more than one administrator can sign in."""
    return len(_administrators(connection)) <= 1


def _administrators(connection: Connection) -> list[Account]:
    return [a for a in accounts.accounts(connection, Role.ADMIN) if not a.disabled]


def _handled(connection: Connection, actor: str, account_id: str) -> bool:
    """True where somebody made an account, changed its role or gave it a new password in the last days."""
    found = accounts.account(connection, account_id)
    return found is not None and any(_about(e, found) for e in _recent(connection, actor))


def _recent(connection: Connection, actor: str = "") -> list[AuditEvent]:
    """What was done to accounts and roles in the last days, by one person (empty: by anyone)."""
    since = datetime.now() - timedelta(days=QUIET_DAYS)
    actions = (AuditAction.ACCOUNT, AuditAction.PERMISSION)
    return [e for action in actions for e in trail.events(connection, AuditFilter(actor=actor, action=action, since=since), _MOST)]


def _lost_lately(connection: Connection) -> bool:
    """True where an administrator's account was closed in the last days, or the role taken from somebody."""
    closed = [a for a in accounts.accounts(connection, Role.ADMIN) if a.disabled]
    for event in _recent(connection):
        roles = event.details.get("角色") if event.action == AuditAction.PERMISSION else None
        if roles and roles[0] == Role.ADMIN.value and roles[1] != Role.ADMIN.value:
            return True
        if "停用" in (event.detail or "") and any(_about(event, a) for a in closed):
            return True
    return False


def _about(event: AuditEvent, account: Account) -> bool:
    """True where an event is about an account; the trail keeps a telephone number for a login in its masked form."""
    return event.target == mask_certain(account.login)
