"""A case file cut into its parts: 立案审批表, 检查笔录, 询问笔录, 证据清单 … 送达回证."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum


class Part(StrEnum):
    """The parts of a case file, in the order of the procedure."""

    FILING = "立案审批表"
    INSPECTION = "现场检查笔录"
    INQUIRY = "询问笔录"
    REGISTRATION = "先行登记保存"
    EVIDENCE = "证据清单"
    REPORT = "案件调查终结报告"
    LEGAL_REVIEW = "法制审核意见"
    NOTICE = "行政处罚告知书"
    STATEMENT = "陈述申辩"
    HEARING = "听证"
    COLLECTIVE = "集体讨论记录"
    DECISION = "行政处罚决定书"
    SERVICE = "送达回证"
    EXECUTION = "执行、结案和备案"
    OTHER = "其他"


@dataclass(frozen=True, slots=True)
class Section:
    """One part: its heading's words, where its body begins and ends."""

    part: Part
    heading: str
    start: int
    end: int


#: In order of trial: the first whose words a heading has. 告知 before 听证: 听证告知书 is a notice.
_WORDS: tuple[tuple[Part, str], ...] = (
    (Part.SERVICE, r"送达(?:回证|情况|记录|地址确认)?(?:书)?|送达回执"),
    (Part.STATEMENT, r"(?:口头)?(?:告知及)?陈述[和与、及]?申辩|申辩(?:意见)?复核|当事人意见|复核意见"),
    (Part.DECISION, r"处罚决定书|不予行政处罚决定书|当场处罚决定"),
    (Part.LEGAL_REVIEW, r"法制审核|法制审查|合法性审核|法核"),
    (Part.COLLECTIVE, r"集体讨论|集体审议|案件审理委员会|案审会|重大案件讨论|局务会|局长办公会|案件讨论"),
    (Part.NOTICE, r"告知书|事先告知|听证告知|权利告知|处罚告知"),
    (Part.HEARING, r"听证"),
    (Part.FILING, r"立案|受案|案件来源登记"),
    (Part.INSPECTION, r"(?:现场)?(?:检查|勘验|勘查|取证)(?:（勘验）|\(勘验\))?笔录|检查记录|检查情况"),
    (Part.INQUIRY, r"(?:调查)?询问(?:调查)?笔录|谈话笔录|调查笔录"),
    (Part.REGISTRATION, r"登记保存|抽样取证"),
    (Part.EVIDENCE, r"证据(?:清单|目录|材料|情况)?|主要证据"),
    (Part.REPORT, r"调查终结|调查报告|案件处理(?:意见|审批)|案件调查"),
    (Part.EXECUTION, r"结案|执行情况|备案|缴纳凭证|罚没票据"),
)
_NUMBER = r"(?P<n>[一二三四五六七八九十]{1,3}[、.．]|[（(][一二三四五六七八九十]{1,3}[)）]|\d{1,2}[、.．]|[（(]\d{1,2}[)）]|【|第[一二三四五六七八九十]+部分[、：:]?|#{1,4}\s*)?"
_HEADING = re.compile(
    rf"^[ \t\u3000]*{_NUMBER}[ \t\u3000]*(?P<words>[^\n，。；：:、【】]{{2,34}}?)"
    r"(?P<tail>】|[ \t\u3000]*(?=\n|$)|[：:]|(?=[（(][^\n）)]{0,40}[)）][ \t\u3000]*(?:\n|$))|(?=[ \t\u3000]+\S{0,4}[〔\[（(]?\d{4}))",
    re.MULTILINE,
)
_ORGAN = re.compile(r"^[^，。；：:\n]{0,30}?(?:局|厅|委员会|人民政府|执法大?队|总队|支队)(?=.)")


def cut(text: str) -> tuple[Section, ...]:
    """Return the parts of a case file in order of place; text before the first heading belongs to none.

    A numbered line counts as a heading only in the style most headings of the file have, so that an entry
    of the list of evidence (1.现场检查笔录) is not one.
    """
    found = [(m, part) for m in _HEADING.finditer(text) if (part := _part(m["words"]))]
    style = _main_style([m for m, _ in found])
    kept = [(m, part) for m, part in found if _style(m) in ("", style) or part is Part.DECISION]
    kept = _without_entries(kept, style)
    out = []
    for index, (match, part) in enumerate(kept):
        end = kept[index + 1][0].start() if index + 1 < len(kept) else len(text)
        out.append(Section(part, match["words"].strip(), match.end(), end))
    return tuple(out)


def _part(words: str) -> Part | None:
    bare = _ORGAN.sub("", words.strip(" \t\u3000"))
    if len(bare) > 26 or bare.endswith(("案卷", "卷宗", "目录页")):
        return None
    for part, pattern in _WORDS:
        match = re.search(pattern, bare)
        if match and (len(bare) <= 16 or bare.endswith(match.group()) or match.start() == 0):
            return part if not re.search(r"证明|复印件|\d份|\d张|各\d", bare) else None
    return None


def _style(match: re.Match[str]) -> str:
    number = match["n"] or ""
    if not number:
        return ""
    kind = "数" if re.search(r"\d", number) else "字"
    return "#" if number.startswith("#") else kind + re.sub(r"[\d一二三四五六七八九十\s]", "", number)


def _main_style(matches: list[re.Match[str]]) -> str:
    """The style of the headings that no list of evidence holds: filing, decision, notice."""
    telling = [m for m in matches if re.search(r"立案|决定书|告知书|送达|终结|集体", m["words"]) and _style(m)]
    styles = [_style(m) for m in telling]
    return max(set(styles), key=styles.count) if styles else ""


def _without_entries(found: list[tuple[re.Match[str], Part]], style: str) -> list[tuple[re.Match[str], Part]]:
    """Within a list of evidence, unnumbered short lines that name records are entries where other headings are numbered."""
    out: list[tuple[re.Match[str], Part]] = []
    for match, part in found:
        entry = part in (Part.INSPECTION, Part.INQUIRY, Part.EVIDENCE) and not match["n"] and style
        if entry and out and out[-1][1] is Part.EVIDENCE:
            continue
        out.append((match, part))
    return out
