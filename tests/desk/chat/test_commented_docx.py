"""Word comments at the citations that are not simply good, in a new document and in a copy of the draft."""

from __future__ import annotations

import io
from pathlib import Path

import docx
from docx.document import Document

from assistant.config import Settings
from assistant.desk.chat.commented_docx import commented_copy, commented_docx
from assistant.law.citation.read import Citation
from assistant.law.citation.verify import Judged, Verdict
from assistant.library.readers import read_file

RAW = "《虚构办法》第九十条"


def found(text: str, verdict: Verdict = Verdict.NO_SUCH_ARTICLE, nth: int = 0) -> Judged:
    start = -1
    for _ in range(nth + 1):
        start = text.index(RAW, start + 1)
    return Judged(Citation(RAW, start, start + len(RAW), "虚构办法", "bracketed", 90), verdict, "虚构的说明。")


def opened(data: bytes) -> Document:
    return docx.Document(io.BytesIO(data))


def highlighted(document: Document) -> list[str]:
    blocks = [*document.paragraphs, *(p for t in document.tables for r in t.rows for c in r.cells for p in c.paragraphs)]
    return [r.text for p in blocks for r in p.runs if r.font.highlight_color is not None]


def test_a_new_document_keeps_the_lines_and_comments_what_is_wrong() -> None:
    text = f"第一行\n依据{RAW}决定。\x07\n{RAW}"
    document = opened(commented_docx(text, [found(text), found(text, Verdict.VALID, 1)]))
    assert [p.text for p in document.paragraphs] == ["核验引用 2 处：有效 1、条文不存在 1。", "第一行", f"依据{RAW}决定。", RAW]
    assert [c.text for c in document.comments] == ["第九十条　条文不存在：虚构的说明。"] and highlighted(document) == [RAW]


def test_a_copy_keeps_the_layout_of_the_draft(tmp_path: Path, settings: Settings) -> None:
    draft = docx.Document()
    paragraph = draft.add_paragraph("依据《虚构办法》")
    paragraph.add_run("第九十").bold = True
    paragraph.add_run(f"条，又见{RAW}。")
    table = draft.add_table(1, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "依据", RAW
    draft.save(str(tmp_path / "稿.docx"))
    text = read_file(tmp_path / "稿.docx", settings)
    document = opened(commented_copy(tmp_path / "稿.docx", text, [found(text, nth=n) for n in range(3)]))
    assert len(list(document.comments)) == 3
    assert document.paragraphs[0].text == f"依据{RAW}，又见{RAW}。" and document.tables[0].cell(0, 1).text == RAW
    assert "".join(highlighted(document)) == RAW * 3
    assert [r.text for r in document.paragraphs[0].runs if r.bold] == ["第九十"]


def test_a_draft_without_faults_is_left_as_it_is(tmp_path: Path, settings: Settings) -> None:
    draft = docx.Document()
    draft.add_paragraph(RAW)
    draft.save(str(tmp_path / "稿.docx"))
    text = read_file(tmp_path / "稿.docx", settings)
    document = opened(commented_copy(tmp_path / "稿.docx", text, [found(text, Verdict.VALID)]))
    assert not list(document.comments) and highlighted(document) == []
