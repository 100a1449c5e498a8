"""Tiers (档次) of one paragraph or item: its clauses walked in order, each measure under its condition.

The reading rests on how statutes are punctuated (立法技术规范（试行）（一）): ；separates tiers and their
addressees, ，goes on within a tier, a clause ending in 的 states a condition.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from assistant.law.penalty.amounts import FineRange, canonical_base, find_amounts
from assistant.law.penalty.authority import Authority, authorities
from assistant.law.penalty.conditions import Condition, ConditionKind, is_criminal, is_pure, is_short_of_crime, read_condition
from assistant.law.penalty.fines import find_fines
from assistant.law.penalty.kinds import Measure, PenaltyKind, find_measures, missed_words

_CLAUSE = re.compile(r"[，；。：\n;]")
_UP_TO = re.compile(r"[零一二三四五六七八九十百千万两\d.]++元以下")
_KEEPS_ON = re.compile(r"(?:但)?(?:最高|最低|不(?:得)?超过|至多|总额)|数额为|罚款(?:数额|标准|额)")
#: A condition whose comma was left out: 情节严重的处…
_SOFT = re.compile(
    r"(?<=[重劣轻果正改止过失的])的?(?<=的)(?=(?:可以|可|并可以|并可|并)?(?:处以?[一二三四五六七八九十\d违警五]|并处|处以|责令|吊销|没收|给予|暂扣))"
)
_TO = re.compile(
    r"^(?:(?:并|可以|还|同时|也|或者|其中|应当){0,6}由[^，；。]{2,30}?){0,2}(?:并|可以|还|同时|也|或者|其中|应当){0,6}(?:并)?对(?P<who>[^，；。]{1,60}?)"
    r"(?=(?>(?:可以|可|应当|并|依法|由|分别|单独|按|各|一律|,){0,8})(?:处以?(?!罚的|分)|并处|给予|予以|责令|没收|吊销|暂扣|罚款|警告|处$)|$)"
)
_TO_INSIDE = re.compile(
    r"(?:可以|并|分别|由[^，；。]{2,40}?|或者|应当|还可以|、)?对(?P<who>[^，；。对]{1,50}?)(?=(?>(?:可以|可|应当|并|依法|分别|按|也|各){0,8})(?:处以?|并处|并处|给予|予以|没收|吊销|暂扣|罚款|单处))"
)
_MAY = re.compile(r"可以|可(?=处|并|给|责|没|吊|暂|单|取|撤|降)|视情节|酌情|有权")
_OR = re.compile(r"或者|直至|、|或(?!者)")
_NO_MORE = re.compile(r"^(?:由|并由|原发证|发证)")
_LEAST_BASE = re.compile(r"(?:按照?|以)[零一二三四五六七八九十百千万\d.]+元(?:计算|计)$")
#: An order the kinds of penalty do not cover, or one that points to another provision.
_SENDS_ON = re.compile(
    r"^(?:并)?由|(?:依照|按照|依据|根据)[^，；。]{1,60}(?:处罚|处理|处以罚款)|依法(?:给予|予以)?(?:处罚|处理|处分|追究|承担)|追究[^，；。]{0,10}责任|"
    r"承担[^，；。]{0,10}责任|给予[^，；。]{0,8}处分"
)


@dataclass(frozen=True, slots=True)
class Tier:
    """档次: what follows when `conditions` (outermost first; all must hold) are met.

    No condition means that the tier follows from the act itself. `addressee` is given where the whole
    tier is for others than the one who acted. `item` is the 项 that orders it, None for the paragraph.
    `start` and `end` are offsets in the article's text.
    """

    conditions: tuple[Condition, ...]
    measures: tuple[Measure, ...]
    fines: tuple[FineRange, ...]
    start: int
    end: int
    authorities: tuple[Authority, ...] = ()
    addressee: str = ""
    item: int | None = None

    @property
    def condition(self) -> str:
        """The condition in the statute's words; empty for the tier of the act itself."""
        return "，".join(c.text for c in self.conditions)

    @property
    def kinds(self) -> tuple[PenaltyKind, ...]:
        """Kinds ordered, each once, in order of the text; 责令改正 and the like among them."""
        seen = sorted([(m.start, m.kind) for m in self.measures] + [(f.start, PenaltyKind.FINE) for f in self.fines], key=lambda x: x[0])
        return tuple(dict.fromkeys(kind for _, kind in seen))

    @property
    def punishes(self) -> bool:
        """True where the tier orders a penalty and not only a correction."""
        return any(kind.is_penalty for kind in self.kinds)


@dataclass(frozen=True, slots=True)
class Reading:
    """What was made of a stretch of text: tiers, where the acts end, and what was left unread."""

    tiers: tuple[Tier, ...]
    acts_end: int
    acts: tuple[Condition, ...]
    unread: tuple[tuple[int, int], ...]
    amounts: int


@dataclass
class _Clause:
    text: str
    start: int
    sign: str

    @property
    def end(self) -> int:
        return self.start + len(self.text)


@dataclass
class _Open:
    """A tier being filled."""

    conditions: tuple[Condition, ...]
    addressee: str
    start: int
    end: int
    measures: list[Measure] = field(default_factory=list)
    fines: list[FineRange] = field(default_factory=list)


def split_clauses(text: str, offset: int = 0) -> list[_Clause]:
    """Cut `text` at ，；。： into clauses, each with the sign before it; 最高不超过… stays with its fine."""
    out: list[_Clause] = []
    last, sign = 0, ""
    cuts = [(m.start(), m.end(), m.group()) for m in _CLAUSE.finditer(text) if not (m.group() == "，" and _keeps_on(text, m.start()))]
    cuts += [(m.end(), m.end(), "，") for m in _SOFT.finditer(text)]
    for start, end, mark in sorted([*cuts, (len(text), len(text), "")]):
        piece = text[last:start]
        stripped = piece.strip()
        if stripped:
            out.append(_Clause(stripped, offset + last + piece.index(stripped), sign))
            sign = mark
        elif mark in "；;。":
            sign = mark
        last = end
    return out


def _keeps_on(text: str, comma: int) -> bool:
    """True where what follows a comma belongs to the fine before it."""
    if text.startswith("处以罚款", comma + 1):
        return text[:comma].endswith(("计算", "标准"))
    if text[:comma].endswith("元以上") and _UP_TO.match(text, comma + 1):
        return True
    return bool(_KEEPS_ON.match(text, comma + 1))


class TierReader:
    """Walks the clauses of one stretch of text; use `read` once."""

    def __init__(self, text: str, offset: int, item: int | None = None, implied_fine: bool = False) -> None:
        self._text, self._offset, self._item, self._implied = text, offset, item, implied_fine
        self._tiers: list[_Open] = []
        self._base: tuple[Condition, ...] = ()
        self._conditions: tuple[Condition, ...] = ()
        self._previous: tuple[Condition, ...] = ()
        self._act: Condition | None = None
        self._to = ""
        self._led = ""
        self._pending: list[_Clause] = []
        self._skip = False
        self._started = False
        self._segment = 0
        self._acts_end: int | None = None
        self._acts: list[Condition] = []
        self._unread: list[tuple[int, int]] = []
        self._amounts = 0

    def read(self) -> Reading:
        """Return the tiers of the text and what could not be read of it."""
        for clause in split_clauses(self._text, self._offset):
            self._enter(clause)
            if is_condition(clause.text):
                self._take_condition(clause)
            elif not self._skip:
                self._take_order(clause)
        acts_end = self._offset + len(self._text) if self._acts_end is None else self._acts_end
        powers = [replace(a, start=a.start + self._offset, end=a.end + self._offset) for a in authorities(self._text)]
        tiers = tuple(self._closed(t, powers) for t in self._tiers)
        return Reading(tiers, acts_end, tuple(self._acts), tuple(self._unread), self._amounts)

    def _enter(self, clause: _Clause) -> None:
        """Begin a new segment at ； and a new sentence at 。."""
        if clause.sign in ("；", ";", "。", "\n"):
            self._skip = False
            self._segment = clause.start - self._offset
            self._pending = []
            self._to = self._led = ""
            self._previous = self._conditions
            self._conditions = self._base
            if clause.sign == "。" and self._act and not is_pure(clause.text):
                self._act = None

    def _take_condition(self, clause: _Clause) -> None:
        if is_criminal(clause.text):
            self._skip = True
            if self._acts or self._pending:
                self._start(clause)
            return
        if is_short_of_crime(clause.text):
            return
        self._skip = False
        before, self._pending = self._pending, []
        own = read_condition(clause.text, clause.start, clause.end)
        if own.is_amount and before:
            self._take_act_with_amount(before, own)
            return
        start = before[0].start if before else clause.start
        condition = read_condition(self._words(start, clause.end), start, clause.end)
        if self._started:
            self._conditions = self._nested(condition, before[0].sign if before else clause.sign)
        elif (self._acts or before) and is_pure(clause.text) and not own.is_act:
            self._base = self._conditions = (own,)
        else:
            self._acts.append(condition)

    def _take_act_with_amount(self, before: list[_Clause], amount: Condition) -> None:
        """`擅自从事…，违法所得一万元以上的`: conduct and amount are two conditions, one in the other."""
        act = Condition(self._words(before[0].start, before[-1].end), before[0].start, before[-1].end, (ConditionKind.ACT,))
        if not self._started:
            self._acts.append(act)
            self._conditions = (*self._base, amount)
        elif before[0].sign in ("；", ";", "。"):
            self._conditions = (*self._base, act, amount)
        else:
            self._conditions = self._nested(amount, "，")

    def _words(self, start: int, end: int) -> str:
        return self._text[start - self._offset : end - self._offset]

    def _nested(self, condition: Condition, sign: str) -> tuple[Condition, ...]:
        """Where a new condition stands: under the act last named, under a degree, or alone."""
        outer = (*self._base, *([self._act] if self._act else []))
        if condition.is_act:
            return (*self._base, condition)
        if not condition.is_amount:
            kept = tuple(c for c in self._conditions if c.is_act) if sign == "，" else outer
            return (*kept, condition) if condition not in kept else kept
        if sign == "，":
            return (*(c for c in self._conditions if not c.is_amount), condition)
        parent = tuple(c for c in self._previous if not c.is_amount)
        return (*(parent if self._speaks_of(parent, condition) else outer), condition)

    def _speaks_of(self, parent: tuple[Condition, ...], condition: Condition) -> bool:
        """True where the tier `parent` takes the gains the amount condition goes on about."""
        if not parent or condition.threshold is None:
            return False
        base = canonical_base(condition.threshold.base)
        tiers = [t for t in self._tiers if t.conditions == parent]
        words = "".join(m.text for t in tiers for m in t.measures)
        alike = any(c.is_amount for t in self._tiers for c in t.conditions if t.conditions[:-1] == parent)
        return alike or (base in words) or (bool(tiers) and base == "违法经营额" and "没收" in words)

    def _take_order(self, clause: _Clause) -> None:
        to = _TO.match(clause.text)
        if to and not self._started and not self._acts and not self._pending and re.search(r"违反|行为|^有", to["who"]):
            to = None  # 对违反…的单位: the words of the conduct, nobody else
        if to and clause.sign in ("；", ";", "。", "") and not self._conditions[len(self._base) :]:
            self._led = to["who"]
        if to:
            self._to = to["who"]
        elif _NO_MORE.match(clause.text):
            self._to = self._led
        measures = find_measures(clause.text, self._text[self._segment : clause.start - self._offset])
        fines = find_fines(clause.text, self._implied)
        self._leave_amount(bool(to), bool(measures) and not fines.fines)
        self._count(clause, fines.used, (*fines.unread, *missed_words(clause.text, measures)))
        if not measures and not fines.fines:
            if _LEAST_BASE.match(clause.text):
                self._set_least_base(clause)
            elif _SENDS_ON.search(clause.text):
                self._start(clause)
            elif not to:
                self._pending.append(clause)
            return
        self._add(clause, measures, fines.fines)

    def _leave_amount(self, to_others: bool, other_measure: bool) -> None:
        """An amount condition governs the fine it introduces, not what is ordered after that (，对直接负责的…；，吊销…)."""
        last = self._tiers[-1] if self._tiers else None
        if not (last and last.fines and self._conditions and self._conditions[-1].is_amount and last.conditions == self._conditions):
            return
        if to_others or other_measure:
            self._conditions = tuple(c for c in self._conditions if not c.is_amount)
            self._led = self._to if to_others else self._led

    def _start(self, clause: _Clause) -> None:
        """The conduct has been told; what follows are consequences."""
        self._started = True
        if self._acts_end is None:
            self._acts_end = clause.start

    def _set_least_base(self, clause: _Clause) -> None:
        """`不足十万元的，按十万元计算` holds for every multiple of that base so far."""
        least = find_amounts(clause.text)[0].floor
        threshold = self._conditions[-1].threshold if self._conditions else None
        self._unread = [u for u in self._unread if not clause.start <= u[0] < clause.end]
        for tier in self._tiers:
            for index, fine in enumerate(tier.fines):
                if threshold and fine.is_multiple and canonical_base(threshold.base) == canonical_base(fine.base):
                    tier.fines[index] = replace(fine, least_base=least)

    def _count(self, clause: _Clause, used: tuple[tuple[int, int], ...], unread: tuple[tuple[int, int], ...]) -> None:
        """Keep account of amounts: read as fines, or left over in a clause that is no condition."""
        self._amounts += len(used)
        self._unread += [(s + clause.start, e + clause.start) for s, e in unread]
        for amount in find_amounts(clause.text):
            if (amount.start, amount.end) not in used and _matters(clause.text, amount.start, amount.end):
                self._unread.append((amount.start + clause.start, amount.end + clause.start))

    def _add(self, clause: _Clause, measures: tuple[Measure, ...], fines: tuple[FineRange, ...]) -> None:
        self._start(clause)
        self._pending = []
        tier = self._current(clause)
        if self._conditions and self._conditions[-1].is_act and any(m.kind.is_penalty for m in measures) | bool(fines):
            self._act = self._conditions[-1]
        spans = _addressees(clause.text)
        if spans:
            self._to = spans[-1][1]
        # Without a 对… of its own a clause goes on with the one before it (对…，没收…，处…).
        otherwise = "" if spans else self._to
        for measure in measures:
            who = _who(spans, measure.start) or otherwise
            tier.measures.append(_placed(measure, clause, "" if who == tier.addressee else who, measures, fines))
        for fine in fines:
            who = _who(spans, fine.end) or otherwise
            shifted = replace(fine, start=fine.start + clause.start, end=fine.end + clause.start)
            tier.fines.append(replace(shifted, addressee="" if who == tier.addressee else who))
        tier.end = clause.end

    def _current(self, clause: _Clause) -> _Open:
        """The tier these conditions and this addressee belong to; a new one where there is none."""
        last = self._tiers[-1] if self._tiers else None
        if last and last.conditions == self._conditions and last.addressee == self._led:
            return last
        start = min([clause.start, *(c.start for c in self._conditions[-1:] if c.start >= (self._tiers[-1].end if self._tiers else 0))])
        tier = _Open(self._conditions, self._led, start, clause.end)
        self._tiers.append(tier)
        return tier

    def _closed(self, tier: _Open, powers: list[Authority]) -> Tier:
        named = tuple(p for p in powers if tier.start <= p.start < tier.end)
        return Tier(tier.conditions, tuple(tier.measures), tuple(tier.fines), tier.start, tier.end, named, tier.addressee, self._item)


def is_condition(clause: str) -> bool:
    """True where a clause states a condition: it ends in 的, or says nothing but a degree."""
    return (clause.endswith(("的", "的情形", "之一")) and not clause.endswith("目的")) or (len(clause) <= 12 and is_pure(clause))


def _matters(clause: str, start: int, end: int) -> bool:
    """False for amounts that are no fine: a deposit, a sum to be paid back, a surcharge by the day."""
    return not re.search(r"滞纳金|加处|保证金|赔偿|注册资本|奖励|稿酬|押金|利息|补缴|补种|收购", clause) and not re.match(
        r"(?:以上|以下)?(?:的)?(?:股|表决权|出资)", clause[end:]
    )


def _addressees(clause: str) -> list[tuple[int, str]]:
    """(offset, name) of each 对… in the clause, in order."""
    found = [(m.start("who"), m["who"]) for m in _TO_INSIDE.finditer(clause)]
    first = _TO.match(clause)
    if first and all(place != first.start("who") for place, _ in found):
        found.append((first.start("who"), first["who"]))
    return sorted(found)


def _who(spans: list[tuple[int, str]], at: int) -> str:
    return next((who for place, who in reversed(spans) if place < at), "")


def _placed(measure: Measure, clause: _Clause, who: str, measures: tuple[Measure, ...], fines: tuple[FineRange, ...]) -> Measure:
    """`measure` with its offsets in the article, and whether it may be chosen or is one of several."""
    before = clause.text[: measure.start]
    ends = [m.end for m in measures if m.end <= measure.start] + [f.end for f in fines if f.end <= measure.start]
    last = max(ends, default=0)
    joined = clause.text[last : measure.start] + measure.text[:4] if ends else ""
    return replace(
        measure,
        start=measure.start + clause.start,
        end=measure.end + clause.start,
        optional=bool(_MAY.search(before)) or bool(_MAY.search(measure.text)),
        alternative=bool(ends) and bool(_OR.search(joined)) and "、" not in joined,
        addressee=who,
    )
