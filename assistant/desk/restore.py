"""Bringing a backup back: checked whole and loaded beside first, then put in place in one transaction.

Nothing is touched before the archive has been read to its end and its rows have gone into a database of their own.
What was there before is itself backed up beside the home.
"""

from __future__ import annotations

import json
import os
import tomllib
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Any
from zipfile import BadZipFile, ZipFile

from sqlalchemy import Engine

from assistant.config import SETTINGS_FILE, Settings
from assistant.desk.audit import AuditAction, record
from assistant.desk.backup import FILES, FORMAT, MANIFEST, ROWS, TABLES_DIR, backup, own_files
from assistant.errors import RefusedInput
from assistant.store import statutes
from assistant.store import transfer as sql
from assistant.store.engine import HEAD, migrate, open_engine, sqlite_url, writing

_CHUNK = 1 << 20
#: The backup's settings, put under this name where the home has settings of its own or they mean another database.
OTHER_SETTINGS = "assistant.from-backup.toml"


@dataclass(frozen=True, slots=True)
class Restored:
    """What was brought back, when the backup was made, and where what was there before is kept (None: nothing was)."""

    made_at: str
    rows: int
    files: int
    before: Path | None


def restore(settings: Settings, path: Path, actor: str, *, force: bool = False) -> Restored:
    """Bring a backup back into the home and the database of the settings; raises RefusedInput, touching nothing.

    Where something is there already, `force` is needed; it is then backed up beside the home and replaced. Servers that
    run go on with what was brought back.
    """
    with _opened(path) as archive, TemporaryDirectory(prefix="restore-") as place:
        manifest = _checked(archive, path)
        staged = _staged(archive, manifest, path, Path(place))
        settings.home.mkdir(parents=True, exist_ok=True)
        engine = open_engine(settings.library_url)
        try:
            before = _kept_before(engine, settings, actor, force)
            rows = _load(staged, engine, path, actor)
            files = _bring_files(archive, settings, manifest)
        finally:
            staged.dispose()
            engine.dispose()
    return Restored(str(manifest["made_at"]), rows, files, before)


def check(path: Path) -> dict[str, Any]:
    """Return the manifest of a backup whose every part is as it was written; raises RefusedInput where it is not."""
    with _opened(path) as archive:
        return _checked(archive, path)


def _opened(path: Path) -> ZipFile:
    try:
        return ZipFile(path)
    except FileNotFoundError as error:
        raise RefusedInput(str(path), "没有这个文件") from error
    except (BadZipFile, OSError) as error:
        raise RefusedInput(str(path), "不是完整的备份（打不开，可能没有拷贝完），没有作任何改动；请换一份备份") from error


def _checked(archive: ZipFile, path: Path) -> dict[str, Any]:
    try:
        manifest: dict[str, Any] = json.loads(archive.read(MANIFEST))
        parts: dict[str, Any] = manifest["parts"]
        layout, form = str(manifest["layout"]), int(manifest["format"])
        names = [n for n in archive.namelist() if n != MANIFEST]
        wrong = sorted(set(parts) ^ set(names)) or [n for n in names if not _safe(n) or _digest(archive, n) != parts[n]["sha256"]]
    except (KeyError, TypeError, ValueError, BadZipFile, OSError, EOFError, zlib.error) as error:
        raise RefusedInput(str(path), "备份已损坏，没有作任何改动；请换一份备份") from error
    if wrong or len(names) != len(set(names)):
        raise RefusedInput(str(path), f"备份已损坏（{wrong[0] if wrong else '有重复的部分'}），没有作任何改动；请换一份备份")
    if form != FORMAT or layout > HEAD:
        raise RefusedInput(str(path), "是更新版本的程序所作的备份，请先升级程序再恢复")
    return manifest


def _safe(name: str) -> bool:
    parts = PurePosixPath(name).parts
    inside = name.startswith((ROWS, FILES)) and "\\" not in name and ":" not in name
    return inside and not PurePosixPath(name).is_absolute() and ".." not in parts


def _digest(archive: ZipFile, name: str) -> str:
    digest = sha256()
    with archive.open(name) as part:
        while piece := part.read(_CHUNK):
            digest.update(piece)
    return digest.hexdigest()


def _staged(archive: ZipFile, manifest: dict[str, Any], path: Path, place: Path) -> Engine:
    """A database of its own with the backup's rows, of the layout they were written in and then brought to the newest."""
    engine = open_engine(sqlite_url(place / "library.db"), layout=str(manifest["layout"]))
    try:
        with writing(engine) as connection:
            tables = sql.tables_of(connection)
            sql.clear(connection, tables)
            for table in tables:
                if f"{ROWS}{table.name}.jsonl" in manifest["parts"]:
                    for rows in _rows(archive, table.name):
                        sql.rows_in(connection, table, rows)
        migrate(engine)
    except Exception as error:
        engine.dispose()
        raise RefusedInput(str(path), f"备份里的数据读不进来（{type(error).__name__}），没有作任何改动；请换一份备份") from error
    return engine


def _rows(archive: ZipFile, table: str) -> Iterator[list[dict[str, Any]]]:
    batch: list[dict[str, Any]] = []
    with archive.open(f"{ROWS}{table}.jsonl") as part:
        for line in part:
            batch.append(json.loads(line))
            if len(batch) == 1000:
                yield batch
                batch = []
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


def _load(staged: Engine, engine: Engine, path: Path, actor: str) -> int:
    """Put the staged rows in the place of those there are, all or none; return how many."""
    count, tables = 0, sql.all_tables()
    with staged.connect() as source, writing(engine) as connection:
        revision = statutes.revision(connection)
        sql.clear(connection, tables)
        for table in tables:
            batch: list[dict[str, Any]] = []
            for row in sql.rows_out(source, table):
                batch.append(row)
                if len(batch) == 1000:
                    sql.rows_in(connection, table, batch)
                    count, batch = count + len(batch), []
            sql.rows_in(connection, table, batch)
            count += len(batch)
        sql.count_on(connection, tables)
        # Servers and the index look for a number that they have not seen.
        while statutes.revision(connection) <= revision:
            statutes.bump_revision(connection)
        record(connection, actor, AuditAction.RESTORE, path.name)
    return count


def _bring_files(archive: ZipFile, settings: Settings, manifest: dict[str, Any]) -> int:
    names = [name for name in manifest["parts"] if name.startswith(FILES)]
    wanted = {name.removeprefix(FILES) for name in names}
    for name, file in own_files(settings):
        if name not in wanted and name not in (SETTINGS_FILE, OTHER_SETTINGS):
            file.unlink()  # it lies in the backup made before
    for name in names:
        _bring_file(archive, settings, name)
    return len(names)


def _other_database(archive: ZipFile, settings: Settings, name: str) -> bool:
    """True where the backup's settings name a database other than the one brought back into."""
    try:
        own = tomllib.loads(archive.read(name).decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        return True
    return bool(own.get("database_url", "") != settings.database_url)


def _bring_file(archive: ZipFile, settings: Settings, name: str) -> None:
    inner = name.removeprefix(FILES)
    if inner == SETTINGS_FILE and ((settings.home / SETTINGS_FILE).exists() or _other_database(archive, settings, name)):
        inner = OTHER_SETTINGS
    target = settings.home / inner
    if inner.startswith(f"{TABLES_DIR}/") and settings.tables_dir:
        target = settings.own_tables / inner.removeprefix(f"{TABLES_DIR}/")
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(f".{target.name}.restoring")
    with archive.open(name) as source, unfinished.open("wb") as written:
        while piece := source.read(_CHUNK):
            written.write(piece)
        written.flush()
        os.fsync(written.fileno())
    os.chmod(unfinished, 0o600)
    unfinished.replace(target)
