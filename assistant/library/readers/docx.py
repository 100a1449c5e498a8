"""DOCX through python-docx: paragraphs and tables in the order of the document."""

from __future__ import annotations

import zipfile
from pathlib import Path

from assistant.config import Settings
from assistant.errors import RefusedInput


def read(path: Path, settings: Settings) -> str:
    """Return the paragraphs of a DOCX, one a line, table rows with tabs between cells.

    Raises RefusedInput for a truncated, encrypted or non-DOCX file and for one that unpacks to
    more than `max_unpacked_mb`.
    """
    check_archive(path, settings)
    import docx
    from docx.table import Table
    from docx.text.paragraph import Paragraph

    try:
        document = docx.Document(str(path))
        lines = []
        for block in document.iter_inner_content():
            if isinstance(block, Paragraph):
                lines.extend(block.text.split("\n"))
            elif isinstance(block, Table):
                lines.extend("\t".join(cell.text.strip().replace("\n", " ") for cell in row.cells) for row in block.rows)
    except Exception as error:  # python-docx raises many kinds for a broken package
        raise RefusedInput(str(path), f"DOCX 文件已损坏或内容不完整（{type(error).__name__}）") from error
    return "\n".join(lines)


def check_archive(path: Path, settings: Settings, kind: str = "DOCX", main_part: str = "word/document.xml") -> None:
    """Refuse what is no Office document of the kind, or one whose parts unpack to more than is allowed."""
    with path.open("rb") as file:
        if file.read(8).startswith(b"\xd0\xcf\x11\xe0"):
            raise RefusedInput(str(path), f"是加密文档或旧版 {kind[:-1]}，请另存为不加密的 {kind} 再导入")
    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(info.file_size for info in archive.infolist())
            names = set(archive.namelist())
            encrypted = any(info.flag_bits & 1 for info in archive.infolist())
    except (zipfile.BadZipFile, OSError) as error:
        raise RefusedInput(str(path), f"{kind} 文件已损坏或内容不完整") from error
    if unpacked > settings.max_unpacked_mb * 1024 * 1024:
        raise RefusedInput(str(path), f"解压后 {unpacked // (1024 * 1024)} MB，超过上限 {settings.max_unpacked_mb} MB，疑似压缩炸弹")
    if encrypted:
        raise RefusedInput(str(path), "文件已加密，请去掉密码后再导入")
    if main_part not in names:
        raise RefusedInput(str(path), f"不是 {kind} 文档")
