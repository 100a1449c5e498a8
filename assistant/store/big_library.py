"""SQL that makes a shelf of any size out of the one there is, for measuring growth; only ever run on a copy of a library.

SQLite alone: articles are counted off by their row number.
"""

from __future__ import annotations

from typing import Any, cast

from sqlalchemy import ColumnElement, Insert, Table, delete, func, insert, literal_column, select, update
from sqlalchemy.engine import Connection

from assistant.store.library.statutes import bump_revision
from assistant.store.tables.library import ArticleRow, StatuteRow, VersionRow

_ST, _VE, _AR = (cast(Table, model.__table__) for model in (StatuteRow, VersionRow, ArticleRow))
#: Characters that a repeated article takes from another, and two primes that choose which, so that no two texts are the same.
_STRANGE, _STEP, _SHIFT = 80, 7_919, 104_729


def repeat_shelf(connection: Connection, articles: int) -> None:
    """Give the library exactly so many articles (where it has any): the first of its own, or all of them and repetitions.

    Repetitions stand under numbered titles, each article with the beginning of another one's text behind its own.
    """
    last = {table.name: connection.scalar(select(func.max(_row(table))).select_from(table)) or 0 for table in (_ST, _VE, _AR)}
    own = connection.scalar(select(func.count()).select_from(_AR)) or 0
    if articles < own:
        kept = select(_row(_AR)).select_from(_AR).order_by(_row(_AR)).limit(articles)
        connection.execute(delete(_AR).where(_row(_AR).not_in(kept.scalar_subquery())))
    left, copy = articles - own, 0
    while own and left > 0:
        copy += 1
        _repeat(connection, copy, last, min(left, own))
        left -= own
    bump_revision(connection)


def change_one(connection: Connection) -> None:
    """Give the first article another text, as an amended file would."""
    first = select(func.min(_row(_AR))).select_from(_AR).scalar_subquery()
    connection.execute(update(_AR).where(_row(_AR) == first).values(text=_AR.c.text + _AR.c.text, hash=_AR.c.hash + "+"))
    bump_revision(connection)


def _repeat(connection: Connection, copy: int, last: dict[str, int], articles: int) -> None:
    mark = f"（{copy}）"
    changed: dict[str, Any] = {"id": _ST.c.id + mark, "title": _ST.c.title + mark}
    connection.execute(_insert(_ST, changed, _row(_ST) <= last["statute"]))
    changed = {"id": _VE.c.id + mark, "statute_id": _VE.c.statute_id + mark}
    connection.execute(_insert(_VE, changed, _row(_VE) <= last["version"]))
    other = _AR.alias("other")
    strange = select(func.substr(other.c.text, 1, _STRANGE)).where(
        literal_column("other.rowid") == 1 + (_row(_AR) * _STEP + copy * _SHIFT) % last["article"]
    )
    changed = {
        "id": _AR.c.version_id + mark + func.substr(_AR.c.id, func.length(_AR.c.version_id) + 1),
        "version_id": _AR.c.version_id + mark,
        "text": _AR.c.text + func.coalesce(strange.scalar_subquery(), ""),
        "hash": _AR.c.hash + str(copy),
    }
    connection.execute(_insert(_AR, changed, _row(_AR) <= last["article"], articles))


def _insert(table: Table, changed: dict[str, Any], chosen: ColumnElement[bool], most: int | None = None) -> Insert:
    """Every chosen row once more, with some of its columns changed."""
    columns = [changed.get(column.name, column) for column in table.c]
    rows = select(*columns).where(chosen).order_by(_row(table)).limit(most)
    return insert(table).from_select([column.name for column in table.c], rows)


def _row(table: Table) -> ColumnElement[int]:
    return literal_column(f"{table.name}.rowid")
