"""效力位阶和适用: which of two provisions that punish the same act prevails, and on which article that stands.

立法法 第九十八至一百零六条 rank texts; 行政处罚法 第二十九条 allows one fine for one act, by the provision with the
higher fine; 行政处罚法 第十一至十三、十六条 keep a lower text within the range of a higher one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from assistant.law.penalty.amounts import FineRange, canonical_base
from assistant.law.statute.model import Level
from assistant.law.text.titles import short_title, title_key
from assistant.law.time.deadlines import cite

LEGISLATION_LAW, PENALTY_LAW = "立法法", "行政处罚法"
ONE_FINE = cite(PENALTY_LAW, 29)
SPECIAL_AND_NEW = cite(LEGISLATION_LAW, 103)
_RULES = (Level.DEPARTMENT_RULE, Level.LOCAL_RULE)
#: Higher level, those it stands above, and the article that says so.
_ABOVE: tuple[tuple[Level, tuple[Level, ...], str], ...] = (
    (Level.LAW, (Level.ADMINISTRATIVE_REGULATION, Level.LOCAL_REGULATION, *_RULES), cite(LEGISLATION_LAW, 99, 1)),
    (Level.ADMINISTRATIVE_REGULATION, (Level.LOCAL_REGULATION, *_RULES), cite(LEGISLATION_LAW, 99, 2)),
    (Level.LOCAL_REGULATION, (Level.LOCAL_RULE,), cite(LEGISLATION_LAW, 100, 1)),
)
#: Levels that do not outrank each other, and who decides between them.
_UNDECIDED: tuple[tuple[frozenset[Level], str, str], ...] = (
    (frozenset({Level.LOCAL_REGULATION, Level.DEPARTMENT_RULE}), cite(LEGISLATION_LAW, 106, 1, 2), "不能确定如何适用的，由国务院提出意见"),
    (frozenset(_RULES), cite(LEGISLATION_LAW, 106, 1, 3), "效力同等，不一致的由国务院裁决"),
)
#: The article that keeps a text of this level within the range of a higher one.
_WITHIN = {
    Level.ADMINISTRATIVE_REGULATION: cite(PENALTY_LAW, 11, 2),
    Level.LOCAL_REGULATION: cite(PENALTY_LAW, 12, 2),
    Level.DEPARTMENT_RULE: cite(PENALTY_LAW, 13, 1),
    Level.LOCAL_RULE: cite(PENALTY_LAW, 14, 1),
}
_KIND = re.compile(r"(?:法|实施条例|条例|实施办法|办法|规定|实施细则|细则|规则|决定)(?:（[^）]*）)?$")
_REGION = re.compile(r"^[\u4e00-\u9fff]{2,8}?(?:省|自治区|市|自治州|自治县|县)")
_FORMAL = re.compile(r"管理|监督|暂行|若干|促进|保障")


@dataclass(frozen=True, slots=True)
class Contender:
    """A provision that punishes the act: its address, its statute, since when it binds, its fines, what it sends on to."""

    address: str
    title: str
    level: Level | None
    issuer: str = ""
    since: date | None = None
    fines: tuple[FineRange, ...] = ()
    sends_on: tuple[str, ...] = ()

    @property
    def named(self) -> str:
        """Address and level as an answer names them."""
        return f"{self.address}（{self.level.value}）" if self.level else self.address


@dataclass(frozen=True, slots=True)
class Precedence:
    """Which provision prevails (None where that cannot be told from the texts), why, and the articles it stands on."""

    prevails: Contender | None
    reasons: tuple[str, ...]
    articles: tuple[str, ...]


def precedence(a: Contender, b: Contender) -> Precedence:
    """Return which of two provisions applies to one act that both punish."""
    sent = _sent_on(a, b)
    if sent:
        return sent
    if a.level and b.level and a.level is not b.level:
        return _by_level(a, b)
    return _same_level(a, b)


def _sent_on(a: Contender, b: Contender) -> Precedence | None:
    """Where one provision says to punish by the other's statute, the other applies."""
    for one, other in ((a, b), (b, a)):
        if title_key(other.title) in {title_key(t) for t in one.sends_on}:
            return Precedence(other, (f"{one.address}指明依照《{short_title(other.title)}》处罚",), (one.address,))
    return None


def _by_level(a: Contender, b: Contender) -> Precedence:
    assert a.level and b.level
    high, low = sorted((a, b), key=lambda c: c.level.rank if c.level else 99)
    assert high.level and low.level
    for level, below, article in _ABOVE:
        if high.level is level and low.level in below:
            reasons, articles = [f"{high.level}的效力高于{low.level}，规定不一致的适用{high.address}"], [article]
            within = _WITHIN.get(low.level, "")
            if within:
                more = _compared(low, high) == 1
                reasons.append(f"{low.level}只能在{high.level}规定的行为、种类和幅度内具体化" + ("，超出部分不适用" if more else ""))
                articles.append(within)
            return Precedence(high, tuple(reasons), tuple(articles))
    for levels, article, who in _UNDECIDED:
        if {high.level, low.level} == levels:
            return Precedence(None, (f"{high.level}与{low.level}不一致，{who}",), (article,))
    if low.level.rank >= Level.NORMATIVE_DOCUMENT.rank:
        return Precedence(high, (f"{low.level}不得设定行政处罚",), (cite(PENALTY_LAW, 16),))
    return Precedence(high, (f"{high.level}的效力高于{low.level}",), (cite(LEGISLATION_LAW, 98),))


def _same_level(a: Contender, b: Contender) -> Precedence:
    """Special over general, new over old (同一机关); else the higher fine for one act."""
    special = _special(a, b)
    newer = max((a, b), key=lambda c: c.since or date.min) if a.since and b.since and a.since != b.since else None
    same_issuer = a.level is Level.LAW or (bool(a.issuer) and a.issuer == b.issuer) or a.level is Level.ADMINISTRATIVE_REGULATION
    if special and same_issuer:
        other = b if special is a else a
        if newer is other:
            words = f"{other.address}是新的一般规定，{special.address}是旧的特别规定，不能确定如何适用的，报请有权机关裁决"
            article = cite(LEGISLATION_LAW, 105) if a.level in (Level.LAW, Level.ADMINISTRATIVE_REGULATION) else cite(LEGISLATION_LAW, 106)
            return Precedence(None, (words,), (article,))
        return Precedence(special, ("同一机关制定，特别规定优于一般规定",), (SPECIAL_AND_NEW,))
    higher = _compared(a, b)
    if higher:
        winner = a if higher == 1 else b
        return Precedence(winner, (f"效力相同，同一行为不得两次罚款，按罚款数额高的{winner.address}",), (ONE_FINE,))
    if newer and same_issuer:
        return Precedence(newer, (f"同一机关制定，新的规定（{newer.since}起施行）优于旧的规定",), (SPECIAL_AND_NEW,))
    return Precedence(None, ("效力相同，罚款高低取决于案件数额；同一行为不得两次罚款，按罚款数额高的规定",), (ONE_FINE,))


def _special(a: Contender, b: Contender) -> Contender | None:
    """The one whose subject is a part of the other's (水下文物保护 of 文物保护), told by the titles; None where neither is."""
    mine, theirs = _subject(a.title), _subject(b.title)
    if not mine or not theirs or mine == theirs:
        return None
    if theirs in mine:
        return a
    return b if mine in theirs else None


def _subject(title: str) -> str:
    return _FORMAL.sub("", _KIND.sub("", _REGION.sub("", short_title(title))))


def _compared(a: Contender, b: Contender) -> int:
    """1 where the highest fine of `a` is above that of `b`, -1 below, 0 where equal or not to be told."""
    high, low = _highest(a.fines), _highest(b.fines)
    if high is None or low is None or high[0] != low[0] or high[1] == low[1]:
        return 0
    return 1 if high[1] > low[1] else -1


def _highest(fines: Sequence[FineRange]) -> tuple[str, float] | None:
    """The highest fine upon the one who acted as (base, amount), base empty for yuan; None where it depends on the case."""
    found = set()
    for fine in fines:
        if fine.addressee or fine.per or fine.is_open:
            continue
        top = fine.times_ceiling if fine.is_multiple else fine.ceiling
        if top is None:
            return None
        found.add((canonical_base(fine.base) if fine.is_multiple else "", top))
    if len({base for base, _ in found}) != 1:
        return None
    return max(found, key=lambda f: f[1])
