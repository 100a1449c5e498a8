"""Amounts in penalty provisions: yuan, multiples and shares of a base, and the thresholds of a tier.

以上 and 以下 include the number named, 不满, 不足 and 超过 do not (民法典 第一千二百五十九条; 行政处罚法
第八十五条 for days). All offsets are those of the text handed in, which must be half-width
(`numerals.fold_width` keeps offsets).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.law.text.numerals import to_number

#: Atomic and bounded: a run of digits is read once, and no amount of money has more.
_NUM = r"(?>[零〇一二三四五六七八九十百千万亿两0-9.,]{0,29}[零〇一二三四五六七八九十百千万亿两0-9])"
_MONEY = rf"(?:人民币)?{_NUM}(?:元|圆)(?:人民币)?"
_RATIO = rf"[百千十]分之{_NUM}(?!元)|{_NUM}分之{_NUM}|{_NUM}\s{{0,8}}[%％‰]|{_NUM}\s{{0,8}}倍|等值|等额|(?<=罚款数额)同等|一倍"
_BOUND = rf"(?:{_RATIO}|{_MONEY})"
_JOINED = r"(?:以上(?:、|，|至|,|但)?|至|到|[-—–~～])"
#: One amount as statutes write it: a span of two bounds, or one bound with or without 以上/以下.
AMOUNT = re.compile(
    rf"(?P<cap>最高(?:额)?(?:不(?:得)?超过|为)?|不(?:得)?超过|至多)?(?:"
    rf"(?P<low>{_BOUND}|{_NUM}(?=以上|至|到|[-—–~～])){_JOINED}(?:不超过)?(?P<high>{_BOUND}|{_NUM}(?=以下))(?P<less>以下|以内|以上|下(?=的?罚款))?"
    rf"|(?P<one>{_BOUND})(?P<side>以上|以下|以内)?)"
)
_SHARE = re.compile(rf"(?P<whole>{_NUM}|[百千])分之(?P<part>{_NUM})")
_EVERY = re.compile(r"(?:按照?|以)?(?P<unit>每[^，；。处罚]{1,16}?)(?:并?处以?|罚款?|按照?)?$")
_BASE_LEAD = re.compile(r"^.*(?:并处以?|单处|可以?处以?|处以|处|并科|按照?|并以|给予|或者|以下的|以上的|罚款|依照?|可以?)(?=[^处]*$)")
_SUM_IS = re.compile(r"^.*(?:额|幅度|标准)(?:为|按照?)")
_EARLIER_FINE = re.compile(r"((?:前款|单位|企业|组织|机构|公司|其|原)?[^，；。处对]{0,8}罚款(?:数额|金额|总额|额)?)的?$")
_BASE_NAMES = (
    ("违法经营额", ("违法经营额", "非法经营额", "违法经营数额", "非法经营数额", "违法经营总额")),
    ("违法所得", ("违法所得", "非法所得", "违法收入", "非法收入")),
    ("货值金额", ("货值金额", "货值")),
)


@dataclass(frozen=True, slots=True)
class Amount:
    """One amount: `floor`/`ceiling` in yuan, or as multiples of a base where `ratio` is true.

    An open side is None. `capped` marks 最高不超过…, a limit on the amount named before it.
    """

    floor: float | None
    ceiling: float | None
    ratio: bool
    start: int
    end: int
    capped: bool = False
    money_ceiling: float | None = None


@dataclass(frozen=True, slots=True)
class FineRange:
    """幅度 of one 罚款: yuan, or multiples (`times_*`) of the amount called `base`, or left open.

    `floor` and `ceiling` are yuan and inclusive. `cap` is 最高不超过…, in yuan, on a multiple or on a sum
    counted by the unit. `per` holds the unit (每平方米) each fine is counted by. `optional` is 可以处 and 可以并处 against
    处 and 并处; `alternative` means joined to the measure before it by 或者. `addressee` names who is fined
    where it is not the person who acted. `least_base` is the
    amount a smaller base counts as (货值金额不足十万元的，按十万元计算). `start` and `end` are offsets in the article's text.
    """

    text: str
    start: int
    end: int
    floor: float | None = None
    ceiling: float | None = None
    times_floor: float | None = None
    times_ceiling: float | None = None
    base: str = ""
    per: str = ""
    optional: bool = False
    alternative: bool = False
    addressee: str = ""
    least_base: float | None = None
    cap: float | None = None

    @property
    def is_multiple(self) -> bool:
        """True where the fine is a multiple or share of a base."""
        return self.times_floor is not None or self.times_ceiling is not None

    @property
    def is_open(self) -> bool:
        """True for a 罚款 whose text names no amount."""
        return not self.is_multiple and self.floor is None and self.ceiling is None

    def in_yuan(self, amount: float | None, base: str | None = None) -> tuple[float | None, float | None]:
        """Return (floor, ceiling) in yuan; a multiple needs `amount` of its own base, else (None, None).

        `base` None means that `amount` is of whatever base the provision names. A fine without a
        stated floor gives None for it (罚款 of any sum up to the ceiling).
        """
        if not self.is_multiple:
            return self.floor, self.ceiling
        if amount is None or not same_base(base, self.base):
            return None, None
        amount = max(amount, self.least_base or 0.0)
        low = None if self.times_floor is None else self.times_floor * amount
        high = None if self.times_ceiling is None else self.times_ceiling * amount
        if self.cap is not None:
            high = self.cap if high is None else min(high, self.cap)
            low = low if low is None else min(low, self.cap)
        return low, high


@dataclass(frozen=True, slots=True)
class Threshold:
    """数额条件 of a tier: the base and the amounts it covers, in yuan.

    `floor` counts as reached when `floor_inclusive`; likewise the ceiling. `or_none` adds 没有违法所得,
    `or_unknown` an amount that cannot be calculated (难以计算, 无法计算).
    """

    base: str
    floor: float | None = None
    ceiling: float | None = None
    floor_inclusive: bool = True
    ceiling_inclusive: bool = True
    or_none: bool = False
    or_unknown: bool = False

    def covers(self, amount: float) -> bool:
        """True where an amount of `amount` yuan (0 for none) meets the condition."""
        if amount <= 0 and self.or_none:
            return True
        if self.floor is None and self.ceiling is None:
            return False
        above = self.floor is None or amount > self.floor or (self.floor_inclusive and amount == self.floor)
        below = self.ceiling is None or amount < self.ceiling or (self.ceiling_inclusive and amount == self.ceiling)
        return above and below


def canonical_base(text: str) -> str:
    """Return the name a base is compared by: 非法经营额 is 违法经营额, 药品货值金额 is 货值金额."""
    for name, forms in _BASE_NAMES:
        if any(form in text for form in forms):
            return name
    return text


def same_base(given: str | None, named: str) -> bool:
    """True where the amount given (`given`, None for any) is of the base a text names."""
    return given is None or canonical_base(given) == canonical_base(named)


def find_amounts(text: str) -> tuple[Amount, ...]:
    """Return every amount in `text`, in order; numbers that are no amount (三日, 第五条) are not."""
    return tuple(a for m in AMOUNT.finditer(text) if (a := _amount(m)) is not None)


def _amount(match: re.Match[str]) -> Amount | None:
    start, end = match.span()
    capped = match["cap"] is not None
    if match["one"] is not None:
        value, ratio = _bound(match["one"])
        if value is None:
            return None
        side = match["side"]
        floor = value if side == "以上" or (side is None and not capped) else None
        ceiling = None if side == "以上" else value
        return Amount(floor, ceiling, ratio, start, end, capped)
    high, high_ratio = _bound(match["high"])
    low, low_ratio = _bound(match["low"])
    if high is None or low is None:
        return None
    if low_ratio and not high_ratio:
        return Amount(low, None, True, start, end, money_ceiling=high)
    return Amount(low, high, high_ratio, start, end, capped)


def _bound(text: str) -> tuple[float | None, bool]:
    """Value of one bound, and whether it is a ratio. A bare number takes the unit of its fellow."""
    text = text.replace("人民币", "").strip()
    share = _SHARE.search(text)
    if share:
        whole, part = to_number(share["whole"]), to_number(share["part"])
        return (part / whole if whole and part is not None else None), True
    if text in ("等值", "等额", "同等"):
        return 1.0, True
    for sign, factor in (("%", 0.01), ("％", 0.01), ("‰", 0.001), ("倍", 1.0)):
        if text.endswith(sign):
            value = to_number(text[:-1])
            return (None if value is None else value * factor), True
    return to_number(text.rstrip("元圆")), False


def read_base(before: str) -> tuple[str, str]:
    """Return (base, per) from the words between the verb and the amount: `并处违法所得` → (`违法所得`, ``)."""
    every = _EVERY.search(before)
    if every:
        return "", every["unit"]
    before = _SUM_IS.sub("", before)
    earlier = _EARLIER_FINE.search(before)
    if earlier:
        return earlier.group(1), ""
    text = _BASE_LEAD.sub("", before).removeprefix("相当于").strip("：:、，“” ")
    return text.removesuffix("的"), ""


_NONE_OF = re.compile(r"(?:没有|无|未取得|未有)(?:法定)?(?P<base>违法所得|违法经营额|非法经营额|非法所得|违法收入|所得|非法收入|经营额)")
_UNKNOWN = re.compile(r"(?:难以|无法|不能)(?:计算|确定|查清|认定|核算)|明显偏低|不易计算")
_HAS = re.compile(r"^(?:但)?有(?P<base>违法所得|非法所得|违法收入|违法经营额)的$")
_LIMIT = re.compile(
    rf"(?P<word>不足|不满|未满|低于|超过|高于|达到|满|达)?(?P<low>{_MONEY}|{_NUM}(?=以上不|至))"
    rf"(?P<side>以上|以下|以内)?(?:(?:、|，|并且?|但)?(?P<word2>不足|不满|不到|至)?(?P<high>{_MONEY})(?P<side2>以下|以内|的)?)?"
)
_THRESHOLD_BASE = re.compile(
    r"([\u4e00-\u9fff、]{0,24}?(?:所得|经营额|金额|货值|收入|价值|费用|数额|损失|总额|价款|税款|税额|款额|利润|营业额|销售额|交易额|财物))(?:在|为|达到?|是|共计|累计)?$"
)


def read_threshold(text: str) -> Threshold | None:
    """Return the amount condition in the words of a condition (`违法所得一万元以上的`), or None.

    `text` is one condition ending in 的. Losses and injuries counted in money are conditions too;
    a condition without base and without amount is none.
    """
    none, unknown, has = _NONE_OF.search(text), _UNKNOWN.search(text), _HAS.match(text)
    if has:
        return Threshold(has["base"], floor=0.0, floor_inclusive=False)
    limit = _LIMIT.search(text)
    named = _THRESHOLD_BASE.search(text[: limit.start()]) if limit else None
    base = _clean_base(named.group(1)) if named else (none["base"] if none else "")
    if limit is None:
        if none:
            return Threshold(none["base"], or_none=True, or_unknown=bool(unknown))
        return Threshold(_clean_base(text[: unknown.start()]), or_unknown=True) if unknown else None
    if not base:
        return None
    floor, ceiling, inclusive = _limits(limit)
    return Threshold(
        base=base,
        floor=floor,
        ceiling=ceiling,
        floor_inclusive=limit["word"] not in ("超过", "高于"),
        ceiling_inclusive=inclusive,
        or_none=bool(none),
        or_unknown=bool(unknown),
    )


def _limits(match: re.Match[str]) -> tuple[float | None, float | None, bool]:
    """(floor, ceiling, ceiling inclusive) of a matched limit."""
    low = _bound(match["low"])[0]
    if match["high"] is not None:
        return low, _bound(match["high"])[0], match["word2"] not in ("不足", "不满", "不到")
    if match["word"] in ("不足", "不满", "未满", "低于"):
        return None, low, False
    if match["side"] in ("以下", "以内"):
        return None, low, True
    return low, None, True


def _clean_base(text: str) -> str:
    text = re.split(r"或者|、(?=违法|非法|货值)|，", text)[-1]
    return re.sub(r"^(?:的|其|但|因|且|并|明知)+", "", text)
