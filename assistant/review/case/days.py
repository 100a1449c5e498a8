"""The days of a penalty case with what happened on them: filing, discovery, act, notice, hearing, decision, service."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from assistant.law.text.around import since, until
from assistant.review.case.sections import Papers, Part, Section
from assistant.review.text.model import Span
from assistant.review.text.passages import DatePlace, date_places, month_places

_AGREED = re.compile(r"同意立案|准予立案|批准立案|决定立案|予以立案|同意|立案(?:日期|时间|之日|调查)?")
_RECEIVED = re.compile(r"签收|(?<!未)收到(?!本|之日)|送达(?!人|地址)|签名|签字|接收|当面|收件")
_ANSWERED = re.compile(r"申辩|放弃|书面|表示|申请听证|要求听证|提交|未提出|未提|期满|届满|未收到|没有提出")
_REPLIED = re.compile(
    r"(?:当事人|你[单公]?[位司店社厂]|其)[^。；]{0,12}(?:答复|回复|回函|表示|提出|提交|声明|承诺)|没有(?:意见|异议)|无(?:意见|异议)|不(?:要求|申请)?听证"
)
_SEAL = re.compile(r"[（(](?:印章|盖章|公章|加盖印章|章|印)[)）]|印章|盖章|公章")
_WAIVES = re.compile(
    r"(?<!视为)(?<!视作)(?:自愿|明确|书面|当场|口头)?(?:表示|声明|提出)?[^。；，]{0,6}(?:放弃|不(?:再)?(?:要求|需要|申请|提出|进行|行使))[^。；]{0,10}(?:陈述|申辩|听证)"
    r"|(?:无|没有)(?:异议|意见)[^。；]{0,6}(?:放弃|不(?:要求|申请|需要)?(?:听证|陈述|申辩))|放弃(?:该|其|此项|相关|上述|以上|前述|全部)*权利|(?:不|无)(?:作|做|再)?陈述[、和]?(?:也)?(?:不|无)?申辩(?:意见)?"
)
_DISCOVERY = re.compile(
    r"检查|发现|接到|接[^。]{0,10}(?:举报|投诉|转办|移送)|移送|举报|投诉|查获|巡查|立案|线索|转办|交办|审计|抽查|报告|反映|收到"
)
_ONGOING = re.compile(r"至今|至检查时|持续至|仍在|尚未(?:停止|改正)|检查时(?:仍|正在)|截至(?!19|20)|正在")
_UNTIL = re.compile(r"(?:至|到|止|截至|截止|期限至|前|之前)\s*$")
_PIECE = re.compile(r"[^。；\n]+")
_PAST = re.compile(r"(?:曾|早)[^。；，]{0,4}(?:于|在)\s*$")


@dataclass(frozen=True, slots=True)
class Event:
    """A day with what happened on it, and where the text says so."""

    day: date
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Days:
    """The days of a case; None where the text does not tell. `ongoing`: the act went on when it was found."""

    filed: Event | None = None
    discovered: Event | None = None
    conduct: Event | None = None
    ongoing: bool = False
    notice: Event | None = None
    heard: Event | None = None
    decided: Event | None = None
    served: Event | None = None
    waiver: Span | None = None


def read_days(papers: Papers) -> Days:
    """Return the days of the case file."""
    discovered = _discovered(papers)
    conduct, ongoing = _conduct(papers, discovered)
    return Days(
        filed=_filed(papers),
        discovered=discovered,
        conduct=conduct,
        ongoing=ongoing,
        notice=_notice(papers),
        heard=_heard(papers),
        decided=_decided(papers),
        served=_served(papers),
        waiver=_waiver(papers),
    )


def _event(place: DatePlace | None) -> Event | None:
    return Event(place.day, place.start, place.end) if place else None


def _dates(papers: Papers, section: Section) -> list[DatePlace]:
    """Days of a section, birthdays left out; the year of a first 月日 without one is that of the last full date before."""
    text = papers.text
    full = _full_dates(text)
    before = bisect_right(full, section.start, key=lambda d: d.end)
    lead = f"{full[before - 1].day.year}年1月1日" if before else ""
    shifted = date_places(lead + text[section.start : section.end], section.start - len(lead))
    return [d for d in shifted if d.start >= section.start and not _born(text, d)]


@lru_cache(maxsize=2)  # asked for every section of one file
def _full_dates(text: str) -> tuple[DatePlace, ...]:
    """The dates of a text that name their year, birthdays left out."""
    return tuple(d for d in date_places(text) if d.has_year and not _born(text, d))


def _born(text: str, day: DatePlace) -> bool:
    return bool(
        re.match(r"\s*(?:出)?生(?!效)", text[day.end : day.end + 3])
        or re.search(r"(?:生于|出生(?:日期|年月)?[:：]?)\s*$", text[max(0, day.start - 8) : day.start])
    )


def _deadline(text: str, day: DatePlace) -> bool:
    """True for the end of a period (至4月7日, 4月7日届满) and not a day on which something was done."""
    return bool(
        _UNTIL.search(text[max(0, day.start - 6) : day.start]) or re.match(r"\s*(?:届满|期满|止|前|为止)", text[day.end : day.end + 4])
    )


def _filed(papers: Papers) -> Event | None:
    parts = papers.parts(Part.FILING)
    # The register of the clue (案件来源登记) is not the filing where a paper of its own approves that.
    for section in [s for s in parts if "立案" in s.heading] or parts:
        days = _dates(papers, section)
        for word in _AGREED.finditer(papers.text, section.start, section.end):
            after = [d for d in days if 0 <= d.start - word.end() <= 40]
            if after:
                return _event(after[0])
        for word in _AGREED.finditer(papers.text, section.start, section.end):
            before = [d for d in days if 0 <= word.start() - d.end <= 20]
            if before:
                return _event(before[-1])
        if days:
            return _event(days[-1])
    stated = re.search(r"(?=((?:19|20)\d{2}年\d{1,2}月\d{1,2}日)[^。；]{0,12}(?:立案|予以立案))", papers.text)
    return _event(date_places(stated.group(1), stated.start())[0]) if stated else None


def _notice(papers: Papers) -> Event | None:
    """The day the party had the notice: that of signature or service, else that of the paper."""
    text = papers.text
    for section in papers.parts(Part.NOTICE):
        days = [d for d in _dates(papers, section) if not _deadline(text, d)]
        told = [d for d in days if not _ANSWERED.search(_clause(text, d, section.end)) and not _answer(text, d, section.start)]
        signed = [d for d in told if _RECEIVED.search(text[max(section.start, d.start - 14) : d.end + 10])]
        if signed or told or days:
            return _event(signed[-1] if signed else (told or days)[-1])
    for section in papers.parts(Part.SERVICE):
        for clause in _PIECE.finditer(text, section.start, section.end):
            found = date_places(clause.group(), clause.start()) if "告知书" in clause.group() else ()
            if found:
                return _event(found[-1])
    for section in papers.parts(Part.STATEMENT)[:1]:
        told = [d for d in _dates(papers, section) if "告知" in text[d.end : d.end + 40]]
        return _event(told[0]) if told else None
    return None


def _clause(text: str, day: DatePlace, end: int) -> str:
    """The words after a day up to the next stop."""
    return text[day.end : until(text, day.end, "。；\n", end, 24)]


def _answer(text: str, day: DatePlace, start: int) -> bool:
    """True for the day of what the party answered, told before it in its sentence."""
    return bool(_REPLIED.search(text[since(text, day.start, "。；\n", start) : day.start]))


def _heard(papers: Papers) -> Event | None:
    for section in papers.parts(Part.HEARING):
        for day in _dates(papers, section):
            sentence = papers.text[day.end : until(papers.text, day.end, "。；\n", section.end)]
            if re.search(r"听证会?(?:在|于|公开|举行|如期)|举行|召开|公开进行|主持", sentence) and not re.search(
                r"通知|要求听证|申请听证", sentence
            ):
                return _event(day)
    return None


def _decided(papers: Papers) -> Event | None:
    section = papers.decision
    if section is None:
        return None
    days = _dates(papers, section)
    seals = list(_SEAL.finditer(papers.text, section.start, section.end))
    for seal in reversed(seals):
        near = [d for d in days if 0 <= d.start - seal.end() <= 12] or [d for d in days if 0 <= seal.start() - d.end <= 12]
        if near:
            return _event(near[0])
    rest = [d for d in days if not _RECEIVED.search(papers.text[max(section.start, d.start - 12) : min(section.end, d.end + 6)])]
    return _event((rest or days)[-1]) if days else None


def _served(papers: Papers) -> Event | None:
    """The day the decision was served: of the 送达 part that speaks of it, else of the only 送达 part."""
    sections = papers.parts(Part.SERVICE)
    for section in sections:
        body = papers.text[section.start : section.end]
        days = _dates(papers, section)
        if not days:
            continue
        lines = [m for m in re.finditer(r"[^\n]+", body) if "决定书" in m.group()]
        if re.search(r"告知书", body) and lines:
            days = [d for d in days if any(m.start() <= d.start - section.start <= m.end() for m in lines)] or days
        elif re.search(r"告知书", body + section.heading):
            continue
        labelled = [
            d for d in days if re.search(r"(?:签收|送达|收到)[^，。；]{0,8}$", papers.text[max(section.start, d.start - 12) : d.start])
        ]
        return _event((labelled or days)[-1 if labelled else 0])
    return None


def _waiver(papers: Papers) -> Span | None:
    for section in papers.parts(Part.STATEMENT, Part.NOTICE, Part.HEARING, Part.SERVICE):
        for match in _WAIVES.finditer(papers.text, section.start, section.end):
            sentence = papers.text[since(papers.text, match.start(), "。") : match.end() + 12]
            if not re.search(r"视为|可以|逾期|如(?:果|需)?|有权|期限(?:内|届满)|至\d|截[至止]|届满", sentence):
                return Span(match.start(), match.end())
    return None


def _discovered(papers: Papers) -> Event | None:
    """The earliest day on which the authority saw or heard of the act: inspection, clue, filing."""
    found: list[DatePlace] = []
    for section in papers.parts(Part.INSPECTION)[:1]:
        found += _dates(papers, section)[:1]
    for section in papers.parts(Part.FILING):
        days = _dates(papers, section)
        for word in _DISCOVERY.finditer(papers.text, section.start, section.end):
            found += _nearest(papers.text, days, word)
    known = [e for e in [*(_event(d) for d in found), _filed(papers)] if e]
    return min(known, key=lambda e: e.day, default=None)


def _nearest(text: str, days: list[DatePlace], word: re.Match[str]) -> list[DatePlace]:
    """The last day before a word of discovery in its sentence; days of what was done before (曾于) are not those of discovery."""
    start = max(text.rfind(mark, 0, word.start()) for mark in "。；\n")
    before = [d for d in days if start < d.start and d.end <= word.start()]
    return [d for d in before[-1:] if not _PAST.search(text[max(0, d.start - 8) : d.start])]


def _conduct(papers: Papers, discovered: Event | None) -> tuple[Event | None, bool]:
    """The last day of the act as the decision tells it, and whether it went on when it was found."""
    section = papers.decision
    if section is None:
        return None, False
    body = papers.text[section.start : section.end]
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
            r"[\d时分:：\s]{0,10}[，,]?[^，。；]{0,18}(?:检查|发现|接到|移送|举报|投诉|查获|巡查|立案)", papers.text[d.end : d.end + 40]
        )
    ]
    inquired = bool(_ONGOING.search(told))
    limit = discovered.day if discovered else None
    acts = [d for d in acts if limit is None or d.day <= limit]
    if not acts or (len(acts) < len(days) and not [d for d in acts if d.has_year]):
        return (discovered if days else None), inquired
    return _event(max(acts, key=lambda d: d.day)), inquired
