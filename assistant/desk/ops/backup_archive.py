"""A backup as it is read: nothing in it is believed before it is checked, nothing is unpacked before it is measured.

Of its members only those are taken that a backup writes: the rows of a table, and files of the kinds a home holds
(`home_files`). Files of other names that earlier programs took along are left out and told; a name that could lead
anywhere else refuses the whole archive.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any
from zipfile import ZipInfo

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from assistant.desk.ops.home_files import ATTACHMENT, kind_of
from assistant.errors import RefusedInput
from assistant.library.readers import archives
from assistant.library.readers.archives import Archive, Limits
from assistant.store.engine import HEAD

MANIFEST, ROWS, FILES = "manifest.json", "database/", "files/"
FORMAT = 1
MOST_MEMBERS = 200_000
_MB = 1 << 20
#: The manifest has a line for each member; it is read whole.
_MANIFEST_LEAST, _MANIFEST_ENTRY, _MANIFEST_MOST = 64 * 1024, 1024, 64 * _MB
#: Rows and the bureau's own files pack to a tenth; attachments pack as they please.
_RATIO, _RATIO_FROM = 200, 1024 * _MB
_LONGEST_ROW, _BATCH_ROWS, _BATCH_BYTES = 64 * _MB, 1000, 16 * _MB
_ROWS_OF = re.compile(rf"{ROWS}(?P<table>[a-z][a-z_]{{0,62}})\.jsonl")
#: What a home holds beside the bureau's files and a backup never wrote.
_NEVER_SAVED = re.compile(r"(?:index|chroma|uploads|restoring)(?:/.*)?|library\.db.*", re.DOTALL | re.IGNORECASE)
_UNTOUCHED = "没有作任何改动；请换一份备份"


class Part(BaseModel):
    """What a manifest says of one member."""

    model_config = ConfigDict(strict=True)
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    size: int = Field(ge=0)


class Manifest(BaseModel):
    """What a backup says of itself."""

    model_config = ConfigDict(strict=True)
    format: int
    program: str = Field("", max_length=60)
    layout: str = Field(pattern=r"^[0-9]{4}$")
    made_at: str = Field(pattern=r"^[0-9T:.+-]{10,40}$")
    rows: dict[str, int]
    parts: dict[str, Part]


class BackupArchive:
    """An opened backup whose every member is one that a backup writes; contents are compared with the manifest as they are read."""

    def __init__(self, archive: Archive, path: Path) -> None:
        self._archive, self._path = archive, path
        self.manifest = _manifest(archive, path)
        self.tables: dict[str, ZipInfo] = {}
        self.files: dict[str, ZipInfo] = {}
        self.left_out: list[str] = []
        for info in archive.members:
            if info.filename != MANIFEST:
                self._take(info)
        self._check_places()
        self._check_ratio()

    @property
    def needs(self) -> int:
        """Bytes of disk it takes to bring everything back: files once; rows in a database beside, in the one there is, and in its log."""
        return sum(i.file_size for i in self.files.values()) + 4 * sum(i.file_size for i in self.tables.values())

    def pieces(self, info: ZipInfo) -> Iterator[bytes]:
        """Yield a member's content; raises RefusedInput, at its end, where it is not what was backed up."""
        digest, size, part = sha256(), 0, self.manifest.parts[info.filename]
        for piece in self._archive.chunks(info):
            digest.update(piece)
            size += len(piece)
            yield piece
        if digest.hexdigest() != part.sha256 or size != part.size:
            raise self.broken(archives.shown(info.filename))

    def rows(self, table: str) -> Iterator[list[dict[str, Any]]]:
        """Yield the rows of a table in batches; raises RefusedInput for what is no row or too long for one."""
        batch: list[dict[str, Any]] = []
        size = 0
        for line in self._lines(self.tables[table]):
            try:
                row = json.loads(line)
            except (ValueError, RecursionError) as error:
                raise self.broken(table) from error
            if not isinstance(row, dict):
                raise self.broken(table)
            batch.append(row)
            size += len(line)
            if len(batch) == _BATCH_ROWS or size > _BATCH_BYTES:
                yield batch
                batch, size = [], 0
        yield batch

    def verify(self) -> None:
        """Read everything once; raises RefusedInput where any part is not what was backed up."""
        for info in (*self.tables.values(), *self.files.values()):
            for _ in self.pieces(info):
                pass

    def broken(self, what: str) -> RefusedInput:
        """Return the refusal of a backup that is not as it was written."""
        return RefusedInput(str(self._path), f"备份已损坏（{what}），{_UNTOUCHED}")

    def _take(self, info: ZipInfo) -> None:
        name = info.filename
        part = self.manifest.parts.get(name)
        if part is None or part.size != info.file_size:
            raise self.broken(archives.shown(name))
        rows = _ROWS_OF.fullmatch(name)
        if rows:
            self.tables[rows["table"]] = info
            return
        inner = name.removeprefix(FILES)
        if inner == name or not _stays_inside(inner):
            raise RefusedInput(str(self._path), f"里面有备份不会写的文件“{archives.shown(name)}”，可能被人改过，{_UNTOUCHED}")
        kind = kind_of(inner)
        if kind is None or (kind is ATTACHMENT and part.sha256 != inner.rsplit("/", 1)[-1]):
            self.left_out.append(inner)
        elif info.file_size > kind.largest:
            raise RefusedInput(str(self._path), f"里面的{kind.shown}“{archives.shown(inner)}”超过 {kind.largest // _MB} MB，{_UNTOUCHED}")
        else:
            self.files[inner] = info

    def _check_places(self) -> None:
        """Refuse two files for one place, and one in the place of another's folder, on whatever disk the home lies."""
        places = {archives.same_file(name): name for name in self.files}
        clash = next((n for n in self.files if places[archives.same_file(n)] != n), None)
        for name in self.files:
            folder, slash, _ = archives.same_file(name).rpartition("/")
            while slash and clash is None:
                clash = name if folder in places else None
                folder, slash, _ = folder.rpartition("/")
        if clash is not None:
            raise RefusedInput(str(self._path), f"里面的“{archives.shown(clash)}”与另一个文件占同一个位置，可能被人改过，{_UNTOUCHED}")

    def _check_ratio(self) -> None:
        held = [i for n, i in self.files.items() if not ATTACHMENT.pattern.fullmatch(n)] + list(self.tables.values())
        unpacked, packed = sum(i.file_size for i in held), sum(i.compress_size for i in held)
        if unpacked > max(_RATIO_FROM, packed * _RATIO):
            raise RefusedInput(str(self._path), f"解压后是原来的 {unpacked // max(packed, 1)} 倍，疑似压缩炸弹，{_UNTOUCHED}")

    def _lines(self, info: ZipInfo) -> Iterator[bytes]:
        rest = b""
        for piece in self.pieces(info):
            *lines, rest = (rest + piece).split(b"\n") if b"\n" in piece else [rest + piece]
            if len(rest) > _LONGEST_ROW:
                raise self.broken(archives.shown(info.filename))
            yield from (line for line in lines if line)
        if rest:
            yield rest


@contextmanager
def opened(path: Path, room: int | None = None) -> Iterator[BackupArchive]:
    """Open a backup; `room` is how many bytes of disk it may take (None: it is only looked at).

    Raises RefusedInput, saying what and why, for anything but a backup of this program or an earlier one.
    """
    limits = Limits(MOST_MEMBERS, 1 << 50, ratio=1 << 20)
    if not path.is_file():
        raise RefusedInput(str(path), "没有这个文件")
    try:
        with path.open("rb") as file, archives.opened(file, str(path), limits) as archive:
            found = BackupArchive(archive, path)
            if room is not None and found.needs > room:
                needed, free = found.needs // _MB + 1, max(room, 0) // _MB
                raise RefusedInput(str(path), f"恢复需要 {needed} MB，磁盘只够 {free} MB，没有作任何改动；请清理磁盘后再恢复")
            yield found
    except RefusedInput as refused:
        if refused.name != str(path) or "没有作任何改动" in refused.reason:
            raise
        raise RefusedInput(refused.name, f"{refused.reason}；不是完整的备份，{_UNTOUCHED}") from refused


def _manifest(archive: Archive, path: Path) -> Manifest:
    info = archive.member(MANIFEST)
    most = min(_MANIFEST_LEAST + _MANIFEST_ENTRY * len(archive.members), _MANIFEST_MOST)
    if info is None or info.file_size > most:
        raise RefusedInput(str(path), f"不是本程序的备份（没有清单，或者清单太大），{_UNTOUCHED}")
    try:
        manifest = Manifest.model_validate_json(archive.read(info, most))
    except ValidationError as error:
        raise RefusedInput(str(path), f"备份已损坏（清单），{_UNTOUCHED}") from error
    if manifest.format > FORMAT or manifest.layout > HEAD:
        raise RefusedInput(str(path), "是更新版本的程序所作的备份，请先升级程序再恢复")
    missing = manifest.parts.keys() - {info.filename for info in archive.members}
    if missing or manifest.format != FORMAT:
        raise RefusedInput(str(path), f"备份已损坏（{archives.shown(min(missing, default=MANIFEST))}），{_UNTOUCHED}")
    return manifest


def _stays_inside(name: str) -> bool:
    """True for a path that an earlier program may have saved: plain parts below the home, none of them the program's own."""
    parts = name.split("/")
    plain = all(p not in ("", ".", "..") and not re.search(r"[\x00-\x1f\\:]", p) and p == p.rstrip(" .") for p in parts)
    return plain and not _NEVER_SAVED.fullmatch(name)
