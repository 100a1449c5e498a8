"""Files that come with a matter: checked by content, kept by content, handed out only to those who see the matter.

A file is staged first, under the key of the form it came with, and belongs to a step once the form is taken. A form
that is refused or loses a race keeps its files: sent again with the same key, they come along.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Connection, Engine

from assistant.config import Settings
from assistant.desk.matters.file_kinds import FileKind, kind_of
from assistant.errors import AssistantError, RefusedInput
from assistant.store.engine import writing
from assistant.store.matters import files as sql
from assistant.store.matters.files import MatterFile

_MB = 1024 * 1024
_CHUNK = 1 << 20
_LONGEST_NAME = 150
#: Days after which a file whose form was never taken is thrown away.
STAGED_DAYS = 7
#: Where a person's room is full, what waits longer than this with another form of theirs gives way.
_GIVES_WAY = timedelta(days=1)
#: Characters that turn the reading direction: they let a name show another ending than it has.
_TURNING = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


class FileGone(AssistantError):
    """A file whose row is there and whose bytes are not, or are not what they were."""

    def __init__(self, name: str) -> None:
        super().__init__(f"附件“{name}”的内容不在了或已损坏，请联系管理员从备份恢复")


def folder(settings: Settings) -> Path:
    """Return where the bytes of attachments lie, by content."""
    return settings.home / "attachments"


@dataclass(frozen=True, slots=True)
class Incoming:
    """An upload whose bytes are here and have not been looked at: where they lie, the name it is shown under, its digest and size."""

    path: Path
    name: str
    digest: str
    size: int

    def drop(self) -> None:
        """Throw the bytes away, unless they were settled."""
        with suppress(OSError):
            self.path.unlink()


def received(settings: Settings, name: str, source: IO[bytes]) -> Incoming:
    """Write an upload beside the attachments; raises RefusedInput for one over the size limit, leaving nothing."""
    shown = shown_name(name)
    kept = folder(settings)
    kept.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=kept, prefix="incoming-")
    try:
        return Incoming(Path(temporary), shown, *_receive(handle, source, shown, settings.attachment_max_mb * _MB))
    except BaseException:
        with suppress(OSError):
            Path(temporary).unlink()
        raise


def check_waiting(engine: Engine, settings: Settings, uploader: str, form_key: str, name: str, size: int = 0) -> None:
    """See that an upload of `size` bytes may wait with its form; raises RefusedInput where the person, or all, have too much waiting."""
    with writing(engine) as connection:
        _check_waiting(connection, settings, uploader, form_key, name, size)


def look(settings: Settings, path: Path, name: str) -> FileKind:
    """Return the kind of an upload; raises RefusedInput, with the reason, for what is not taken (`file_kinds`). The server leaves it to a worker."""
    return kind_of(path, name, settings.max_unpacked_mb * _MB)


def settle(
    engine: Engine, settings: Settings, uploader: str, form_key: str, incoming: Incoming, kind: FileKind, matter_id: str | None = None
) -> MatterFile:
    """Keep an upload that was looked at for the form `form_key`; the same content in one form is kept once.

    Raises RefusedInput for a matter over its size limit, too many files in one form, and too much that waits with forms.
    """
    with writing(engine) as connection:
        waiting = sql.files_of_form(connection, uploader, form_key)
        same = next((f for f in waiting if f.digest == incoming.digest), None)
        if same:
            return same
        _check_room(settings, incoming.name, len(waiting), sql.size_of(connection, matter_id, uploader, form_key) + incoming.size)
        _check_waiting(connection, settings, uploader, form_key, incoming.name, incoming.size)
        _settle(incoming.path, folder(settings), incoming.digest)
        values: dict[str, Any] = {"matter_id": None, "event_id": None, "uploader": uploader, "form_key": form_key, "name": incoming.name}
        values |= {"media": kind.media, "size": incoming.size, "digest": incoming.digest, "added_at": datetime.now()}
        found = sql.file(connection, sql.add_file(connection, values))
        assert found is not None
        return found


def stage(
    engine: Engine, settings: Settings, uploader: str, form_key: str, name: str, source: IO[bytes], matter_id: str | None = None
) -> MatterFile:
    """Check and keep an uploaded file, all in this process; errors as `received`, `look` and `settle`."""
    incoming = received(settings, name, source)
    try:
        return settle(engine, settings, uploader, form_key, incoming, look(settings, incoming.path, incoming.name), matter_id)
    finally:
        incoming.drop()


def staged(engine: Engine, uploader: str, form_key: str) -> list[MatterFile]:
    """Return the files that wait with a form, in order."""
    with engine.connect() as connection:
        return [f for f in sql.files_of_form(connection, uploader, form_key) if f.event_id is None]


def path_of(settings: Settings, file: MatterFile) -> Path:
    """Return where a file's bytes lie, after comparing them with what was uploaded; raises FileGone."""
    path = _place(folder(settings), file.digest)
    try:
        with path.open("rb") as opened:
            whole = hashlib.file_digest(opened, "sha256").hexdigest() == file.digest
    except OSError:
        whole = False
    if not whole:
        raise FileGone(file.name)
    return path


def purge(engine: Engine, settings: Settings, now: datetime | None = None) -> int:
    """Throw away files whose forms were never taken within STAGED_DAYS, and bytes nothing speaks of; return how many rows went."""
    before = (now or datetime.now()) - timedelta(days=STAGED_DAYS)
    with writing(engine) as connection:  # no upload can come between: it would wait for this transaction
        gone = sql.purge_staged(connection, before)
        used = sql.digests(connection)
        for path in _old_files(folder(settings), before):
            if path.name not in used:
                path.unlink(missing_ok=True)
    return gone


def shown_name(name: str) -> str:
    """Return the name a file is shown under: its last part, without control characters, at most 150 characters with its ending."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    clean = "".join(c for c in last if c.isprintable() and c not in _TURNING).strip(" .") or "未命名"
    if len(clean) <= _LONGEST_NAME:
        return clean
    stem, dot, ending = clean.rpartition(".")
    return stem[: _LONGEST_NAME - len(ending) - 1] + dot + ending if dot and len(ending) < 10 else clean[:_LONGEST_NAME]


def _receive(handle: int, source: IO[bytes], name: str, limit: int) -> tuple[str, int]:
    """Write what comes to the open file and return (SHA-256, bytes); stops as soon as the limit is passed."""
    digest, size = hashlib.sha256(), 0
    with os.fdopen(handle, "wb") as file:
        while chunk := source.read(_CHUNK):
            size += len(chunk)
            if size > limit:
                raise RefusedInput(name, f"超过单个附件的上限 {limit // _MB} MB（设置 attachment_max_mb），请压缩或分开上传")
            digest.update(chunk)
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    return digest.hexdigest(), size


def _check_room(settings: Settings, name: str, count: int, total: int) -> None:
    if count >= settings.attachment_max_count:
        raise RefusedInput(name, f"一次最多 {settings.attachment_max_count} 个附件，请分几次上传")
    if total > settings.matter_max_mb * _MB:
        raise RefusedInput(name, f"一个事项的附件合计不能超过 {settings.matter_max_mb} MB（设置 matter_max_mb）")


def _check_waiting(connection: Connection, settings: Settings, uploader: str, form_key: str, name: str, size: int) -> None:
    own, everybody = sql.waiting_sizes(connection, uploader)
    if own + size > settings.waiting_person_mb * _MB and sql.drop_waiting(connection, uploader, form_key, datetime.now() - _GIVES_WAY):
        own, everybody = sql.waiting_sizes(connection, uploader)
    if own + size > settings.waiting_person_mb * _MB:
        limit = f"{settings.waiting_person_mb} MB（设置 waiting_person_mb）"
        raise RefusedInput(name, f"您上传后还没有随表单提交的附件超过了 {limit}，请先提交已填的表单，或者明天再传")
    if everybody + size > settings.waiting_total_mb * _MB:
        raise RefusedInput(name, "全局还没有随表单提交的附件太多，暂时不能再传，请联系管理员（设置 waiting_total_mb）")


def _settle(path: Path, kept: Path, digest: str) -> None:
    """Put the bytes in their place, on the disk for good before a row speaks of them."""
    place = _place(kept, digest)
    place.parent.mkdir(exist_ok=True)
    os.replace(path, place)
    opened = os.open(place.parent, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _place(kept: Path, digest: str) -> Path:
    return kept / digest[:2] / digest


def _old_files(kept: Path, before: datetime) -> Iterable[Path]:
    if not kept.is_dir():
        return []
    return [p for p in kept.rglob("*") if p.is_file() and datetime.fromtimestamp(p.stat().st_mtime) < before]
