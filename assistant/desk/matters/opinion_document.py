"""法律意见书 as DOCX, from a template the bureau can replace ; run to write the template that ships."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from assistant.config import Settings
from assistant.desk.matters.opinions import blocks
from assistant.errors import RefusedInput
from assistant.law.text.dates import chinese_date
from assistant.review.report.docx_template import Paper, fill
from assistant.store.matters.matters import Matter
from assistant.store.matters.opinions import Opinion

TEMPLATE = Path(__file__).with_name("legal_opinion.docx")
#: What a template may name; those that list something can be gone over with {% for %}.
PAPER = Paper(
    "legal_opinion_template",
    "法律意见书模板",
    TEMPLATE,
    {name: f"（{name}）" for name in ("编号", "日期", "单位", "律所", "律师", "事项编号", "标题")}
    | {"问题": [""], "正文": [{"类": "heading", "文字": ""}], "引用核对": [""]},
)


def opinion_docx(matter: Matter, opinion: Opinion, settings: Settings, *, packaged: bool = False) -> bytes:
    """Return an issued opinion as DOCX, from the packaged template where that is asked for.

    Raises RefusedInput for a draft, TemplateRefused where the bureau's template cannot be used.
    """
    if opinion.issued_at is None:
        raise RefusedInput("法律意见书", "还没有出具，不能导出")
    return fill(PAPER, None if packaged else settings.legal_opinion_template, opinion_words(matter, opinion, settings))


def opinion_words(matter: Matter, opinion: Opinion, settings: Settings) -> dict[str, Any]:
    """Return what a template may name (see PAPER)."""
    kept = [c for c in opinion.checks if c.get("reason")]
    return {
        "编号": opinion.number,
        "日期": chinese_date(opinion.issued_at.date()) if opinion.issued_at else "",
        "单位": settings.bureau_name,
        "律所": matter.firm or "法律顾问单位",
        "律师": opinion.author_name,
        "事项编号": matter.number or "",
        "标题": matter.title,
        "问题": [line for line in matter.question.split("\n") if line.strip()],
        "正文": [{"类": block.kind, "文字": block.text} for block in blocks(opinion.body)],
        "引用核对": [f"“{c['raw']}”（核对结果：{c['verdict']}）：{c['reason']}" for c in kept],
    }


def make_template(path: Path = TEMPLATE) -> None:
    """Write the template that ships with the product; run as `python -m assistant.desk.matters.opinion_document`."""
    import docx
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    document = docx.Document()
    for name, font, size in (("Normal", "仿宋", 14), ("Title", "黑体", 20), ("Heading 1", "黑体", 14), ("Heading 2", "楷体", 14)):
        style = document.styles[name]
        style.font.name, style.font.size, style.font.color.rgb = font, Pt(size), RGBColor(0, 0, 0)
        style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)
    document.add_heading("法律意见书", level=0).alignment = WD_ALIGN_PARAGRAPH.CENTER
    document.add_paragraph("{{ 编号 }}").alignment = WD_ALIGN_PARAGRAPH.CENTER
    for style, line in (
        ("Normal", "{{ 单位 }}："),
        ("Normal", "贵单位就“{{ 标题 }}”（事项编号 {{ 事项编号 }}）提出的问题收悉。问题如下："),
        ("Normal", "{%p for x in 问题 %}"),
        ("Normal", "{{ x }}"),
        ("Normal", "{%p endfor %}"),
        ("Normal", "现出具法律意见如下："),
        ("Normal", "{%p for x in 正文 %}"),
        ("Normal", "{%p if x.类 == 'heading' %}"),
        ("Heading 1", "{{ x.文字 }}"),
        ("Normal", "{%p elif x.类 == 'subheading' %}"),
        ("Heading 2", "{{ x.文字 }}"),
        ("Normal", "{%p else %}"),
        ("Normal", "{{ x.文字 }}"),
        ("Normal", "{%p endif %}"),
        ("Normal", "{%p endfor %}"),
        ("Normal", "{%p if 引用核对 %}"),
        ("Heading 1", "引用说明"),
        ("Normal", "{%p for x in 引用核对 %}"),
        ("Normal", "{{ x }}"),
        ("Normal", "{%p endfor %}"),
        ("Normal", "{%p endif %}"),
        ("Normal", "{{ 律所 }}"),
        ("Normal", "律师：{{ 律师 }}"),
        ("Normal", "{{ 日期 }}"),
    ):
        paragraph = document.add_paragraph(line, style=style)
        paragraph.paragraph_format.line_spacing = 1.5
    for paragraph in document.paragraphs[-3:]:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    document.save(str(path))


if __name__ == "__main__":
    make_template()
