"""SQL for the audit trail: adding to the chain, reading it, and emptying or removing what is kept no longer.

A row's `content` is the digest of who, what and details with a salt of its own; its `hash` covers number, moment, action,
content and the hash of the row before. The newest number and hash stand in a row of their own, the head.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from secrets import token_hex
from typing import Any, cast

from sqlalchemy import Row, Select, Table, delete, false, insert, or_, select, update
from sqlalchemy.engine import Connection

from assistant.store.tables.audit import AuditEventRow, AuditHeadRow

_EV, _HE = (cast(Table, row.__table__) for row in (AuditEventRow, AuditHeadRow))

#: The hash before the first row.
ORIGIN = "0" * 64
_HEAD_ID = 1
_BATCH = 1000


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """One row; actor, target, detail (JSON text) and salt are None once they are kept no longer."""

    number: int
    at: datetime
    action: str
    actor: str | None
    target: str | None
    detail: str | None
    salt: str | None
    content: str
    previous: str
    hash: str

    @property
    def details(self) -> dict[str, Any]:
        """The details as they were recorded; empty where there were none or they are kept no longer."""
        return dict(json.loads(self.detail)) if self.detail else {}


@dataclass(frozen=True, slots=True)
class AuditHead:
    """The newest row's number and hash, and those of the last row removed at the beginning (0 and ORIGIN for none)."""

    number: int
    hash: str
    removed_number: int
    removed_hash: str


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Which rows to list; an empty field does not narrow. `until` is exclusive, `words` are sought in target and details."""

    actor: str = ""
    action: str = ""
    since: datetime | None = None
    until: datetime | None = None
    words: str = ""


def content_digest(actor: str, target: str, detail: str, salt: str) -> str:
    """Return the digest of what a row says; without the salt it tells nothing of it."""
    return _digest(actor, target, detail, salt)


def row_hash(number: int, at: datetime, action: str, content: str, previous: str) -> str:
    """Return the hash that chains a row to the one before."""
    return _digest(number, at.isoformat(timespec="microseconds"), action, content, previous)


def append(connection: Connection, at: datetime, action: str, actor: str, target: str, detail: Mapping[str, Any]) -> AuditEvent | None:
    """Add a row to the chain and return it; None where the head is missing, or the row is not there then as it was written.

    Both mean that the trail was tampered with: what the database does on its own is seen by reading back.
    """
    head = head_of(connection, locked=True)
    if head is None:
        return None
    number, salt = head.number + 1, token_hex(16)
    written = json.dumps(detail, ensure_ascii=False, sort_keys=True, default=str) if detail else ""
    content = content_digest(actor, target, written, salt)
    event = AuditEvent(
        number, at, action, actor, target, written, salt, content, head.hash, row_hash(number, at, action, content, head.hash)
    )
    connection.execute(insert(_EV).values({c.name: getattr(event, c.name) for c in _EV.columns}))
    connection.execute(update(_HE).where(_HE.c.id == _HEAD_ID).values(number=number, hash=event.hash))
    return event if _stands(connection, event) else None


def _stands(connection: Connection, event: AuditEvent) -> bool:
    """True where a row and the head are in the database as they were written."""
    row = connection.execute(select(_EV).where(_EV.c.number == event.number)).first()
    head = head_of(connection)
    return row is not None and _event(row) == event and head is not None and (head.number, head.hash) == (event.number, event.hash)


def head_of(connection: Connection, *, locked: bool = False) -> AuditHead | None:
    """Return the head, or None where it is missing; `locked` keeps other writers waiting until the transaction ends."""
    query = select(_HE).where(_HE.c.id == _HEAD_ID)
    row = connection.execute(query.with_for_update() if locked else query).first()
    return AuditHead(row.number, row.hash, row.removed_number, row.removed_hash) if row else None


def events(connection: Connection, chosen: AuditFilter, limit: int) -> list[AuditEvent]:
    """Return the newest rows that fit, newest first."""
    query = _narrowed(select(_EV), chosen).order_by(_EV.c.number.desc()).limit(limit)
    return [_event(r) for r in connection.execute(query)]


def chain(connection: Connection) -> Iterator[AuditEvent]:
    """Yield every row in the order of the chain."""
    last: int | None = None
    while True:
        query = select(_EV).order_by(_EV.c.number).limit(_BATCH)
        rows = connection.execute(query if last is None else query.where(_EV.c.number > last)).fetchall()
        for row in rows:
            yield _event(row)
        if len(rows) < _BATCH:
            return
        last = rows[-1].number


def of_actions(connection: Connection, actions: Sequence[str]) -> list[AuditEvent]:
    """Return every row of the actions, oldest first."""
    return [_event(r) for r in connection.execute(select(_EV).where(_EV.c.action.in_(actions)).order_by(_EV.c.number))]


def hash_at(connection: Connection, number: int) -> str | None:
    """Return a row's hash, None where there is no such row."""
    return connection.execute(select(_EV.c.hash).where(_EV.c.number == number)).scalar()


def is_due(connection: Connection, limits: Mapping[str, datetime]) -> bool:
    """True where a row that is not empty is older than the limit of its action."""
    due = [(_EV.c.action == action) & (_EV.c.at < before) for action, before in limits.items()]
    query = select(_EV.c.number).where(or_(false(), *due), _EV.c.salt.is_not(None)).limit(1)
    return connection.execute(query).first() is not None


def empty(connection: Connection, action: str, before: datetime) -> int:
    """Empty the rows of an action older than a moment; return how many were not empty yet."""
    due = (_EV.c.action == action) & (_EV.c.at < before) & _EV.c.salt.is_not(None)
    result = connection.execute(update(_EV).where(due).values(actor=None, target=None, detail=None, salt=None))
    return int(result.rowcount)


def remove_beginning(connection: Connection, through: int, last_hash: str) -> int:
    """Remove the rows up to a number and keep its hash, on which the rest of the chain stands; return how many went."""
    result = connection.execute(delete(_EV).where(_EV.c.number <= through))
    connection.execute(update(_HE).where(_HE.c.id == _HEAD_ID).values(removed_number=through, removed_hash=last_hash))
    return int(result.rowcount)


def _narrowed(query: Select[Any], chosen: AuditFilter) -> Select[Any]:
    if chosen.actor:
        query = query.where(_EV.c.actor == chosen.actor)
    if chosen.action:
        query = query.where(_EV.c.action == chosen.action)
    if chosen.since:
        query = query.where(_EV.c.at >= chosen.since)
    if chosen.until:
        query = query.where(_EV.c.at < chosen.until)
    for word in chosen.words.split():
        query = query.where(_EV.c.target.contains(word, autoescape=True) | _EV.c.detail.contains(word, autoescape=True))
    return query


def _event(row: Row[Any]) -> AuditEvent:
    return AuditEvent(
        row.number, row.at, row.action, row.actor, row.target, row.detail, row.salt, row.content, row.previous, row._mapping["hash"]
    )


def _digest(*parts: object) -> str:
    return sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()
