"""合法性审查意见书 as DOCX, from a template the bureau can replace (docxtpl)."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from assistant.config import Settings
from assistant.errors import BadSetting, RefusedInput
from assistant.law.dates import chinese_date
from assistant.review.model import Finding, Review, Severity, masked

TEMPLATE = Path(__file__).with_name("opinion.docx")


def write_opinion(review: Review, path: Path, settings: Settings, *, number: str = "", reviewer: str = "", conclusion: str = "") -> None:
    """Write the opinion to `path`.

    Number and reviewer are left open for the hand that signs; the conclusion proposed is that of the review. Raises
    BadSetting where the bureau's template cannot be used, RefusedInput where the file cannot be written.
    """
    from docxtpl import DocxTemplate

    template = Path(settings.opinion_template) if settings.opinion_template else TEMPLATE
    try:
        document = DocxTemplate(str(template))
        document.render(opinion_words(review, settings, number, reviewer, conclusion), autoescape=True)
    except Exception as error:  # docxtpl, jinja2 and python-docx raise many kinds for a template that is none
        raise BadSetting(f"意见书模板 {template} 不能使用（{error}），请检查设置 opinion_template") from error
    try:
        document.save(str(path))
    except OSError as error:
        raise RefusedInput(str(path), f"不能写入（{error.strerror or error}）") from error


def opinion_words(review: Review, settings: Settings, number: str = "", reviewer: str = "", conclusion: str = "") -> dict[str, Any]:
    """What a template may name: 编号, 日期, 审查人, 单位, 文件, 类型, 结论, 问题, 提示, 依据."""
    said = [f for f in review.findings if f.severity is not Severity.HINT]
    return {
        "编号": number or "____________",
        "日期": chinese_date(date.today()),
        "审查人": reviewer or "____________",
        "单位": settings.bureau_name,
        "文件": "、".join(review.files),
        "类型": review.kind.shown,
        "摘要值": review.digest[:16],
        "规则版本": review.rules_version,
        "结论": conclusion or f"{review.conclusion}（初步意见，由审查人员确定）",
        "问题": [_entry(i, f) for i, f in enumerate(said, 1)],
        "提示": [_entry(i, f) for i, f in enumerate([f for f in review.findings if f.severity is Severity.HINT], 1)],
        "依据": [f"{b.address}：{b.text}" for b in {b.address: b for f in said for b in f.basis if b.text}.values()],
    }


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


def make_template(path: Path = TEMPLATE) -> None:
    """Write the template that ships with the product; run as `python -m assistant.review.opinion`."""
    import docx
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    document = docx.Document()
    heading = document.add_heading("合法性审查意见书", level=0)
    heading.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for line in (
        "编号：{{ 编号 }}",
        "审查单位：{{ 单位 }}    审查人：{{ 审查人 }}    日期：{{ 日期 }}",
        "送审材料：{{ 文件 }}（{{ 类型 }}，文件摘要 {{ 摘要值 }}，规则版本 {{ 规则版本 }}）",
        "一、审查结论",
        "{{ 结论 }}",
        "二、发现的问题和修改建议",
        "{%p for x in 问题 %}",
        "{{ x.序号 }}．［{{ x.等级 }}］{{ x.标题 }}（{{ x.类别 }}）",
        "原文：{{ x.原文 }}",
        "说明：{{ x.说明 }}",
        "依据：{{ x.依据 }}",
        "建议：{{ x.建议 }}",
        "{%p endfor %}",
        "{%p if not 问题 %}",
        "未发现规则所及的问题。",
        "{%p endif %}",
        "三、无法核实和需要注意的事项",
        "{%p for x in 提示 %}",
        "{{ x.序号 }}．{{ x.说明 }}",
        "{%p endfor %}",
        "四、审查依据",
        "{%p for x in 依据 %}",
        "{{ x }}",
        "{%p endfor %}",
    ):
        document.add_paragraph(line)
    document.save(str(path))


if __name__ == "__main__":
    make_template()
