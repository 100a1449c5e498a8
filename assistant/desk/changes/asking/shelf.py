"""What an administrator asks of a document on its page: who sees it, a version out of the library, a version back."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine

from assistant.config import Settings
from assistant.desk.changes.acts import waits
from assistant.desk.changes.asking.changes import ask
from assistant.desk.library import withdrawals
from assistant.desk.people.people import Person
from assistant.errors import NotOnShelf, RefusedInput
from assistant.law.statute.model import Level, Visibility
from assistant.store.engine import writing
from assistant.store.library import statutes as sql
from assistant.store.library import withdrawals as taken
from assistant.store.library.changes import Change, ChangeKind
from assistant.store.people.accounts import Role

_GONE = "库中没有这部法律文件，可能已被移出；请在法规库中重新查找。"


def set_visibility(engine: Engine, settings: Settings, by: Person, statute_id: str, visibility: Visibility) -> Change:
    """Put before a second administrator that everyone, or the office alone, is to see a document.

    One that is to be closed is hidden from the public at once, with all it repeals: whether those are in force again is
    not said before the second person did. Raises NotOnShelf, RefusedInput where it is so already or `by` is no administrator.
    """
    _check_administrator(by)
    with writing(engine) as connection:
        held = sql.statute(connection, statute_id)
        if held is None:
            raise NotOnShelf(_GONE)
        if held.visibility == visibility:
            raise RefusedInput(f"《{held.title}》", f"已经是{'公开' if visibility is Visibility.PUBLIC else '内部'}的")
        hiding = [held.id] if visibility is Visibility.INTERNAL else []
        values = _values(held.id, held.title, held.level, visibility, {})
        return ask(connection, settings, by.id, ChangeKind.VISIBILITY, values, hiding=hiding)


def withdraw(engine: Engine, settings: Settings, by: Person, version_id: str, *, hide: bool = False) -> Change | None:
    """Take a version of the bureau's own internal papers off the shelf at once (None), or put it before a second administrator.

    With `hide` the public sees nothing of the document, nor of what it repeals, until that is decided.

    Raises NotOnShelf, RefusedInput where `by` is no administrator.
    """
    _check_administrator(by)
    with writing(engine) as connection:
        version = next((v for v in sql.versions(connection) if v.id == version_id), None)
        held = sql.statute(connection, version.statute_id) if version else None
        if held is None:
            raise NotOnShelf("库中没有这个版本，可能已被移出；请刷新后再看。")
        if waits(ChangeKind.WITHDRAW, held.level, held.visibility) or sql.repeal_targets(connection, version_id):
            values = _values(held.id, held.title, held.level, Visibility(held.visibility), {"version": version_id})
            return ask(connection, settings, by.id, ChangeKind.WITHDRAW, values, hiding=[held.id] if hide else [])
    withdrawals.withdraw(engine, version_id, by.id)
    return None


def restore(engine: Engine, settings: Settings, by: Person, withdrawal_id: int) -> Change | None:
    """Put a version of the bureau's own internal papers back at once (None), or put it before a second administrator.

    Raises RefusedInput where there is no such withdrawal, or `by` is no administrator.
    """
    _check_administrator(by)
    with writing(engine) as connection:
        found = taken.withdrawal(connection, withdrawal_id)
        if found is None or found.restored_at:
            raise RefusedInput("移出记录", "不存在，或者已经恢复过")
        kept = taken.statute_of(connection, withdrawal_id)
        level = Level(kept["level"]) if kept["level"] else None
        there = sql.statute(connection, kept["id"])
        seen = Visibility(kept["visibility"])
        meets = there and waits(ChangeKind.RESTORE, there.level, there.visibility)
        if meets or waits(ChangeKind.RESTORE, level, seen) or taken.repeals(connection, withdrawal_id):
            values = _values(kept["id"], found.title, level, seen, {"withdrawal": withdrawal_id})
            return ask(connection, settings, by.id, ChangeKind.RESTORE, values)
    withdrawals.restore(engine, withdrawal_id, by.id)
    return None


def _values(statute_id: str, title: str, level: Level | None, visibility: Visibility, payload: dict[str, Any]) -> dict[str, Any]:
    named = level.value if level else ""
    return {"target": statute_id, "title": title, "level": named, "visibility": visibility.value, "payload": payload}


def _check_administrator(by: Person) -> None:
    if by.role is not Role.ADMIN:
        raise RefusedInput("法规库", "只有管理员可以这样做")
