"""What a DOCX or XLSX may be as a package: its size, its parts, and no declarations of entities in its XML.

Looked at before any library opens it: what the parts unpack to, how many elements they hold, whether one brings a DTD.
"""

from __future__ import annotations

from pathlib import Path

from assistant.config import Settings
from assistant.errors import RefusedInput
from assistant.library import archives
from assistant.library.archives import Archive
from assistant.library.office_content import check_office
from assistant.limits import ELEMENTS, PARTS

#: Office writes no document type declaration; entities are all one is good for (in the encodings XML parsers must know).
_DTD = tuple("<!DOCTYPE".encode(encoding) for encoding in ("ascii", "utf-16-le", "utf-16-be"))


def check_archive(path: Path, settings: Settings, kind: str = "DOCX", main_part: str = "word/document.xml") -> None:
    """Refuse what is no Office document of the kind, or one whose parts unpack to more than is allowed."""
    with path.open("rb") as file:
        if file.read(8).startswith(b"\xd0\xcf\x11\xe0"):
            raise RefusedInput(str(path), f"是加密文档或旧版 {kind[:-1]}，请另存为不加密的 {kind} 再导入")
    with archives.opened(path, str(path), archives.office_limits(settings.max_unpacked_mb)) as archive:
        PARTS.check(str(path), len(archive.members))
        if archive.member(main_part) is None:
            raise RefusedInput(str(path), f"不是 {kind} 文档")
        check_office(archive)
        _check_xml(path, archive)


def _check_xml(path: Path, archive: Archive) -> None:
    """Refuse a DTD, and more elements than a document has; reads each XML part once, a piece at a time."""
    elements = 0
    for info in archive.members:
        if not info.filename.lower().endswith((".xml", ".rels")):
            continue
        tail = b""  # the end of the piece before, so that no mark is cut in two
        for piece in archive.chunks(info):
            if any(mark in tail + piece for mark in _DTD):
                raise RefusedInput(str(path), f"其中的 {Path(info.filename).name} 带有 DTD 声明，不予读取，请另存为新文件后再试")
            elements += piece.count(b"<")
            ELEMENTS.check(str(path), elements // 2)
            tail = piece[-len(_DTD[-1]) :]
