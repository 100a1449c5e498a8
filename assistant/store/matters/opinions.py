"""SQL for the law firm's opinions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, insert, select, update
from sqlalchemy.engine import Connection

from assistant.store.tables.matter import OpinionRow

_OP = cast(Table, OpinionRow.__table__)


@dataclass(frozen=True, slots=True)
class Opinion:
    """法律意见书: the firm's draft until `issued_at`; `file_id` where it was uploaded, `statute_id` where it is in the library.

    `checks` are its citations as judged at issue: {"raw", "verdict", "detail", "correct", "reason"}.
    """

    id: str
    matter_id: str
    number: str | None
    body: str
    file_id: int | None
    author: str
    author_name: str
    version: int
    checks: list[dict[str, Any]]
    updated_at: datetime
    issued_at: datetime | None
    statute_id: str | None
    published_at: datetime | None
    published_by: str | None


_COLUMNS = tuple(_OP.c[name] for name in Opinion.__slots__)


def opinion_of(connection: Connection, matter_id: str) -> Opinion | None:
    """Return the opinion of a matter, draft or issued, or None."""
    row = connection.execute(select(*_COLUMNS).where(_OP.c.matter_id == matter_id)).first()
    return Opinion(*row) if row else None


def opinions_of(connection: Connection, matter_ids: Sequence[str]) -> dict[str, Opinion]:
    """Return matter id → opinion for those of the matters that have one."""
    rows = connection.execute(select(*_COLUMNS).where(_OP.c.matter_id.in_(list(matter_ids))))
    return {r.matter_id: Opinion(*r) for r in rows}


def add_opinion(connection: Connection, values: dict[str, Any]) -> None:
    """Insert an opinion."""
    connection.execute(insert(_OP).values(values))


def change_opinion(connection: Connection, opinion_id: str, seen: int, values: dict[str, Any]) -> bool:
    """Set columns of an opinion still at the version seen and move it on by one; False where someone was faster."""
    changed = update(_OP).where(_OP.c.id == opinion_id, _OP.c.version == seen).values(values | {"version": seen + 1})
    return bool(connection.execute(changed).rowcount)
