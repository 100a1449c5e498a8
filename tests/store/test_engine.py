"""Migrations from the first table, and transactions that keep all or nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect, text

from assistant.store import engine as engine_module
from assistant.store.engine import HEAD, migrate, open_engine, sqlite_url, writing
from assistant.store.library import statutes as sql
from assistant.store.tables.library import Base


def test_migrations_from_nothing_give_the_tables_of_the_program(tmp_path: Path) -> None:
    engine = open_engine(sqlite_url(tmp_path / "a" / "library.db"))
    with engine.connect() as connection:
        assert connection.execute(text("select version_num from alembic_version")).scalar() == HEAD
        assert connection.execute(text("pragma journal_mode")).scalar() == "wal"
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, Base.metadata) == []


def test_head_is_the_newest_migration() -> None:
    scripts = ScriptDirectory(str(Path(engine_module.__file__).parent / "migrations"))
    assert scripts.get_heads() == [HEAD]
    assert [s.revision for s in scripts.walk_revisions()][-1] == "0001"


def test_migrations_from_the_first_layout_keep_what_is_there(tmp_path: Path) -> None:
    from alembic import command
    from alembic.config import Config

    url = sqlite_url(tmp_path / "library.db")
    old = create_engine(url)
    config = Config()
    config.set_main_option("script_location", str(Path(engine_module.__file__).parent / "migrations"))
    with old.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        connection.execute(text("insert into note (name, value) values ('虚构', '一')"))
    old.dispose()
    engine = open_engine(url)
    migrate(engine)
    with engine.connect() as connection:
        assert sql.note(connection, "虚构") == "一"
        assert set(inspect(connection).get_table_names()) >= {"statute", "version", "article", "note"}


def test_a_transaction_that_fails_leaves_nothing(tmp_path: Path) -> None:
    engine = open_engine(sqlite_url(tmp_path / "library.db"))
    with pytest.raises(RuntimeError), writing(engine) as connection:
        sql.save_note(connection, "虚构", "一")
        raise RuntimeError
    with engine.connect() as connection:
        assert sql.note(connection, "虚构") == ""
