"""What a change does, whatever its kind: looked at, made, undone; and the undoing of one, itself a change that waits."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine
from sqlalchemy.engine import Connection

from assistant.config import Settings
from assistant.desk.changes.asking.changes import closed, record_step
from assistant.desk.changes.effects import bureau, cases, statutes
from assistant.desk.changes.model import Effect, Made
from assistant.desk.changes.telling import tell_owner
from assistant.errors import RefusedInput
from assistant.store.library import changes as sql
from assistant.store.library.changes import Change, ChangeKind, ChangeState

#: The states of what was made and may be undone.
MADE = frozenset({ChangeState.DONE, ChangeState.PLACED})


def look(engine: Engine, settings: Settings, change: Change) -> Effect:
    """Return what a change would do now."""
    if change.kind is ChangeKind.UNDO:
        with engine.connect() as connection:
            try:
                made = _made(connection, change)
            except RefusedInput as error:
                return Effect(facts=(f"现在不能批准：{error}",))
            before = sql.before(connection, made.id)
        return _look_at_undo(engine, settings, made, before)
    if change.kind is ChangeKind.CASE:
        return cases.look(engine, change)
    if change.kind in bureau.KINDS:
        return bureau.look(settings, change)
    return statutes.look(engine, settings, change)


def held_digest(connection: Connection, settings: Settings, change: Change) -> str:
    """Return the digest of all that a change stands on; raises RefusedInput, NotOnShelf where that is gone."""
    if change.kind is ChangeKind.UNDO:
        made = _made(connection, change)
        return f"{made.state}{held_digest(connection, settings, made)}"
    if change.kind is ChangeKind.CASE:
        return cases.held_digest(connection, change)
    if change.kind in bureau.KINDS:
        return bureau.held_digest(settings, change)
    return statutes.held_digest(connection, change)


def make(connection: Connection, settings: Settings, change: Change, by: str) -> Made:
    """Make a change in the name of who approved it, inside the caller's transaction; raises RefusedInput, NotOnShelf."""
    if change.kind is ChangeKind.UNDO:
        made = _made(connection, change)
        undo(connection, settings, made, by, str(change.payload["reason"]))
        return Made(f"撤销变动{made.id}"[:20], {}, "")
    if change.kind is ChangeKind.CASE:
        return cases.make(connection, change)
    if change.kind in bureau.KINDS:
        return bureau.make(connection, settings, change, by)
    return statutes.make(connection, settings, change)


def undo(connection: Connection, settings: Settings, change: Change, by: str, reason: str) -> Change:
    """Put back what stood before a change, close it and tell who asked for it; return it as it is then.

    Raises RefusedInput where what it changed has changed again since.
    """
    before = sql.before(connection, change.id)
    if change.kind is ChangeKind.CASE:
        cases.undo(connection, change, before)
    elif change.kind in bureau.KINDS:
        bureau.undo(connection, settings, change, before, by)
    else:
        statutes.undo(connection, change, before)
    record_step(connection, change, by, "撤销", {"理由": reason, "原批准人": change.decided_by})
    done = closed(connection, change, ChangeState.UNDONE, by, reason=reason, before=None)
    if by != change.owner:
        tell_owner(connection, settings, done)
    return done


def check_unchanged(connection: Connection, settings: Settings, change: Change) -> None:
    """Raise RefusedInput where what a change made has changed again since, so that undoing it whole would undo more."""
    if held_digest(connection, settings, change) != change.after:
        raise RefusedInput(f"《{change.title}》", "批准以后又有改动，不能整体撤销；请在它自己的页面处理")


def _look_at_undo(engine: Engine, settings: Settings, made: Change, before: dict[str, Any]) -> Effect:
    if made.kind is ChangeKind.CASE:
        return cases.look_at_undo(engine, made, before)
    if made.kind in bureau.KINDS:
        return bureau.look_at_undo(settings, made, before)
    return statutes.look_at_undo(engine, made, before)


def _made(connection: Connection, change: Change) -> Change:
    """The change that another undoes; raises RefusedInput where it is not one to be undone any more."""
    made = sql.change(connection, int(change.payload["of"]))
    if made is None or made.state not in MADE:
        raise RefusedInput(f"《{change.title}》", "要撤销的变动已经撤销过，或者不存在")
    return made
