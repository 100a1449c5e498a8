"""Who may decide on a change: an administrator other than the one who asked for it.

A bureau may have one administrator only. That person may confirm their own change alone, with a word of their own that
is kept in the trail and told to every reviewer. The exception is closed to whom it would serve as a way around:
it holds only where there was one administrator when the change was sent, and now, and none lost their account or
role in the last days. Accounts are not persons: those that may be in one hand (`assistant.desk.people.holds`), through
however many others, are one person here.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import Engine
from sqlalchemy.engine import Connection

from assistant.desk.people import holds
from assistant.desk.people.people import Person
from assistant.errors import RefusedInput
from assistant.store.library.changes import Change
from assistant.store.people import account_acts, accounts
from assistant.store.people.accounts import Account, Role

#: Days in which what was done to an account counts.
QUIET_DAYS: Final = holds.HOLD_DAYS


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
    NOT = (
        f"这是您自己提出的，或者提出人的账号在 {QUIET_DAYS} 天内由您（或者由您开设、改过权限、重置过密码的账号）开设、改过权限、重置过密码；"
        "要由另一名管理员批准"
    )
    TOO_NEAR = (
        f"您的账号在 {QUIET_DAYS} 天内由提出人开设、改过权限或者重置过密码（包括经过别的账号，或者两个账号由同一人这样办过），不能批准；"
        "请由别的管理员批准，或者到期后请提出人重新提出"
    )


def may_decide(engine: Engine, change: Change, by: Person) -> Say:
    """Return what an administrator may say of a change, for the page that asks them."""
    with engine.connect() as connection:
        return _say(connection, change, by)


def _say(connection: Connection, change: Change, by: Person) -> Say:
    since = holds.reach_of(change.sent_at or change.created_at)
    if by.id != change.owner and not holds.one_hand(connection, by.id, change.owner, since):
        return Say.DECIDE
    if _may_be_alone(connection, change, by):
        return Say.ALONE
    return Say.NOT if holds.holds(connection, by.id, change.owner, since) else Say.TOO_NEAR


def _may_be_alone(connection: Connection, change: Change, by: Person) -> bool:
    """True where an administrator is the only one, was so when the change was sent, and nobody made another go."""
    only = [a.id for a in _administrators(connection)] == [by.id]
    return change.sole and only and not _lost_lately(connection)


def has_one_administrator(connection: Connection) -> bool:
    """True where no more than one administrator can sign in."""
    return len(_administrators(connection)) <= 1


def _administrators(connection: Connection) -> list[Account]:
    return [a for a in accounts.accounts(connection, Role.ADMIN) if not a.disabled]


def _lost_lately(connection: Connection) -> bool:
    """True where an administrator's account was closed in the last days, or the role taken from somebody."""
    return account_acts.ceased_since(connection, datetime.now() - timedelta(days=QUIET_DAYS))
