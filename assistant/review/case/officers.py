"""执法人员 in records: who is named, with what certificate (行政处罚法 第四十二条)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.law.privacy.persons import SURNAMES
from assistant.review.case.sections import Part, Section

_NAME = r"[\u4e00-\u9fff]{2,4}(?:·[\u4e00-\u9fff]{1,4})?"
_LABEL = re.compile(
    r"(?<!被)(?P<label>执法人员|检查人员|检查人|勘验人员?|询问人|调查人员|调查人|记录人|办案人员|行政执法人员)(?:姓名|（签名）|\(签名\)|为|是|[：:]|[：:]\s*|\s)?\s*"
)
_NEXT = re.compile(
    r"\s*(?:[（(](?P<note>[^（）()\n]{0,40})[)）]|[，,、]?(?P<told>(?:行政)?执法(?:证件?|证书)(?:号码?|编号)?[为是：:\s]*[A-Za-z浙沪苏皖赣闽\d\-]{5,20}))?\s*(?P<sep>(?<=\d)[;；]\s*|[、,，和与及\s]*)"
)
_NOTE = re.compile(r"(?:执法|证件?号?|证号|编号|No)")
_CERTIFIED = re.compile(
    r"(?:(?<=[\s，,。；;：:、和与及由是员])|^)(?P<name>[\u4e00-\u9fff]{2,4}?)(?:[一二两]人|同志)?[（(](?P<note>[^（）()\n]{2,40})[)）]",
    re.MULTILINE,
)
_OTHER_NUMBER = re.compile(r"身份证|电话|手机|出生|男|女|营业执照|许可证|信用代码|职业资格|导游证|档案|编号为|房|套|元")
_BARE_NUMBER = re.compile(r"[A-Za-z浙沪苏皖赣闽]{0,3}[\-A-Za-z]{0,4}\d{5,14}")
_CHARGED = re.compile(
    r"(?:承办人(?:员)?|办案人员|经办人(?:员)?|承办|经办|调查人员|案件承办人)\s*+(?:为|由|[：:｜|])?\s*+(?P<names>[\u4e00-\u9fff]{2,4}(?:[、，,和与\s]+[\u4e00-\u9fff]{2,4}){0,2})|"
    r"由(?:办案人员|执法人员)?(?P<by>[\u4e00-\u9fff]{2,4}[、和与][\u4e00-\u9fff]{2,4})(?:承办|调查|办理)"
)
_NUMBER = re.compile(r"[A-Za-z]{0,4}\d{5,}+[A-Za-z\d\-]*+|第?\s{0,8}[A-Z\d\-]{5,}+\s{0,8}号?")
_BLANK = re.compile(
    r"^(?:行政)?执法?(?:资格)?(?:证件?|证书)?(?:号码?|编号)?\s*+[：:]?\s*+(?:[-—–－_/\\×无暂待补空缺欠]+.{0,8}|未.{0,12}|尚未.{0,12}|办理中|申领中|（?空白?）?)?$"
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
    """The officers of every inspection and interview, as the records name them; records that name none are left out.

    Told by a label before the names, by certificate numbers in brackets behind them, or by the names that other parts
    of the file give the officers.
    """
    known = _known(text, sections)
    out: list[Crew] = []
    for section in sections:
        if section.part in (Part.INSPECTION, Part.INQUIRY, Part.REGISTRATION):
            told, numbered = _record(text, section), _bracketed(text, section)
            out += (told if _people(told) >= _people(numbered) else numbered) or _by_name(text, section, known)
        elif section.part is Part.EVIDENCE:
            out += [c for c in _record(text, section) if c.officers and c.officers[0].label == "询问人"]
    return tuple(out)


def certified(text: str, sections: tuple[Section, ...]) -> frozenset[str]:
    """Names that stand with a certificate number anywhere in the file."""
    return frozenset(o.name for s in sections for c in (*_bracketed(text, s), *_record(text, s)) for o in c.officers if o.number)


def _people(found: list[Crew]) -> int:
    return len({name for crew in found for name in crew.names})


def _known(text: str, sections: tuple[Section, ...]) -> frozenset[str]:
    """Names of officers anywhere in the file: those with a certificate number, and those the filing charges with the case."""
    names = {o.name for s in sections for c in _bracketed(text, s) for o in c.officers}
    for section in sections:
        if section.part in (Part.FILING, Part.INSPECTION):
            for match in _CHARGED.finditer(text, section.start, section.end):
                names |= {
                    n
                    for n in re.split(r"[、，,和与\s]+", (match["names"] or match["by"]))
                    if re.fullmatch(rf"[{SURNAMES}]?[\u4e00-\u9fff]{{2,3}}", n)
                }
    return frozenset(names)


def _bracketed(text: str, section: Section) -> list[Crew]:
    """Names with a certificate in brackets; those that stand together are one crew, in an inspection all are."""
    out: list[list[Officer]] = []
    last = -1
    for match in _CERTIFIED.finditer(text, section.start, section.end):
        note = match["note"]
        if _OTHER_NUMBER.search(note) or not (_NOTE.search(note) or _BARE_NUMBER.fullmatch(note.strip())):
            continue
        officer = _officer(match, note, "", match.end())
        if out and (section.part is Part.INSPECTION or match.start() - last <= 8):
            out[-1].append(officer)
        else:
            out.append([officer])
        last = match.end()
    return [Crew(section.part, tuple(group), group[0].start, max(o.end for o in group)) for group in out]


def _by_name(text: str, section: Section, known: frozenset[str]) -> list[Crew]:
    """The officers of the file whose names stand in the record without label or number."""
    found = [Officer(n, m.start(), m.end()) for n in known if (m := re.compile(re.escape(n)).search(text, section.start, section.end))]
    found.sort(key=lambda o: o.start)
    return [Crew(section.part, tuple(found), found[0].start, found[-1].end)] if found else []


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
        note = (follow["note"] or follow["told"]) if follow else None
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
    follows = r"[（(、,，。；;\n）)]|$" if free else r"[（(][^（）()\n]{0,12}(?:证|号|\d{5})"
    return re.compile(rf"(?P<name>{_NAME})(?={follows})").match(text, at, end)


def _officer(match: re.Match[str], note: str | None, label: str, end: int) -> Officer:
    number = _NUMBER.search(note) if note else None
    blank = note is not None and number is None and bool(_NOTE.search(note) or not note.strip()) and bool(_BLANK.match(note.strip()))
    return Officer(match["name"], match.start(), end, number.group() if number else "", blank, label)
