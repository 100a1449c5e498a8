"""An administrator decides on what waits: approves exactly what was shown, rejects it with a reason, or undoes it later."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.engine import Connection

from assistant.config import Settings
from assistant.desk.changes import kept_files, second_person
from assistant.desk.changes.acts import ACTS, waits
from assistant.desk.changes.asking import changes
from assistant.desk.changes.asking.changes import closed, record_step
from assistant.desk.changes.drafts import read_level
from assistant.desk.changes.effects import effects, statutes
from assistant.desk.changes.model import REASON_CHARS, DecidedAlready, Effect, Look, NoChange, ShownAnew
from assistant.desk.changes.telling import tell_owner, tell_reviewers
from assistant.desk.changes.weighing import reasons_to_wait
from assistant.desk.people.people import Person
from assistant.errors import NotOnShelf, RefusedInput
from assistant.library.shelf.measuring import measure
from assistant.store.engine import writing
from assistant.store.library import changes as sql
from assistant.store.library.changes import Change, ChangeKind, ChangeState
from assistant.store.library.holding import held_for
from assistant.store.people.accounts import Role

#: The kinds after which a text stands on the shelf, or is public: undoing them may hide it first.
_SHOWS = frozenset({ChangeKind.IMPORT, ChangeKind.RESTORE, ChangeKind.VISIBILITY})


def look(engine: Engine, settings: Settings, change: Change) -> Look:
    """Return a change that waits with what would come of it; for one that is decided, what was known of it then."""
    if change.state not in (ChangeState.WAITING, ChangeState.DRAFT):
        return Look(change, (), change.doubts, Effect(), "")
    effect = effects.look(engine, settings, change)
    with engine.connect() as connection:
        return replace(_standing(connection, settings, change), effect=effect)


def _standing(connection: Connection, settings: Settings, change: Change) -> Look:
    """A change with all that its approval rests on, and the digest that names exactly this."""
    reasons: tuple[str, ...] = ()
    found = change.doubts
    if change.kind is ChangeKind.IMPORT:
        document = statutes.document_of(change)
        reasons = reasons_to_wait(connection, document, change.visibility, read_level(change), change.owner)
        found = measure(connection, document).doubts
    try:
        held = effects.held_digest(connection, settings, change)
    except (RefusedInput, NotOnShelf) as error:
        held = str(error)
    hidden = tuple(held_for(connection, change.id))
    asked = [change.id, change.kind, change.owner, change.target, change.title, change.level, change.visibility, change.origin]
    rests = [*asked, change.file_name, change.file_digest, change.document, change.payload, reasons, found, held]
    shown = hashlib.sha256(json.dumps(rests, ensure_ascii=False, sort_keys=True, default=str).encode()).hexdigest()
    return Look(change, reasons, found, Effect(), shown, hidden)


def approve(engine: Engine, settings: Settings, change_id: int, by: Person, shown: str, *, alone: bool = False) -> Change:
    """Make a change that waits, if it is still the one that was shown (`shown`, of `look`); return it as it is then.

    `alone` is the word of a bureau's only administrator that nobody else looks at it. Raises NoChange, DecidedAlready,
    RefusedInput where this person may not decide or the change cannot be made, FileChanged, and ShownAnew where the
    library changed since.
    """
    with writing(engine) as connection:
        change = _waiting(connection, change_id)
        kept_files.check(settings, change)
        single = second_person.check(connection, change, by, alone=alone)
        standing = _standing(connection, settings, change)
        if standing.shown != shown:
            raise ShownAnew
        made = effects.make(connection, settings, change, by.id)
        change = replace(change, doubts=standing.doubts)
        record_step(connection, change, by.id, "批准", {"结果": made.outcome, "一人确认": single})
        values = {"outcome": made.outcome, "before": made.before, "after": made.after, "doubts": list(standing.doubts)}
        values["payload"] = change.payload | {"alone": single}
        done = closed(connection, change, ChangeState.DONE, by.id, **values)
        if single:
            tell_reviewers(connection, settings, done)
        if by.id != change.owner:
            tell_owner(connection, settings, done)
    kept_files.drop(settings, change)
    return done


def reject(engine: Engine, settings: Settings, change_id: int, by: Person, reason: str) -> Change:
    """Leave the library as it is, and say why; raises NoChange, DecidedAlready, RefusedInput."""
    told = _checked_reason(reason)
    if by.role is not Role.ADMIN:
        raise RefusedInput("不批准", "只有管理员可以决定")
    with writing(engine) as connection:
        change = _waiting(connection, change_id)
        record_step(connection, change, by.id, "不批准", {"理由": told})
        done = closed(connection, change, ChangeState.REJECTED, by.id, reason=told)
        if by.id != change.owner:
            tell_owner(connection, settings, done)
    kept_files.drop(settings, change)
    return done


def undo(engine: Engine, settings: Settings, change_id: int, by: Person, reason: str, *, hide: bool = False) -> Change:
    """Ask that what stood before an approved change is put back, and return the change that waits for it.

    With `hide` the public sees nothing of the text, nor of what it repeals, until that is decided: a false text must go
    now, but what is in force without it is for two to say. An internal paper of the bureau's own is undone at once, and
    that change returned. Raises NoChange, DecidedAlready, RefusedInput where it cannot be undone.
    """
    told = _checked_reason(reason)
    if by.role is not Role.ADMIN:
        raise RefusedInput("撤销", "只有管理员可以撤销")
    with writing(engine) as connection:
        change = sql.change(connection, change_id)
        if change is None:
            raise NoChange
        if change.state not in effects.MADE:
            raise DecidedAlready(change)
        if not ACTS[change.kind].undoable:
            raise RefusedInput("撤销", "撤销不能再撤销；要恢复请重新办理原来的变动")
        if not waits(change.kind, change.level, change.visibility):
            return effects.undo(connection, settings, change, by.id, told)
        open_ones = sql.changes(connection, {ChangeState.WAITING}, limit=1000)
        earlier = next((c for c in open_ones if c.kind is ChangeKind.UNDO and c.payload["of"] == change.id), None)
        effects.check_unchanged(connection, settings, change)
        hiding = [change.target] if hide and change.kind in _SHOWS else []
        if earlier:
            changes.hide_meanwhile(connection, earlier, by.id, hiding)
            return earlier
        payload = {"of": change.id, "reason": told, "undone_kind": change.kind.value}
        values: dict[str, Any] = {"target": change.target, "title": change.title, "level": change.level.value if change.level else ""}
        values |= {"visibility": change.visibility.value, "origin": told, "payload": payload}
        return changes.ask(connection, settings, by.id, ChangeKind.UNDO, values, hiding=hiding)


def _waiting(connection: Connection, change_id: int) -> Change:
    change = sql.change(connection, change_id)
    if change is None or change.state is ChangeState.DRAFT:
        raise NoChange
    if change.state is not ChangeState.WAITING:
        raise DecidedAlready(change)
    return change


def _checked_reason(reason: str) -> str:
    told = " ".join(reason.split())
    if not 2 <= len(told) <= REASON_CHARS:
        raise RefusedInput("理由", f"请写明理由，2 至 {REASON_CHARS} 字")
    return told
