"""制定程序: public comment, legality review, effective date and term."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.review.rules.context import Context
from assistant.review.rules.registry import Hit, rule
from assistant.review.text.model import DocumentKind, Severity

_CONSULTED = re.compile(
    r"公开征求(?:了)?(?:社会|公众)?(?:各界)?(?:的)?意见|(?:向社会|面向社会|网站|公众号|媒体|平台|报纸)[^。；]{0,24}(?:征求|征集|公开|公示|公布)|征求(?:了)?(?:社会公众|社会各界|公众)|公示征求|听证会"
)
_NOT_CONSULTED = re.compile(
    r"(?:未|没有|不再|不|无需|无须|免于|未能|暂不|尚未|毋须)(?:曾|经|予|必|宜|需|须|应|做|进行)?(?:[^。；，]{0,10})?(?:公开征求|征求(?:社会|公众|市场主体|经营者|企业|行业协会|旅行社|相对人)|征集|公示|听取(?:社会|公众|市场主体|经营者|企业))[^。；，]{0,16}|(?:省略|略去|跳过|免去|取消)[^。；，]{0,8}(?:公开)?征求[^。；，]{0,8}|征求意见(?:环节|程序)?(?:从略|省略|从简)|仅(?:在|向|书面)?[^。；，]{0,16}(?:内部|局内|科室|系统内)[^。；，]{0,12}(?:征求|讨论|听取)[^。；，]{0,8}"
)
_REVIEWED = re.compile(
    r"合法性(?:审查|审核)|法制审核|法制(?:机构|科)[^。；]{0,12}审(?:查|核)|法律顾问[^。；]{0,16}审|法核|政策法规科[^。；]{0,10}审"
)
_NOT_REVIEWED = re.compile(
    r"(?:未|没有|不再|尚未|无需|未能|免于|无须|暂未|不需|来不及)(?:[^。；，]{0,12})?(?:合法性(?:审查|审核)|法制审核|法律审核|(?:司法局|司法所|法制机构|法制科|法规科)[^。；，]{0,6}审[查核])[^。；，]{0,10}|(?:合法性(?:审查|审核)|法制审核)[^。；，]{0,14}(?:尚未|未(?!发现|违反|提出|见)|没有(?!意见|违反)|待|后补|补办|省略|从略|从简|简化|不再)[^。；，]{0,10}"
)


@rule(
    "no_public_consultation",
    DocumentKind.NORMATIVE,
    "未公开征求意见",
    question="程序",
    articles=("《优化营商环境条例》第六十二条", "《重大行政决策程序暂行条例》第十五条"),
    suggest="通过政府网站等公开征求意见，听取市场主体、行业协会意见，并公布采纳情况",
)
def no_public_consultation(context: Context) -> Iterator[Hit]:
    """Said to have been left out; or a note on the drafting that does not tell of it."""
    document = context.document
    denied = next((m for m in _NOT_CONSULTED.finditer(document.note) if not re.search(r"收到|反对|异议", m.group())), None)
    if denied:
        start = document.note.rfind("，", 0, denied.start()) + 1
        stop = max(document.note.rfind("。", 0, denied.start()) + 1, start)
        yield Hit(
            document.note_start + max(start, stop), document.note_start + denied.end(), "涉及管理相对人权利义务的文件未公开征求意见。"
        )
    elif document.has_note and not _CONSULTED.search(document.note):
        severity = Severity.HINT if document.is_consultation_draft else None
        yield Hit(None, None, "起草说明没有记载公开征求意见的情况。", severity)
    elif not document.has_note:
        yield Hit(None, None, "没有起草说明，是否公开征求意见无法核实。", Severity.HINT)


@rule(
    "no_legality_review",
    DocumentKind.NORMATIVE,
    "未经合法性审查（审核）",
    question="程序",
    articles=("《优化营商环境条例》第六十三条", "《重大行政决策程序暂行条例》第二十五条"),
    suggest="提请集体讨论前送合法性审核机构审核；未经审核或者审核不通过的，不得提交讨论",
)
def no_legality_review(context: Context) -> Iterator[Hit]:
    """Said to have been left out; or a note on the drafting that does not tell of it."""
    document = context.document
    denied = _NOT_REVIEWED.search(document.note)
    if denied:
        yield Hit(document.note_start + denied.start(), document.note_start + denied.end(), "文件未经合法性审核即提请讨论或者印发。")
    elif document.has_note and not _REVIEWED.search(document.note):
        severity = Severity.HINT if document.is_consultation_draft else None
        yield Hit(None, None, "起草说明没有记载合法性审核的情况。", severity)
    elif not document.has_note:
        yield Hit(None, None, "没有起草说明，是否经合法性审核无法核实。", Severity.HINT)


@rule(
    "no_effective_date_or_validity",
    DocumentKind.NORMATIVE,
    "缺少施行日期或者有效期",
    question="形式",
    articles=("《规章制定程序条例》第三十二条",),
    severity=Severity.NORMAL,
    suggest="在末条写明施行日期和有效期",
)
def no_effective_date_or_validity(context: Context) -> Iterator[Hit]:
    """Both the day it takes effect and the term are said in the provisions."""
    text = context.document.provisions
    begins = re.search(
        r"自[^。；\n]{0,40}(?:起|之日|日)[^。；\n]{0,6}(?:施行|实施|执行|生效|试行)|(?:施行|实施|执行|生效)(?:日期|时间)\s*[：:为]|从[^。；\n]{0,24}起(?:施行|实施|执行)",
        text,
    )
    ends = re.search(
        r"有效期|有效期限|有效至|(?:施行|执行|实施|试行)(?:期(?:限)?为?|至)[^。；\n]{0,20}(?:年|日|月)|至\s*\d{4}年[^。；\n]{0,10}(?:止|失效)|试行[一二三两\d]+年|(?:届满|期满)[^。；\n]{0,10}失效",
        text,
    )
    lacking = [name for name, found in (("施行日期", begins), ("有效期", ends)) if not found]
    if lacking:
        yield Hit(None, None, f"文件没有规定{'和'.join(lacking)}。")
