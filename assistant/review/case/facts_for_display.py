"""The facts of a case file as the reviewer reads them beside the findings: every one with its place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from assistant.law.procedure.case import PartyKind
from assistant.review.case.facts import CaseFacts
from assistant.review.case.ordered import read_ordered
from assistant.review.case.sections import Part
from assistant.review.rules.context import Context
from assistant.review.text.model import Fact, Span
from assistant.review.text.passages import Money, date_places, money_places, money_text, split_sentences

_NUMBER = re.compile(
    r"(?:统一社会信用代码|社会信用代码|居民身份证号?码?|身份证号?码?|公民身份号码|证件号码|营业执照注册号)[）)]?\s*(?:为|是|[：:])?\s*(?P<n>[0-9A-Za-z]{15,18})"
)
_ACT_BEGIN = re.compile(r"(?:经|现)?(?:依法)?查明|经(?:调)?查|违法事实")
_ACT_END = re.compile(r"(?:上述|以上|前述)(?:违法)?(?:事实|行为)|违反(?:了)?(?:《|上述)|有[^。；]{2,60}(?:证据|证实|为证|佐证)")
_PROVEN = re.compile(
    r"(?:上述|以上|前述)(?:违法)?(?:事实|行为)[^。\n]{0,12}(?:有|由|经)[^。\n]{2,300}|主要证据(?:有|如下)?[：:][^。\n]{2,300}"
)
_ENTRY = re.compile(
    r"(?:^|[\n；;。])[ \t\u3000]*(?:[（(]?(?:\d{1,2}|[一二三四五六七八九十]{1,3})[)）、.．])?[ \t\u3000]*(?P<words>[^\n；;。]{2,80})"
)
_REMEDIES = (
    ("行政复议", re.compile(r"复议")),
    ("行政诉讼", re.compile(r"诉讼|起诉")),
    ("缴纳罚款", re.compile(r"缴(?:至|到|纳|款|清)|加处罚款")),
)


def case_facts(context: Context) -> Iterator[Fact]:
    """Party, officers, acts, provisions, evidence, days, amounts, penalties and remedies, in this order."""
    case = context.case
    own = case.as_facts()
    yield from (f for f in own if f.name == "当事人")
    yield from _party_kind(case)
    yield from _party_numbers(context)
    yield from (f for f in own if f.name not in ("当事人", *EVENTS))
    yield from _acts(context)
    yield from _provisions(context)
    yield from _evidence(context)
    yield from (f for f in own if f.name in EVENTS)
    yield from _days(context)
    yield from _amounts(context)
    yield from _penalties(context)
    yield from _remedies(context)


#: The days the rules read, by the name they are shown and corrected under.
EVENTS = {
    "立案日期": "filed",
    "发现日期": "discovered",
    "违法行为日期": "conduct",
    "告知日期": "notice",
    "听证日期": "heard",
    "决定日期": "decided",
    "送达日期": "served",
}


def part_at(case: CaseFacts, at: int) -> str:
    """The part of the file a place lies in; empty before the first heading."""
    return next((s.part.value for s in case.sections if s.start <= at < s.end), "")


def _party_kind(case: CaseFacts) -> Iterator[Fact]:
    party = case.party
    if party:
        yield Fact("当事人类型", party.kind or party_kind(case), Span(party.start, party.end), party.part.value)


def party_kind(case: CaseFacts) -> str:
    """公民, 个体工商户 or 法人或者其他组织, as the name and the words after it tell; empty where no party was read."""
    party = case.party
    if party is None:
        return ""
    if party.is_person:
        return PartyKind.CITIZEN.value
    after = case.text[party.end : party.end + 120]
    sole = re.search(r"个体工商户|经营者\s*[：:]", after)
    return (PartyKind.SOLE_TRADER if sole else PartyKind.ORGANISATION).value


def _party_numbers(context: Context) -> Iterator[Fact]:
    told: set[str] = set()
    for match in _NUMBER.finditer(context.folded):
        if match["n"] not in told:
            told.add(match["n"])
            yield Fact("当事人证件号码", match["n"], Span(match.start("n"), match.end("n")), part_at(context.case, match.start()))


def _acts(context: Context) -> Iterator[Fact]:
    """What the decision (else the report) says was done."""
    for section in (context.case.decision, *context.case.parts(Part.REPORT)[:1]):
        if section is None:
            continue
        begin = _ACT_BEGIN.search(context.folded, section.start, section.end)
        if begin is None:
            continue
        stop = _ACT_END.search(context.folded, begin.end(), section.end)
        end = stop.start() if stop else section.end
        for sentence in split_sentences(context.folded[begin.end() : end], begin.end(), "。；;\n"):
            words = sentence.text.strip("，,：: ")
            if len(words) >= 6:
                yield Fact("违法行为", words, context.span(sentence.start, sentence.end), section.part.value)
        return


def _provisions(context: Context) -> Iterator[Fact]:
    told: set[str] = set()
    for cited in context.citations:
        shown = f"《{cited.title}》{cited.label}" if cited.title else cited.raw
        if shown not in told:
            told.add(shown)
            yield Fact("援引条款", shown, Span(cited.start, cited.end), part_at(context.case, cited.start))


def _evidence(context: Context) -> Iterator[Fact]:
    for section in context.case.parts(Part.EVIDENCE):
        for match in _ENTRY.finditer(context.folded, section.start, section.end):
            yield Fact("证据", match["words"].strip(), context.span(match.start("words"), match.end("words")), section.part.value)
    decision = context.case.decision
    for match in _PROVEN.finditer(context.folded, decision.start, decision.end) if decision else ():
        yield Fact("证据", match.group().strip(), Span(match.start(), match.end()), Part.DECISION.value, "决定书所列")


def _days(context: Context) -> Iterator[Fact]:
    """Every other day of the file with the words beside it."""
    case = context.case
    named = {e.start for e in (getattr(case, field) for field in EVENTS.values()) if e}
    for day in date_places(context.folded):
        if day.start not in named:
            note = clause_around(context.folded, day.start, day.end)
            yield Fact("其他日期", day.day.isoformat(), Span(day.start, day.end), part_at(case, day.start), note)


def clause_around(text: str, start: int, end: int, longest: int = 40) -> str:
    """The words beside a place: what follows in its sentence, else what stands before."""
    after = re.split(r"[。；;\n]", text[end : end + longest * 2])[0].strip("，,：: \t\u3000")
    before = re.split(r"[。；;\n]", text[max(0, start - 200) : start])[-1].strip("，,：: \t\u3000")
    if len(after) < 4:
        return ("…" if len(before) > longest else "") + before[-longest:] or after
    return after[:longest] + ("…" if len(after) > longest else "")


def _amounts(context: Context) -> Iterator[Fact]:
    """Every amount in figures, with the same in words beside it where the text says it twice."""
    case = context.case
    kinds = _ordered_places(context)
    for money, words in paired(money_places(context.folded), context.folded):
        name = next((n for n, start, end in kinds if start <= money.start and money.end <= end), "金额")
        note = f"大写：{context.text[words.start : words.end]}（{money_text(words.value)}）" if words else ""
        beside = clause_around(context.folded, money.start, (words or money).end, 24)
        yield Fact(name, money_text(money.value), Span(money.start, money.end), part_at(case, money.start), note or beside)
        if words:
            yield Fact("金额（大写）", money_text(words.value), Span(words.start, words.end), part_at(case, words.start), beside)


def paired(amounts: tuple[Money, ...], text: str) -> Iterator[tuple[Money, Money | None]]:
    """Each amount, with the formal words that say it again right after it."""
    skip = False
    for first, second in pairwise((*amounts, None)):
        if skip or first is None:
            skip = False
            continue
        twice = second is not None and not first.formal and second.formal and len(text[first.end : second.start]) <= 8
        skip = twice and not re.search(r"[。；;\n]", text[first.end : second.start] if second else "")
        yield first, second if skip else None


def _ordered_places(context: Context) -> list[tuple[str, int, int]]:
    out = []
    for section in context.case.parts(Part.DECISION, Part.NOTICE):
        ordered = read_ordered(context.folded, section)
        out += [("罚款金额", f.start, f.end) for f in ordered.fines]
        out += [("没收违法所得金额", g.start, g.end) for g in ordered.gains]
    return out


def _penalties(context: Context) -> Iterator[Fact]:
    for section in context.case.parts(Part.DECISION, Part.NOTICE):
        ordered = read_ordered(context.folded, section)
        fines = {f.start: f for f in ordered.fines}
        for kind, start, end in ordered.kinds:
            if end > start and kind.value != "罚款":
                yield Fact("处罚种类", kind.value, Span(start, end), section.part.value)
        for fine in fines.values():
            note = "对责任人员" if fine.on_person else ""
            yield Fact("处罚种类", f"罚款{money_text(fine.amount)}", Span(fine.start, fine.end), section.part.value, note)


def _remedies(context: Context) -> Iterator[Fact]:
    section = context.case.decision
    if section is None:
        return
    for sentence in split_sentences(context.folded[section.start : section.end], section.start, "。\n"):
        for name, pattern in _REMEDIES:
            if pattern.search(sentence.text):
                yield Fact("救济和缴纳", sentence.text.strip(), context.span(sentence.start, sentence.end), section.part.value, name)
                break
