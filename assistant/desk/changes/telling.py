"""Who hears of a change: its number and where to look, never a title; what is internal stays so."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy.engine import Connection

from assistant.config import Settings
from assistant.desk.notify.notifications import Notice, NoticeKind, notify
from assistant.store.library.changes import Change, ChangeState
from assistant.store.people import accounts
from assistant.store.people.accounts import Role

OWN_PAGE, DECIDING_PAGE = "/staff/documents/changes", "/admin/documents/waiting"
_TOLD = {
    ChangeState.WAITING: NoticeKind.CHANGE_WAITING,
    ChangeState.DONE: NoticeKind.CHANGE_DONE,
    ChangeState.REJECTED: NoticeKind.CHANGE_REJECTED,
    ChangeState.EXPIRED: NoticeKind.CHANGE_EXPIRED,
    ChangeState.UNDONE: NoticeKind.CHANGE_UNDONE,
}


def tell_administrators(connection: Connection, settings: Settings, change: Change) -> None:
    """Tell every administrator but the one who asked that a change waits, or was undone."""
    people = [a.id for a in accounts.accounts(connection, Role.ADMIN) if not a.disabled and a.id != change.owner]
    _tell(connection, settings, change, people, DECIDING_PAGE)


def tell_owner(connection: Connection, settings: Settings, change: Change) -> None:
    """Tell who asked for a change what became of it."""
    _tell(connection, settings, change, [change.owner] if accounts.account(connection, change.owner) else [], OWN_PAGE)


def tell_reviewers(connection: Connection, settings: Settings, change: Change) -> None:
    """Tell the reviewers that an administrator confirmed a change alone: someone else should know."""
    people = [a.id for a in accounts.accounts(connection, Role.REVIEWER) if not a.disabled]
    notice = Notice(f"change:{change.id}:alone", NoticeKind.CHANGE_ALONE, f"变动{change.id}", f"{OWN_PAGE}/{change.id}")
    notify(connection, settings, notice, people)


def _tell(connection: Connection, settings: Settings, change: Change, people: Iterable[str], page: str) -> None:
    notice = Notice(f"change:{change.id}:{change.state.name.lower()}", _TOLD[change.state], f"变动{change.id}", f"{page}/{change.id}")
    notify(connection, settings, notice, people)
