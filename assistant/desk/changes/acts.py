"""What each kind of change needs: one table, asked wherever something comes in, goes out, is shown, hidden or undone.

What counts as law above 本局文件, and what the public sees, is changed by two persons in either direction. One person
alone may only hide: what is hidden so stays hidden until a second one decides, and what the hidden text ended is hidden
with it, so that the public reads nothing false meanwhile.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import Enum
from typing import Final

from sqlalchemy.engine import Connection

from assistant.law.statute.model import Level, Visibility
from assistant.store.library import statutes as sql
from assistant.store.library.changes import ChangeKind
from assistant.store.library.holding import hold
from assistant.store.people.accounts import Role

#: Levels that do not bind as law and that an office keeps for itself.
OWN_LEVELS: Final = frozenset({Level.BUREAU_DOCUMENT, Level.OPINION, Level.CASE})
#: The levels at which a role may bring a paper in by itself, where nothing else makes it wait. An opinion is counsel's
#: word and comes in by being signed and adopted: nobody brings one in as a file alone.
BRINGS_IN: Final = {
    Role.STAFF: frozenset({Level.BUREAU_DOCUMENT, Level.CASE}),
    Role.REVIEWER: frozenset({Level.BUREAU_DOCUMENT, Level.CASE}),
    Role.ADMIN: frozenset({Level.BUREAU_DOCUMENT, Level.CASE}),
    Role.COUNSEL: frozenset[Level](),
}


class Hides(Enum):
    """Whether one person may hide what a change is about from the public until it is decided."""

    NEVER = 0
    IF_ASKED = 1
    AT_ONCE = 2


@dataclass(frozen=True, slots=True)
class Act:
    """What a kind of change needs: `always` where it waits whatever it is about, `undoable` where another change may take it back."""

    hides: Hides = Hides.NEVER
    always: bool = False
    undoable: bool = True


ACTS: Final = {
    ChangeKind.IMPORT: Act(),
    ChangeKind.VISIBILITY: Act(Hides.AT_ONCE, always=True),
    ChangeKind.WITHDRAW: Act(Hides.IF_ASKED),
    ChangeKind.RESTORE: Act(),
    ChangeKind.UNDO: Act(Hides.IF_ASKED, undoable=False),
    ChangeKind.CASE: Act(),
    ChangeKind.SETTING: Act(always=True),
    ChangeKind.WORDS: Act(always=True),
    ChangeKind.QUESTION: Act(always=True),
}


def waits(kind: ChangeKind, level: Level | None, *seen: Visibility | str) -> bool:
    """True where a change needs a second person: by its kind, by what it is about, or as the public sees it before or after."""
    return ACTS[kind].always or level not in OWN_LEVELS or Visibility.PUBLIC in seen


def hide(connection: Connection, kind: ChangeKind, change_id: int, statute_ids: Collection[str]) -> list[str]:
    """Hide statutes, with all they repeal, from the public until a change is decided; return the titles hidden.

    Only what is public is hidden: of an internal paper nobody learns that it is there.
    """
    if ACTS[kind].hides is Hides.NEVER:
        return []
    wanted = dict.fromkeys(statute_ids)
    for one in statute_ids:
        for version in sql.versions(connection, one):
            wanted |= dict.fromkeys(sql.repeal_targets(connection, version.id))
    found = [s for s in (sql.statute(connection, one) for one in wanted) if s and s.visibility == Visibility.PUBLIC]
    hold(connection, change_id, [s.id for s in found])
    if found:
        sql.bump_revision(connection)
    return [s.title for s in found]
