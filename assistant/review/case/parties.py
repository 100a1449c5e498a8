"""当事人 of a penalty case, in every paper that names one."""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.law.privacy.persons import SURNAMES
from assistant.law.procedure.case import PartyKind
from assistant.review.case.sections import Papers, Part, Section

_COMPANY = re.compile(
    r"公司|店|厂|社|中心|酒店|宾馆|网吧|俱乐部|企业|事务所|经营部|工作室|商行|学校|医院|馆|会所|局$|部$|场$|KTV|书屋|画廊|超市|行$|站$|院$|吧$|城$|民宿|客栈"
)
_PARTY = re.compile(
    r"(?:当事人|被处罚人|被处罚单位|受处罚人|违法行为人|当事单位)(?:[一二三]|[（(][一二三\d][)）])?(?:名称|姓名|（姓名）|（名称）)?"
    r"(?P<sep>\s*+[：:｜|]\s*+|\s++)?(?P<name>[^，。；：:\n（(、\s｜|]{2,40})"
)
_PERSON = rf"[{SURNAMES}][\u4e00-\u9fff·]{{1,3}}|[\u4e00-\u9fff]某{{1,2}}[甲乙丙]?"
_SALUTE = re.compile(r"(?:^|[。号\n])\s*(?P<name>[\u4e00-\u9fff·（）()A-Za-z0-9]{2,40}?)\s*[：:]")
_NO_NAME = re.compile(
    r"告知|地址|电话|案由|联系|内容|讨论|意见|事实|依据|证据|当事人|时间|地点|拟|情况|期限|方式|记录|理由|编号|文号|送达|签收|承办|日期"
)


@dataclass(frozen=True, slots=True)
class Party:
    """当事人 as named at one place; `kind` is set where the reviewer told it (公民, 个体工商户, 法人或者其他组织)."""

    name: str
    start: int
    end: int
    part: Part
    kind: str = ""

    @property
    def is_person(self) -> bool:
        """True for a natural person."""
        if self.kind:
            return self.kind == PartyKind.CITIZEN
        return len(self.name) <= 4 and not _COMPANY.search(self.name)


def read_parties(papers: Papers) -> tuple[Party, ...]:
    """Return the party as each part names it: after a label, at the head of a notice or decision, as the one served."""
    out: list[Party] = []
    for section in papers.sections:
        out += _labelled(papers.text, section)
        if section.part in (Part.NOTICE, Part.DECISION) and not any(p.part is section.part for p in out):
            out += _saluted(papers.text, section)
        if section.part is Part.SERVICE:
            for match in re.finditer(r"受送达人\s*[：:]\s*(?P<name>[^，。；\n\s（(]{2,40})", papers.text[section.start : section.end]):
                if not _NO_NAME.search(match["name"]):
                    out.append(Party(match["name"], section.start + match.start("name"), section.start + match.end("name"), section.part))
    return tuple(out)


def _labelled(text: str, section: Section) -> list[Party]:
    out = []
    for match in _PARTY.finditer(text, section.start, section.end):
        name, end = match["name"], match.end("name")
        plain = re.fullmatch(r"[\u4e00-\u9fff·]{4,30}(?:公司|店|网吧|厂|社|中心|酒店|宾馆|俱乐部)", name)
        person = re.fullmatch(_PERSON, name) and text[end : end + 1] in "，,（(、"
        label = match["sep"] and not _NO_NAME.search(name)
        if label or plain or person:
            out.append(Party(name, match.start("name"), end, section.part))
    return out


def _saluted(text: str, section: Section) -> list[Party]:
    """The one a paper speaks to: a name and a colon at the head of its lines."""
    for match in _SALUTE.finditer(text[section.start : section.start + 200]):
        name = re.sub(r"[（(][^（）()]{0,30}[)）]$", "", match["name"])
        known = _COMPANY.search(name) or (re.fullmatch(_PERSON, name) and text.count(name) > 2)
        if known and not _NO_NAME.search(name) and len(name) >= 2:
            start = section.start + match.start("name")
            return [Party(name, start, start + len(name), section.part)]
    return []
