"""What a decision orders: its operative words, fines, confiscations and kinds of penalty."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from assistant.law.penalty.kinds import PenaltyKind, find_measures
from assistant.law.privacy.persons import SURNAMES
from assistant.law.text.around import since
from assistant.review.case.sections import Section
from assistant.review.text.passages import Money, money_places

_DECIDES = re.compile(r"(?<![本该此])(?:(?<!处罚)决定(?!书|之日|的|前|后|机关|不服)|作出(?:如下|以下)(?:行政)?处罚)")
_INTENDS = re.compile(r"拟(?!定)")
#: The ground of the penalty, up to its comma: 依据《…》第…条，.
_GROUNDS = re.compile(
    r"(?:依据|根据|依照|按照)[^。；\n]{0,120}?第[^条，。]{1,8}条(?:第[^，。；]{1,8}[款项目]){0,6}[^，。；\n]{0,16}[，,：:]"
)
_ORDERS = re.compile(r"给予|处以|并处|罚款|没收|责令")
_PENALTY = re.compile(r"罚款(?!的|数额|决定|本)|没收|警告|吊销|停业|停产|通报批评|暂扣|降低资质|取缔|责令")
_STOP = re.compile(
    r"缴纳|缴至|缴到|缴款|到期不|逾期不|如(?:果)?(?:对本|不服)|不服本|行政复议|陈述|申辩|救济|罚没款合计|送达|罚款(?:限|应)|当事人应当自|自收到本"
)
_FINE_AFTER = re.compile(r"罚款(?:人民币|金额|数额|计|共计|为|：|:|￥|¥|\s|的|处以|（小写）)*$")
_FINE_BEFORE = re.compile(r"^(?:\s|[（(][^）)]{0,24}[)）]|的|整|以下简称)*罚款")
_EXTRA = re.compile(r"加处|每日|滞纳")
_PERSON = re.compile(r"(?:对|给予|其)?(?:直接负责|直接责任|其他(?:直接)?责任人|有关责任人|主要负责人|法定代表人|主管人员|责任人员)")


@dataclass(frozen=True, slots=True)
class Fine:
    """One 罚款 ordered: yuan, its place, on whom (对…, as written; empty where not said), and whether that is a person answering for the party."""

    amount: float
    start: int
    end: int
    on_person: bool = False
    words: float | None = None
    whom: str = ""


@dataclass(frozen=True, slots=True)
class Ordered:
    """What a decision or notice orders. `kinds` are penalties and orders with their places."""

    fines: tuple[Fine, ...]
    kinds: tuple[tuple[PenaltyKind, int, int], ...]
    gains: tuple[Money, ...]
    start: int
    end: int

    @property
    def fine(self) -> float:
        """The fines on the party itself, added up; 0 without one."""
        own = [f for f in self.fines if not f.on_person] or self.fines
        return sum(f.amount for f in own)

    def has(self, *wanted: PenaltyKind) -> bool:
        """True where one of these kinds is ordered."""
        return any(kind in wanted for kind, _, _ in self.kinds)


@lru_cache(maxsize=16)  # a dozen rules ask what the same decision orders
def read_ordered(text: str, section: Section) -> Ordered:
    """Return what the operative words of a section order; empty where it has none."""
    start, end = operative(text, section)
    if end <= start:
        return Ordered((), (), (), start, end)
    stretch = text[start:end]
    fines = _fines(stretch, start)
    return Ordered(fines, _kinds(stretch, start, bool(fines)), _gains(stretch, start), start, end)


def operative(text: str, section: Section) -> tuple[int, int]:
    """Where the operative words begin and end: from the first 决定 (else 拟, else the ground cited) before a penalty to the words on payment and remedy."""
    body = text[section.start : section.end]
    for starts in (_DECIDES, _INTENDS, _GROUNDS, _ORDERS):
        for match in starts.finditer(body):
            begin = match.start() if starts is _ORDERS else match.end()
            stop = _STOP.search(body, begin)
            words = body[begin : stop.start() if stop else len(body)]
            if _PENALTY.search(words[:160]):
                return section.start + begin, section.start + begin + len(words)
    return section.start, section.start


def _fines(stretch: str, offset: int) -> tuple[Fine, ...]:
    out: list[Fine] = []
    amounts = money_places(stretch)
    for index, money in enumerate(amounts):
        # Nothing that tells of an amount stands further from it than a sentence is long.
        before, after = stretch[max(0, money.start - 1_000) : money.start], stretch[money.end : money.end + 100]
        clause = before[since(before, len(before), "，。；;\n") :]
        if _EXTRA.search(clause) or re.search(r"合计|共计罚没|总计", clause):
            continue
        if _FINE_AFTER.search(before) or (_FINE_BEFORE.match(after) and re.search(r"处|罚", clause)):
            whom = _whom(before[since(before, len(before), "。；;\n") :])
            on_person = bool(_PERSON.search(whom) or re.fullmatch(rf"[{SURNAMES}][\u4e00-\u9fff]{{1,2}}", whom))
            words = _paired(amounts[index + 1] if index + 1 < len(amounts) else None, stretch, money)
            at = stretch.rfind("罚款", 0, money.start) if _FINE_AFTER.search(before) else money.start
            close = re.match(r"[\s]*[（(][^（）()\n]{0,30}[)）]", after)
            out.append(
                Fine(
                    money.value,
                    at + offset,
                    money.end + (close.end() if close and words is not None else 0) + offset,
                    on_person,
                    words,
                    whom,
                )
            )
    return tuple(out)


def _whom(sentence: str) -> str:
    """On whom the last penalty of a sentence falls: the words after its last 对."""
    found = list(
        re.finditer(r"对(?:当事人)?(?P<who>[^，。；：:]{2,40}?)(?=(?:分别|各|处以?|并处|罚款|给予|作出|没收|责令|[，：:]|$))", sentence)
    )
    who = found[-1]["who"].strip() if found else ""
    return "" if re.search(r"行为|事实|违法|活动", who) else who


def _paired(other: Money | None, stretch: str, money: Money) -> float | None:
    """The same amount said a second time in brackets, in the other writing."""
    if other is None or other.formal == money.formal:
        return None
    between = stretch[money.end : other.start]
    return other.value if re.fullmatch(r"[\s整]*[（(]?(?:大写|小写|人民币|金额|计|￥|¥|[：:，\s])*", between) else None


def _kinds(stretch: str, offset: int, fined: bool) -> tuple[tuple[PenaltyKind, int, int], ...]:
    out: list[tuple[PenaltyKind, int, int]] = []
    at = 0
    for clause in re.split(r"(?<=[，。；;\n])", stretch):
        lead = re.match(r"\s*(?:[（(]?[一二三四五六七八九十\d]+[)）、.．])?\s*", clause)
        skip = lead.end() if lead else 0
        words = clause[skip:].rstrip("，。；;\n")
        if words and not re.search(r"未|不再|曾|已被|申请", words[:6]):
            out += [(m.kind, m.start + at + skip + offset, m.end + at + skip + offset) for m in find_measures(words)]
            plain = re.match(r"(?:予以|给予|并|处以?)?警告", words)
            if plain and not any(k is PenaltyKind.WARNING and s >= at + offset for k, s, _ in out):
                out.append((PenaltyKind.WARNING, at + skip + offset, at + skip + plain.end() + offset))
        at += len(clause)
    if fined:
        out.append((PenaltyKind.FINE, offset, offset))
    return tuple(out)


def _gains(stretch: str, offset: int) -> tuple[Money, ...]:
    """Amounts of gains confiscated."""
    out = []
    for match in re.finditer(r"没收[^，。；;]{0,10}?(?:违法所得|非法所得|违法收入)(?:人民币|共计|计|款|：|:|\s)*", stretch):
        near = [m for m in money_places(stretch[match.end() : match.end() + 24]) if m.start <= 2]
        if near:
            out.append(Money(near[0].value, match.start() + offset, match.end() + near[0].end + offset))
    return tuple(out)
