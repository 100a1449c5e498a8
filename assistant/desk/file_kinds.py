"""What kind of file some bytes are, told by the content; the name is only compared with it."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from assistant.errors import RefusedInput

_HEAD = 4096
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
#: Parts of an Office file that carry programs.
_PROGRAMS = ("vbaproject.bin", "activex/", "embeddings/oleobject")
TAKEN = "PDF、Word（DOCX）、Excel（XLSX）、图片（JPG、PNG）、文本（TXT）"


@dataclass(frozen=True, slots=True)
class FileKind:
    """A kind that is taken: its media type and the endings such a file may have (the first is the usual one)."""

    media: str
    endings: tuple[str, ...]
    shown: str


PDF = FileKind("application/pdf", (".pdf",), "PDF")
DOCX = FileKind("application/vnd.openxmlformats-officedocument.wordprocessingml.document", (".docx",), "Word")
XLSX = FileKind("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", (".xlsx",), "Excel")
JPEG = FileKind("image/jpeg", (".jpg", ".jpeg"), "JPG 图片")
PNG = FileKind("image/png", (".png",), "PNG 图片")
TEXT = FileKind("text/plain", (".txt", ".md", ".csv"), "文本")


def kind_of(path: Path, name: str, unpacked_limit: int) -> FileKind:
    """Return the kind of the file at `path`; `name` is what its owner calls it, `unpacked_limit` in bytes.

    Raises RefusedInput, with the reason, for an empty file, a kind that is not taken, a content the name's ending
    contradicts, an Office file with programs or one that unpacks to more than the limit.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if not head:
        raise RefusedInput(name, "文件是空的，请重新选择")
    if head.startswith(_OLE):
        raise RefusedInput(name, "是旧版 Office 文件或加密文件，请另存为不加密的 DOCX、XLSX 或 PDF 再上传")
    kind = _by_content(path, head, name, unpacked_limit)
    if kind is None:
        raise RefusedInput(name, f"看内容不是可以上传的文件；可上传{TAKEN}")
    ending = PurePosixPath(name).suffix.lower()
    if ending not in kind.endings:
        raise RefusedInput(name, f"内容是{kind.shown}，名称却以“{ending or '（无）'}”结尾，请改正名称（{kind.endings[0]}）后再上传")
    return kind


def _by_content(path: Path, head: bytes, name: str, unpacked_limit: int) -> FileKind | None:
    if head.startswith(b"%PDF-"):
        return PDF
    if head.startswith(b"\xff\xd8\xff"):
        return JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if head.startswith(b"PK\x03\x04"):
        return _office(path, name, unpacked_limit)
    return TEXT if _is_text(path) else None


def _office(path: Path, name: str, unpacked_limit: int) -> FileKind | None:
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise RefusedInput(name, "文件已损坏或没有传完整，请重新选择") from error
    names = {part.filename.lower() for part in parts}
    if any(mark in part for part in names for mark in _PROGRAMS):
        raise RefusedInput(name, "文件里有宏或嵌入的程序，请另存为不含宏的 DOCX、XLSX 再上传")
    if sum(part.file_size for part in parts) > unpacked_limit:
        raise RefusedInput(name, f"解压后超过上限 {unpacked_limit // (1024 * 1024)} MB，疑似压缩炸弹")
    if any(part.flag_bits & 1 for part in parts):
        raise RefusedInput(name, "文件已加密，请去掉密码后再上传")
    if "word/document.xml" in names:
        return DOCX
    return XLSX if "xl/workbook.xml" in names else None


def _is_text(path: Path) -> bool:
    """True for UTF-8 or GB 18030 text without control characters."""
    data = path.read_bytes()
    if any(byte < 32 and byte not in b"\t\n\r\f\v" for byte in data):
        return False
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return True
    return False
