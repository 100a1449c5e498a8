"""The home is its owner's alone: folders 0700, files 0600, looked at when the program starts and mended where it may.

It holds accounts, case files, conversations and keys; another user of the machine, or a backup program that reads what
everybody may read, has no business there.
"""

from __future__ import annotations

import os
import shlex
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree

from assistant.config import Settings
from assistant.desk.ops.switching import finish_interrupted

_OTHERS = 0o077
_TEMPORARY, _INCOMING = "tmp", "incoming"
_LEFT_BEHIND_SECONDS = 24 * 3600


@dataclass(frozen=True, slots=True)
class Openness:
    """What of a home others may use: how many folders and files were closed to them, and how many could not be."""

    home: Path
    mended: int = 0
    left: int = 0

    @property
    def told(self) -> str:
        """One Chinese line that says what to run; empty where nothing is open."""
        command = f"chmod -R go-rwx {shlex.quote(str(self.home.absolute()))}"
        if self.left:
            return f"数据目录里有 {self.left} 项本机其他用户可以读取，本程序无权修改；请用它的所有者或 root 运行：{command}"
        if self.mended:
            return f"数据目录里有 {self.mended} 项本机其他用户可以读取，已改为只有本用户可用（等同于运行 {command}）"
        return ""


def keep_private() -> None:
    """Let everything this process writes from now on, and what it starts, be readable by its own user only."""
    os.umask(_OTHERS)


def too_open(home: Path) -> int:
    """Return how many folders and files of a home others may use."""
    return sum(1 for _ in _open_paths(home, deep=True))


def make_private(home: Path, *, deep: bool = True) -> Openness:
    """Close to others what is open to them; without `deep` only the home itself and what lies directly in it is looked at."""
    mended = left = 0
    for path in _open_paths(home, deep):
        if _closed(path):
            mended += 1
        else:
            left += 1
    return Openness(home, mended, left)


def begin(settings: Settings, *, deep: bool = False) -> list[str]:
    """What every start does with a home that is there: finish a restore that was broken off, close it to others.

    Returns Chinese lines for the administrator, none where there is nothing to say.
    """
    if not settings.home.is_dir():
        settings.home.mkdir(mode=0o700, parents=True)
    lines = [finish_interrupted(settings), make_private(settings.home, deep=deep).told]
    return [line for line in lines if line]


def begin_serving(settings: Settings) -> list[str]:
    """What a server does besides: look through the whole home, and keep passing files in it, those left behind thrown away."""
    keep_private()
    lines = begin(settings, deep=True)
    for name in (_TEMPORARY, _INCOMING):
        folder = settings.home / name
        folder.mkdir(mode=0o700, exist_ok=True)
        for path in folder.iterdir():
            with suppress(OSError):
                if time.time() - path.lstat().st_mtime > _LEFT_BEHIND_SECONDS:
                    rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
    tempfile.tempdir = str((settings.home / _TEMPORARY).absolute())
    return lines


def _open_paths(home: Path, deep: bool) -> Iterator[Path]:
    """What others may use, a folder before what lies in it; links are not followed."""
    if os.name != "posix" or not home.is_dir():
        return
    if home.stat().st_mode & _OTHERS:
        yield home
    yield from _open_below(home, deep)


def _open_below(folder: Path, deep: bool) -> Iterator[Path]:
    try:
        entries = sorted(os.scandir(folder), key=lambda e: e.name)
    except OSError:
        return
    for entry in entries:
        with suppress(FileNotFoundError):
            mode = entry.stat(follow_symlinks=False).st_mode
            if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
                continue
            if mode & _OTHERS:
                yield Path(entry.path)
            if stat.S_ISDIR(mode) and deep:
                yield from _open_below(Path(entry.path), deep)


def _closed(path: Path) -> bool:
    """True once others may not use a folder or file; a link put in its place is left alone."""
    try:
        opened = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except FileNotFoundError:
        return True
    except OSError:
        return False
    try:
        os.fchmod(opened, stat.S_IMODE(os.fstat(opened).st_mode) & ~_OTHERS)
    except OSError:
        return False
    finally:
        os.close(opened)
    return True
