"""Bringing a backup back: checked whole and laid beside first, then put in place, rows and files together, all or none.

Nothing is touched before the archive has been read to its end and its rows have gone into a database of their own.
What was there before is itself backed up beside the home. The settings in a backup do not take effect by themselves:
whoever made the archive would choose which model, sign-in and addresses the bureau uses.
"""

from __future__ import annotations

import shutil
import tomllib
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from assistant.config import SETTINGS_FILE, Settings, load_settings
from assistant.desk.audit.trail import AuditAction, record
from assistant.desk.ops import backup_archive
from assistant.desk.ops.backup import backup
from assistant.desk.ops.backup_archive import BackupArchive
from assistant.desk.ops.backup_rows import staged_rows
from assistant.desk.ops.home_files import OTHER_SETTINGS, SETTINGS, SETTINGS_CHANGES, own_files, place_of
from assistant.desk.ops.switching import Switch, only_one, settle
from assistant.errors import BadSetting, RefusedInput
from assistant.store import transfer as sql
from assistant.store.engine import open_engine, writing
from assistant.store.library import statutes
from assistant.store.people.accounts import Role, accounts

_SPARE = 64 << 20


@dataclass(frozen=True, slots=True)
class Restored:
    """What was brought back, when the backup was made, and where what was there before is kept (None: nothing was).

    `left_out` are members that were not brought back, `settings` says in Chinese what became of the backup's settings,
    `administrators` are the logins that may do everything now.
    """

    made_at: str
    rows: int
    files: int
    before: Path | None
    left_out: tuple[str, ...] = ()
    settings: str = ""
    administrators: tuple[str, ...] = ()


def restore(settings: Settings, path: Path, actor: str, *, force: bool = False, with_settings: bool = False) -> Restored:
    """Bring a backup back into the home and the database of the settings; raises RefusedInput, touching nothing.

    Where something is there already, `force` is needed; it is then backed up beside the home and replaced. The
    backup's settings take effect only `with_settings`. Servers that run go on with what was brought back.
    """
    with ExitStack() as stack:
        stack.enter_context(only_one(settings))
        engine = open_engine(settings.library_url)
        stack.callback(engine.dispose)
        settle(settings, engine)
        stack.callback(settle, settings, engine)
        room = shutil.disk_usage(settings.home).free - _SPARE
        opened = stack.enter_context(backup_archive.opened(path, room))
        switch = Switch(settings)
        staged = stack.enter_context(staged_rows(opened, path, switch.folder))
        told = _bring_files(opened, settings, switch, with_settings)
        before = _kept_before(engine, settings, actor, force)
        switch.plan(_giving_way(settings))
        rows = _put(staged, engine, switch, path, actor)
        with engine.connect() as connection:
            masters = tuple(a.login for a in accounts(connection) if a.role is Role.ADMIN and not a.disabled)
        return Restored(opened.manifest.made_at, rows, len(opened.files), before, tuple(opened.left_out), told, masters)


def check(path: Path) -> dict[str, Any]:
    """Return the manifest of a backup whose every part is as it was written; raises RefusedInput where it is not."""
    with backup_archive.opened(path) as opened:
        opened.verify()
        return opened.manifest.model_dump()


def _bring_files(opened: BackupArchive, settings: Settings, switch: Switch, with_settings: bool) -> str:
    """Lay every file beside its place; return what is to be said of the settings."""
    target, told = "", ""
    if SETTINGS_FILE in opened.files:
        body = b"".join(opened.pieces(opened.files[SETTINGS_FILE]))
        target, told = _settings_place(settings, switch.folder, body, with_settings)
        if target:
            switch.bring(settings.home / target, [body])
    for name, info in opened.files.items():
        # What was changed in settings is brought with them: it says what an undoing would put back.
        if name != SETTINGS_FILE and (not SETTINGS_CHANGES.pattern.fullmatch(name) or target == SETTINGS_FILE):
            switch.bring(place_of(settings, name), opened.pieces(info))
    return told


def _settings_place(settings: Settings, folder: Path, body: bytes, wanted: bool) -> tuple[str, str]:
    """Under which name the backup's settings are put (empty: they are those in effect), and what to say of it."""
    own = settings.home / SETTINGS_FILE
    if own.exists() and own.read_bytes() == body:
        return "", ""
    beside = f"备份里的设置没有生效，另放在 {settings.home / OTHER_SETTINGS}"
    try:
        tried = folder / "settings"
        tried.mkdir(mode=0o700)
        (tried / SETTINGS_FILE).write_bytes(body)
        theirs, names = load_settings(tried), sorted(tomllib.loads(body.decode()))
    except (BadSetting, ValueError, RecursionError):
        return OTHER_SETTINGS, f"{beside}；其中有程序读不懂的内容，请逐条核对"
    changed = [n for n in names if n in type(theirs).model_fields and getattr(theirs, n) != getattr(settings, n)]
    listed = f"与现在不同的有：{'、'.join(changed)}" if changed else "与现在的设置没有不同"
    if not wanted:
        return OTHER_SETTINGS, f"{beside}（{listed}）；核对后改名为 {SETTINGS_FILE} 再重启，或者恢复时加 --with-settings"
    if theirs.database_url != settings.database_url:
        return OTHER_SETTINGS, f"{beside}：它用的是另一个数据库（{listed}）"
    return SETTINGS_FILE, f"备份里的设置已经采用，重启后生效（{listed}）"


def _kept_before(engine: Engine, settings: Settings, actor: str, force: bool) -> Path | None:
    """Back up what is there; None where there is nothing. Raises RefusedInput where there is and `force` is not given."""
    with engine.connect() as connection:
        used = sql.is_used(connection)
    if not used and not _giving_way(settings):
        return None
    if not force:
        raise RefusedInput(str(settings.home), "里面已有数据，没有作任何改动；确要用备份代替，请加 --force（原有的先另存在旁边）")
    home = settings.home.resolve()
    beside = home.parent / f"{home.name}.before-{datetime.now():%Y%m%d-%H%M%S-%f}.zip"
    return backup(engine, settings, beside, actor).path


def _giving_way(settings: Settings) -> list[Path]:
    """The files that are not there any more afterwards: they lie in the backup made before."""
    kept = (SETTINGS, SETTINGS_CHANGES)
    return [path for name, path in own_files(settings) if not any(kind.pattern.fullmatch(name) for kind in kept)]


def _put(staged: Engine, engine: Engine, switch: Switch, path: Path, actor: str) -> int:
    """Put staged rows and files in the place of those there are, all or none; return how many rows."""
    count, tables = 0, sql.all_tables()
    try:
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
            record(connection, actor, AuditAction.RESTORE, path.name)
            switch.put(connection)
    except (DBAPIError, ValueError) as error:
        raise RefusedInput(str(path), f"备份里的数据放不进数据库（{type(error).__name__}），没有作任何改动；请换一份备份") from error
    except OSError as error:
        raise RefusedInput(str(path), f"文件放不进数据目录（{error.strerror or error}），已退回原样；请检查权限和磁盘空间") from error
    return count


def _batches(rows: Iterator[dict[str, Any]], size: int = 1000) -> Iterator[list[dict[str, Any]]]:
    while batch := list(islice(rows, size)):
        yield batch
