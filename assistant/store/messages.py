"""SQL for the questions visitors leave."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, cast

from sqlalchemy import Row, Table, insert, select, update
from sqlalchemy.engine import Connection

from assistant.store.tables.left_question import LeftQuestionRow

_LQ = cast(Table, LeftQuestionRow.__table__)


class LeftState(StrEnum):
    """What has become of a question."""

    WAITING = "待答复"
    ANSWERED = "已答复"
    CLOSED = "已关闭"


@dataclass(frozen=True, slots=True)
class LeftQuestion:
    """A question left, without its contact; `has_contact` is false once that was deleted."""

    id: int
    number: str
    question: str
    state: LeftState
    reply: str
    replied_by: str
    replied_at: datetime | None
    matter_id: str
    created_at: datetime
    purge_on: date
    has_contact: bool
    code_digest: str
    tail_digest: str


def _left(row: Row[Any]) -> LeftQuestion:
    return LeftQuestion(
        row.id,
        row.number,
        row.question,
        LeftState(row.state),
        row.reply,
        row.replied_by,
        row.replied_at,
        row.matter_id,
        row.created_at,
        row.purge_on,
        row.contact is not None and row.purge_on > date.today(),
        row.code_digest,
        row.tail_digest,
    )


def add_left(connection: Connection, values: dict[str, Any]) -> int:
    """Insert a question and return its id; raises IntegrityError where the number is taken."""
    result = connection.execute(insert(_LQ).values(values))
    return int(result.inserted_primary_key[0])  # type: ignore[index]


def left_by_number(connection: Connection, number: str) -> LeftQuestion | None:
    """Return the question of a number, or None."""
    row = connection.execute(select(_LQ).where(_LQ.c.number == number)).first()
    return _left(row) if row else None


def left_by_id(connection: Connection, left_id: int) -> LeftQuestion | None:
    """Return one question, or None."""
    row = connection.execute(select(_LQ).where(_LQ.c.id == left_id)).first()
    return _left(row) if row else None


def left_questions(connection: Connection, state: LeftState | None = None, limit: int = 200) -> list[LeftQuestion]:
    """Return the questions, those of one state where given, newest first."""
    query = select(_LQ).order_by(_LQ.c.id.desc()).limit(limit)
    if state is not None:
        query = query.where(_LQ.c.state == state.value)
    return [_left(r) for r in connection.execute(query)]


def contact_of(connection: Connection, left_id: int) -> bytes | None:
    """Return the encrypted contact, or None where there is none any more."""
    return connection.execute(select(_LQ.c.contact).where(_LQ.c.id == left_id)).scalar()


def change_left(connection: Connection, left_id: int, values: dict[str, Any]) -> None:
    """Change columns of one question."""
    connection.execute(update(_LQ).where(_LQ.c.id == left_id).values(values))


def purge_contacts(connection: Connection, day: date, now: datetime) -> int:
    """Empty contact and its digest where their time has come; return how many."""
    due = (_LQ.c.purge_on <= day) & _LQ.c.contact.is_not(None)
    return connection.execute(update(_LQ).where(due).values(contact=None, tail_digest="", purged_at=now)).rowcount
