"""SQL for the index: articles and versions read in bulk, as plain rows (an index over 80,000 articles takes no objects)."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import text
from sqlalchemy.engine import Connection

from assistant.store.library.holding import IS_HELD_SQL

#: One row as it comes from the database.
Plain = tuple[Any, ...]
#: Up to so many articles are asked for one by one; for more the whole table is read.
_FEW = 1_000
_PLACED = " from article a join version v on v.id = a.version_id join statute s on s.id = v.statute_id"
_PASSAGES = "select a.id, s.title, a.part, a.chapter, a.section, a.text, a.number" + _PLACED
#: What the public may see of a statute: one held back is as an internal one.
_SEEN = f"case when {IS_HELD_SQL} then 'internal' else s.visibility end"
_RECORDS = f"select a.id, s.title, s.level, {_SEEN}, v.binds_from, v.effective_to, v.repealed_from, v.closed_by_source" + _PLACED
_SIZES = "select a.id, a.number, a.suffix, length(a.text) from article a"
_VERSIONS = (
    f"select v.id, v.statute_id, v.binds_from, v.effective_to, v.repealed_from, v.closed_by_source, s.title, s.level, s.region, {_SEEN}"
    " from version v join statute s on s.id = v.statute_id"
)


def passages(connection: Connection, ids: Collection[str]) -> list[Plain]:
    """Return (id, title, part, chapter, section, text, number) of the articles, in no order."""
    return _chosen(connection, _PASSAGES, ids)


def records(connection: Connection, ids: Collection[str]) -> list[Plain]:
    """Return (id, title, level, visibility, binds_from, effective_to, repealed_from, closed_by_source) of the articles, in no order."""
    return _chosen(connection, _RECORDS, ids)


def sizes(connection: Connection, ids: Collection[str]) -> list[Plain]:
    """Return (id, number, suffix, characters) of the articles, in no order; unknown ids are left out."""
    return _chosen(connection, _SIZES, ids)


def versions(connection: Connection) -> list[Plain]:
    """Return (id, statute_id, binds_from, effective_to, repealed_from, closed_by_source, title, level, region, visibility) of every version."""
    return [tuple(row) for row in connection.execute(text(_VERSIONS))]


def _chosen(connection: Connection, query: str, ids: Collection[str]) -> list[Plain]:
    if len(ids) < _FEW:
        one = text(f"{query} where a.id = :id")
        return [tuple(row) for i in ids for row in connection.execute(one, {"id": i})]
    wanted = set(ids)
    return [tuple(row) for row in connection.execute(text(query)) if row[0] in wanted]
