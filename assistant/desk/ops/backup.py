"""A backup: one archive of the database, the attachments and the bureau's own files, with the digest of each part.

It can be made while the desks are served: the database is read in one transaction, and the files it names then, which
are never changed, are copied after. The index is left out; it is made anew from the library.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from sqlalchemy import Engine

from assistant import __version__
from assistant.config import Settings
from assistant.desk.audit.trail import AuditAction, note
from assistant.desk.ops.backup_archive import FILES, FORMAT, MANIFEST, MOST_MEMBERS, ROWS
from assistant.desk.ops.home_files import ATTACHMENT, other_files, own_files
from assistant.errors import RefusedInput
from assistant.store import transfer as sql
from assistant.store.engine import HEAD, reading

_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Backup:
    """What a backup holds: where it lies, how large it is, rows by table, how many files; and the files of the home it does not take."""

    path: Path
    size: int
    rows: dict[str, int]
    files: int
    left_out: tuple[str, ...] = ()


def backup(engine: Engine, settings: Settings, path: Path, actor: str) -> Backup:
    """Write a backup to `path`, which must not exist yet, and return what it holds; raises RefusedInput.

    The archive appears under its name only when it is whole.
    """
    if path.exists():
        raise RefusedInput(str(path), "已经有这个文件，请换一个名称")
    if path.resolve().is_relative_to(settings.home.resolve()):
        raise RefusedInput(str(path), "在数据目录里面，请把备份放到别处（最好是另一块磁盘）")
    note(engine, actor, AuditAction.BACKUP, path.name)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with ZipFile(unfinished, "w", ZIP_DEFLATED, compresslevel=6) as archive:
            writer = _Writer(archive)
            rows = _write_database(engine, writer)
            files = sum(1 for _ in _write_files(settings, writer))
            if files + len(rows) >= MOST_MEMBERS:
                raise RefusedInput(str(path), f"文件超过 {MOST_MEMBERS} 个，恢复时会被拒绝，没有备份；请联系维护人员")
            facts = {"format": FORMAT, "program": __version__, "layout": HEAD, "made_at": datetime.now().isoformat(timespec="seconds")}
            archive.writestr(MANIFEST, json.dumps(facts | {"rows": rows, "parts": writer.digests}, ensure_ascii=False, indent=1))
        with unfinished.open("rb") as written:
            os.fsync(written.fileno())
        os.chmod(unfinished, 0o600)  # it holds everything
        unfinished.rename(path)
    except OSError as error:
        raise RefusedInput(str(path), f"写不了备份（{error.strerror or error}），请检查路径、权限和磁盘空间") from error
    finally:
        unfinished.unlink(missing_ok=True)
    return Backup(path, path.stat().st_size, rows, files, tuple(other_files(settings)))


def _write_database(engine: Engine, writer: _Writer) -> dict[str, int]:
    counts: dict[str, int] = {}
    with reading(engine) as connection:
        for table in (t for t in sql.all_tables() if t.name not in sql.PASSING):
            lines = (json.dumps(row, ensure_ascii=False).encode() + b"\n" for row in sql.rows_out(connection, table))
            counts[table.name] = writer.write(f"{ROWS}{table.name}.jsonl", lines)
    return counts


def _write_files(settings: Settings, writer: _Writer) -> Iterator[str]:
    for name, file in own_files(settings):
        try:
            with file.open("rb") as opened:
                pieces = iter(lambda source=opened: source.read(_CHUNK), b"")  # type: ignore[misc]
                writer.write(FILES + name, pieces, packed=not ATTACHMENT.pattern.fullmatch(name))
        except FileNotFoundError:  # gone since the folder was listed
            continue
        yield name


class _Writer:
    """Writes the parts of an archive and keeps the digest of each."""

    def __init__(self, archive: ZipFile) -> None:
        self._archive = archive
        self.digests: dict[str, dict[str, Any]] = {}

    def write(self, name: str, pieces: Iterable[bytes], *, packed: bool = True) -> int:
        """Write a part from its pieces; return how many pieces there were. Attachments are packed already."""
        digest, size, count = sha256(), 0, 0
        info = ZipInfo(name, datetime.now().timetuple()[:6])
        info.compress_type, info.external_attr = ZIP_DEFLATED if packed else ZIP_STORED, 0o600 << 16
        with self._archive.open(info, "w", force_zip64=True) as part:
            for piece in pieces:
                part.write(piece)
                digest.update(piece)
                size += len(piece)
                count += 1
        self.digests[name] = {"sha256": digest.hexdigest(), "size": size}
        return count
