"""Markdown and TXT in UTF-8 or GB18030."""

from __future__ import annotations

from pathlib import Path

from assistant.config import Settings
from assistant.errors import RefusedInput


def read(path: Path, settings: Settings) -> str:
    """Return the text of a plain file; raises RefusedInput where it is no text."""
    return decode(path.read_bytes(), str(path))


def decode(data: bytes, name: str) -> str:
    """Return text from UTF-8 (with or without mark), UTF-16 with mark, or GB18030 bytes."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    elif b"\x00" in data[:4096]:
        raise RefusedInput(name, "不是文本文件")
    else:
        encodings = ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise RefusedInput(name, "无法识别文字编码（支持 UTF-8 和 GB18030）")
