"""SQL for the use of the language model."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, func, insert, select
from sqlalchemy.engine import Connection

from assistant.store.tables.model_use import ModelUseRow

_USE = cast(Table, ModelUseRow.__table__)


@dataclass(frozen=True, slots=True)
class UseTotal:
    """Calls of one purpose: how many, tokens in and out, and seconds in all."""

    purpose: str
    calls: int
    prompt_tokens: int
    reply_tokens: int
    seconds: float


def add_use(connection: Connection, values: dict[str, Any]) -> None:
    """Keep one call; `values` are the columns of `ModelUseRow` but the id."""
    connection.execute(insert(_USE).values(values))


def totals(connection: Connection, since: datetime | None = None) -> list[UseTotal]:
    """Return the totals by purpose, of calls since a moment where one is given."""
    query = select(
        _USE.c.purpose, func.count(), func.sum(_USE.c.prompt_tokens), func.sum(_USE.c.reply_tokens), func.sum(_USE.c.seconds)
    ).group_by(_USE.c.purpose)
    if since is not None:
        query = query.where(_USE.c.at >= since)
    rows = connection.execute(query.order_by(_USE.c.purpose))
    return [UseTotal(purpose, int(n), int(p or 0), int(r or 0), float(s or 0.0)) for purpose, n, p, r, s in rows]
