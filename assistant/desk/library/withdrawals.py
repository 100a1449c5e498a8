"""Documents taken out of the library by an administrator, and put back."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Engine

from assistant.desk.audit.trail import AuditAction, record
from assistant.errors import NotOnShelf, RefusedInput
from assistant.library.shelf.shelving import settle_versions
from assistant.store.engine import writing
from assistant.store.library import statutes
from assistant.store.library import withdrawals as sql
from assistant.store.library.withdrawals import Withdrawal


def withdraw(engine: Engine, version_id: str, owner: str) -> Withdrawal:
    """Take a version off the shelf, its neighbours' days settled anew; the index is the caller's to bring up to date.

    Raises NotOnShelf where there is no such version.
    """
    with writing(engine) as connection:
        version = next((v for v in statutes.versions(connection) if v.id == version_id), None)
        if version is None:
            raise NotOnShelf("库中没有这个版本，可能已被移出；请刷新后再看。")
        targets = statutes.repeal_targets(connection, version_id)
        number = sql.withdraw(connection, version_id, owner, datetime.now())
        for statute_id in (version.statute_id, *targets):
            settle_versions(connection, statute_id)
        statutes.bump_revision(connection)
        found = sql.withdrawal(connection, number)
        record(connection, owner, AuditAction.DOCUMENT, version_id, "移出")
    assert found is not None
    return found


def restore(engine: Engine, withdrawal_id: int, owner: str) -> Withdrawal:
    """Put a version back on the shelf; raises RefusedInput where it is there again or was put back before."""
    with writing(engine) as connection:
        found = sql.withdrawal(connection, withdrawal_id)
        if found is None or found.restored_at:
            raise RefusedInput("移出记录", "不存在，或者已经恢复过")
        if any(v.id == found.version_id for v in statutes.versions(connection)):
            raise RefusedInput(f"《{found.title}》", "库中又有了这个版本，不用恢复")
        statute_id = sql.restore(connection, withdrawal_id, datetime.now())
        for one in (statute_id, *statutes.repeal_targets(connection, found.version_id)):
            settle_versions(connection, one)
        statutes.bump_revision(connection)
        record(connection, owner, AuditAction.DOCUMENT, found.version_id, "恢复")
    return found


def withdrawals(engine: Engine) -> list[Withdrawal]:
    """Return what was taken out, the newest first."""
    with engine.connect() as connection:
        return sql.withdrawals(connection)
