"""The files of imports that wait: kept in the home under names that tell nothing, for the program's own account alone."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from secrets import token_hex
from tempfile import TemporaryDirectory
from typing import Final

from assistant.config import Settings
from assistant.errors import AssistantError
from assistant.store.library.changes import Change

_FOLDER: Final = "waiting"


class FileChanged(AssistantError):
    """The file of an import is not there, or is not the one that was brought in."""

    def __init__(self, name: str) -> None:
        super().__init__(f"文件“{name}”与上传时的不一样，或者不见了：没有批准。请查明原因，退回后请上传人重新导入。")


def folder(settings: Settings) -> Path:
    """Return the folder of the files, made where missing, closed to other accounts."""
    path = settings.home / _FOLDER
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file's bytes."""
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def keep(settings: Settings, path: Path) -> str:
    """Keep a copy of a file and return the name it is kept under."""
    key = token_hex(16)
    target = os.open(folder(settings) / key, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(target, "wb") as out, path.open("rb") as source:
        shutil.copyfileobj(source, out)
        out.flush()
        os.fsync(out.fileno())
    return key


def check(settings: Settings, change: Change) -> None:
    """Raise FileChanged where the file of a change is not the one that was brought in; a change without a file passes."""
    if not change.file_key:
        return
    try:
        whole = digest_of(folder(settings) / change.file_key) == change.file_digest
    except OSError:
        whole = False
    if not whole:
        raise FileChanged(change.file_name)


def drop(settings: Settings, change: Change) -> None:
    """Throw the file of a change away: what became of it is decided."""
    if change.file_key:
        with suppress(OSError):
            (folder(settings) / change.file_key).unlink()


@contextmanager
def under_own_name(settings: Settings, change: Change) -> Iterator[Path]:
    """The file of a change under the name it was brought in by, to be read again; raises FileChanged."""
    check(settings, change)
    with TemporaryDirectory(prefix="again-", dir=folder(settings)) as place:
        path = Path(place) / change.file_name
        shutil.copyfile(folder(settings) / change.file_key, path)
        yield path
