"""SQL for the requests to bind a person of the sign-in provider to an account."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Row, Table, delete, func, insert, select, update
from sqlalchemy.engine import Connection

from assistant.store.tables.provider import ProviderRequestRow

_PR = cast(Table, ProviderRequestRow.__table__)


@dataclass(frozen=True, slots=True)
class ProviderRequest:
    """绑定申请: a person the provider vouches for who waits for an administrator."""

    id: int
    subject: str
    code: str
    name: str
    username: str
    mail: str
    asked_at: datetime


def _request(row: Row[Any]) -> ProviderRequest:
    return ProviderRequest(row.id, row.subject, row.code, row.name, row.username, row.mail, row.asked_at)


def requests(connection: Connection) -> list[ProviderRequest]:
    """Return the requests, newest first."""
    return [_request(r) for r in connection.execute(select(_PR).order_by(_PR.c.id.desc()))]


def request(connection: Connection, request_id: int) -> ProviderRequest | None:
    """Return one request, or None."""
    row = connection.execute(select(_PR).where(_PR.c.id == request_id)).first()
    return _request(row) if row else None


def request_of(connection: Connection, subject: str) -> ProviderRequest | None:
    """Return the request of a subject, or None."""
    row = connection.execute(select(_PR).where(_PR.c.subject == subject)).first()
    return _request(row) if row else None


def waiting(connection: Connection) -> int:
    """Return how many requests there are."""
    return int(connection.execute(select(func.count()).select_from(_PR)).scalar_one())


def add_request(connection: Connection, **values: Any) -> None:
    """Insert a request."""
    connection.execute(insert(_PR).values(values))


def change_request(connection: Connection, request_id: int, **values: Any) -> None:
    """Set columns of a request."""
    connection.execute(update(_PR).where(_PR.c.id == request_id).values(values))


def drop_request(connection: Connection, request_id: int) -> None:
    """Remove a request."""
    connection.execute(delete(_PR).where(_PR.c.id == request_id))


def purge(connection: Connection, asked_before: datetime) -> int:
    """Remove the requests older than that; return how many."""
    return connection.execute(delete(_PR).where(_PR.c.asked_at < asked_before)).rowcount
