"""Who hears of what happens to a matter: number and link only, never what it is about."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from sqlalchemy import Engine
from sqlalchemy.engine import Connection

from assistant.config import Settings
from assistant.desk.matters import people
from assistant.desk.matters.states import Party, State, Step
from assistant.desk.notify.notifications import Notice, NoticeKind, notify
from assistant.library.own_tables import work_calendar
from assistant.store.engine import writing
from assistant.store.matters import matters as sql
from assistant.store.matters.matters import Matter

#: Steps others hear of; the rest (editing, drafting, putting into the library) concern nobody else.
TOLD: Final = {
    Step.SUBMIT: NoticeKind.MATTER_SUBMITTED,
    Step.ACCEPT: NoticeKind.MATTER_ACCEPTED,
    Step.RETURN: NoticeKind.MATTER_RETURNED,
    Step.ASK_MORE: NoticeKind.MATTER_NEEDS_MORE,
    Step.SUPPLEMENT: NoticeKind.MATTER_SUPPLEMENTED,
    Step.ISSUE: NoticeKind.OPINION_ISSUED,
    Step.ADOPT: NoticeKind.OPINION_TAKEN,
    Step.DECLINE: NoticeKind.OPINION_NOT_TAKEN,
    Step.ARCHIVE: NoticeKind.MATTER_ARCHIVED,
    Step.WITHDRAW: NoticeKind.MATTER_WITHDRAWN,
    Step.MESSAGE: NoticeKind.MATTER_MESSAGE,
}
#: What a number may hold in a notification; a bureau's own pattern may hold more.
_OTHER: Final = re.compile(r"[^\w〔〕\[\]()（）·.—–-]")


def tell(connection: Connection, settings: Settings, matter: Matter, step: Step, party: Party, actor: str) -> None:
    """Tell a step just taken, in its transaction: the other side, and those of one's own side it concerns."""
    kind = TOLD.get(step)
    if kind is None or matter.submitted_at is None:  # a draft taken back before it was sent is nobody else's business
        return
    own_side = party is not Party.COUNSEL
    _tell(connection, settings, matter, kind, f"matter:{matter.id}:{matter.version}", actor, to_counsel=own_side, to_bureau=True)


def _tell(
    connection: Connection,
    settings: Settings,
    matter: Matter,
    kind: NoticeKind,
    event: str,
    actor: str,
    *,
    to_counsel: bool,
    to_bureau: bool,
) -> None:
    number = _OTHER.sub("", matter.number or "")[:60] or "未编号"
    for base, counsel, bureau in (("/staff/matters", False, to_bureau), ("/counsel/matters", to_counsel, False)):
        told = people.hear_of(connection, matter, actor, counsel, bureau)
        if told:
            notify(connection, settings, Notice(event, kind, number, f"{base}/{matter.id}"), told)


def remind(engine: Engine, settings: Settings, today: date) -> int:
    """Tell both sides of every matter that is due by the next working day or overdue, once a working day; return how many.

    Safe to call as often as one likes, from several servers.
    """
    calendar = work_calendar(settings)
    if not calendar.is_workday(today):
        return 0
    with engine.connect() as connection:
        waiting = sql.waiting(connection, [s.value for s in State if s.waits], calendar.add(today, 1))
    return sum(_remind(engine, settings, matter, today) for matter in waiting)


def _remind(engine: Engine, settings: Settings, matter: Matter, today: date) -> bool:
    with writing(engine) as connection:
        if not sql.mark_reminded(connection, matter.id, today):
            return False
        late = matter.due_on is not None and matter.due_on < today
        kind = NoticeKind.MATTER_OVERDUE if late else NoticeKind.MATTER_DUE
        event = f"matter:{matter.id}:due:{today.isoformat()}"
        _tell(connection, settings, matter, kind, event, "", to_counsel=True, to_bureau=True)
        return True
