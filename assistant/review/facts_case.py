"""The facts of a penalty case file, each with its place: party, dates with events, penalties, amounts, parts."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date

from assistant.law.penalty_case import PartyKind
from assistant.review.model import Fact, Span
from assistant.review.officers import Crew, crews
from assistant.review.passages import DatePlace, Money, date_places, money_places, month_places
from assistant.review.sections import Part, Section, cut

#: Any three of these make it a file and not a single paper: only then is a missing part a finding.
_WHOLE_FILE = 3
_AGREED = re.compile(r"同意立案|准予立案|批准立案|决定立案|予以立案|同意|立案(?:日期|时间|之日)")
_RECEIVED = re.compile(r"签收|收到(?!本)|送达(?:日期|时间)?|签名|签字|接收")
_SEAL = re.compile(r"[（(](?:印章|盖章|公章|加盖印章|章)[)）]|印章|盖章")
_RIGHTS = re.compile(r"陈述|申辩|听证")
_WAIVES = re.compile(
    r"(?<!视为)(?<!视作)(?:自愿|明确|书面|当场|口头)?(?:表示|声明|提出)?[^。；，]{0,6}(?:放弃|不(?:再)?(?:要求|需要|申请|提出|进行|行使))[^。；]{0,10}(?:陈述|申辩|听证)"
    r"|无异议[^。；]{0,6}放弃|放弃(?:上述|以上)?权利"
)
_COMPANY = re.compile(r"公司|店|厂|社|中心|酒店|宾馆|网吧|俱乐部|企业|事务所|经营部|工作室|商行|学校|医院|馆|会所|局$|部$|场$")
_PARTY = re.compile(
    r"(?:当事人|被处罚人|被处罚单位|受处罚人|违法行为人)(?:名称|姓名|（姓名）|（名称）)?\s*[：:]?\s*(?P<name>[^，。；：:\n（(、\s]{2,40})"
)
_DISCOVERY = re.compile(r"检查|发现|接到|接[^。]{0,10}(?:举报|投诉|转办|移送)|移送|举报|投诉|查获|巡查|立案|线索|转办|交办|审计|抽查")
_ONGOING = re.compile(r"至今|至检查时|持续至|仍在|尚未(?:停止|改正)|检查时(?:仍|正在)|截至(?!19|20)|正在")


@dataclass(frozen=True, slots=True)
class Event:
    """A day with what happened on it, and where the text says so."""

    day: date
    start: int
    end: int


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


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What the rules of penalty cases read. Days are None where the text does not tell."""

    text: str = ""
    sections: tuple[Section, ...] = ()
    parties: tuple[Party, ...] = ()
    crews: tuple[Crew, ...] = ()
    filed: Event | None = None
    discovered: Event | None = None
    conduct: Event | None = None
    ongoing: bool = False
    notice: Event | None = None
    heard: Event | None = None
    decided: Event | None = None
    served: Event | None = None
    waiver: Span | None = None
    summary: bool = False
    extra: tuple[Fact, ...] = field(default=())

    def parts(self, *wanted: Part) -> tuple[Section, ...]:
        """The sections of these kinds, in order."""
        return tuple(s for s in self.sections if s.part in wanted)

    def body(self, *wanted: Part) -> str:
        """The text of these parts, one after another."""
        return "\n".join(self.text[s.start : s.end] for s in self.parts(*wanted))

    @property
    def decision(self) -> Section | None:
        """The 决定书: of several, the longest; a text without headings that decides a penalty counts whole."""
        found = self.parts(Part.DECISION)
        return max(found, key=lambda s: s.end - s.start, default=None)

    @property
    def is_file(self) -> bool:
        """True for a case file with its parts, False for a single paper."""
        return len({s.part for s in self.sections}) >= _WHOLE_FILE and self.decision is not None

    @property
    def party(self) -> Party | None:
        """The party of the decision, else the first named."""
        return next((p for p in self.parties if p.part is Part.DECISION), self.parties[0] if self.parties else None)

    @property
    def is_person(self) -> bool:
        """True where the party is a natural person."""
        return bool(self.party and self.party.is_person)

    def as_facts(self) -> tuple[Fact, ...]:
        """The facts as shown beside the findings."""
        out = [Fact("当事人", p.name, Span(p.start, p.end), p.part.value) for p in self.parties]
        for crew in self.crews:
            for o in crew.officers:
                out.append(Fact("执法人员", f"{o.name}（{o.number or '无证号'}）", Span(o.start, o.end), crew.part.value))
        named = {
            "立案日期": self.filed,
            "发现日期": self.discovered,
            "违法行为日期": self.conduct,
            "告知日期": self.notice,
            "听证日期": self.heard,
            "决定日期": self.decided,
            "送达日期": self.served,
        }
        out += [Fact(name, e.day.isoformat(), Span(e.start, e.end)) for name, e in named.items() if e]
        return (*out, *self.extra)


def read_case(text: str) -> CaseFacts:
    """Return the facts of a case file; `text` has half-width digits."""
    sections = cut(text)
    if not any(s.part is Part.DECISION for s in sections) and re.search(r"决定[^。]{0,30}(?:罚款|没收|吊销|警告)", text):
        sections = (*sections, Section(Part.DECISION, "", sections[-1].start if sections else 0, len(text)))
    facts = CaseFacts(text, sections, _parties(text, sections), crews(text, sections))
    decision = facts.decision
    summary = bool(decision and re.search(r"当场", decision.heading)) or bool(
        re.search(r"当场(?:行政)?处罚决定书|适用简易程序|简易程序(?:行政)?处罚", text)
    )
    discovered = _discovered(facts)
    conduct, ongoing = _conduct(facts, discovered)
    return CaseFacts(
        text=text,
        sections=sections,
        parties=facts.parties,
        crews=facts.crews,
        filed=_filed(facts),
        discovered=discovered,
        conduct=conduct,
        ongoing=ongoing,
        notice=_notice(facts),
        heard=_heard(facts),
        decided=_decided(facts),
        served=_served(facts),
        waiver=_waiver(facts),
        summary=summary,
    )


def _event(place: DatePlace | None) -> Event | None:
    return Event(place.day, place.start, place.end) if place else None


def _dates(text: str, section: Section) -> list[DatePlace]:
    """Days of a section; the year of a first 月日 without one is that of the last full date before the section."""
    before = [d for d in date_places(text[: section.start]) if d.has_year]
    lead = f"{before[-1].day.year}年1月1日" if before else ""
    shifted = date_places(lead + text[section.start : section.end], section.start - len(lead))
    return [d for d in shifted if d.start >= section.start]


def _parties(text: str, sections: tuple[Section, ...]) -> tuple[Party, ...]:
    out = []
    for section in sections:
        for match in _PARTY.finditer(text, section.start, section.end):
            labelled = re.search(r"[：:]\s*$", text[match.start() : match.start("name")]) or text[match.start("name") - 1] in "：: "
            name = match["name"]
            if labelled or (
                _COMPANY.search(name) and re.fullmatch(r"[\u4e00-\u9fff·]{4,30}(?:公司|店|网吧|厂|社|中心|酒店|宾馆|俱乐部)", name)
            ):
                out.append(Party(name, match.start("name"), match.end("name"), section.part))
        if section.part is Part.NOTICE:
            salute = re.search(
                r"(?:^|[。号\n])\s*(?P<name>[\u4e00-\u9fff·（）()]{2,40}?)\s*[：:]", text[section.start : section.start + 160]
            )
            name = salute["name"] if salute else ""
            if salute and (_COMPANY.search(name) or len(name) <= 4) and not re.search(r"当事人|告知|地址|电话|案由|联系", name):
                out.append(Party(name, section.start + salute.start("name"), section.start + salute.end("name"), section.part))
        if section.part is Part.SERVICE:
            for match in re.finditer(r"受送达人\s*[：:]\s*(?P<name>[^，。；\n\s（(]{2,40})", text[section.start : section.end]):
                out.append(Party(match["name"], section.start + match.start("name"), section.start + match.end("name"), section.part))
    return tuple(out)


def _filed(facts: CaseFacts) -> Event | None:
    for section in facts.parts(Part.FILING):
        days = _dates(facts.text, section)
        for word in _AGREED.finditer(facts.text, section.start, section.end):
            after = [d for d in days if 0 <= d.start - word.end() <= 40]
            if after:
                return _event(after[0])
        for word in _AGREED.finditer(facts.text, section.start, section.end):
            before = [d for d in days if 0 <= word.start() - d.end <= 20]
            if before:
                return _event(before[-1])
        if days:
            return _event(days[-1])
    stated = re.search(r"(?=((?:19|20)\d{2}年\d{1,2}月\d{1,2}日)[^。；]{0,12}(?:立案|予以立案))", facts.text)
    return _event(date_places(stated.group(1), stated.start())[0]) if stated else None


def _notice(facts: CaseFacts) -> Event | None:
    """The day the party had the notice: that of signature or service, else that of the paper."""
    for section in facts.parts(Part.NOTICE):
        days = _dates(facts.text, section)
        rights = [m.end() for m in _RIGHTS.finditer(facts.text, section.start, section.end)]
        late = [d for d in days if not rights or d.start >= rights[-1]] or days[-1:]
        signed = [d for d in late if _RECEIVED.search(facts.text[max(section.start, d.start - 14) : d.end + 10])]
        if signed or late:
            served = _event(signed[-1] if signed else late[-1])
            return served
    for section in facts.parts(Part.SERVICE):
        for clause in re.finditer(r"[^。；\n]*告知书[^。；\n]*", facts.text[section.start : section.end]):
            found = date_places(clause.group(), section.start + clause.start())
            if found:
                return _event(found[-1])
    if facts.parts(Part.STATEMENT):
        section = facts.parts(Part.STATEMENT)[0]
        told = [d for d in _dates(facts.text, section) if "告知" in facts.text[d.end : d.end + 40]]
        return _event(told[0]) if told else None
    return None


def _heard(facts: CaseFacts) -> Event | None:
    for section in facts.parts(Part.HEARING):
        for day in _dates(facts.text, section):
            sentence = re.split(r"[。；\n]", facts.text[day.end : section.end])[0]
            if re.search(r"听证会?(?:在|于|公开|举行|如期)|举行|召开|公开进行|主持", sentence) and not re.search(
                r"通知|要求听证|申请听证", sentence
            ):
                return _event(day)
    return None


def _decided(facts: CaseFacts) -> Event | None:
    section = facts.decision
    if section is None:
        return None
    days = _dates(facts.text, section)
    seals = list(_SEAL.finditer(facts.text, section.start, section.end))
    for seal in reversed(seals):
        near = [d for d in days if 0 <= d.start - seal.end() <= 12] or [d for d in days if 0 <= seal.start() - d.end <= 12]
        if near:
            return _event(near[0])
    rest = [d for d in days if not _RECEIVED.search(facts.text[max(section.start, d.start - 12) : d.end + 6])]
    return _event((rest or days)[-1]) if days else None


def _served(facts: CaseFacts) -> Event | None:
    """The day the decision was served: of the 送达 part that speaks of it, else of the only 送达 part."""
    sections = facts.parts(Part.SERVICE)
    for section in sections:
        body = facts.text[section.start : section.end]
        days = _dates(facts.text, section)
        if not days:
            continue
        lines = [m for m in re.finditer(r"[^\n]+", body) if "决定书" in m.group()]
        if re.search(r"告知书", body) and lines:
            days = [d for d in days if any(m.start() <= d.start - section.start <= m.end() for m in lines)] or days
        elif re.search(r"告知书", body + section.heading):
            continue
        labelled = [
            d for d in days if re.search(r"(?:签收|送达|收到)[^，。；]{0,8}$", facts.text[max(section.start, d.start - 12) : d.start])
        ]
        return _event((labelled or days)[-1 if labelled else 0])
    return None


def _waiver(facts: CaseFacts) -> Span | None:
    for section in facts.parts(Part.STATEMENT, Part.NOTICE, Part.HEARING, Part.SERVICE):
        for match in _WAIVES.finditer(facts.text, section.start, section.end):
            sentence = facts.text[facts.text.rfind("。", 0, match.start()) + 1 : match.end() + 12]
            if not re.search(r"视为|可以|逾期|如(?:果|需)?|有权|期限(?:内|届满)|至\d|截[至止]|届满", sentence):
                return Span(match.start(), match.end())
    return None


def _discovered(facts: CaseFacts) -> Event | None:
    """The earliest day on which the authority saw or heard of the act: inspection, clue, filing."""
    found: list[DatePlace] = []
    for section in facts.parts(Part.INSPECTION)[:1]:
        found += _dates(facts.text, section)[:1]
    for section in facts.parts(Part.FILING):
        for day in _dates(facts.text, section):
            sentence = _sentence(facts.text, day)
            if _DISCOVERY.search(sentence):
                found.append(day)
    filed = _filed(facts)
    days = [_event(d) for d in found] + [filed]
    known = [e for e in days if e]
    return min(known, key=lambda e: e.day, default=None)


def _sentence(text: str, day: DatePlace) -> str:
    start = max(text.rfind(mark, 0, day.start) for mark in "。；\n")
    ends = [e for e in (text.find(mark, day.end) for mark in "。；\n") if e >= 0]
    return text[start + 1 : min(ends, default=len(text))]


def _conduct(facts: CaseFacts, discovered: Event | None) -> tuple[Event | None, bool]:
    """The last day of the act as the decision tells it, and whether it went on when it was found."""
    section = facts.decision
    if section is None:
        return None, False
    body = facts.text[section.start : section.end]
    begin = re.search(r"经查|查明|违法事实|调查", body)
    stop = re.search(r"(?:上述|以上)(?:违法)?事实|证据|证实|违反", body[begin.end() if begin else 0 :])
    first = begin.start() if begin else 0
    last = (begin.end() if begin else 0) + stop.start() if stop else len(body)
    told = body[first:last]
    days = [*date_places(told, section.start + first), *month_places(told, section.start + first)]
    acts = [
        d
        for d in days
        if not re.match(
            r"[\d时分:：\s]{0,10}[，,]?[^，。；]{0,18}(?:检查|发现|接到|移送|举报|投诉|查获|巡查|立案)", facts.text[d.end : d.end + 40]
        )
    ]
    inquired = bool(_ONGOING.search(told))
    limit = discovered.day if discovered else None
    acts = [d for d in acts if limit is None or d.day <= limit]
    if not acts or (len(acts) < len(days) and not [d for d in acts if d.has_year]):
        return (discovered if days else None), inquired
    return _event(max(acts, key=lambda d: d.day)), inquired


def amounts(facts: CaseFacts, *parts: Part) -> tuple[tuple[Part, Money], ...]:
    """Every amount of money in these parts."""
    return tuple((s.part, m) for s in facts.parts(*parts) for m in money_places(facts.text[s.start : s.end], s.start))
