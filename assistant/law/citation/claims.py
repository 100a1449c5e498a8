"""Amounts, multiples, times and periods a document says an article provides, without quoting it.

第四十四条规定的五万元以上十万元以下罚款 says what the article provides; 依据第四十四条，决定罚款
60,000元 says what was done. Only the first is a claim about the article. Where a sentence may be
either, only ranges (以上…以下) are taken for one: a decision names one sum.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum, auto
from functools import lru_cache
from itertools import pairwise

from assistant.law.text.folding import squeeze
from assistant.law.text.numerals import to_number
from assistant.law.text.spans import Spans

_NUM = r"(?:\d{1,20}(?:[,，]\d{3}){1,6}(?:\.\d{1,12})?|\d{1,20}(?:\.\d{1,12})?[百千万亿]{0,4}|[零〇一二两三四五六七八九十百千万亿]{1,24})"
_UNIT = r"万元|亿元|元|倍|个工作日|工作日|日|天|个月|年|个小时|小时|分钟|周岁|平方米|米|时|点钟|点"
_BOUND = r"以上|以下|以内|以外|内|前|后|起|至|到|[-—–~～]"
_QUANTITY = re.compile(
    rf"(?P<half>凌晨|早上|上午|中午|下午|晚上|晚|夜间|深夜)?(?P<lead>第)?(?P<num>{_NUM})(?P<unit>{_UNIT})?(?P<bound>{_BOUND})?"
)
_PERCENT = re.compile(rf"百分之(?P<cn>{_NUM})|(?P<ar>\d{{1,20}}(?:\.\d{{1,12}})?)[%％]|(?P<base>千分之|万分之)(?P<part>{_NUM})")
_NEXT_UNIT = re.compile(rf"(?:{_BOUND}){_NUM}({_UNIT})")
#: Days of the calendar, which are facts of a case and never of an article.
_CALENDAR = re.compile(r"\d{4}年(?:\d{1,2}月)?(?:\d{1,2}日)?|\d{1,2}月\d{1,2}日")
_SAME_UNIT = {"工作日": "日", "个工作日": "日", "天": "日", "点": "时", "点钟": "时", "个小时": "小时", "万元": "元", "亿元": "元"}
_SCALE = {"万元": 10_000.0, "亿元": 100_000_000.0}
_RANGED = frozenset({"以上", "至", "到", "-", "—", "–", "~", "～"})

_STATES = re.compile(r"^(?:的)?规定的")
_PROVIDES = re.compile(r"^(?:第?[一二三四五六七八九十]+[款项])?(?:对此|对|明确|还|又|并|均|已|作出|作了|只|仅)*规定了?[，,：:]?(?!的)")
_EXTENT = re.compile(r"^的?(?:法定|罚款|处罚|罚金)*(?:幅度|上限|下限|限额|标准|期限|时限|时间|最高|最低|起罚点)")
_DIRECT = re.compile(rf"^(?:[：:]|(?:设定|确定|所定|中)?的(?=(?:每日|凌晨|违法所得)?{_NUM}(?:{_UNIT})))")
_GROUNDS = re.compile(r"(?:依据|根据|依照|按照|按|依|适用|参照)$")
_FACT = re.compile(
    r"本局|我局|本机关|你单位|你公司|你店|你行|该公司|该单位|该店"
    r"|本案|经查|鉴于|结合|决定|拟|本院|裁量|基准|幅度内|酌情|当庭|现对|对你|\d{4}年|实际"
)
_PARTY = re.compile(r"当事人")
_CLAUSE_END = re.compile(r"[，。；;\n“「『\"]")
_SENTENCE_END = re.compile(r"[。\n“「『\"]")


@dataclass(frozen=True, slots=True)
class Quantity:
    """One amount: its value in the unit's own measure (元, 倍, 日, 时 …) and its words in squeezed text."""

    value: float
    unit: str
    bound: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Claim:
    """What a document says an article provides: one quantity, or the two ends of a range."""

    words: str
    unit: str
    values: tuple[float, ...]


def quantities(text: str) -> list[Quantity]:
    """Return the amounts, multiples, times, periods and shares in squeezed `text`, in order of place."""
    masked = _CALENDAR.sub(lambda m: "　" * len(m.group()), text)
    found = [q for m in _PERCENT.finditer(masked) if (q := _percent(m)) is not None]
    shares = Spans((q.start, q.end) for q in found)
    for match in _QUANTITY.finditer(masked):
        if not shares.cover(match.start("num")):
            quantity = _quantity(masked, match)
            if quantity:
                found.append(quantity)
    return sorted(found, key=lambda q: q.start)


def _percent(match: re.Match[str]) -> Quantity | None:
    value = to_number(match["cn"] or match["ar"] or match["part"])
    if value is None:
        return None
    share = value / {"千分之": 10.0, "万分之": 100.0}.get(match["base"] or "", 1.0)
    return Quantity(round(share, 6), "%", "", match.start(), match.end())


def _quantity(text: str, match: re.Match[str]) -> Quantity | None:
    value = to_number(match["num"])
    if value is None or match["lead"]:
        return None
    unit = match["unit"]
    if not unit:
        # 5至10倍, 1－3万元: the first number takes the unit of the second.
        unit = _unit_further_on(text, match.end("num")) if match["bound"] in _RANGED else None
        if not unit:
            return None
    value *= _SCALE.get(unit, 1.0)
    plain = _SAME_UNIT.get(unit, unit)
    if plain == "时" and match["half"] in ("下午", "晚上", "晚") and value < 12:
        value += 12
    if plain == "年" and value >= 1000:
        return None
    return Quantity(round(value, 6), plain, match["bound"] or "", match.start(), match.end())


def _unit_further_on(text: str, pos: int) -> str | None:
    match = _NEXT_UNIT.match(text, pos)
    return match.group(1) if match else None


class Scope(Enum):
    """How much of a passage is taken for what the article provides."""

    PERIODS_TOO = auto()
    BOUNDED = auto()
    RANGES = auto()


def claims(text: str, scope: Scope) -> list[Claim]:
    """Return what squeezed `text` claims.

    RANGES takes only …以上…以下 of money and multiples, BOUNDED every quantity with a bound,
    PERIODS_TOO also a bare period (规定的九十日期限).
    """
    found = quantities(text)
    out: list[Claim] = []
    index = 0
    while index < len(found):
        first = found[index]
        second = found[index + 1] if index + 1 < len(found) else None
        if second and _is_range(text, first, second):
            index += 2
            if scope is Scope.RANGES and (first.unit not in ("元", "倍") or first.bound != "以上"):
                continue
            out.append(Claim(text[first.start : second.end], first.unit, (first.value, second.value)))
            continue
        if scope is not Scope.RANGES and _is_general(text, first, scope):
            out.append(Claim(text[first.start : first.end], first.unit, (first.value,)))
        index += 1
    return out


def _is_range(text: str, first: Quantity, second: Quantity) -> bool:
    return first.unit == second.unit and first.bound in _RANGED and 0 <= second.start - first.end <= 1 and first.unit not in ("日", "年")


def _is_general(text: str, quantity: Quantity, scope: Scope) -> bool:
    """False for sums that are facts of a case: an exact amount of money with nothing to bound it."""
    if quantity.unit in ("元", "倍"):
        before = text[max(0, quantity.start - 4) : quantity.start]
        return quantity.bound in ("以上", "以下", "以内") or bool(
            re.search(r"(?:不超过|不得超过|最高|上限|下限|至少|不足|满|超过|不低于|少于|高于|低于)(?:为|是|达)?$", before)
        )
    if quantity.unit in ("日", "个月", "年", "小时", "分钟"):
        return bool(quantity.bound) or scope is Scope.PERIODS_TOO
    return True


def attached_claims(after: str, before: str) -> list[Claim]:
    """Return the claims in the words `after` a citation; `before` are those that lead to it, in one sentence.

    `after` ends where the next citation begins. Both are any text; the words of a claim are squeezed.
    """
    text, lead = squeeze(after).text, re.split("[，。；]", squeeze(before).text)[-1]
    on_grounds = bool(_GROUNDS.search(lead)) or any(word in lead for word in ("依据", "根据", "依照", "按照"))
    for pattern, end in ((_STATES, _CLAUSE_END), (_EXTENT, _CLAUSE_END), (_DIRECT, _CLAUSE_END)):
        match = pattern.match(text)
        if match:
            return claims(_upto(text[match.end() :], end, _FACT, _PARTY), Scope.PERIODS_TOO)
    match = _PROVIDES.match(text)
    if match:
        words = _upto(text[match.end() :], _SENTENCE_END, _FACT, *((_PARTY,) if on_grounds else ()))
        return claims(words, Scope.RANGES if on_grounds else Scope.BOUNDED)
    if re.match(r"^(?:的(?:相关|有关)?规定)?[，,]", text):
        return claims(_upto(text[1:], re.compile(r"[。；;\n“「『\"]"), _FACT, _PARTY), Scope.RANGES)
    return []


def _upto(text: str, *ends: re.Pattern[str]) -> str:
    cuts = [m.start() for m in (end.search(text) for end in ends) if m]
    return text[: min(cuts)] if cuts else text


@dataclass(frozen=True, slots=True)
class _Told:
    """What one article tells: the values of each unit, the ranges among them, and all of it as claims."""

    values: frozenset[tuple[str, float]]
    ranges: frozenset[tuple[str, tuple[float, ...]]]
    claims: tuple[Claim, ...]


@lru_cache(maxsize=4_096)
def _told(article_text: str) -> _Told:
    """What an article tells, read once: a document cites the same ones again and again."""
    text = squeeze(article_text).text
    by_unit: dict[str, list[Quantity]] = {}
    for quantity in quantities(text):
        by_unit.setdefault(quantity.unit, []).append(quantity)
    ranges = {(u, (a.value, b.value)) for u, found in by_unit.items() for a, b in pairwise(found) if _is_range(text, a, b)}
    values = {(u, q.value) for u, found in by_unit.items() for q in found}
    return _Told(frozenset(values), frozenset(ranges), tuple(claims(text, Scope.PERIODS_TOO)))


def provided(claim: Claim, article_text: str) -> bool:
    """True where the article has what is claimed: every value in the same unit, and a range as a range."""
    told = _told(article_text)
    if len(claim.values) == 1:
        return (claim.unit, claim.values[0]) in told.values
    return (claim.unit, claim.values) in told.ranges


def nearest_words(claim: Claim, article_texts: Iterable[str]) -> str:
    """The amount of the same unit in the articles that stands nearest to the claim; empty where they have none."""
    same = [c for text in article_texts for c in _told(text).claims if c.unit == claim.unit]
    # An hour may be claimed of a span of hours: compare like with like, and else with what there is.
    same = [c for c in same if len(c.values) == len(claim.values)] or same
    if not same:
        return ""
    return min(same, key=lambda c: sum(abs(a - b) / max(a, b, 1) for a, b in zip(c.values, claim.values, strict=False))).words
