"""Changes asked for: put before the administrators, seen by who asked, taken back, dropped when their time is up."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.engine import Connection

from assistant.config import Settings
from assistant.desk.audit.trail import AuditAction, record
from assistant.desk.changes import kept_files, second_person
from assistant.desk.changes.acts import hide
from assistant.desk.changes.model import WAITING_DAYS, DecidedAlready, NoChange
from assistant.desk.changes.telling import tell_administrators, tell_owner
from assistant.desk.people.people import OFFICE, Person
from assistant.desk.people.settings_trail import SYSTEM
from assistant.store.engine import writing
from assistant.store.library import changes as sql
from assistant.store.library import statutes
from assistant.store.library.changes import OPEN_STATES, Change, ChangeKind, ChangeState
from assistant.store.library.holding import release
from assistant.store.people.accounts import Role

#: Seconds between two looks for changes whose time is up.
EVERY_SECONDS = 60 * 60.0
#: The states that a person's own list shows beside what is open: what became of the last ones.
CLOSED_STATES = frozenset(ChangeState) - OPEN_STATES


def ask(
    connection: Connection,
    settings: Settings,
    owner: str,
    kind: ChangeKind,
    values: dict[str, Any],
    *,
    hiding: Collection[str] = (),
    tell: bool = True,
) -> Change:
    """Put a change before the administrators, inside the caller's transaction, and return it; `hiding` are statutes the public
    does not see from now on until it is decided. Without `tell` the administrators hear of it from the caller.

    One that waits for the same thing already is returned as it is.
    """
    now = datetime.now()
    earlier = sql.open_of(connection, kind, str(values["target"]))
    if earlier and kind is not ChangeKind.IMPORT and earlier.payload == values.get("payload", {}):
        hide_meanwhile(connection, earlier, owner, hiding)
        return earlier
    made = {"kind": kind.value, "state": ChangeState.WAITING.value, "owner": owner, "created_at": now}
    number = sql.add(connection, made | {"expires_at": now + timedelta(days=WAITING_DAYS)} | values)
    found = sql.change(connection, number)
    assert found is not None
    waiting = sent(connection, settings, found, tell=tell)
    hide_meanwhile(connection, waiting, owner, hiding)
    return waiting


def hide_meanwhile(connection: Connection, change: Change, actor: str, statute_ids: Collection[str]) -> None:
    """Hide statutes from the public until a change is decided, as far as its kind lets one person do so, and note it."""
    hidden = hide(connection, change.kind, change.id, statute_ids)
    if hidden:
        record_step(connection, change, actor, "暂停对公众展示", {"文件": hidden})


def sent(connection: Connection, settings: Settings, change: Change, *, tell: bool = True) -> Change:
    """Let a change wait from now on: noted in the trail, told to the administrators; return it as it is then."""
    now = datetime.now()
    waits = {"state": ChangeState.WAITING.value, "sent_at": now, "expires_at": now + timedelta(days=WAITING_DAYS)}
    sql.update_change(connection, change.id, **waits, sole=second_person.has_one_administrator(connection))
    found = sql.change(connection, change.id)
    assert found is not None
    record_step(connection, found, found.owner, "提交")
    if tell:
        tell_administrators(connection, settings, found)
    return found


def record_step(connection: Connection, change: Change, actor: str, did: str, facts: dict[str, Any] | None = None) -> None:
    """Note a step of a change in the trail: who, which file by its digest, from where, and the doubts that were shown."""
    about: dict[str, Any] = {"做了": did, "变动": change.id, "种类": change.kind.value, "可见": change.visibility.value}
    if change.kind is ChangeKind.IMPORT:
        about |= {"层级": change.level.value if change.level else "", "文件": change.file_name, "文件摘要": change.file_digest}
        about |= {"来源": change.origin, "提示": list(change.doubts)}
    action = AuditAction.CASE if change.kind is ChangeKind.CASE else AuditAction.DOCUMENT
    record(connection, actor, action, f"《{change.title}》", about | (facts or {}))


def opened(engine: Engine, change_id: int, person: Person) -> Change:
    """Return a change for who asked for it, for an administrator, or (decided by one person alone) for a reviewer; raises NoChange."""
    with engine.connect() as connection:
        found = sql.change(connection, change_id)
    if found is None or not _may_see(found, person):
        raise NoChange
    return found


def _may_see(change: Change, person: Person) -> bool:
    if person.role not in OFFICE:
        return False
    if change.state is ChangeState.DRAFT:
        return change.owner == person.id
    alone = bool(change.payload.get("alone"))
    return change.owner == person.id or person.role is Role.ADMIN or (alone and person.role is Role.REVIEWER)


def listed(engine: Engine, states: Collection[ChangeState], *, owner: str = "", limit: int = 200) -> list[Change]:
    """Return the changes in one of the states, newest first."""
    with engine.connect() as connection:
        return sql.changes(connection, states, owner=owner, limit=limit)


def waiting_for(engine: Engine, person: Person) -> dict[str, int]:
    """Return how many changes wait for a person: to be confirmed or decided by others, and (administrators) by themselves."""
    if person.role not in OFFICE:
        return {}
    with engine.connect() as connection:
        own = sql.count(connection, OPEN_STATES, person.id)
        theirs = sql.count(connection, {ChangeState.WAITING}) if person.role is Role.ADMIN else 0
    return {"own": own, "deciding": theirs}


def take_back(engine: Engine, settings: Settings, change_id: int, person: Person) -> Change:
    """Take back a change one asked for oneself, while nobody decided; raises NoChange, DecidedAlready."""
    with writing(engine) as connection:
        found = sql.change(connection, change_id)
        if found is None or found.owner != person.id:
            raise NoChange
        if found.state not in OPEN_STATES:
            raise DecidedAlready(found)
        if found.state is ChangeState.WAITING:
            record_step(connection, found, person.id, "撤回")
        closed(connection, found, ChangeState.TAKEN_BACK, person.id)
    kept_files.drop(settings, found)
    return found


def closed(connection: Connection, change: Change, state: ChangeState, by: str, **values: Any) -> Change:
    """Close a change: its text is kept no longer, what was hidden for it is seen as it stands now; return it as it is then."""
    now = datetime.now()
    if release(connection, change.id):
        statutes.bump_revision(connection)
    sql.update_change(connection, change.id, state=state.value, decided_at=now, decided_by=by, document=None, **values)
    return replace(change, state=state, decided_at=now, decided_by=by, document=None)


def expire(engine: Engine, settings: Settings, now: datetime | None = None) -> int:
    """Close what nobody decided on in time, tell who asked, and throw away files nothing waits for; return how many."""
    moment = now or datetime.now()
    with writing(engine) as connection:
        due = sql.due(connection, moment)
        for change in due:
            late = closed(connection, change, ChangeState.EXPIRED, SYSTEM)
            if change.state is ChangeState.WAITING:
                record_step(connection, change, SYSTEM, "过期")
                tell_owner(connection, settings, late)
        used = sql.file_keys(connection)
    folder = kept_files.folder(settings)
    for path in folder.iterdir():
        old = path.is_file() and moment - datetime.fromtimestamp(path.stat().st_mtime) > timedelta(hours=1)
        if old and path.name not in used:
            path.unlink(missing_ok=True)
    return len(due)
