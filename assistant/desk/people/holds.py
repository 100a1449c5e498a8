"""Accounts are not persons: which of them may be in one hand.

Who makes an account, gives it a password, a role or another way to sign in can act under it, and through it under those it
made in turn. Two accounts count as one person where any account, one of the two or a third, has such a hold on both. What
was done stands beside the accounts for good: neither a cleared trail nor a later act takes a hold away.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.engine import Connection

from assistant.store.people import account_acts as sql
from assistant.store.people.account_acts import Act

#: Days before something is asked for in which what was done to an account counts, as all that was done since.
HOLD_DAYS: Final = 7


def note(connection: Connection, by: str, account_id: str, act: Act) -> None:
    """Keep that somebody got a hold on an account, inside the caller's transaction."""
    sql.add_act(connection, account_id, by, act, datetime.now())


def reach_of(asked_at: datetime) -> datetime:
    """Return from when on holds count for what was asked at a moment."""
    return min(asked_at, datetime.now()) - timedelta(days=HOLD_DAYS)


def holds(connection: Connection, holder: str, held: str, since: datetime) -> bool:
    """True where one account has a hold on another, itself or through others."""
    return holder in _hands(sql.holders(connection, since), held)


def one_hand(connection: Connection, first: str, second: str, since: datetime) -> bool:
    """True where two accounts may be one person's: one holds the other, or a third both."""
    graph = sql.holders(connection, since)
    return not _hands(graph, first).isdisjoint(_hands(graph, second))


def _hands(graph: dict[str, set[str]], account_id: str) -> set[str]:
    """The account and all that have a hold on it, through however many."""
    found, left = {account_id}, [account_id]
    while left:
        new = graph.get(left.pop(), set()) - found
        found |= new
        left.extend(new)
    return found
