"""An administrator decides on what waits: approves exactly what was shown, rejects it with a reason, or undoes it later."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace

from sqlalchemy import Engine
from sqlalchemy.engine import Connection

from assistant.config import Settings
from assistant.desk.changes import case_effects, kept_files, second_person, statute_effects
from assistant.desk.changes.asking import closed, record_step
from assistant.desk.changes.drafts import read_level
from assistant.desk.changes.model import REASON_CHARS, DecidedAlready, Effect, Look, Made, NoChange, ShownAnew
from assistant.desk.changes.telling import tell_administrators, tell_owner, tell_reviewers
from assistant.desk.changes.weighing import reasons_to_wait
from assistant.desk.people import Person
from assistant.errors import RefusedInput
from assistant.library.measuring import measure
from assistant.store import changes as sql
from assistant.store.accounts import Role
from assistant.store.changes import Change, ChangeKind, ChangeState
from assistant.store.engine import writing


def look(engine: Engine, settings: Settings, change: Change) -> Look:
    """Return a change that waits with what would come of it; for one that is decided, what was known of it then."""
    if change.state not in (ChangeState.WAITING, ChangeState.DRAFT):
        return Look(change, (), change.doubts, Effect(), "")
    effect = case_effects.look(engine, change) if change.kind is ChangeKind.CASE else statute_effects.look(engine, settings, change)
    with engine.connect() as connection:
        return replace(_standing(connection, change), effect=effect)


def _standing(connection: Connection, change: Change) -> Look:
    """A change with all that its approval rests on, and the digest that names exactly this."""
    reasons: tuple[str, ...] = ()
    found = change.doubts
    if change.kind is ChangeKind.IMPORT:
        document = statute_effects.document_of(change)
        reasons = reasons_to_wait(connection, document, change.visibility, read_level(change))
        found = measure(connection, document).doubts
    held = (
        case_effects.held_digest(connection, change) if change.kind is ChangeKind.CASE else statute_effects.held_digest(connection, change)
    )
    asked = [change.id, change.kind, change.owner, change.target, change.title, change.level, change.visibility, change.origin]
    rests = [*asked, change.file_name, change.file_digest, change.document, change.payload, reasons, found, held]
    shown = hashlib.sha256(json.dumps(rests, ensure_ascii=False, sort_keys=True, default=str).encode()).hexdigest()
    return Look(change, reasons, found, Effect(), shown)


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
        standing = _standing(connection, change)
        if standing.shown != shown:
            raise ShownAnew
        made = _make(connection, settings, change)
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


def undo(engine: Engine, settings: Settings, change_id: int, by: Person, reason: str) -> Change:
    """Put back what stood before an approved change; one administrator may do it at once: a false text must go now.

    Raises NoChange, RefusedInput where it is not an approved one or what it changed has changed again.
    """
    told = _checked_reason(reason)
    if by.role is not Role.ADMIN:
        raise RefusedInput("撤销", "只有管理员可以撤销")
    with writing(engine) as connection:
        change = sql.change(connection, change_id)
        if change is None:
            raise NoChange
        if change.state not in (ChangeState.DONE, ChangeState.PLACED):
            raise DecidedAlready(change)
        before = sql.before(connection, change_id)
        if change.kind is ChangeKind.CASE:
            case_effects.undo(connection, change, before)
        else:
            statute_effects.undo(connection, change, before)
        record_step(connection, change, by.id, "撤销", {"理由": told, "原批准人": change.decided_by})
        done = closed(connection, change, ChangeState.UNDONE, by.id, reason=told, before=None)
        tell_administrators(connection, settings, done)
        if by.id != change.owner:
            tell_owner(connection, settings, done)
    return done


def _make(connection: Connection, settings: Settings, change: Change) -> Made:
    return case_effects.make(connection, change) if change.kind is ChangeKind.CASE else statute_effects.make(connection, settings, change)


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
