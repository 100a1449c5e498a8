"""合法性审查意见书 as DOCX, from a template the bureau can replace; run to write the template that ships."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from assistant.config import Settings
from assistant.errors import RefusedInput
from assistant.law.text.dates import chinese_date
from assistant.review.report.docx_template import Paper, fill
from assistant.review.text.model import Basis, Finding, Review, Severity, masked

TEMPLATE = Path(__file__).with_name("opinion.docx")
_ENTRY = {"序号": 1, "等级": "", "类别": "", "标题": "", "原文": "", "说明": "", "依据": "", "建议": ""}
_TEXTS = ("编号", "日期", "审查人", "单位", "文件", "类型", "摘要值", "规则版本", "法规库版本", "适用日期", "结论", "结论说明")
#: What a template may name; those that list something can be gone over with {% for %}.
PAPER = Paper(
    "opinion_template",
    "合法性审查意见书模板",
    TEMPLATE,
    {name: f"（{name}）" for name in _TEXTS} | {"更正": [""], "问题": [_ENTRY], "提示": [_ENTRY], "依据": [""]},
)


@dataclass(frozen=True, slots=True)
class Signed:
    """What the hand that signs adds: number, name, conclusion with its reasons, day; empty ones are left open."""

    number: str = ""
    reviewer: str = ""
    conclusion: str = ""
    remark: str = ""
    day: date | None = None


def write_opinion(review: Review, path: Path, settings: Settings, signed: Signed = Signed()) -> None:
    """Write the opinion to `path`.

    Raises TemplateRefused where the bureau's template cannot be used, RefusedInput where the file cannot be written.
    """
    data = opinion_docx(review, settings, signed)
    try:
        path.write_bytes(data)
    except OSError as error:
        raise RefusedInput(str(path), f"不能写入（{error.strerror or error}）") from error


def opinion_docx(review: Review, settings: Settings, signed: Signed = Signed(), *, packaged: bool = False) -> bytes:
    """Return the opinion as DOCX, from the packaged template where that is asked for.

    What is not signed is left open; the conclusion proposed is that of the review. Raises TemplateRefused where the
    bureau's template cannot be used.
    """
    return fill(PAPER, None if packaged else settings.opinion_template, opinion_words(review, settings, signed))


def opinion_words(review: Review, settings: Settings, signed: Signed = Signed()) -> dict[str, Any]:
    """Return what a template may name (see PAPER)."""
    said = [f for f in review.findings if f.severity is not Severity.HINT]
    hints = [f for f in review.findings if f.severity is Severity.HINT]
    return {
        "编号": signed.number or "____________",
        "日期": chinese_date(signed.day or date.today()),
        "审查人": signed.reviewer or "____________",
        "单位": settings.bureau_name,
        "文件": "、".join(review.files),
        "类型": review.kind.shown,
        "摘要值": review.digest[:16],
        "规则版本": review.rules_version,
        "法规库版本": review.library_revision,
        "适用日期": chinese_date(review.day) if review.day else "",
        "结论": signed.conclusion or f"{review.conclusion}（初步意见，由审查人员确定）",
        "结论说明": masked(signed.remark),
        "更正": [masked(f"{f.name}：{f.read or '（未读出）'} → {f.value}") for f in review.facts if f.read is not None],
        "问题": [_entry(i, f) for i, f in enumerate(said, 1)],
        "提示": [_entry(i, f) for i, f in enumerate(hints, 1)],
        "依据": [_quoted(b) for b in {b.address: b for f in (*said, *hints) for b in f.basis if b.text}.values()],
    }


def _quoted(basis: Basis) -> str:
    version = f"（{basis.version}版本）" if basis.version else ""
    return f"{basis.address}{version}：{basis.text}"


def _entry(number: int, finding: Finding) -> dict[str, Any]:
    return {
        "序号": number,
        "等级": finding.severity.value,
        "类别": finding.question,
        "标题": finding.title,
        "原文": masked(finding.quote),
        "说明": masked(finding.explain),
        "依据": "、".join(b.address for b in finding.basis),
        "建议": masked(finding.suggest),
    }


#: The template that ships: style of each paragraph and its words. Lines with {%p %} vanish when it is filled in.
_LAYOUT = (
    ("right", "{{ 编号 }}"),
    ("plain", "送审材料：{{ 文件 }}（{{ 类型 }}）"),
    ("plain", "审查单位：{{ 单位 }}"),
    ("head", "一、审查结论"),
    ("plain", "{{ 结论 }}"),
    ("plain", "{%p if 结论说明 %}"),
    ("plain", "{{ 结论说明 }}"),
    ("plain", "{%p endif %}"),
    ("head", "二、发现的问题和修改建议"),
    ("plain", "{%p for x in 问题 %}"),
    ("strong", "{{ x.序号 }}．［{{ x.等级 }}］{{ x.标题 }}（{{ x.类别 }}）"),
    ("plain", "原文：{{ x.原文 }}"),
    ("plain", "说明：{{ x.说明 }}"),
    ("plain", "{%p if x.依据 %}"),
    ("plain", "依据：{{ x.依据 }}"),
    ("plain", "{%p endif %}"),
    ("plain", "{%p if x.建议 %}"),
    ("plain", "建议：{{ x.建议 }}"),
    ("plain", "{%p endif %}"),
    ("plain", "{%p endfor %}"),
    ("plain", "{%p if not 问题 %}"),
    ("plain", "没有列入的问题。"),
    ("plain", "{%p endif %}"),
    ("plain", "{%p if 提示 %}"),
    ("head", "三、无法核实和需要注意的事项"),
    ("plain", "{%p for x in 提示 %}"),
    ("plain", "{{ x.序号 }}．{{ x.标题 }}：{{ x.说明 }}"),
    ("plain", "{%p endfor %}"),
    ("plain", "{%p endif %}"),
    ("plain", "{%p if 更正 %}"),
    ("head", "审查中更正的事实"),
    ("plain", "{%p for x in 更正 %}"),
    ("plain", "{{ x }}"),
    ("plain", "{%p endfor %}"),
    ("plain", "{%p endif %}"),
    ("head", "审查依据"),
    ("plain", "{%p for x in 依据 %}"),
    ("plain", "{{ x }}"),
    ("plain", "{%p endfor %}"),
    ("right", "审查人：{{ 审查人 }}"),
    ("right", "{{ 日期 }}"),
    ("small", "文件摘要 {{ 摘要值 }}；规则版本 {{ 规则版本 }}；法规库版本 {{ 法规库版本 }}；适用法律的日期 {{ 适用日期 }}。"),
)


def make_template(path: Path = TEMPLATE) -> None:
    """Write the template that ships with the product; run as `python -m assistant.review.report.opinion`."""
    import docx
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml.ns import qn
    from docx.shared import Cm, Pt

    document = docx.Document()
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = "仿宋", Pt(14)
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), "仿宋")
    for section in document.sections:
        section.left_margin, section.right_margin = Cm(2.8), Cm(2.6)
    title = document.add_paragraph()
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    heading = title.add_run("合法性审查意见书")
    heading.bold, heading.font.size = True, Pt(22)
    for style, words in _LAYOUT:
        paragraph = document.add_paragraph()
        run = paragraph.add_run(words)
        run.bold = style in ("head", "strong")
        if style == "right":
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        if style == "small":
            run.font.size = Pt(9)
    document.save(str(path))


if __name__ == "__main__":
    make_template()
