"""A file → its plain text, one paragraph a line. One module a format; `read_file` picks it.

A new format is one module with `read(path) -> str` and one line in `READERS`.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from pathlib import Path

from assistant.config import Settings
from assistant.errors import RefusedInput
from assistant.limits import check_text

#: File ending → module of this package that reads it.
READERS = {
    ".md": "plain",
    ".markdown": "plain",
    ".txt": "plain",
    ".html": "html",
    ".htm": "html",
    ".docx": "docx",
    ".pdf": "pdf",
}


def read_file(path: Path, settings: Settings) -> str:
    """Return the text of a file.

    Raises RefusedInput, naming the file and the reason, for an unknown format, a file over the
    size limit, more text than a document has, and whatever the format's reader cannot read.
    """
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise RefusedInput(str(path), f"不支持的格式（可导入 {'、'.join(sorted(READERS))}）")
    size = path.stat().st_size
    if size == 0:
        raise RefusedInput(str(path), "文件是空的")
    if size > settings.max_file_mb * 1024 * 1024:
        raise RefusedInput(str(path), f"文件 {size // (1024 * 1024)} MB，超过上限 {settings.max_file_mb} MB（设置 max_file_mb）")
    read: Callable[[Path, Settings], str] = importlib.import_module(f"assistant.library.readers.{reader}").read
    text = read(path, settings)
    if not text.strip():
        raise RefusedInput(str(path), "没有读到文字")
    check_text(str(path), text)
    return text
