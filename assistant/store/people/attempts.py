"""SQL for attempts to prove something with a secret."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import Table, delete, insert, select, update
from sqlalchemy.engine import Connection

from assistant.store.tables.attempt import AttemptRow

_AT = cast(Table, AttemptRow.__table__)


@dataclass(frozen=True, slots=True)
class Tried:
    """What was tried about a subject from a place, as it stands."""

    failures: int
    wait_until: datetime | None
    counted_at: datetime
    let_in_at: datetime | None


def tried(connection: Connection, subject: str, place: str) -> Tried | None:
    """Return what was tried, or None."""
    row = connection.execute(select(_AT).where(_AT.c.subject == subject, _AT.c.place == place)).first()
    return Tried(row.failures, row.wait_until, row.counted_at, row.let_in_at) if row else None


def put(connection: Connection, subject: str, place: str, now: Tried) -> None:
    """Put what was tried in place of what stood there; the caller holds the write lock."""
    values = {"failures": now.failures, "wait_until": now.wait_until, "counted_at": now.counted_at, "let_in_at": now.let_in_at}
    here = (_AT.c.subject == subject) & (_AT.c.place == place)
    if not connection.execute(update(_AT).where(here).values(values)).rowcount:
        connection.execute(insert(_AT).values(values | {"subject": subject, "place": place}))


def let_in_since(connection: Connection, place: str, since: datetime) -> bool:
    """True where anybody was let in from a place since then."""
    query = select(_AT.c.subject).where(_AT.c.place == place, _AT.c.let_in_at >= since).limit(1)
    return connection.execute(query).first() is not None


def waiting(connection: Connection, now: datetime) -> set[str]:
    """Return the subjects that somewhere have to wait."""
    return set(connection.execute(select(_AT.c.subject).where(_AT.c.wait_until > now)).scalars())


def forgive(connection: Connection, subject: str) -> None:
    """Forget the failures of a subject everywhere; the places it was let in from stay known."""
    connection.execute(delete(_AT).where(_AT.c.subject == subject, _AT.c.let_in_at.is_(None)))
    connection.execute(update(_AT).where(_AT.c.subject == subject).values(failures=0, wait_until=None))


def forget(connection: Connection, subject: str) -> None:
    """Remove everything about a subject."""
    connection.execute(delete(_AT).where(_AT.c.subject == subject))


def purge(connection: Connection, counted_before: datetime, let_in_before: datetime) -> int:
    """Remove what is too old to count; return how many rows."""
    stranger = _AT.c.let_in_at.is_(None) | (_AT.c.let_in_at < let_in_before)
    return connection.execute(delete(_AT).where(_AT.c.counted_at < counted_before, stranger)).rowcount
