"""`verify`: every citation of a text, judged."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from assistant.commands.console import AsJson, AsOf, Console, console, say, show, show_json
from assistant.errors import RefusedInput
from assistant.law.statute.model import article_label
from assistant.law.text.titles import short_title
from assistant.limits import DRAFT, check_text

if TYPE_CHECKING:
    from assistant.law.citation.verify import Judged


def register(app: typer.Typer) -> None:
    """Put the command on the app."""
    app.command("verify")(verify)


def verify(
    context: typer.Context,
    file: Annotated[str, typer.Argument(metavar="文件|-", help="要核验的文件（Markdown、TXT、HTML、DOCX、PDF）；- 读标准输入。")],
    as_of: AsOf = None,
    docx: Annotated[Path | None, typer.Option("--docx", metavar="文件", help="另存为带批注的 DOCX：每处有问题的引用一条批注。")] = None,
    as_json: AsJson = False,
) -> None:
    """核验文件中引用的每一条：是否存在、是否有效、引文是否与原文一致。"""
    from assistant.law.citation.verify import verify_citations
    from assistant.library.shelf.citation_shelf import CitationShelf
    from assistant.library.shelf.shelf import Shelf

    here = console(context)
    text = _text(here, file)
    shelf = CitationShelf(Shelf(here.open_library()))
    judged = verify_citations(text, shelf, as_of or date.today())
    if docx is not None:
        _write_docx(docx, file, text, judged)
    if as_json:
        show_json({"citations": [_as_json(j) for j in judged]})
        return
    if not judged:
        show("没有找到引用。")
    for one in judged:
        show(f"{one.verdict.value}\t{one.citation.raw}\t{one.detail}" + (f"\t应为：{one.correct}" if one.correct else ""))


def _text(here: Console, file: str) -> str:
    if file == "-":
        from assistant.library.readers.plain import decode

        text = decode(sys.stdin.buffer.read(), "标准输入")
        if not text.strip():
            raise RefusedInput("标准输入", "没有读到文字")
        check_text("标准输入", text, DRAFT)
        return text
    from assistant.library.readers import read_file

    path = Path(file)
    if not path.is_file():
        raise RefusedInput(file, "没有这个文件")
    return read_file(path, here.settings)


def _write_docx(out: Path, file: str, text: str, judged: Sequence[Judged]) -> None:
    """Write the commented document; a DOCX keeps its own layout. Raises RefusedInput where the place cannot be written."""
    from assistant.desk.chat.commented_docx import commented_copy, commented_docx

    own = file != "-" and Path(file).suffix.lower() == ".docx"
    if own and out.resolve() == Path(file).resolve():
        raise RefusedInput(str(out), "不能覆盖被核验的文件，请另起名称")
    data = commented_copy(Path(file), text, judged) if own else commented_docx(text, judged)
    try:
        out.write_bytes(data)
    except OSError as error:
        raise RefusedInput(str(out), f"写不了这个文件（{error.strerror or error}）") from error
    say(f"已写入带批注的文件：{out}")


def _as_json(judged: Judged) -> dict[str, Any]:
    cited = judged.citation
    return {
        "raw": cited.raw,
        "law": short_title(cited.title) if cited.title else None,
        "article": article_label(cited.number, cited.suffix) if cited.number else None,
        "paragraph": cited.paragraph,
        "item": cited.item,
        "verdict": judged.verdict.value,
        "detail": judged.detail,
        "correct": judged.correct,
        "current": judged.current,
        "diff": [list(mark) for mark in judged.diff],
    }
