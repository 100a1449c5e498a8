"""Text PDF through pypdf; a scanned PDF goes to the `ocr` extra."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

from assistant.config import Settings
from assistant.errors import RefusedInput
from assistant.law.text.layout import Line, drop_page_furniture, join_paragraphs
from assistant.library.readers.pdf_content import check_pdf
from assistant.limits import CONTENT, FILE, OPERATIONS, PAGES

#: Operations a form or a picture drawn on a page counts as: what it holds is worked through, too.
_FORM = 200
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
        PAGES.check(str(path), len(reader.pages))
        work = _Work(str(path))
        lines = [line for number, page in enumerate(reader.pages) for line in _page_lines(page, number, work)]
        scanned = not lines and len(reader.pages) > 0
    except RefusedInput:
        raise
    except MemoryError as error:
        raise RefusedInput(str(path), "PDF 解开后过大，请拆分成几个文件") from error
    except (PyPdfError, OSError, ArithmeticError, LookupError, ValueError, TypeError, AttributeError, RecursionError) as error:
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


class _Work:
    """What reading a PDF may take in all: pages share contents and forms, so that a small file can ask for any amount.

    pypdf bounds each stream and each page by itself; this adds them up.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._content = self._operations = self._text = 0

    def page(self, page: Any) -> None:
        """Count the contents of a page before they are worked on."""
        contents = page.get_contents()
        self._content += len(contents.get_data()) if contents is not None else 0
        CONTENT.check(self._name, self._content)

    def operation(self, operator: Any, _operands: Any, _cm: Any, _tm: Any) -> None:
        """Count one drawing operation; a form or picture drawn stands for many."""
        self._operations += _FORM if operator == b"Do" else 1
        OPERATIONS.check(self._name, self._operations)

    def text(self, text: str) -> None:
        """Count text read."""
        self._text += len(text)
        FILE.check(self._name, self._text)


def _page_lines(page: Any, number: int, work: _Work) -> list[Line]:
    """The lines of one page with their left edges, in the order pypdf gives them."""
    pieces: list[tuple[str, float, float]] = []

    def visit(text: str, _cm: Any, tm: Any, _font: Any, _size: Any) -> None:
        if text:
            work.text(text)
            pieces.append((text, float(tm[4]), float(tm[5])))

    work.page(page)
    page.extract_text(visitor_text=visit, visitor_operand_before=work.operation)
    lines: list[Line] = []
    parts: list[str] = []
    left: float | None = None
    for piece, x, _y in [*pieces, ("\n", 0.0, 0.0)]:
        for index, part in enumerate(piece.split("\n")):
            if index:
                if "".join(parts).strip():
                    lines.append(Line(fold_radicals("".join(parts)).strip(" "), left or 0.0, number))
                parts, left = [], None
            if part.strip() and left is None:
                left = x
            parts.append(part)
    return lines
