"""SQL for backups: every table's rows out and in, as values JSON can hold, whichever database they come from or go to."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    DateTime,
    Float,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    delete,
    func,
    insert,
    select,
    text,
)
from sqlalchemy.engine import Connection

from assistant.store import tables
from assistant.store.tables.library import Base

_BATCH = 1000
#: Column type → the Python types of the JSON values it takes; the first that fits counts.
_HELD: tuple[tuple[type[Any], tuple[type[Any], ...]], ...] = (
    (Boolean, (bool,)),
    (Integer, (int,)),
    (Float, (float, int)),
    (LargeBinary, (str,)),
    (DateTime, (str,)),
    (Date, (str,)),
    (String, (str,)),
)
#: Who is signed in and who just failed to is of the moment: it is neither saved nor brought back.
PASSING = frozenset({"session", "attempt"})
#: What every new database holds: it does not make one count as used.
_ALWAYS = ("audit_head", "audit_event", "revision", "note")


def all_tables() -> list[Table]:
    """Return every table of the program, those that others refer to first."""
    for module in iter_modules(tables.__path__):
        import_module(f"assistant.store.tables.{module.name}")
    return list(Base.metadata.sorted_tables)


def tables_of(connection: Connection) -> list[Table]:
    """Return the tables a database has, as it describes them: those of an older layout than the program's."""
    found = MetaData()
    found.reflect(connection)
    return [t for t in found.sorted_tables if t.name != "alembic_version"]


def rows_out(connection: Connection, table: Table) -> Iterator[dict[str, Any]]:
    """Yield a table's rows as values JSON can hold."""
    result = connection.execution_options(yield_per=_BATCH).execute(select(table).order_by(*table.primary_key.columns))
    for row in result.mappings():
        yield {name: _out(value) for name, value in row.items()}


def rows_in(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Put rows of `rows_out` into a table; raises ValueError for a column it lacks and a value its column does not hold."""
    columns = {c.name: c for c in table.columns}
    values = [{name: _in(columns.get(name), name, value) for name, value in row.items()} for row in rows]
    for start in range(0, len(values), _BATCH):
        connection.execute(insert(table), values[start : start + _BATCH])


def clear(connection: Connection, tables: Sequence[Table]) -> None:
    """Remove every row of the tables, those that refer to others first."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
    for table in reversed(tables):
        connection.execute(delete(table))


def count_on(connection: Connection, tables: Sequence[Table]) -> None:
    """Let PostgreSQL number new rows after those put in; SQLite does so by itself."""
    if connection.dialect.name != "postgresql":
        return
    for table in tables:
        for column in table.primary_key.columns:
            if isinstance(column.type, Integer):
                named = connection.execute(text("select pg_get_serial_sequence(:t, :c)"), {"t": table.name, "c": column.name}).scalar()
                last = connection.execute(select(func.max(column))).scalar()
                if named and last:
                    connection.execute(text("select setval(:s, :n)"), {"s": named, "n": last})


def is_used(connection: Connection) -> bool:
    """True where a database holds anything a person put there."""
    return any(connection.execute(select(t).limit(1)).first() for t in all_tables() if t.name not in _ALWAYS)


def values_of(connection: Connection, table: str, column: str) -> list[Any]:
    """Return the different values a column holds, empty where there is no such column."""
    found = next((t for t in all_tables() if t.name == table), None)
    if found is None or column not in found.columns:
        return []
    return list(connection.execute(select(found.columns[column]).distinct()).scalars())


def _out(value: Any) -> Any:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, datetime):
        return value.isoformat(timespec="microseconds")
    return value.isoformat() if isinstance(value, date) else value


def _in(column: Column[Any] | None, name: str, value: Any) -> Any:
    """The value as the column holds it: of its type and of nothing else, whatever the database would let pass."""
    if column is None:
        raise ValueError(f"no column {name}")
    if value is None:
        if not column.nullable:
            raise ValueError(f"{column.name} is empty")
        return None
    kind = column.type
    if isinstance(kind, JSON):
        return value
    wanted = next((types for known, types in _HELD if isinstance(kind, known)), None)
    if wanted is None or type(value) not in wanted:
        raise ValueError(f"{column.name} holds a {type(value).__name__}")
    if isinstance(kind, LargeBinary):
        return base64.b64decode(value, validate=True)
    if isinstance(kind, DateTime):
        return datetime.fromisoformat(value)
    if isinstance(kind, Date):
        return date.fromisoformat(value)
    if isinstance(kind, Integer) and not -(2**63) <= value < 2**63:
        raise ValueError(f"{column.name} holds a number out of range")
    return bool(value) if isinstance(kind, Boolean) else value
