"""Quantities as a proof compares them: amounts, multiples, shares, periods and counts with their bounds.

A quantity of a sentence and one of an article are the same only with the same value, the same unit and
the same bound: 三万元以上 is not 三万元以下, 十五日 not 十五个工作日 (行政处罚法 第八十五条). 以上 and 以下
include the number named, 超过 and 不满 do not (民法典 第一千二百五十九条).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.law.text.numerals import to_number

_DIGIT = "零〇○一二两三四五六七八九十百千万亿0-9壹贰叁肆伍陆柒捌玖拾佰仟萬億"
#: Atomic and bounded: a run of digits is read once, and no quantity has more.
_NUM = rf"(?>\d{{1,3}}(?:[,，]\d{{3}}){{1,6}}(?:\.\d{{1,12}})?[{_DIGIT}]{{0,24}}|[{_DIGIT}]{{1,30}}(?:\.\d{{1,12}})?[百千万亿]{{0,4}})"
_UNIT = r"个工作日|工作日|个月|个小时|小时|分钟|平方米|平方公里|公里|周岁|元|圆|倍|日|天|年|月|周|岁|米|人|名|次|时|点"
_SHARE = rf"{_NUM}分之{_NUM}|[百千]分之{_NUM}|{_NUM}[%％‰]"
_ONE = rf"(?:人民币)?(?:{_SHARE}|{_NUM}(?:{_UNIT}))(?:人民币)?"
_BARE = rf"(?:{_ONE}|{_NUM})"
_RANGE = re.compile(
    rf"(?P<low>{_BARE})(?P<join>以上(?:至|，|、|到|但)?(?:不满|不足|不超过)?|至|到|[-—–~～]{{1,2}})(?P<high>{_ONE})(?P<less>以下|以内|之间|以上|下(?=的?罚款))?"
)
_PREFIX = (
    r"最高(?:可达|可处|不超过|不得超过|额为|为|至|达|额)?|最多(?:不超过|为|可处)?|至多|上限(?:是|为)?|最低(?:为|是|处)?|最少(?:为)?|下限(?:是|为)?|"
    r"不得超过|不超过|不高于|不多于|不得高于|不得多于|低于|少于|不足|不满|未满|不到|超过|高于|多于|"
    r"不得少于|不得低于|不少于|不低于|至少|已满|年满|满|达到"
)
_SUFFIX = r"以上|以下|以内|之内|内|以前|之前|前|以后|之后|后|以外"
_SINGLE = re.compile(rf"(?P<one>{_ONE})(?P<suf>{_SUFFIX})?")
_LEAD = re.compile(rf"(?:{_PREFIX})$")
_NUMERAL = re.compile(_NUM)
_PARTS = re.compile(rf"^(?:人民币)?(?P<num>{_NUM})(?P<unit>{_UNIT})?(?:人民币)?$")
_BELOW = {"不足": "lt", "不满": "lt", "未满": "lt", "不到": "lt", "低于": "lt", "少于": "lt"}
_ABOVE = {"超过": "gt", "高于": "gt", "多于": "gt"}
_NO_LESS = ("不得少于", "不得低于", "不少于", "不低于", "至少", "已满", "年满", "满", "达到")
_NO_MORE = ("不得超过", "不超过", "不高于", "不多于", "不得高于", "不得多于")
_SUFFIXES = {
    "以上": "ge", "以下": "le", "以内": "le", "之内": "le", "内": "le", "以前": "before", "之前": "before", "前": "before",
    "以后": "after", "之后": "after", "后": "after", "以外": "outside",
}  # fmt: skip
_SAME_UNIT = {"天": "日", "个工作日": "工作日", "个月": "月", "个小时": "小时", "圆": "元", "名": "人", "岁": "周岁", "点": "时"}
_TIMES = frozenset({"日", "工作日", "月", "年", "周", "小时", "分钟"})


@dataclass(frozen=True, slots=True)
class Quantity:
    """A value with its unit and bound. `low`/`high` are None where open; `bound` says how the ends count.

    `bound` is eq, ge, le, gt, lt, range, open_range (the upper end excluded), max and min (最高, 最低: one end of
    a range), before, after, outside.
    """

    unit: str
    low: float | None
    high: float | None
    bound: str
    start: int
    end: int

    def stands_for(self, given: Quantity) -> bool:
        """True where this quantity of a sentence says nothing but what `given` of an article says."""
        if self.unit != given.unit:
            return False
        if self.bound == "max":
            return given.high == self.high and given.bound in ("range", "le", "max")
        if self.bound == "min":
            return given.low == self.low and given.bound in ("range", "ge", "min")
        if given.bound == "max" and self.bound == "le":
            return given.high == self.high
        return (self.low, self.high, self.bound) == (given.low, given.high, given.bound)


def read_quantities(text: str) -> list[Quantity]:
    """Return the quantities of squeezed `text` (no blanks, half-width), in order; a range is one of them."""
    out: list[Quantity] = []
    at = 0
    for start in (m.start() for m in _NUMERAL.finditer(text)):
        if start < at or text[start - 1 : start] == "第":
            continue
        found = _range(_RANGE.match(text, start)) or _single(_SINGLE.match(text, start), text[at:start])
        if found:
            out.append(found)
            at = found.end
    return out


def _range(match: re.Match[str] | None) -> Quantity | None:
    if match is None:
        return None
    low, low_unit = _value(match["low"])
    high, unit = _value(match["high"])
    if low is None or high is None or not unit or low_unit not in ("", unit):
        return None
    if unit in ("年", "月", "日") and low >= 1900:
        return None
    join, less = match["join"], match["less"]
    if less == "以上":
        return Quantity(unit, low, high, "odd", match.start(), match.end())
    if join.startswith("以上") and less is None and not join.endswith(("不满", "不足", "不超过")):
        return None
    bound = "open_range" if join.endswith(("不满", "不足")) else "range"
    return Quantity(unit, low, high, bound, match.start(), match.end())


def _single(match: re.Match[str] | None, before: str) -> Quantity | None:
    value, unit = _value(match["one"]) if match else (None, "")
    if match is None or value is None or not unit:
        return None
    lead = _LEAD.search(before)
    prefix, suffix = lead.group() if lead else "", match["suf"] or ""
    bound = _bound(prefix, suffix)
    low = value if bound not in ("le", "lt", "max") else None
    high = value if bound in ("le", "lt", "eq", "max", "odd") else None
    return Quantity(unit, low, high, bound, match.start() - len(prefix), match.end())


def _bound(prefix: str, suffix: str) -> str:
    """How the number counts, from the words before and after it; words that disagree make it `odd`."""
    if prefix.startswith(("最高", "最多", "至多", "上限")):
        return "max" if suffix in ("", "以下", "以内") else "odd"
    if prefix.startswith(("最低", "最少", "下限")):
        return "min" if suffix in ("", "以上") else "odd"
    after = _SUFFIXES.get(suffix, "")
    if prefix in _BELOW:
        return "lt" if not after else "odd"
    if prefix in _ABOVE:
        return "gt" if not after else "odd"
    if prefix in _NO_LESS:
        return "ge" if after in ("", "ge") else (after if prefix in ("满", "达到") and after == "after" else "odd")
    if prefix in _NO_MORE:
        return "le" if after in ("", "le") else "odd"
    return after or "eq"


def _value(words: str) -> tuple[float | None, str]:
    """(value, unit) of one bound; the unit is empty for a bare number."""
    words = words.replace("人民币", "").replace("，", "").replace(",", "")
    if "分之" in words:
        whole, part = words.split("分之", 1)
        base, share = to_number(whole if whole not in ("百", "千") else f"一{whole}"), to_number(part)
        return (None if not base or share is None else round(share / base * 100, 6)), "%"
    if words[-1:] in ("%", "％", "‰"):
        value = to_number(words[:-1])
        return (None if value is None else round(value / (10 if words[-1] == "‰" else 1), 6)), "%"
    match = _PARTS.match(words)
    if not match:
        return None, ""
    value = to_number(match["num"])
    unit = match["unit"] or ""
    return (None if value is None else round(value, 6)), _SAME_UNIT.get(unit, unit)
