"""What the office does to cases: at once where only the office sees them, else put before an administrator.

What everyone reads waits for a second person, whoever asks: who wrote or brought in a case is never the one that shows it.
An administrator alone may only take a public case out of use: nothing else hangs on it, and it comes back by two.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Engine

from assistant.config import Settings
from assistant.desk.cases import cases, drafts
from assistant.desk.cases.drafts import Draft
from assistant.desk.changes.acts import waits
from assistant.desk.changes.asking.changes import ask
from assistant.desk.changes.effects.cases import CaseAct
from assistant.desk.people.people import Person
from assistant.errors import NotOnShelf, RefusedInput
from assistant.law.statute.model import Level, Visibility
from assistant.store import cases as sql
from assistant.store.cases import StoredCase
from assistant.store.engine import writing
from assistant.store.library.changes import Change, ChangeKind
from assistant.store.people.accounts import Role


def publish(engine: Engine, settings: Settings, draft: Draft, *, kept: Collection[int], by: Person) -> tuple[int, Change | None]:
    """Store a confirmed case and return its number; one that everyone is to see is internal until an administrator agrees.

    Raises RefusedInput as `case_drafts.publish`, and where a public case of the same file would be written over.
    """
    wanted = draft.case.visibility
    with engine.connect() as connection:
        there = sql.case_of_key(connection, draft.case.key)
    if there and there.case.visibility is Visibility.PUBLIC:
        raise RefusedInput(there.case.title, "这件案例已经公开，要改请先移出，改好以后重新提交")
    if wanted is Visibility.PUBLIC:
        drafts.check_public(draft, kept)
    inside = drafts.changed(draft, visibility=Visibility.INTERNAL)
    number, _ = drafts.publish(engine, settings, inside, kept=kept, by=by.id)
    return number, _ask(engine, settings, by, number, CaseAct.OPEN) if wanted is Visibility.PUBLIC else None


def edit_lesson(engine: Engine, settings: Settings, case_id: int, text: str, by: Person) -> Change | None:
    """Keep other words for a case's lesson, or put them before an administrator; raises as `cases.edit_lesson`."""
    if not _waits(engine, case_id):
        cases.edit_lesson(engine, case_id, text, by.id)
        return None
    lesson = cases.checked_lesson(text, public=True)
    return _ask(engine, settings, by, case_id, CaseAct.LESSON, lesson=lesson)


def remove(engine: Engine, settings: Settings, case_id: int, by: Person) -> Change | None:
    """Take a case out of use, or put this before an administrator; raises NotOnShelf."""
    if not _waits(engine, case_id) or by.role is Role.ADMIN:
        cases.remove(engine, case_id, by.id)
        return None
    return _ask(engine, settings, by, case_id, CaseAct.REMOVE)


def restore(engine: Engine, settings: Settings, case_id: int, by: Person) -> Change | None:
    """Put a removed case back, or put this before an administrator; raises NotOnShelf."""
    if not _waits(engine, case_id, removed=True):
        cases.restore(engine, case_id, by.id)
        return None
    return _ask(engine, settings, by, case_id, CaseAct.RESTORE)


def title_of(engine: Engine, case_id: int) -> str:
    """Return the title of a case, removed ones too; raises NotOnShelf."""
    return _stored(engine, case_id).case.title


def _waits(engine: Engine, case_id: int, *, removed: bool = False) -> bool:
    stored = _stored(engine, case_id)
    if bool(stored.removed_at) is not removed:
        raise NotOnShelf(f"没有编号为 {case_id} 的{'已移出的' if removed else ''}案例")
    return waits(ChangeKind.CASE, Level.CASE, stored.case.visibility)


def _stored(engine: Engine, case_id: int) -> StoredCase:
    with engine.connect() as connection:
        stored = sql.case(connection, case_id)
    if stored is None:
        raise NotOnShelf(f"没有编号为 {case_id} 的案例，可能已被移出")
    return stored


def _ask(engine: Engine, settings: Settings, by: Person, case_id: int, act: CaseAct, **more: Any) -> Change:
    title = _stored(engine, case_id).case.title
    values = {"target": str(case_id), "title": title, "visibility": Visibility.PUBLIC.value, "payload": {"act": act.value, **more}}
    with writing(engine) as connection:
        return ask(connection, settings, by.id, ChangeKind.CASE, values)
