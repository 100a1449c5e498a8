"""What a DOCX or XLSX may be as a package: its size, its parts, and no declarations of entities in its XML.

Looked at before any library opens it: what the parts unpack to, how many elements they hold, whether one brings a DTD.
"""

from __future__ import annotations

import zipfile
from pathlib import Path

from assistant.config import Settings
from assistant.errors import RefusedInput
from assistant.limits import ELEMENTS, PARTS

_CHUNK = 1 << 20
#: Office writes no document type declaration; entities are all one is good for (in the encodings XML parsers must know).
_DTD = tuple("<!DOCTYPE".encode(encoding) for encoding in ("ascii", "utf-16-le", "utf-16-be"))


def check_archive(path: Path, settings: Settings, kind: str = "DOCX", main_part: str = "word/document.xml") -> None:
    """Refuse what is no Office document of the kind, or one whose parts unpack to more than is allowed."""
    with path.open("rb") as file:
        if file.read(8).startswith(b"\xd0\xcf\x11\xe0"):
            raise RefusedInput(str(path), f"是加密文档或旧版 {kind[:-1]}，请另存为不加密的 {kind} 再导入")
    try:
        with zipfile.ZipFile(path) as archive:
            infos = archive.infolist()
            unpacked = sum(info.file_size for info in infos)
            if unpacked > settings.max_unpacked_mb * 1024 * 1024:
                limit = settings.max_unpacked_mb
                raise RefusedInput(str(path), f"解压后 {unpacked // (1024 * 1024)} MB，超过上限 {limit} MB，疑似压缩炸弹")
            PARTS.check(str(path), len(infos))
            if any(info.flag_bits & 1 for info in infos):
                raise RefusedInput(str(path), "文件已加密，请去掉密码后再导入")
            if main_part not in {info.filename for info in infos}:
                raise RefusedInput(str(path), f"不是 {kind} 文档")
            _check_xml(path, archive)
    except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError) as error:
        raise RefusedInput(str(path), f"{kind} 文件已损坏或内容不完整") from error


def _check_xml(path: Path, archive: zipfile.ZipFile) -> None:
    """Refuse a DTD, and more elements than a document has; reads each XML part once, a piece at a time."""
    elements = 0
    for info in archive.infolist():
        if not info.filename.lower().endswith((".xml", ".rels")):
            continue
        tail = b""  # the end of the piece before, so that no mark is cut in two
        with archive.open(info) as part:
            while piece := part.read(_CHUNK):
                if any(mark in tail + piece for mark in _DTD):
                    raise RefusedInput(str(path), f"其中的 {Path(info.filename).name} 带有 DTD 声明，不予读取，请另存为新文件后再试")
                elements += piece.count(b"<")
                ELEMENTS.check(str(path), elements // 2)
                tail = piece[-len(_DTD[-1]) :]
