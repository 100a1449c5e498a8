"""A conversation as a document to keep or file: Markdown and DOCX."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from assistant.answer.parts import OPINIONS, Answer, Citation
from assistant.desk.chat.records import from_record
from assistant.store.conversations import Conversation, Message

DISCLAIMER = "本件由法治文旅助手依据所载法律文件整理，供办案参考；引用前请核对条文原文与时效。"
_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>#|~])")
_LINE_START = re.compile(r"^([^\S\n]*+)(\d+)([.)])(\s)|^([^\S\n]*+)([-+=])(\s|$)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class _Block:
    """One piece of the document: `kind` is heading, question, section, text, address or quote."""

    kind: str
    text: str
    decisive: tuple[tuple[int, int], ...] = ()


def file_name(conversation: Conversation, suffix: str) -> str:
    """Return a file name for an export: the title without characters that file systems refuse."""
    stem = re.sub(r'[\\/:*?"<>|\x00-\x1f]+', " ", conversation.title).strip(" .") or "会话"
    return f"{stem[:50]}.{suffix}"


def as_markdown(conversation: Conversation, messages: Iterable[Message]) -> str:
    """Return the conversation as Markdown; what users and documents wrote is escaped, not interpreted."""
    lines = []
    for block in _blocks(conversation, messages):
        text = _escaped(block.text)
        match block.kind:
            case "heading":
                lines.append(f"# {text}")
            case "question":
                lines.append(f"## 问：{text}")
            case "section":
                lines.append(f"### {text}")
            case "address":
                lines.append(f"**{text}**")
            case "quote":
                lines.append("\n>\n".join(f"> {_escaped(line)}" for line in block.text.split("\n") if line.strip()))
            case _:
                lines.append("  \n".join(text.split("\n")))
    return "\n\n".join(lines) + "\n"


def as_docx(conversation: Conversation, messages: Iterable[Message]) -> bytes:
    """Return the conversation as a DOCX file, the decisive clauses in bold."""
    from docx import Document
    from docx.shared import Pt

    document = Document()
    set_fonts(document)
    document.core_properties.title = plain(conversation.title)
    document.core_properties.author = "法治文旅助手"
    for block in _blocks(conversation, messages):
        text = plain(block.text)
        match block.kind:
            case "heading":
                document.add_heading(text, 0)
            case "question":
                document.add_heading(f"问：{text}", 1)
            case "section":
                document.add_heading(text, 2)
            case "address":
                document.add_paragraph().add_run(text).bold = True
            case "quote":
                _add_quote(document, block)
            case _:
                document.add_paragraph(text)
    for paragraph in document.paragraphs:
        paragraph.paragraph_format.line_spacing = 1.5
        paragraph.paragraph_format.space_after = Pt(6)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def citation_text(citation: Citation) -> str:
    """Return what 复制引用 puts on the clipboard: address, version and status, then the quote."""
    return f"{full_address(citation)}（{citation.version}，{citation.status}）\n{citation.quote}"


def full_address(citation: Citation) -> str:
    """《title》第…条, with 第N款 and 第N项 where the citation names them."""
    from assistant.law.text.numerals import to_chinese

    address = citation.address
    if citation.paragraph:
        address += f"第{to_chinese(citation.paragraph)}款"
    if citation.item:
        address += f"第{to_chinese(citation.item)}项"
    return address


def _blocks(conversation: Conversation, messages: Iterable[Message]) -> Iterator[_Block]:
    yield _Block("heading", conversation.title)
    yield _Block("text", f"导出时间：{datetime.now():%Y年%m月%d日 %H:%M}")
    for message in messages:
        if message.role == "user":
            yield _Block("question", message.text)
        elif message.answer:
            yield from _answer_blocks(from_record(message.answer))
        else:
            yield _Block("text", message.text)
    yield _Block("text", DISCLAIMER)


def _answer_blocks(answer: Answer) -> Iterator[_Block]:
    for section in answer.sections:
        if section.title:
            yield _Block("section", section.title)
        yield _Block("text", section.text)
    if answer.citations:
        yield _Block("section", f"依据（适用日期：{answer.as_of:%Y年%m月%d日}）")
    for citation in answer.citations:
        yield _Block("address", f"[{citation.mark}] {full_address(citation)}（{citation.version}，{citation.status}）")
        yield _Block("quote", citation.quote, citation.decisive)
    if answer.opinions:
        yield _Block("section", OPINIONS)
    for opinion in answer.opinions:
        yield _Block("address", f"[{opinion.mark}] {opinion.address}（{opinion.version}，{opinion.status}）")
        yield _Block("quote", opinion.quote)
    for title, lines in (("注意", answer.warnings), ("下一步", answer.next_steps)):
        if lines:
            yield _Block("section", title)
            yield _Block("text", "\n".join(lines))


def _add_quote(document: Any, block: _Block) -> None:
    from docx.shared import Cm

    paragraph = document.add_paragraph()
    paragraph.paragraph_format.left_indent = Cm(0.75)
    for text, bold in spans(block.text, block.decisive):
        paragraph.add_run(plain(text)).bold = bold


def spans(text: str, decisive: Iterable[tuple[int, int]]) -> Iterator[tuple[str, bool]]:
    """Return the text cut at its decisive spans: (piece, decisive), in order; overlaps are joined."""
    at = 0
    for start, end in sorted(decisive):
        start, end = max(start, at), min(end, len(text))
        if end <= start:
            continue
        if start > at:
            yield text[at:start], False
        yield text[start:end], True
        at = end
    if at < len(text):
        yield text[at:], False


def set_fonts(document: Any) -> None:
    """仿宋 for text and 黑体 for headings, as official documents are set (GB/T 9704)."""
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    for name, font, size in (("Normal", "仿宋", 12), ("Title", "黑体", 18), ("Heading 1", "黑体", 14), ("Heading 2", "黑体", 12)):
        style = document.styles[name]
        style.font.name, style.font.size = font, Pt(size)
        style.font.color.rgb = RGBColor(0, 0, 0)
        style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)


def _escaped(text: str) -> str:
    escaped = _MARKDOWN.sub(r"\\\1", text)
    return _LINE_START.sub(lambda m: f"{m[1]}{m[2]}\\{m[3]}{m[4]}" if m[2] else f"{m[5]}\\{m[6]}{m[7]}", escaped)


def plain(text: str) -> str:
    """Without the control characters that XML refuses."""
    return re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", "", text)
