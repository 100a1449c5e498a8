"""Bringing a backup back: checked whole and loaded beside first, then put in place in one transaction.

Nothing is touched before the archive has been read to its end, its rows have gone into a database of their own and its
files lie ready. What was there before is itself backed up beside the home. A restore that is broken off is finished, or
taken back, when the program starts next.
"""

from __future__ import annotations

import secrets
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from string import ascii_lowercase
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import Engine

from assistant.config import SETTINGS_FILE, Settings
from assistant.desk.audit import AuditAction, listed, record
from assistant.desk.backup import backup
from assistant.desk.ops.archive import Archive
from assistant.desk.ops.home_files import OTHER_SETTINGS, own_files
from assistant.desk.ops.switching import Switch, interrupted
from assistant.errors import RefusedInput
from assistant.store import accounts, statutes
from assistant.store import transfer as sql
from assistant.store.audit import AuditFilter
from assistant.store.engine import migrate, open_engine, sqlite_url, writing

_BATCH = 1000
_TOKEN = "凭证"


@dataclass(frozen=True, slots=True)
class Restored:
    """What was brought back, when the backup was made, and where what was there before is kept (None: nothing was).

    `unknown` names the files of the backup that no home has; they were left out. `settings_aside` tells that the
    backup's settings lie beside those of the home and do not take effect.
    """

    made_at: str
    rows: int
    files: int
    before: Path | None
    unknown: tuple[str, ...] = ()
    settings_aside: bool = False


def restore(settings: Settings, path: Path, actor: str, *, force: bool = False) -> Restored:
    """Bring a backup back into the home and the database of the settings; raises RefusedInput, touching nothing.

    Where something is there already, `force` is needed; it is then backed up beside the home and replaced. Servers that
    run go on with what was brought back.
    """
    with Archive(path) as archive, TemporaryDirectory(prefix="restore-") as place:
        staged = _staged(archive, Path(place))
        settings.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        engine = open_engine(settings.library_url)
        switch = Switch(settings, _token())
        try:
            before = _kept_before(engine, settings, actor, force)
            names = _laid(archive, switch)
            rows = _load(staged, engine, archive.path, actor, switch.token)
            switch.finish()
        except BaseException:
            if not _recorded(engine, switch.token):
                switch.drop()
            raise
        finally:
            staged.dispose()
            engine.dispose()
        aside = OTHER_SETTINGS in names
        return Restored(str(archive.manifest["made_at"]), rows, len(names), before, tuple(archive.unknown), aside)


def check(path: Path) -> dict[str, Any]:
    """Return the manifest of a backup whose every part is as it was written; raises RefusedInput where it is not."""
    with Archive(path) as archive:
        return archive.manifest


def finish_interrupted(engine: Engine, settings: Settings) -> bool:
    """Finish a restore that was broken off once its rows were in place, throw away one that was not; True where one was finished."""
    switch = interrupted(settings)
    if switch is None:
        return False
    if _recorded(engine, switch.token):
        switch.finish()
        return True
    switch.drop()
    return False


def _token() -> str:
    """Letters alone: the trail hides what looks like somebody's number."""
    return "".join(secrets.choice(ascii_lowercase) for _ in range(24))


def _recorded(engine: Engine, token: str) -> bool:
    """True where the trail has the record that is written in one transaction with the rows."""
    newest = listed(engine, AuditFilter(action=AuditAction.RESTORE), 5)
    return any(event.details.get(_TOKEN) == token for event in newest)


def _staged(archive: Archive, place: Path) -> Engine:
    """A database of its own with the backup's rows, of the layout they were written in and then brought to the newest."""
    try:
        engine = open_engine(sqlite_url(place / "library.db"), layout=archive.layout)
    except Exception as error:
        raise _unreadable(archive, error) from error
    try:
        with writing(engine) as connection:
            tables = sql.tables_of(connection)
            sql.clear(connection, tables)
            for table in tables:
                for rows in _batches(archive.rows(table.name) if table.name not in sql.PASSING else ()):
                    sql.rows_in(connection, table, rows)
        migrate(engine)
        with engine.connect() as connection:
            accounts.accounts(connection)  # a role nobody has would keep everybody out
            for table in sql.all_tables():  # every value is one the program can read, days among them
                for _ in sql.rows_out(connection, table):
                    pass
    except Exception as error:
        engine.dispose()
        raise _unreadable(archive, error) from error
    return engine


def _unreadable(archive: Archive, error: Exception) -> RefusedInput:
    return RefusedInput(str(archive.path), f"备份里的数据读不进来（{type(error).__name__}），没有作任何改动；请换一份备份")


def _batches(rows: Iterable[dict[str, Any]]) -> Iterable[list[dict[str, Any]]]:
    rest = iter(rows)
    while batch := list(islice(rest, _BATCH)):
        yield batch


def _kept_before(engine: Engine, settings: Settings, actor: str, force: bool) -> Path | None:
    """Back up what is there; None where there is nothing. Raises RefusedInput where there is and `force` is not given."""
    with engine.connect() as connection:
        used = sql.is_used(connection)
    if not used and all(name == SETTINGS_FILE for name, _ in own_files(settings)):
        return None
    if not force:
        raise RefusedInput(str(settings.home), "里面已有数据，没有作任何改动；确要用备份代替，请加 --force（原有的先另存在旁边）")
    home = settings.home.resolve()
    beside = home.parent / f"{home.name}.before-{datetime.now():%Y%m%d-%H%M%S-%f}.zip"
    return backup(engine, settings, beside, actor).path


def _laid(archive: Archive, switch: Switch) -> list[str]:
    """Lay the files of the backup ready; return their paths inside the home."""
    switch.begin()
    names = []
    for inner in archive.files:
        name = OTHER_SETTINGS if inner == SETTINGS_FILE and _settings_stay_aside(archive, switch.settings) else inner
        if name == OTHER_SETTINGS and name in names:
            continue
        switch.lay(name, archive.pieces(inner))
        names.append(name)
    switch.ready(names)
    return names


def _settings_stay_aside(archive: Archive, settings: Settings) -> bool:
    """True where the home has settings of its own, or the backup's name another database than the one brought back into."""
    if (settings.home / SETTINGS_FILE).exists():
        return True
    try:
        own = tomllib.loads(b"".join(archive.pieces(SETTINGS_FILE)).decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        return True
    return bool(own.get("database_url", "") != settings.database_url)


def _load(staged: Engine, engine: Engine, path: Path, actor: str, token: str) -> int:
    """Put the staged rows in the place of those there are, all or none; return how many."""
    count, tables = 0, sql.all_tables()
    with staged.connect() as source, writing(engine) as connection:
        revision = statutes.revision(connection)
        sql.clear(connection, tables)
        for table in tables:
            for batch in _batches(sql.rows_out(source, table)):
                sql.rows_in(connection, table, batch)
                count += len(batch)
        sql.count_on(connection, tables)
        # Servers and the index look for a number that they have not seen.
        while statutes.revision(connection) <= revision:
            statutes.bump_revision(connection)
        record(connection, actor, AuditAction.RESTORE, path.name, {_TOKEN: token})
    return count
