"""Which facts a reviewer may set right, how a value must be written, and how it is put into the text."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from assistant.errors import RefusedInput
from assistant.law.procedure.case import PartyKind
from assistant.law.text.dates import chinese_date, find_dates
from assistant.law.text.numerals import to_number
from assistant.review.case.facts_for_display import EVENTS
from assistant.review.text.model import DocumentKind

_LONGEST = 80
_OFFICER = re.compile(
    r"(?P<name>[\u4e00-\u9fff·]{2,10})\s{0,8}(?:[（(]\s{0,8}(?:证件?编?号\s{0,8}[：:])?\s{0,8}(?P<number>[A-Za-z0-9\-]{4,30}|无|无证号)?\s{0,8}[)）])?"
)
_TERM = re.compile(r"(?P<n>\d{1,3}(?:\.\d)?|[一二三四五六七八九十两百]{1,4})\s*(?:年|个月|个?工作日|日|天)")

#: Takes the value as the reviewer wrote it and returns it as kept; raises RefusedInput.
Parse = Callable[[str, str], str]


def as_day(name: str, value: str) -> str:
    """A day, written 2025-06-01 or 2025年6月1日; kept in the first form."""
    days = find_dates(value)
    if len(days) != 1 or not re.fullmatch(r"\d{4}-\d{1,2}-\d{1,2}|\d{4}\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日", value):
        raise RefusedInput(name, f"“{value}”不是日期，请写作 2025-06-01")
    return days[0].isoformat()


def as_effective_day(name: str, value: str) -> str:
    """A day, with or without 自…起施行 around it."""
    return as_day(name, re.sub(r"^[自从]|起(?:施行|实施|执行|生效|试行)$", "", value))


def as_money(name: str, value: str) -> str:
    """An amount in yuan (30000, 3万元, 叁万元整); kept as a plain number."""
    amount = to_number(re.sub(r"人民币|[¥￥\s]|[元圆]整?$|整$", "", value))
    if amount is None or amount < 0 or amount >= 1e11:
        raise RefusedInput(name, f"“{value}”不是金额，请写作 30000 或者 3万元")
    return f"{amount:.2f}".removesuffix(".00")


def as_name(name: str, value: str) -> str:
    """The name of a person or body: one line, no stops."""
    if not 2 <= len(value) <= _LONGEST or re.search(r"[\n\r\t，。；：:;]", value):
        raise RefusedInput(name, f"名称应当是 2 至 {_LONGEST} 个字、不含标点的一行")
    return value


def as_officers(name: str, value: str) -> str:
    """One officer or several, each with the number of the certificate in brackets: 石敬（33070012）、温岚（无证号）."""
    parts = [p.strip() for p in re.split(r"[、，,；;]", value) if p.strip()]
    found = [_OFFICER.fullmatch(p) for p in parts]
    if not parts or not all(found):
        raise RefusedInput(name, f"“{value}”不是执法人员和证号，请写作 石敬（33070012）、温岚（33070015）；没有证号的写作 温岚（无证号）")
    return "、".join(f"{m['name']}（{_number(m) or '无证号'}）" for m in found if m)


def _number(match: re.Match[str]) -> str:
    number = match["number"] or ""
    return "" if number.startswith("无") else number


def as_party_kind(name: str, value: str) -> str:
    """公民, 个体工商户 or 法人或者其他组织."""
    if value not in [k.value for k in PartyKind]:
        raise RefusedInput(name, f"应当是 {'、'.join(k.value for k in PartyKind)} 之一")
    return value


def as_term(name: str, value: str) -> str:
    """A term (3年, 18个月), or from a day until a day (2025-07-01 至 2030-06-30), or 长期; 有效期 before it is left out."""
    value = value.removeprefix("有效期").lstrip("为是：: ")
    days = find_dates(value)
    bare = re.sub(r"[\d年月日\-自从至到起止，,、\s—~（）()]", "", value)
    if len(days) == 2 and days[0] < days[1] and not bare and not _TERM.match(value):
        return f"自{chinese_date(days[0])}至{chinese_date(days[1])}"
    if len(days) == 1 and value.startswith("至") and not bare:
        return f"至{chinese_date(days[0])}"
    if value in ("长期", "永久", "无固定期限") or (_TERM.search(value) and not re.search(r"[。；;\n]", value)):
        return value  # also in words: 至终验合格后一年
    raise RefusedInput(name, f"“{value}”不是期限，请写作 3年、18个月 或者 2025-07-01至2030-06-30")


@dataclass(frozen=True, slots=True)
class Correctable:
    """One kind of fact: how its value is read, an example, whether each place is corrected by itself, whether it may be said not to be."""

    name: str
    parse: Parse
    example: str
    by_place: bool = False
    may_be_none: bool = False

    def value(self, written: str) -> str:
        """The value as kept; raises RefusedInput for one that cannot be."""
        written = written.strip()
        if not written:
            if self.may_be_none:
                return ""
            raise RefusedInput(self.name, "不能为空")
        return self.parse(self.name, written)


_DAY, _MONEY, _NAME = "2025-06-01", "30000", "单位全称"
_CASE = (
    Correctable("当事人", as_name, _NAME, by_place=True),
    Correctable("当事人类型", as_party_kind, "、".join(k.value for k in PartyKind)),
    Correctable("执法人员", as_officers, "石敬（33070012）、温岚（33070015）", by_place=True, may_be_none=True),
    *(Correctable(name, as_day, _DAY, may_be_none=True) for name in EVENTS),
    Correctable("其他日期", as_day, _DAY, by_place=True),
    Correctable("罚款金额", as_money, _MONEY, by_place=True),
    Correctable("没收违法所得金额", as_money, _MONEY, by_place=True),
    Correctable("金额", as_money, _MONEY, by_place=True),
    Correctable("金额（大写）", as_money, _MONEY, by_place=True),
)
_CONTRACT = (
    *(Correctable(name, as_name, _NAME, by_place=True) for name in ("甲方", "乙方", "丙方", "丁方", "合同主体")),
    Correctable("合同价款", as_money, _MONEY),
    Correctable("期限", as_term, "3年 或者 2025-07-01至2030-06-30", by_place=True),
    Correctable("定金", as_money, _MONEY, by_place=True, may_be_none=True),
    Correctable("签署日期", as_day, _DAY, by_place=True),
    Correctable("其他金额", as_money, _MONEY, by_place=True),
    Correctable("金额（大写）", as_money, _MONEY, by_place=True),
)
_DOCUMENT = (
    Correctable("制定机关", as_name, _NAME),
    Correctable("施行日期", as_effective_day, _DAY, by_place=True),
    Correctable("有效期", as_term, "2年 或者 至2027-12-31", by_place=True),
)
TABLE: dict[DocumentKind, dict[str, Correctable]] = {
    DocumentKind.PENALTY: {c.name: c for c in _CASE},
    DocumentKind.CONTRACT: {c.name: c for c in _CONTRACT},
    DocumentKind.NORMATIVE: {c.name: c for c in _DOCUMENT},
}
#: Facts that can be given where the text was not read to have them (所有日期 of EVENTS besides).
SUPPLIED = {
    DocumentKind.PENALTY: ("当事人", "执法人员", "罚款金额", "没收违法所得金额", *EVENTS),
    DocumentKind.CONTRACT: ("甲方", "乙方", "合同价款", "期限", "定金", "签署日期"),
    DocumentKind.NORMATIVE: ("制定机关", "施行日期", "有效期"),
}
