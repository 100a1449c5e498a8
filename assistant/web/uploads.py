"""Files of a form kept in a folder of our own under their bare names."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from starlette.datastructures import UploadFile

from assistant.config import Settings
from assistant.errors import RefusedInput


@contextmanager
def kept_uploads(settings: Settings, files: Sequence[UploadFile], most: int) -> Iterator[list[Path]]:
    """The files of a form as paths, in their order; they are deleted at the end.

    Raises RefusedInput where there is none, too many, or one is larger than `max_file_mb`.
    """
    named = [f for f in files if f.filename]
    if not named:
        raise RefusedInput("文件", "没有选择文件，请先选择")
    if len(named) > most:
        raise RefusedInput("文件", f"一次最多 {most} 个，请分几次导入")
    incoming = settings.home / "incoming"
    incoming.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="case-", dir=incoming) as folder:
        yield [_kept(file, Path(folder), number, settings.max_file_mb) for number, file in enumerate(named)]


def _kept(file: UploadFile, folder: Path, number: int, limit: int) -> Path:
    name = Path((file.filename or "").replace("\\", "/")).name
    if (file.size or 0) > limit * 2**20:
        raise RefusedInput(name, f"超过 {limit} MB，请拆分或者压缩后再导入")
    place = folder / str(number)
    place.mkdir()
    with (place / name).open("wb") as out:
        shutil.copyfileobj(file.file, out)
    return place / name
