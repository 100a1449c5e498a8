"""The rows of a backup in a database of their own, looked through before they take the place of those there are."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from assistant.desk.ops.backup_archive import BackupArchive
from assistant.errors import RefusedInput
from assistant.law.statute.model import Level, Visibility
from assistant.store import transfer as sql
from assistant.store.engine import migrate, open_engine, sqlite_url, writing
from assistant.store.people.accounts import Role

_DIGEST, _KEY, _PATH = re.compile(r"[0-9a-f]{64}"), re.compile(r"[0-9a-f]{32}"), re.compile(r"[/\\\x00]")
#: A password's hash as this program makes it; one that asks for more memory or time would stop the sign-in.
_HASH = re.compile(r"\$argon2id?\$v=19\$m=[0-9]{1,6},t=[0-9]{1,2},p=[0-9]{1,2}\$[A-Za-z0-9+/]{8,100}\$[A-Za-z0-9+/]{16,120}")


def _one_of(*allowed: str) -> Callable[[Any], bool]:
    return frozenset(allowed).__contains__


_SEEN_BY = _one_of(*Visibility)
#: Columns that decide who may do or see what, or where a file lies → what they may hold.
_MEANING: tuple[tuple[str, str, Callable[[Any], bool]], ...] = (
    ("account", "role", _one_of(*Role)),
    ("account", "login", lambda v: bool(v.strip()) and v.isprintable() and len(v) <= 60),
    ("account", "password_hash", lambda v: not v or _HASH.fullmatch(v) is not None),
    ("statute", "visibility", _SEEN_BY),
    ("statute", "level", _one_of("", *Level)),
    ("benchmark", "visibility", _SEEN_BY),
    ("law_case", "visibility", _SEEN_BY),
    ("library_change", "visibility", _SEEN_BY),
    ("library_change", "file_key", lambda v: not v or _KEY.fullmatch(v) is not None),
    ("library_change", "file_name", lambda v: v not in (".", "..") and not _PATH.search(v)),
    ("matter_file", "digest", lambda v: _DIGEST.fullmatch(v) is not None),
)


@contextmanager
def staged_rows(backup: BackupArchive, path: Path, place: Path) -> Iterator[Engine]:
    """Give a database in the folder `place` with the backup's rows, brought to the newest layout.

    Raises RefusedInput where a row is not what its table holds, or means what the program never writes.
    """
    engine: Engine | None = None
    try:
        try:
            engine = open_engine(sqlite_url(place / "staged.db"), layout=backup.manifest.layout)
            _fill(engine, backup)
            migrate(engine)
            _check_meaning(engine)
        except RefusedInput:
            raise
        except Exception as error:
            why = str(error) if isinstance(error, ValueError) and not isinstance(error, DBAPIError) else type(error).__name__
            raise RefusedInput(str(path), f"备份里的数据读不进来（{why[:120]}），没有作任何改动；请换一份备份") from error
        yield engine
    finally:
        if engine is not None:
            engine.dispose()


def _fill(engine: Engine, backup: BackupArchive) -> None:
    with writing(engine) as connection:
        tables = {t.name: t for t in sql.tables_of(connection)}
        unknown = backup.tables.keys() - tables.keys()
        if unknown:
            raise ValueError(f"没有“{min(unknown)}”这张表")
        sql.clear(connection, list(tables.values()))
        for name, table in tables.items():
            if name in backup.tables:
                for rows in backup.rows(name):
                    if name not in sql.PASSING:
                        sql.rows_in(connection, table, rows)


def _check_meaning(engine: Engine) -> None:
    with engine.connect() as connection:
        for table, column, holds in _MEANING:
            wrong = [v for v in sql.values_of(connection, table, column) if not isinstance(v, str) or not holds(v)]
            if wrong:
                raise ValueError(f"{table}.{column} 的值“{str(wrong[0])[:40]}”不是本程序会写的")
