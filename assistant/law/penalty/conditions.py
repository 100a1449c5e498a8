"""Conditions of a penalty tier (情节严重的, 拒不改正的, 违法经营额一万元以上的) and when they are met."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from assistant.law.penalty.amounts import Threshold, read_threshold, same_base


class ConditionKind(StrEnum):
    """What a condition of a tier turns on."""

    SERIOUS = "情节严重"
    VERY_SERIOUS = "情节特别严重"
    LIGHT = "情节较轻"
    CONSEQUENCE = "造成后果"
    UNCORRECTED = "拒不改正"
    REPEATED = "再次违法"
    AMOUNT = "数额"
    ACT = "行为"


_WORDS: tuple[tuple[ConditionKind, re.Pattern[str]], ...] = (
    (ConditionKind.VERY_SERIOUS, re.compile(r"(?:情节|后果|影响)(?:特别|极其)(?:严重|恶劣)|特别严重后果")),
    (
        ConditionKind.SERIOUS,
        re.compile(r"(?:情节|性质|行为)(?:较为|比较)?(?:严重|较重|恶劣)|影响恶劣|(?:其他|严重)(?:严重)?情节|情节较?重"),
    ),
    (ConditionKind.LIGHT, re.compile(r"情节(?:较轻|轻微|显著轻微)|(?:没有|未)造成[^，]{0,12}后果")),
    (
        ConditionKind.CONSEQUENCE,
        re.compile(
            r"(?<!没有)(?<!未)(?:造成|导致|引起|发生|产生)[^，]{0,30}?(?:后果|损失|损坏|损害|事故|伤亡|危害|影响|污染|破坏|死亡|传播|流行|滞留|中断)|后果严重"
        ),
    ),
    (
        ConditionKind.UNCORRECTED,
        re.compile(
            r"拒不(?!依法|服从|协助|提供|接受|上交)[^，]{0,12}|逾期(?:仍)?(?:未|不|拒)[^，]{0,20}|(?:仍|继续)(?:不|未|拒不)(?:改正|整改)|到期(?:不|未)|"
            r"警告后(?:仍)?(?:不改正|再)|限期内未|期满[^，]{0,6}(?:不|未)|不停止|拒绝(?:改正|停止)|未按(?:照)?要求(?:改正|整改)|整改不(?:力|合格)"
        ),
    ),
    (
        ConditionKind.REPEATED,
        re.compile(r"再次|两次以上|[二三四五]次以上|屡[犯教]|多次|累计[^，]{0,6}次|年内[^，]{0,4}[0-9二三两]次|又有|再犯|重复"),
    ),
)
_PURE = re.compile(
    r"(?:或者|并且|且|并)?(?:(?:情节|性质|后果|影响|社会影响)[^，]{0,10}|(?:或者)?(?:造成|导致|引起)[^，]{0,16}|拒不[^，]{0,10}|逾期[^，]{0,16}|再次[^，]{0,14}|"
    r"(?:两|二|三|一)年内(?:有)?[^，]{0,16}|有其他严重情节)的?"
)
_CRIMINAL = re.compile(r"^(?:其?行为)?(?:构成|涉嫌|触犯)[^，]{0,10}?(?:犯罪|刑律|刑法)|^触犯刑律|依法应当追究刑事责任")
_NOT_CRIMINAL = re.compile(r"尚?(?:不够|不构成|未构成|不够|未触犯)[^，]{0,8}(?:刑事处罚|犯罪|刑律)")
_PUBLIC_ORDER = re.compile(r"^(?:构成|违反)(?:违反)?治安管理")
_BOTH = re.compile(r"(?:并且|且|，并)(?!处)")


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition: what it turns on (any of `kinds` is enough), its words and offsets in the article.

    `threshold` is given where an amount decides. ACT is conduct in words of its own.
    """

    text: str
    start: int
    end: int
    kinds: tuple[ConditionKind, ...]
    threshold: Threshold | None = None

    @property
    def is_amount(self) -> bool:
        """True where an amount alone decides."""
        return self.kinds == (ConditionKind.AMOUNT,)

    @property
    def is_act(self) -> bool:
        """True where the condition is other conduct, not a degree of the same."""
        return self.kinds == (ConditionKind.ACT,)


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What is known of a case; None is unknown. `amount` is in yuan, of the base called `base`."""

    amount: float | None = None
    base: str | None = None
    serious: bool | None = None
    corrected: bool | None = None
    repeated: bool | None = None


def read_condition(text: str, start: int, end: int) -> Condition:
    """Return the condition whose words are `text`; words of no known degree make an ACT."""
    threshold = read_threshold(text)
    kinds = [kind for kind, pattern in _WORDS if pattern.search(text)]
    if ConditionKind.VERY_SERIOUS in kinds and ConditionKind.SERIOUS in kinds and "或者" not in text:
        kinds.remove(ConditionKind.SERIOUS)
    if threshold and _is_only_amount(text, kinds):
        return Condition(text, start, end, (ConditionKind.AMOUNT,), threshold)
    if not kinds or (len(text) > 34 and not is_pure(text)):
        return Condition(text, start, end, (ConditionKind.ACT,), None)
    return Condition(text, start, end, tuple(kinds), threshold)


def _is_only_amount(text: str, kinds: list[ConditionKind]) -> bool:
    """True unless the amount is only a measure of the consequence or comes with another degree (造成损失一万元以上的)."""
    return not kinds and len(text) <= 60


def is_pure(text: str) -> bool:
    """True where the words say a degree only (情节严重的, 逾期不改正的) and no conduct."""
    return all(_PURE.fullmatch(part) for part in text.split("，") if part)


def is_criminal(text: str) -> bool:
    """True for 构成犯罪的 and the like: what follows is no administrative penalty."""
    return bool((_CRIMINAL.search(text) and not _NOT_CRIMINAL.search(text)) or _PUBLIC_ORDER.search(text))


def is_short_of_crime(text: str) -> bool:
    """True for 尚不够刑事处罚的, which changes nothing in the tier."""
    return bool(_NOT_CRIMINAL.search(text)) and len(text) <= 24


def is_met(condition: Condition, case: Circumstances) -> bool | None:
    """Return whether the condition is met in the case; None where the case does not say."""
    verdicts = [_verdict(kind, condition, case) for kind in condition.kinds]
    if _BOTH.search(condition.text) and len(verdicts) > 1:
        return False if False in verdicts else (None if None in verdicts else True)
    return True if True in verdicts else (None if None in verdicts else False)


def _verdict(kind: ConditionKind, condition: Condition, case: Circumstances) -> bool | None:
    if kind is ConditionKind.AMOUNT and condition.threshold:
        if case.amount is None or not same_base(case.base, condition.threshold.base):
            return None
        return condition.threshold.covers(case.amount)
    if kind is ConditionKind.SERIOUS:
        return case.serious
    if kind in (ConditionKind.VERY_SERIOUS, ConditionKind.CONSEQUENCE):
        return False if case.serious is False else None
    if kind is ConditionKind.LIGHT:
        return False if case.serious else None
    if kind is ConditionKind.UNCORRECTED:
        return None if case.corrected is None else not case.corrected
    return case.repeated if kind is ConditionKind.REPEATED else None
