"""What a change does to a case that everyone may see: shown to all, other words for its lesson, out of use and back."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.engine import Connection

from assistant.desk.changes.model import Effect, Made
from assistant.errors import NotOnShelf, RefusedInput
from assistant.law.cases.model import Case
from assistant.law.privacy.scan import certain_data
from assistant.law.statute.article_changes import text_change
from assistant.law.statute.model import Article, Visibility
from assistant.store import cases as sql
from assistant.store.cases import StoredCase
from assistant.store.library.changes import Change


class CaseAct(StrEnum):
    """What is to be done to a case."""

    OPEN = "公开"
    LESSON = "修改说给当事人听的话"
    REMOVE = "移出"
    RESTORE = "恢复"


def held_digest(connection: Connection, change: Change) -> str:
    """Return the digest of the case a change stands on."""
    stored = _stored(connection, change)
    text = json.dumps([asdict(stored.case), stored.digest, stored.removed_at], ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def look(engine: Engine, change: Change) -> Effect:
    """Return what a change would do, with the case as everyone would read it."""
    act = CaseAct(change.payload["act"])
    with engine.connect() as connection:
        try:
            case = _stored(connection, change).case
        except NotOnShelf as error:
            return Effect(facts=(f"现在不能批准：{error}",))
    shown = _pieces(case, case.lesson)
    old: list[Article] = [] if act in (CaseAct.OPEN, CaseAct.RESTORE) else shown
    new = [] if act is CaseAct.REMOVE else _pieces(case, change.payload.get("lesson", case.lesson)) if act is CaseAct.LESSON else shown
    return Effect((f"要做的：{act.value}",), (), "公众看到的案例，现在与批准以后", text_change(old, new))


def look_at_undo(engine: Engine, change: Change, before: dict[str, Any]) -> Effect:
    """Return what undoing an approved change would do."""
    with engine.connect() as connection:
        try:
            stored = _unchanged(connection, change)
        except (NotOnShelf, RefusedInput) as error:
            return Effect(facts=(f"现在不能批准：{error}",))
    old = _pieces(stored.case, stored.case.lesson) if _is_seen(stored.case.visibility, bool(stored.removed_at)) else []
    then = _is_seen(Visibility(before["visibility"]), before["removed"])
    return Effect((), (), "公众看到的案例，现在与撤销以后", text_change(old, _pieces(stored.case, before["lesson"]) if then else []))


def _is_seen(visibility: Visibility, removed: bool) -> bool:
    return visibility is Visibility.PUBLIC and not removed


def make(connection: Connection, change: Change) -> Made:
    """Make a change inside the caller's transaction; raises NotOnShelf, RefusedInput."""
    stored, act, now = _stored(connection, change), CaseAct(change.payload["act"]), datetime.now()
    before: dict[str, Any] = {"visibility": stored.case.visibility.value, "lesson": list(stored.case.lesson)}
    before["removed"] = stored.removed_at is not None
    if act is CaseAct.OPEN:
        _check_bare(stored.case)
        sql.set_visibility(connection, stored.id, Visibility.PUBLIC, now)
    elif act is CaseAct.LESSON:
        sql.set_lesson(connection, stored.id, change.payload["lesson"], now)
    else:
        sql.set_removed(connection, stored.id, act is CaseAct.REMOVE, now)
    return Made(act.value, before, held_digest(connection, change))


def undo(connection: Connection, change: Change, before: dict[str, Any]) -> None:
    """Put back what stood before; raises RefusedInput where the case changed again since."""
    stored, now = _unchanged(connection, change), datetime.now()
    sql.set_visibility(connection, stored.id, Visibility(before["visibility"]), now)
    sql.set_lesson(connection, stored.id, before["lesson"], now)
    sql.set_removed(connection, stored.id, bool(before["removed"]), now)


def _stored(connection: Connection, change: Change) -> StoredCase:
    stored = sql.case(connection, int(change.target))
    if stored is None:
        raise NotOnShelf(f"没有编号为 {change.target} 的案例，可能已被移出")
    return stored


def _unchanged(connection: Connection, change: Change) -> StoredCase:
    """The case of an approved change, as it was left by it; raises RefusedInput where it changed since."""
    if held_digest(connection, change) != change.after:
        raise RefusedInput(f"《{change.title}》", "批准以后又有改动，不能撤销；请在案例页面处理")
    return _stored(connection, change)


def _check_bare(case: Case) -> None:
    """What is shown to everyone holds no identity or telephone number, whatever was kept while it was internal."""
    bare = certain_data("\n".join(p.text for p in _pieces(case, case.lesson)))
    if bare:
        raise RefusedInput(case.title, f"公开案例不能有{bare[0].kind.value}，请重新导入并替换")


def _pieces(case: Case, lesson: Any) -> list[Article]:
    """The case as paragraphs, so that it is compared as a text is."""
    parts = [case.title, case.facts, case.findings, case.decision, case.correction, *lesson]
    return [Article(0, 0, text, n) for n, text in enumerate((p for p in parts if p.strip()), 1)]
