"""Text PDF through pypdf; a scanned PDF goes to the `ocr` extra."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

from assistant.config import Settings
from assistant.errors import RefusedInput
from assistant.law.layout import Line, drop_page_furniture, join_paragraphs
from assistant.library.pdf_content import check_pdf

#: CJK radicals that some PDF fonts map characters to; NFKC knows the Kangxi ones, not these
#: (and it makes ⼾ the old form 戶).
_RADICALS = str.maketrans(
    dict(
        zip(
            "⺟⺠⻁⻄⻅⻆⻉⻋⻓⻔⻘⻙⻚⻛⻜⻝⻢⻤⻥⻦⻨⻩⻬⻮⻰⻳⺁⺈⺌⺍⺗⺼戶",
            "母民虎西见角贝车长门青韦页风飞食马鬼鱼鸟麦黄齐齿龙龟厂刀小小心月户",
            strict=True,
        )
    )
)


def read(path: Path, settings: Settings) -> str:
    """Return the paragraphs of a PDF, page headers and numbers removed, broken lines joined.

    Raises RefusedInput for a damaged or encrypted file, one that runs something or carries files, and for a scanned one where the `ocr`
    extra is not installed (MissingExtra, which says how to install it).
    """
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    check_pdf(path, str(path))
    logging.getLogger("pypdf").setLevel(logging.ERROR)
    try:
        reader = PdfReader(str(path))
        if reader.is_encrypted and not reader.decrypt(""):
            raise RefusedInput(str(path), "PDF 已加密，请去掉密码后再导入")
        lines = [line for number, page in enumerate(reader.pages) for line in _page_lines(page, number)]
        scanned = not lines and len(reader.pages) > 0
    except RefusedInput:
        raise
    except (PyPdfError, OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise RefusedInput(str(path), f"PDF 文件已损坏或内容不完整（{type(error).__name__}）") from error
    if scanned:
        from assistant.library.readers.ocr import recognise

        lines = recognise(path)
    return join_paragraphs(drop_page_furniture(lines))


def fold_radicals(text: str) -> str:
    """Return text with radical code points replaced by the characters they stand for."""
    import unicodedata

    folded = "".join(unicodedata.normalize("NFKC", c) if "\u2f00" <= c <= "\u2fd5" else c for c in text)
    return folded.translate(_RADICALS)


def _page_lines(page: Any, number: int) -> list[Line]:
    """The lines of one page with their left edges, in the order pypdf gives them."""
    pieces: list[tuple[str, float, float]] = []

    def visit(text: str, _cm: Any, tm: Any, _font: Any, _size: Any) -> None:
        if text:
            pieces.append((text, float(tm[4]), float(tm[5])))

    page.extract_text(visitor_text=visit)
    lines: list[Line] = []
    text, left = "", None
    for piece, x, _y in pieces:
        for index, part in enumerate(piece.split("\n")):
            if index:
                if text.strip():
                    lines.append(Line(fold_radicals(text).strip(" "), left or 0.0, number))
                text, left = "", None
            if part.strip() and left is None:
                left = x
            text += part
    if text.strip():
        lines.append(Line(fold_radicals(text).strip(" "), left or 0.0, number))
    return lines
