"""What kind of file some bytes are, told by the content; the name is only compared with it."""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from assistant.errors import RefusedInput
from assistant.library.readers import archives
from assistant.library.readers.office_content import check_office
from assistant.library.readers.pdf_content import check_pdf
from assistant.library.readers.plain import decode

_HEAD = 4096
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
#: Where a viewer of PDF looks for the beginning of one.
_PDF_HEAD = 1024
#: Texts that a program opened by their ending takes for something else: a table with formulas (SYLK), a document (RTF).
_DISGUISED = (b"ID;P", b"{\\rtf", b"\xef\xbb\xbfID;P", b"\xef\xbb\xbf{\\rtf")
#: A cell that Excel takes for a call of another program.
_CELL_RUNS = re.compile(r"(?:^|[,;\t\"'\r\n])[ ]{0,20}[=+\-@][\w .\\/(:'\"]{1,80}\|", re.M)
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
    contradicts, one that unpacks to more than the limit, and one that carries programs or fetches from outside.
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
    _check_inside(path, head, kind, name, unpacked_limit)
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
    with archives.opened(path, name, archives.office_limits(unpacked_limit // (1024 * 1024))) as archive:
        if archive.member("word/document.xml"):
            return DOCX
        return XLSX if archive.member("xl/workbook.xml") else None


def _check_inside(path: Path, head: bytes, kind: FileKind, name: str, unpacked_limit: int) -> None:
    """Refuse a file of a kind that is taken for what it carries: programs, what it fetches, a second file of another kind."""
    if kind is PDF:
        check_pdf(path, name)
    elif b"%PDF-" in head[:_PDF_HEAD]:
        raise RefusedInput(name, f"看内容既是{kind.shown}又是 PDF，请重新保存成一种格式再上传")
    if kind in (DOCX, XLSX):
        with archives.opened(path, name, archives.office_limits(unpacked_limit // (1024 * 1024))) as archive:
            check_office(archive)
    elif zipfile.is_zipfile(path):
        raise RefusedInput(name, f"{kind.shown}里面夹带了压缩包，请重新保存后再上传")
    if kind is TEXT and name.lower().endswith(".csv") and _CELL_RUNS.search(decode(path.read_bytes(), name)):
        raise RefusedInput(name, "表格里有会运行程序的公式，请只保留数值后另存，再上传")


def _is_text(path: Path) -> bool:
    """True for UTF-8 or GB 18030 text without control characters."""
    data = path.read_bytes()
    if data.startswith(_DISGUISED):
        return False
    if any(byte < 32 and byte not in b"\t\n\r\f\v" for byte in data):
        return False
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return True
    return False
