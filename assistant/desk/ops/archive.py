"""A backup's archive, opened with suspicion: names, numbers and sizes are judged before anything of it is read."""

from __future__ import annotations

import json
import shutil
import stat
import tempfile
import zlib
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any, Final
from zipfile import BadZipFile, ZipFile, ZipInfo

from assistant.desk.backup import FILES, FORMAT, MANIFEST, ROWS
from assistant.desk.ops.home_files import kind_of
from assistant.errors import RefusedInput
from assistant.store.engine import HEAD
from assistant.store.transfer import all_tables

_CHUNK: Final = 1 << 20
_MB: Final = 1 << 20
#: A manifest has a line of about 150 bytes for each part.
MANIFEST_BYTES: Final = 32 * _MB
MOST_PARTS: Final = 200_000
#: One row of the database: the longest is a review with its text, or a whole answer.
ROW_BYTES: Final = 64 * _MB
#: Rows of text shrink to a twentieth; what shrinks beyond this was made to burst.
_MOST_RATIO: Final = 400
_PLAIN_BYTES: Final = 64 * _MB
#: Folders that backups of earlier programs carried and that are made anew from elsewhere.
_MADE_ANEW: Final = ("files/pull/", "files/incoming/", "files/work/")


class Archive:
    """A backup that was checked whole; `manifest` is what it says of itself. Raises RefusedInput when it is opened."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._zip = ZipFile(path)
        except FileNotFoundError as error:
            raise RefusedInput(str(path), "没有这个文件") from error
        except (BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise self._broken("不是完整的备份，打不开，可能没有拷贝完") from error
        try:
            self._entries = self._judged()
            self.manifest = self._read_manifest()
            self._compare()
        except (
            KeyError,
            TypeError,
            ValueError,
            AttributeError,
            BadZipFile,
            OSError,
            EOFError,
            zlib.error,
            RuntimeError,
            NotImplementedError,
            RecursionError,
        ) as error:
            self.close()
            raise self._broken("备份已损坏") from error
        except RefusedInput:
            self.close()
            raise

    def __enter__(self) -> Archive:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._zip.close()

    @property
    def layout(self) -> str:
        """The layout of the database the rows were written in."""
        return str(self.manifest["layout"])

    @property
    def files(self) -> list[str]:
        """The paths inside the home of the files it holds, those alone that a home of this program has."""
        return [inner for name in self._entries if name.startswith(FILES) and kind_of(inner := name.removeprefix(FILES))]

    @property
    def unknown(self) -> list[str]:
        """The files it holds that no home has: they are not brought back."""
        held = (n for n in self._entries if n.startswith(FILES) and not n.startswith(_MADE_ANEW))
        return sorted(n.removeprefix(FILES) for n in held if not kind_of(n.removeprefix(FILES)))

    def rows(self, table: str) -> Iterator[dict[str, Any]]:
        """Yield the rows of a table; raises ValueError for one that is no object or is too long."""
        name = f"{ROWS}{table}.jsonl"
        if name not in self._entries:
            return
        with self._zip.open(self._entries[name]) as part:
            while line := part.readline(ROW_BYTES):
                row = json.loads(line)
                if not isinstance(row, dict):
                    raise ValueError(table)
                yield row

    def pieces(self, inner: str) -> Iterator[bytes]:
        """Yield the bytes of a file by its path inside the home."""
        with self._zip.open(self._entries[FILES + inner]) as part:
            while piece := part.read(_CHUNK):
                yield piece

    def _judged(self) -> dict[str, ZipInfo]:
        """The entries by name, after their names, number and sizes were found to be those of a backup."""
        entries = self._zip.infolist()
        if len(entries) > MOST_PARTS:
            raise self._broken(f"里面的文件多于 {MOST_PARTS} 个")
        tables = {f"{ROWS}{t.name}.jsonl" for t in all_tables()}
        folded: set[str] = set()
        for entry in entries:
            name = entry.filename
            known = name == MANIFEST or name in tables or (name.startswith((FILES, ROWS)) and _plain(name))
            link = stat.S_ISLNK(entry.external_attr >> 16)
            if not known or link or entry.is_dir() or name.casefold() in folded or entry.flag_bits & 1:
                raise self._broken(f"备份已损坏（{name[:80]!r}）")
            folded.add(name.casefold())
        total, packed = sum(e.file_size for e in entries), sum(e.compress_size for e in entries)
        if total > _PLAIN_BYTES and total > packed * _MOST_RATIO:
            raise self._broken("解压后大得不合常理")
        free = shutil.disk_usage(tempfile.gettempdir()).free
        if total > free:
            raise self._broken(f"解压后有 {total // _MB} MB，磁盘只剩 {free // _MB} MB，请先清理磁盘")
        return {e.filename: e for e in entries}

    def _read_manifest(self) -> dict[str, Any]:
        entry = self._entries[MANIFEST]
        if entry.file_size > MANIFEST_BYTES:
            raise self._broken("清单大得不合常理")
        with self._zip.open(entry) as part:
            manifest: dict[str, Any] = json.loads(part.read(MANIFEST_BYTES))
        layout, form = str(manifest["layout"]), int(manifest["format"])
        if form != FORMAT or layout > HEAD:
            raise RefusedInput(str(self.path), "是更新版本的程序所作的备份，请先升级程序再恢复")
        return manifest

    def _compare(self) -> None:
        """Raise RefusedInput where a part is missing, too many, or not as it was written."""
        parts: dict[str, Any] = self.manifest["parts"]
        names = set(self._entries) - {MANIFEST}
        wrong = sorted(set(parts) ^ names) or [n for n in names if self._digest(n) != parts[n]["sha256"]]
        if wrong:
            raise self._broken(f"备份已损坏（{wrong[0][:80]}）")

    def _digest(self, name: str) -> str:
        digest = sha256()
        with self._zip.open(self._entries[name]) as part:
            while piece := part.read(_CHUNK):
                digest.update(piece)
        return digest.hexdigest()

    def _broken(self, why: str) -> RefusedInput:
        return RefusedInput(str(self.path), f"{why}，没有作任何改动；请换一份备份")


def _plain(name: str) -> bool:
    """True for a path that stays below where it is unpacked, on any file system."""
    return not any(part in ("", ".", "..") for part in name.split("/")) and not any(c in name for c in "\\:\0")
