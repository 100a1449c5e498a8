"""Where uploads and workers have their files while they are worked on: a folder of this server, gone with it."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from threading import Lock
from typing import BinaryIO, Final

from assistant.config import Settings
from assistant.errors import RefusedInput

_LOCK: Final = "in-use"
_LONGEST_NAME: Final = 80
_CHUNK: Final = 1 << 20
_MB: Final = 1024 * 1024


class Place:
    """The folder below `home/work`. It is made at first use; those of servers that were killed are thrown away then."""

    def __init__(self, home: Path) -> None:
        self._above = home / "work"
        self._lock = Lock()
        self._folder: Path | None = None
        self._held: int | None = None

    def folder(self) -> Path:
        """Return the folder."""
        with self._lock:
            if self._folder is None:
                self._above.mkdir(parents=True, exist_ok=True, mode=0o700)
                self._sweep()
                self._folder = Path(tempfile.mkdtemp(prefix="server-", dir=self._above))
                self._held = os.open(self._folder / _LOCK, os.O_CREAT | os.O_RDWR, 0o600)
                fcntl.flock(self._held, fcntl.LOCK_EX)
            return self._folder

    def clear(self) -> None:
        """Throw everything away."""
        with self._lock:
            if self._folder is not None:
                shutil.rmtree(self._folder, ignore_errors=True)
            if self._held is not None:
                os.close(self._held)
            self._folder = self._held = None

    def _sweep(self) -> None:
        """The lock of a server that is gone can be had: whatever it was working on is thrown away."""
        for left in self._above.glob("server-*"):
            with suppress(OSError):
                held = os.open(left / _LOCK, os.O_RDWR)
                try:
                    fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    shutil.rmtree(left, ignore_errors=True)
                finally:
                    os.close(held)


@dataclass(frozen=True, slots=True)
class Inbox:
    """Files that came with a form, in a folder of their own under the names they came with."""

    folder: Path
    paths: tuple[Path, ...]

    def clear(self) -> None:
        """Throw the files away."""
        shutil.rmtree(self.folder, ignore_errors=True)


def received(place: Place, settings: Settings, files: Iterable[tuple[str, BinaryIO]], most: int) -> Inbox:
    """Copy uploads aside. Raises RefusedInput where there is none, too many, or more than `max_file_mb` or `max_unpacked_mb` in all."""
    folder = Path(tempfile.mkdtemp(prefix="inbox-", dir=place.folder()))
    paths: list[Path] = []
    left = settings.max_unpacked_mb * _MB
    try:
        for name, data in files:
            if len(paths) >= most:
                raise RefusedInput("文件", f"一次最多 {most} 个，请分几次提交")
            path = _named(folder, len(paths), name)
            left -= _copied(path, data, settings.max_file_mb)
            if left < 0:
                raise RefusedInput("文件", f"合计超过上限 {settings.max_unpacked_mb} MB（设置 max_unpacked_mb），请分几次提交")
            paths.append(path)
        if not paths:
            raise RefusedInput("文件", "没有选择文件，请先选择")
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return Inbox(folder, tuple(paths))


def _named(folder: Path, number: int, name: str) -> Path:
    """Each upload lies in a folder of its own under the name it came with, cut to what a file system takes."""
    bare = PurePosixPath(name.replace("\\", "/")).name.replace("\x00", "").strip(". ") or "文件"
    suffix = PurePosixPath(bare).suffix[:12]
    path = folder / str(number) / f"{PurePosixPath(bare).stem[:_LONGEST_NAME]}{suffix}"
    path.parent.mkdir()
    return path


def _copied(path: Path, data: BinaryIO, limit: int) -> int:
    """How many bytes were written; stops as soon as the limit is passed."""
    size = 0
    with path.open("wb") as out:
        while chunk := data.read(_CHUNK):
            size += len(chunk)
            if size > limit * _MB:
                raise RefusedInput(path.name, f"超过单个文件的上限 {limit} MB（设置 max_file_mb），请拆分或者压缩后再上传")
            out.write(chunk)
    return size
