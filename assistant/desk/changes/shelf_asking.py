"""What an administrator asks of a document on its page: who sees it, a version out of the library, a version back."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine
from sqlalchemy.engine import Connection

from assistant.config import Settings
from assistant.desk import withdrawals
from assistant.desk.audit import AuditAction, record
from assistant.desk.changes.asking import ask
from assistant.desk.changes.weighing import OWN_LEVELS
from assistant.desk.people import Person
from assistant.errors import NotOnShelf, RefusedInput
from assistant.law.model import Level, Visibility
from assistant.library.shelving import settle_versions
from assistant.store import statutes as sql
from assistant.store import withdrawals as taken
from assistant.store.accounts import Role
from assistant.store.changes import Change, ChangeKind
from assistant.store.engine import writing
from assistant.store.records import Statute

_GONE = "库中没有这部法律文件，可能已被移出；请在法规库中重新查找。"


def set_visibility(engine: Engine, settings: Settings, by: Person, statute_id: str, visibility: Visibility) -> Change | None:
    """Close one of the bureau's own papers to the public at once (None), or put the change before a second administrator.

    A law closed to the public is one the public no longer finds, and what it repealed would seem in force: that waits, too.

    Raises NotOnShelf, RefusedInput where it is so already or `by` is no administrator.
    """
    _check_administrator(by)
    with writing(engine) as connection:
        held = sql.statute(connection, statute_id)
        if held is None:
            raise NotOnShelf(_GONE)
        if held.visibility == visibility:
            raise RefusedInput(f"《{held.title}》", f"已经是{'公开' if visibility is Visibility.PUBLIC else '内部'}的")
        if visibility is Visibility.PUBLIC or held.level not in OWN_LEVELS:
            return ask(connection, settings, by.id, ChangeKind.VISIBILITY, _values(held.id, held.title, held.level, visibility, {}))
        sql.save_statute(connection, {"id": held.id, "visibility": visibility.value})
        _settle(connection, held)
        record(
            connection,
            by.id,
            AuditAction.DOCUMENT,
            f"《{held.title}》",
            {"做了": "改可见范围", "可见": [held.visibility, visibility.value]},
        )
        return None


def withdraw(engine: Engine, settings: Settings, by: Person, version_id: str) -> Change | None:
    """Take a version of the bureau's own internal papers off the shelf at once (None), or put it before a second administrator.

    Raises NotOnShelf, RefusedInput where `by` is no administrator.
    """
    _check_administrator(by)
    with writing(engine) as connection:
        version = next((v for v in sql.versions(connection) if v.id == version_id), None)
        held = sql.statute(connection, version.statute_id) if version else None
        if held is None:
            raise NotOnShelf("库中没有这个版本，可能已被移出；请刷新后再看。")
        if not _own(held.level, held.visibility):
            payload = {"version": version_id}
            return ask(
                connection,
                settings,
                by.id,
                ChangeKind.WITHDRAW,
                _values(held.id, held.title, held.level, Visibility(held.visibility), payload),
            )
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
        if not _own(level, seen) or (there and not _own(there.level, there.visibility)):
            return ask(
                connection,
                settings,
                by.id,
                ChangeKind.RESTORE,
                _values(kept["id"], found.title, level, seen, {"withdrawal": withdrawal_id}),
            )
    withdrawals.restore(engine, withdrawal_id, by.id)
    return None


def _own(level: Level | None, visibility: str) -> bool:
    """True for an internal paper of the bureau's own: one administrator may see to it alone."""
    return level in OWN_LEVELS and visibility == Visibility.INTERNAL


def _values(statute_id: str, title: str, level: Level | None, visibility: Visibility, payload: dict[str, Any]) -> dict[str, Any]:
    named = level.value if level else ""
    return {"target": statute_id, "title": title, "level": named, "visibility": visibility.value, "payload": payload}


def _settle(connection: Connection, held: Statute) -> None:
    """What the public sees of a repeal depends on who sees the document that repeals."""
    for version in sql.versions(connection, held.id):
        for target in sql.repeal_targets(connection, version.id):
            settle_versions(connection, target)
    settle_versions(connection, held.id)
    sql.bump_revision(connection)


def _check_administrator(by: Person) -> None:
    if by.role is not Role.ADMIN:
        raise RefusedInput("法规库", "只有管理员可以这样做")
