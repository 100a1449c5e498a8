"""罚则说成平常话: the tiers of a parsed provision in short spoken words, amounts in figures.

Only what `penalty_tiers` read is said; words of a condition stay those of the article. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from assistant.law.penalty.amounts import FineRange
from assistant.law.penalty.kinds import Measure, PenaltyKind
from assistant.law.penalty.tiers import Tier

_SAID = {
    PenaltyKind.WARNING: "给予警告",
    PenaltyKind.CRITICISM: "通报批评",
    PenaltyKind.SUSPEND_OPERATION: "停业整顿",
    PenaltyKind.SUSPEND_BUSINESS: "暂停业务",
    PenaltyKind.RESTRICT_PROFESSION: "限制从业",
    PenaltyKind.BAN: "予以取缔",
}
_NUMBER = re.compile(r"^\s*[（(][^）)]{1,4}[）)]\s*")
_BREAKS = re.compile(r"^违反本[^，第]{1,12}?规定，|(?<=[\u4e00-\u9fff])违反本[^，第]{1,12}?规定，")
_ONLY_NAMES = re.compile(r"^[^，]{0,16}违反本[^，]{1,6}第[^，。]{1,30}规定$|第[^，。]{1,20}禁止行为$")
_ENDS = re.compile(r"(?:有下列(?:情形|行为)之一)?的?(?<![，；。：;:\s])[，；。：;:\s]*+$")


def yuan(amount: float) -> str:
    """Return an amount in figures: 5000元, 1万元, 1.5万元, 1亿元."""
    for unit, name in ((1e8, "亿元"), (1e4, "万元")):
        if amount >= unit:
            return f"{amount / unit:.4f}".rstrip("0").rstrip(".") + name
    return f"{amount:.2f}".rstrip("0").rstrip(".") + "元"


def fine_words(fine: FineRange) -> str:
    """Return the size of a fine in figures, without the word 罚款: 1万元到3万元, 违法所得的2倍到5倍."""
    if fine.is_open:
        return "数额条文没有写明"
    if fine.is_multiple:
        size = f"{fine.base or '有关金额'}的{_span(fine.times_floor, fine.times_ceiling, _times)}"
    else:
        size = _span(fine.floor, fine.ceiling, yuan)
    return f"{fine.per}{size}" + (f"，最高{yuan(fine.cap)}" if fine.cap is not None else "")


def measure_words(measure: Measure) -> str:
    """Return a measure in spoken words, with its length of time where the text gives one."""
    said = _SAID.get(measure.kind, measure.kind.value)
    if measure.floor is None and measure.ceiling is None:
        return said
    return said + _span(measure.floor, measure.ceiling, lambda n: f"{n:g}{'个月' if measure.unit == '月' else measure.unit}")


def tier_words(tier: Tier) -> str:
    """Return all a tier orders in one breath, in the order of the text: 没收违法所得，罚1万元到3万元."""
    spoken = [(m.start, _led(m.addressee, m.optional, m.alternative, measure_words(m))) for m in tier.measures]
    for fine in tier.fines:
        size = fine_words(fine)
        spoken.append(
            (fine.start, _led(fine.addressee, fine.optional, fine.alternative, f"罚款（{size}）" if fine.is_open else f"罚{size}"))
        )
    return "，".join(dict.fromkeys(words for _, words in sorted(spoken, key=lambda s: s[0])))


def act_words(acts: str) -> str:
    """Return conduct as a paragraph or 项 names it, without its number, 违反本条例规定 and the closing 的."""
    first = _NUMBER.sub("", acts.strip().split("\n", maxsplit=1)[0])
    return _ENDS.sub("", _BREAKS.sub("", first, count=1)) or _ENDS.sub("", first)


def names_only_an_article(act: str) -> bool:
    """True where an act's words say no more than which article was broken (旅行社违反本法第三十五条规定)."""
    return bool(_ONLY_NAMES.search(act))


def _led(addressee: str, optional: bool, alternative: bool, words: str) -> str:
    return ("或者" if alternative else "") + (f"对{addressee}" if addressee else "") + ("可以" if optional else "") + words


def _span(low: float | None, high: float | None, say: Callable[[float], str]) -> str:
    if low is not None and high is not None:
        return say(low) if low == high else f"{say(low)}到{say(high)}"
    return f"{say(high)}以下" if high is not None else f"{say(low or 0)}以上"


def _times(ratio: float) -> str:
    return f"{ratio:g}倍" if ratio >= 1 else f"{ratio * 100:g}%"
