"""执法人员 in records: who is named, with what certificate (行政处罚法 第四十二条)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.law.person_names import SURNAMES
from assistant.review.sections import Part, Section

_NAME = r"[\u4e00-\u9fff]{2,4}(?:·[\u4e00-\u9fff]{1,4})?"
_LABEL = re.compile(
    r"(?<!被)(?P<label>执法人员|检查人员|检查人|勘验人员?|询问人|调查人员|调查人|记录人|办案人员|行政执法人员)(?:姓名|（签名）|\(签名\)|为|是|[：:]|[：:]\s*|\s)?\s*"
)
_NEXT = re.compile(r"\s*(?:[（(](?P<note>[^（）()\n]{0,40})[)）])?\s*(?P<sep>[、,，和与及\s]*)")
_NOTE = re.compile(r"(?:执法|证件?号?|编号|No)")
_NUMBER = re.compile(r"[A-Za-z]{0,4}\d{5,}[A-Za-z\d\-]*|第?\s*[A-Z\d\-]{5,}\s*号?")
_BLANK = re.compile(
    r"^(?:行政)?执法?(?:资格)?(?:证件?|证书)?(?:号码?|编号)?\s*[：:]?\s*(?:[-—–－_/\\×无暂待补空缺欠]+.{0,8}|未.{0,12}|尚未.{0,12}|办理中|申领中|（?空白?）?)?$"
)


@dataclass(frozen=True, slots=True)
class Officer:
    """One officer as named in one record; `number` is empty where the text has none, `blank` where a place for it is left empty."""

    name: str
    start: int
    end: int
    number: str = ""
    blank: bool = False
    label: str = ""


@dataclass(frozen=True, slots=True)
class Crew:
    """The officers of one record or one interview in it, and the part it stands in."""

    part: Part
    officers: tuple[Officer, ...]
    start: int
    end: int

    @property
    def names(self) -> frozenset[str]:
        """Distinct names."""
        return frozenset(o.name for o in self.officers)


def crews(text: str, sections: tuple[Section, ...]) -> tuple[Crew, ...]:
    """The officers of every inspection and interview, as the records name them; records that name none are left out."""
    out = []
    for section in sections:
        if section.part in (Part.INSPECTION, Part.INQUIRY, Part.REGISTRATION):
            out += _record(text, section)
        elif section.part is Part.EVIDENCE:
            out += [c for c in _record(text, section) if c.officers and c.officers[0].label == "询问人"]
    return tuple(out)


def _record(text: str, section: Section) -> list[Crew]:
    """One crew a leading label (询问人, 检查人员); a 记录人 joins the crew before it."""
    out: list[list[Officer]] = []
    for match in _LABEL.finditer(text, section.start, section.end):
        named = _names(text, match, section.end)
        if not named:
            continue
        joins = match["label"] == "记录人" or (section.part is Part.INSPECTION and out)
        if joins and out:
            out[-1] += named
        else:
            out.append(named)
    return [Crew(section.part, tuple(group), group[0].start, max(o.end for o in group)) for group in out]


def _names(text: str, label: re.Match[str], end: int) -> list[Officer]:
    """Names after a label, as far as they are joined by 、 or 和."""
    colon = label.group()[-1] in "：: "
    at = label.end()
    out: list[Officer] = []
    while at < end:
        match = _name_at(text, at, end, free=colon and not out)
        if not match:
            break
        follow = _NEXT.match(text, match.end(), end)
        note = follow["note"] if follow else None
        closed = follow is not None and (note is not None or bool(follow["sep"]) or text[match.end() : match.end() + 1] in "。；\n）)")
        if not closed and not colon and not out:
            break
        out.append(_officer(match, note, label["label"], follow.start("sep") if follow and note is not None else match.end()))
        if not follow or not follow["sep"] or "\n" in follow["sep"]:
            break
        at = follow.end()
    return out


def _name_at(text: str, at: int, end: int, free: bool) -> re.Match[str] | None:
    first = re.compile(
        rf"(?P<name>[{SURNAMES}][\u4e00-\u9fff]{{1,2}}?)(?=[（(、,，。；;：:\s和与及）)]|持|出示|进行|到达?|对|在|向|于|$)"
    ).match(text, at, end)
    if first:
        return first
    return re.compile(rf"(?P<name>{_NAME})(?=[（(、,，。；;\n）)]|$)").match(text, at, end) if free else None


def _officer(match: re.Match[str], note: str | None, label: str, end: int) -> Officer:
    number = _NUMBER.search(note) if note else None
    blank = note is not None and number is None and bool(_NOTE.search(note) or not note.strip()) and bool(_BLANK.match(note.strip()))
    return Officer(match["name"], match.start(), end, number.group() if number else "", blank, label)
