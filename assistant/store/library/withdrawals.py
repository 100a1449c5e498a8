"""SQL for versions taken off the shelf and put back: their rows are kept whole, as JSON."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import Date, DateTime, Table, insert, select, update
from sqlalchemy.engine import Connection

from assistant.store.library import statutes as sql
from assistant.store.tables.library import ArticleRow, DifferenceRow, RepealRow, SourceRow, StatuteRow, VersionRow
from assistant.store.tables.withdrawal import WithdrawalRow

_WI = cast(Table, WithdrawalRow.__table__)
_ST, _VE = cast(Table, StatuteRow.__table__), cast(Table, VersionRow.__table__)
#: What hangs on a version, in the order in which it can be put back, and the column that names the version.
_PARTS = tuple(
    (cast(Table, row.__table__), column)
    for row, column in ((SourceRow, "version_id"), (ArticleRow, "version_id"), (DifferenceRow, "version_id"), (RepealRow, "by_version_id"))
)


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """A version that was taken off the shelf."""

    id: int
    version_id: str
    title: str
    owner: str
    withdrawn_at: datetime
    restored_at: datetime | None


def withdraw(connection: Connection, version_id: str, owner: str, now: datetime) -> int:
    """Keep the rows of a version and take it off the shelf; return the withdrawal's number."""
    kept = snapshot(connection, version_id)
    values = {"version_id": version_id, "title": kept["statute"]["title"], "owner": owner, "snapshot": kept, "withdrawn_at": now}
    number = connection.execute(insert(_WI).values(values)).inserted_primary_key
    sql.remove_version(connection, version_id)
    return int(number[0])  # type: ignore[index]


def restore(connection: Connection, withdrawal_id: int, now: datetime) -> str:
    """Put the rows back on the shelf and return the statute's id; the version must not be there again."""
    kept: dict[str, Any] = connection.execute(select(_WI.c.snapshot).where(_WI.c.id == withdrawal_id)).scalar_one()
    put_back(connection, kept)
    mark_restored(connection, withdrawal_id, now)
    return str(kept["statute"]["id"])


def mark_restored(connection: Connection, withdrawal_id: int, moment: datetime | None) -> None:
    """Note when a version came back to the shelf; None where it is off it again."""
    connection.execute(update(_WI).where(_WI.c.id == withdrawal_id).values(restored_at=moment))


def statute_of(connection: Connection, withdrawal_id: int) -> dict[str, Any]:
    """Return the row of the statute that a version belonged to when it was taken off the shelf."""
    kept: dict[str, Any] = connection.execute(select(_WI.c.snapshot).where(_WI.c.id == withdrawal_id)).scalar_one()
    return dict(kept["statute"])


def statute_row(connection: Connection, statute_id: str) -> dict[str, Any]:
    """Return the row of a statute, as values JSON can hold; empty where there is none."""
    row = connection.execute(select(_ST).where(_ST.c.id == statute_id)).mappings().first()
    return _plain(row) if row else {}


def repeals(connection: Connection, withdrawal_id: int) -> bool:
    """True where a version off the shelf repeals something, so that its coming back changes other days than its own."""
    kept: dict[str, Any] = connection.execute(select(_WI.c.snapshot).where(_WI.c.id == withdrawal_id)).scalar_one()
    return bool(kept.get(RepealRow.__tablename__))


def snapshot(connection: Connection, version_id: str) -> dict[str, Any]:
    """Return the rows of a version and of its statute, as values JSON can hold; `put_back` makes them rows again."""
    version = connection.execute(select(_VE).where(_VE.c.id == version_id)).mappings().one()
    statute = connection.execute(select(_ST).where(_ST.c.id == version["statute_id"])).mappings().one()
    parts = {t.name: [_plain(r) for r in connection.execute(select(t).where(t.c[c] == version_id)).mappings()] for t, c in _PARTS}
    return {"statute": _plain(statute), "version": _plain(version)} | parts


def put_back(connection: Connection, kept: dict[str, Any]) -> None:
    """Put the rows of a snapshot on the shelf; the version must not be there, its statute may be."""
    statute = kept["statute"]
    if sql.statute(connection, statute["id"]) is None:
        connection.execute(insert(_ST).values(_typed(_ST, statute)))
    connection.execute(insert(_VE).values(_typed(_VE, kept["version"])))
    renumbered: dict[int, int] = {}
    for table, _ in _PARTS:
        for row in kept[table.name]:
            _put_back(connection, table, row, renumbered)


def withdrawals(connection: Connection) -> list[Withdrawal]:
    """Return every withdrawal, the newest first."""
    columns = [_WI.c[name] for name in ("id", "version_id", "title", "owner", "withdrawn_at", "restored_at")]
    return [Withdrawal(*row) for row in connection.execute(select(*columns).order_by(_WI.c.id.desc()))]


def withdrawal(connection: Connection, withdrawal_id: int) -> Withdrawal | None:
    """Return one withdrawal, or None."""
    return next((w for w in withdrawals(connection) if w.id == withdrawal_id), None)


def _put_back(connection: Connection, table: Table, row: dict[str, Any], renumbered: dict[int, int]) -> None:
    """Insert one row; numbers the database gives out may be taken by now, so they are given anew."""
    values = _typed(table, row)
    if "source_id" in values:
        values["source_id"] = renumbered[values["source_id"]]
    if table.name == ArticleRow.__tablename__:
        connection.execute(insert(table).values(values))
        return
    old = values.pop("id")
    made = connection.execute(insert(table).values(values)).inserted_primary_key
    if table.name == SourceRow.__tablename__:
        renumbered[old] = int(made[0])  # type: ignore[index]


def _plain(row: Any) -> dict[str, Any]:
    return {k: v.isoformat() if isinstance(v, date) else v for k, v in row.items()}


def _typed(table: Table, row: dict[str, Any]) -> dict[str, Any]:
    """The row with its days as the columns take them."""
    return {name: _day(table.c[name].type, value) for name, value in row.items()}


def _day(kind: Any, value: Any) -> Any:
    if value is None or not isinstance(kind, Date | DateTime):
        return value
    return datetime.fromisoformat(value) if isinstance(kind, DateTime) else date.fromisoformat(value)
