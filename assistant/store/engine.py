"""Opening the one database, SQLite in the home by default or PostgreSQL by its address, migrated to the newest layout."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event, inspect, text
from sqlalchemy.engine import Connection

from assistant.errors import MissingExtra
from assistant.store.turns import Turns

#: The newest migration; opening compares with it so that Alembic is imported only when needed.
HEAD = "0017"


#: Milliseconds that SQLite waits for the writer of another process; those of this one take turns before they ask.
_BUSY_MS = 20_000
_TURNS = Turns()
#: Connections kept, one for each thread that answers pages: opening one costs more than most of what is asked of it.
_POOL = 40
#: The advisory lock that writers take on PostgreSQL; one number a database.
_WRITERS = 0x66617A68


def open_engine(url: str, layout: str = HEAD) -> Engine:
    """Return an engine on `url` with the newest table layout (a new database: with `layout`); raises MissingExtra where its driver is not installed.

    SQLite runs in WAL with a wait for the writer of another process, so that two processes that import at
    once take turns. Migrations run when the layout is older.
    """
    engine = _engine(url)
    if engine.dialect.name == "sqlite":
        _prepare_sqlite(engine)
    if _current(engine) != layout:
        migrate(engine, "head" if layout == HEAD else layout)
    return engine


def open_to_read(url: str) -> Engine:
    """Return an engine on a database whose layout is the newest already; what it is asked to write is refused by the database."""
    if url.startswith("postgresql"):
        return create_engine(url, future=True, pool_pre_ping=True, connect_args={"options": "-c default_transaction_read_only=on"})
    engine = create_engine(url, future=True)

    @event.listens_for(engine, "connect")
    def _on_connect(raw: Any, _record: Any) -> None:
        raw.isolation_level = None
        raw.execute(f"PRAGMA busy_timeout={_BUSY_MS}")
        raw.execute("PRAGMA query_only=ON")

    return engine


def sqlite_url(path: Path) -> str:
    """Return the SQLAlchemy address of a SQLite file, its folder made where missing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    return f"sqlite:///{path}"


@contextmanager
def writing(engine: Engine, patience: float | None = None) -> Iterator[Connection]:
    """One write transaction: the lock is taken at its start, all of it is kept or none.

    SQLite upgrades a reader to a writer only by luck; BEGIN IMMEDIATE makes the second writer
    wait instead of failing half way. PostgreSQL has an advisory lock for the same, so that what is
    read at the start of a transaction still holds at its end on both. The threads of one process write in the order
    they came: SQLite alone would let who comes again and again pass those who wait. Raises NoTurn after a long wait (or `patience` seconds).
    """
    with _TURNS.of(engine, patience), engine.connect() as connection:
        _take_turn(connection)
        try:
            yield connection
            connection.commit()
        except BaseException:
            connection.rollback()
            raise


@contextmanager
def trying(engine: Engine) -> Iterator[Connection]:
    """One write transaction that is always taken back: what would come of a change is seen by making it."""
    with _TURNS.of(engine), engine.connect() as connection:
        _take_turn(connection)
        try:
            yield connection
        finally:
            connection.rollback()


def _take_turn(connection: Connection) -> None:
    """Begin a transaction that writes, when the writer before has ended."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    elif connection.dialect.name == "postgresql":
        connection.execute(text("select pg_advisory_xact_lock(:key)"), {"key": _WRITERS})


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


def migrate(engine: Engine, layout: str = "head") -> None:
    """Bring the tables to the newest layout, or an earlier one of a new database (Alembic; safe to call when they are)."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    with writing(engine) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, layout)


def _engine(url: str) -> Engine:
    if not url.startswith("postgresql"):
        return create_engine(url, future=True, pool_size=_POOL)
    try:  # a bureau's server closes idle connections: each is tried before it is used
        return create_engine(url, future=True, pool_pre_ping=True)
    except ModuleNotFoundError as error:
        raise MissingExtra("数据库", "postgres", "PostgreSQL ") from error


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
        cursor.execute(f"PRAGMA busy_timeout={_BUSY_MS}")
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.close()
