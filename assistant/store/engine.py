"""Opening the one database: SQLite in the home by default, migrated to the newest layout."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event, inspect, text
from sqlalchemy.engine import Connection

#: The newest migration; opening compares with it so that Alembic is imported only when needed.
HEAD = "0013"


def open_engine(url: str) -> Engine:
    """Return an engine on `url` with the newest table layout.

    SQLite runs in WAL with a 60 s wait for another writer, so that two processes that import at
    once take turns. Migrations run when the layout is older.
    """
    engine = create_engine(url, future=True)
    if engine.dialect.name == "sqlite":
        _prepare_sqlite(engine)
    if _current(engine) != HEAD:
        migrate(engine)
    return engine


def sqlite_url(path: Path) -> str:
    """Return the SQLAlchemy address of a SQLite file, its folder made where missing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    return f"sqlite:///{path}"


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One write transaction: the lock is taken at its start, all of it is kept or none.

    SQLite upgrades a reader to a writer only by luck; BEGIN IMMEDIATE makes the second writer
    wait instead of failing half way.
    """
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        try:
            yield connection
            connection.commit()
        except BaseException:
            connection.rollback()
            raise


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """One read transaction: every statement in it sees the database as it stood at the first."""
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN")
        else:
            connection = connection.execution_options(isolation_level="REPEATABLE READ")
        try:
            yield connection
        finally:
            connection.rollback()


def migrate(engine: Engine) -> None:
    """Bring the tables to the newest layout (Alembic; safe to call when they are)."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    with writing(engine) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _current(engine: Engine) -> str | None:
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        return connection.execute(text("select version_num from alembic_version")).scalar()


def _prepare_sqlite(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def _on_connect(raw: Any, _record: Any) -> None:
        raw.isolation_level = None  # transactions are begun by us, not by the driver
        cursor = raw.cursor()
        cursor.execute("PRAGMA busy_timeout=60000")
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.close()
