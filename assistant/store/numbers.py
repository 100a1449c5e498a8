"""SQL for the numbers of the year: what was asked, reviewed, sent to the firm and changed in the library, by month."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, FromClause, Table, extract, func, insert, select
from sqlalchemy.engine import Connection

from assistant.store.tables.consultation import ConsultationRow
from assistant.store.tables.left_question import LeftQuestionRow
from assistant.store.tables.library import SourceRow
from assistant.store.tables.matter import MatterRow, OpinionRow
from assistant.store.tables.withdrawal import WithdrawalRow

_CO, _LQ, _MA, _OP, _SO, _WI = (
    cast(Table, row.__table__) for row in (ConsultationRow, LeftQuestionRow, MatterRow, OpinionRow, SourceRow, WithdrawalRow)
)


@dataclass(frozen=True, slots=True)
class Tally:
    """How many of one label fell into one month."""

    year: int
    month: int
    label: str
    count: int


def add_consultation(connection: Connection, at: datetime, desk: str, answered: bool) -> None:
    """Count a question asked at a desk."""
    connection.execute(insert(_CO).values(at=at, desk=desk, answered=answered))


def consultations(connection: Connection) -> list[Tally]:
    """Return the questions asked, by desk."""
    return _by_month(connection, _CO, _CO.c.at, _CO.c.desk)


def consultations_unanswered(connection: Connection) -> list[Tally]:
    """Return the questions that were not answered."""
    return _by_month(connection, _CO, _CO.c.at, None, _CO.c.answered.is_(False))


def left_questions(connection: Connection) -> list[Tally]:
    """Return the questions the public left for a person."""
    return _by_month(connection, _LQ, _LQ.c.created_at)


def matters_submitted(connection: Connection) -> list[Tally]:
    """Return the matters sent to the firm, by the month they were sent."""
    return _by_month(connection, _MA, _MA.c.submitted_at)


def matters_answered(connection: Connection) -> list[Tally]:
    """Return the matters answered, by the month of the answer."""
    return _by_month(connection, _MA, _MA.c.answered_at)


def matter_states(connection: Connection, year: int) -> dict[str, int]:
    """Return state → how many of the matters begun in a year stand in it now."""
    query = select(_MA.c.state, func.count()).where(extract("year", _MA.c.created_at) == year).group_by(_MA.c.state)
    return {str(r[0]): int(r[1]) for r in connection.execute(query)}


def answer_times(connection: Connection, year: int) -> list[tuple[datetime, datetime]]:
    """Return (sent, answered) of the matters answered in a year."""
    query = select(_MA.c.submitted_at, _MA.c.answered_at).where(
        _MA.c.submitted_at.is_not(None), _MA.c.answered_at.is_not(None), extract("year", _MA.c.answered_at) == year
    )
    return [(r[0], r[1]) for r in connection.execute(query)]


def opinions_issued(connection: Connection) -> list[Tally]:
    """Return the legal opinions issued."""
    return _by_month(connection, _OP, _OP.c.issued_at)


def texts_added(connection: Connection) -> list[Tally]:
    """Return the versions put on the shelf, by the month their first source came."""
    first = select(func.min(_SO.c.added_at).label("at")).group_by(_SO.c.version_id).subquery()
    return _by_month(connection, first, first.c.at)


def texts_withdrawn(connection: Connection) -> list[Tally]:
    """Return the versions taken out of the library and not put back."""
    return _by_month(connection, _WI, _WI.c.withdrawn_at, None, _WI.c.restored_at.is_(None))


def _by_month(
    connection: Connection,
    table: FromClause,
    moment: ColumnElement[Any],
    label: ColumnElement[Any] | None = None,
    chosen: ColumnElement[bool] | None = None,
) -> list[Tally]:
    year, month = extract("year", moment), extract("month", moment)
    groups = [year, month] if label is None else [year, month, label]
    query = select(*groups, func.count()).select_from(table).where(moment.is_not(None)).group_by(*groups).order_by(*groups)
    rows = connection.execute(query if chosen is None else query.where(chosen))
    return [Tally(int(r[0]), int(r[1]), "" if label is None else str(r[2]), int(r[-1])) for r in rows]
