"""What a DOCX or XLSX may be as a package: its size, its parts, and nothing in it that runs or fetches something.

Looked at before any library opens it.
"""

from __future__ import annotations

from pathlib import Path

from assistant.config import Settings
from assistant.errors import RefusedInput
from assistant.library.readers import archives
from assistant.library.readers.office_content import check_office


def check_archive(path: Path, settings: Settings, kind: str = "DOCX", main_part: str = "word/document.xml") -> None:
    """Refuse what is no Office document of the kind, one larger than is allowed, and one with programs or outside parts."""
    with path.open("rb") as file:
        if file.read(8).startswith(b"\xd0\xcf\x11\xe0"):
            raise RefusedInput(str(path), f"是加密文档或旧版 {kind[:-1]}，请另存为不加密的 {kind} 再导入")
    with archives.opened(path, str(path), archives.office_limits(settings.max_unpacked_mb)) as archive:
        if archive.member(main_part) is None:
            raise RefusedInput(str(path), f"不是 {kind} 文档")
        check_office(archive)
