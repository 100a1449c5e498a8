"""A case file cut into its parts: 立案审批表, 检查笔录, 询问笔录, 证据清单 … 送达回证."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum

from assistant.review.text.headings import Line, heading_lines


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


#: Any three of these make it a file and not a single paper: only then is a missing part a finding.
_WHOLE_FILE = 3


@dataclass(frozen=True, slots=True)
class Papers:
    """A case file as text and parts."""

    text: str = ""
    sections: tuple[Section, ...] = ()

    def parts(self, *wanted: Part) -> tuple[Section, ...]:
        """The sections of these kinds, in order."""
        return tuple(s for s in self.sections if s.part in wanted)

    def body(self, *wanted: Part) -> str:
        """The text of these parts, one after another."""
        return "\n".join(self.text[s.start : s.end] for s in self.parts(*wanted))

    @property
    def decision(self) -> Section | None:
        """The 决定书: of several, the longest; a text without headings that decides a penalty counts whole."""
        return max(self.parts(Part.DECISION), key=lambda s: s.end - s.start, default=None)

    @property
    def is_file(self) -> bool:
        """True for a case file with its parts, False for a single paper."""
        return len({s.part for s in self.sections}) >= _WHOLE_FILE and self.decision is not None


_FORM = r"(?:表|书|单|件|稿|情况|记录|材料|意见|报告|笔录|通知书?|呈批表?|审批表?|登记表?|决定书?)*"
#: In order of trial: the first that the words of a heading end with. 告知 before 听证: 听证告知书 is a notice.
_WORDS: tuple[tuple[Part, str], ...] = (
    (Part.NOTICE, r"^(?:行政处罚)?(?:事先)?告知[与和及、](?:陈述|申辩|听证).{0,6}"),
    (Part.SERVICE, r"送达(?:回证|回执|证明|情况|记录|地址确认书)?"),
    (Part.STATEMENT, rf"(?:陈述|申辩|复核)(?:[和与、及]?(?:申辩|听证|复核|放弃))*{_FORM}|当事人意见"),
    (Part.DECISION, r"处罚决定书?|不予(?:行政)?处罚决定书|当场处罚决定书?"),
    (Part.LEGAL_REVIEW, rf"(?:法制|合法性)(?:审核|审查){_FORM}|法核{_FORM}"),
    (
        Part.COLLECTIVE,
        rf"集体(?:讨论|审议|研究){_FORM}|案件审理委员会{_FORM}|(?:案审会|局务会|办公会)(?:议)?(?:纪要|记录)?|案件(?:集体)?讨论{_FORM}",
    ),
    (Part.NOTICE, r"(?:处罚|事先|听证|权利|行政处罚)告知(?:书|情况|笔录)?|告知书"),
    (Part.HEARING, rf"听证(?:会|程序)?{_FORM}"),
    (Part.FILING, rf"(?:立案|受案|案件来源)(?:登记|审批|呈批|报告|决定)*{_FORM}"),
    (Part.INSPECTION, rf"(?:检查|勘验|勘查|勘察|取证|执法)(?:[（(]勘验[)）]|与取证|取证)?(?:笔录|记录|情况){_FORM}"),
    (Part.INQUIRY, r"(?:询问|谈话|调查)(?:[（(](?:询问|调查)[)）]|询问|调查)?(?:笔录|记录)"),
    (Part.REGISTRATION, rf"登记保存(?:处理)?(?:清单|物品)?{_FORM}|抽样取证{_FORM}"),
    (Part.EVIDENCE, r"(?:主要)?证据(?:清单|目录|材料|情况|列表|一览表?)?(?:及(?:其)?(?:证明|说明)[^，。]{0,6})?|鉴定意见书?"),
    (Part.REPORT, rf"调查终结{_FORM}|(?:案件)?调查报告|案件处理(?:意见|审批){_FORM}"),
    (Part.EXECUTION, rf"结案{_FORM}|执行(?:情况|记录)|备案{_FORM}|缴纳凭证|罚没票据"),
)
#: Short words that head a part where the file numbers or marks its headings.
_LOOSE: tuple[tuple[Part, str], ...] = (
    (Part.SERVICE, r"送达"),
    (Part.STATEMENT, r"陈述|申辩|当事人(?:的)?意见"),
    (Part.LEGAL_REVIEW, r"审核"),
    (Part.COLLECTIVE, r"讨论|审议|会审"),
    (Part.NOTICE, r"告知"),
    (Part.HEARING, r"听证"),
    (Part.DECISION, r"决定|处罚"),
    (Part.FILING, r"立案|线索|来源"),
    (Part.REPORT, r"终结|调查结论"),
    (Part.INSPECTION, r"检查|勘验|取证|巡查"),
    (Part.INQUIRY, r"询问|谈话|约谈"),
    (Part.EVIDENCE, r"证据|鉴定|检测|检验|证言"),
    (Part.EXECUTION, r"备案|结案|执行|归档"),
)
_ORGAN = re.compile(r"^[^，。；：:]{0,30}?(?:局|厅|委员会|人民政府|执法大?队|总队|支队)(?=.)")
#: Words of an entry in a list of evidence, or of running text.
_ENTRY = re.compile(r"证明|复印件|\d份|\d张|各\d|^序号|^附件|^详见|^见|^有|^依据|^根据|案卷$|卷宗$|目录页$|汇编$")
_NESTS = frozenset({Part.OTHER, Part.INSPECTION})


def read_papers(text: str) -> Papers:
    """Return the file with its parts; a text without headings that decides a penalty is one decision."""
    sections = cut(text)
    if not any(s.part is Part.DECISION for s in sections) and re.search(r"决定[^。]{0,30}(?:罚款|没收|吊销|警告)", text):
        sections = (*sections, Section(Part.DECISION, "", sections[-1].start if sections else 0, len(text)))
    return Papers(text, sections)


def cut(text: str) -> tuple[Section, ...]:
    """Return the parts of a case file in order of place; text before the first heading belongs to none.

    Headings are told by their words and by the style most headings of the file are numbered in, so that an entry of
    the list of evidence (1.现场检查笔录) or a numbered point of the decision is none.
    """
    lines = list(heading_lines(text))
    style = _main_style([line for line in lines if not _in_row(line, lines, text)])
    kept = _headings(lines, style, text)
    out = []
    for index, (line, part) in enumerate(kept):
        end = kept[index + 1][0].start if index + 1 < len(kept) else len(text)
        out.append(Section(part, text[line.start : line.body].strip(" \t\n\u3000：:【】"), line.body, end))
    # An empty part is a line of the table of contents, or a title above another title.
    return tuple(s for s in out if len(text[s.start : s.end].strip(" \t\n\u3000.…·0123456789")) > 1)


def _strict(line: Line) -> Part | None:
    """The part whose name the words are, an organ and a 行政处罚 before it left aside."""
    bare = _ORGAN.sub("", re.sub(r"[（(][^（）()]*[)）]", "", line.words))
    if len(bare) > 26 or _ENTRY.search(bare) or (line.tail == "…" and not line.style):
        return None
    for part, pattern in _WORDS:
        match = re.search(rf"(?:{pattern})$", bare)
        if match and match.start() <= 14:
            return part
    return None


def _loose(line: Line) -> Part | None:
    """The part that the short words of a marked heading speak of."""
    words = _ORGAN.sub("", line.words)
    if len(words) > 14 or _ENTRY.search(words):
        return None
    return next((part for part, pattern in _LOOSE if re.search(pattern, words)), None)


def _main_style(lines: list[Line]) -> str:
    """The style of the headings that no list of evidence holds: filing, decision, notice, service."""
    telling = (Part.FILING, Part.DECISION, Part.NOTICE, Part.SERVICE, Part.REPORT, Part.COLLECTIVE, Part.LEGAL_REVIEW)
    styles = Counter(line.style for line in lines if line.style and (_strict(line) or _loose(line)) in telling)
    return styles.most_common(1)[0][0] if styles and styles.most_common(1)[0][1] > 1 else ""


def _in_row(line: Line, lines: list[Line], text: str) -> bool:
    """True for a heading with nothing under it but the next: a line of a table of contents."""
    after = next((other for other in lines if other.start > line.start), None)
    return after is not None and after.style == line.style and not text[line.body : after.start].strip()


def _headings(lines: list[Line], style: str, text: str) -> list[tuple[Line, Part]]:
    out: list[tuple[Line, Part]] = []
    last = 0
    outer: Part | None = None
    for line in lines:
        if style and line.style == style:
            part = _in_style(line, last)
            if part is None:
                continue
            last, outer = line.number or last, part
        else:
            part = _out_of_style(line, style, out, outer)
            if part is None:
                continue
            outer = outer if line.style else part
        out.append((line, part))
    return out


def _in_style(line: Line, last: int) -> Part | None:
    """A line numbered like the headings: those that go back in the row are entries of a list, one that goes on ends the part before."""
    number = line.number
    part = _strict(line) or _loose(line)
    follows = number is None or number == last + 1
    if number is not None and number <= last and part not in (Part.FILING, Part.DECISION):
        return None
    if part and (follows or _strict(line)):
        return part
    unmarked = line.style.startswith("●") and (line.tail or len(line.words) > 16)
    return Part.OTHER if follows and not unmarked and not _ENTRY.search(line.words) else None


def _out_of_style(line: Line, style: str, before: list[tuple[Line, Part]], outer: Part | None) -> Part | None:
    """A line numbered in another style, or not at all: a title of a paper, or a heading within a general part."""
    part = _strict(line)
    here = before[-1][1] if before else None
    if part is not None and part is here and line.tail and not line.style:
        return None  # 案件来源： within the filing
    if line.style:
        if part is Part.DECISION and line.tail != "…":
            return part
        return (part or _loose(line)) if style and outer in _NESTS and line.tail in ("", "：", "。") else part if not style else None
    if part in (Part.INSPECTION, Part.INQUIRY, Part.EVIDENCE) and style and here is Part.EVIDENCE:
        return None  # an entry of the list of evidence
    if (
        part in (Part.LEGAL_REVIEW, Part.COLLECTIVE, Part.EVIDENCE, Part.STATEMENT, Part.HEARING)
        and style
        and here is Part.DECISION
        and line.tail
    ):
        return None  # 证据： within the decision
    return part if line.tail in ("", "：") else None
