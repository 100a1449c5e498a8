"""DOCX through python-docx: paragraphs and tables in the order of the document."""

from __future__ import annotations

from pathlib import Path

from assistant.config import Settings
from assistant.errors import RefusedInput
from assistant.library import archives
from assistant.library.office_content import check_office


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
    """Refuse what is no Office document of the kind, one that unpacks to more than is allowed, and one with programs or outside parts."""
    with path.open("rb") as file:
        if file.read(8).startswith(b"\xd0\xcf\x11\xe0"):
            raise RefusedInput(str(path), f"是加密文档或旧版 {kind[:-1]}，请另存为不加密的 {kind} 再导入")
    with archives.opened(path, str(path), archives.office_limits(settings.max_unpacked_mb)) as archive:
        if archive.member(main_part) is None:
            raise RefusedInput(str(path), f"不是 {kind} 文档")
        check_office(archive)
