"""Stretches of a document with their offsets: sentences, dates, amounts of money, names of organisations."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from assistant.law.text.dates import make_date
from assistant.law.text.numerals import to_number
from assistant.law.text.spans import Spans

_DATE = re.compile(
    r"(?:(?P<y>(?:19|20)\d{2}|[一二][〇零○一二三四五六七八九]{3})\s*(?:年|[-./](?=\s*\d{1,2}[-./]))\s*)?"
    r"(?P<m>\d{1,2}|[一二三四五六七八九十]{1,2})\s*(?:月|(?<=\d)[-./])\s*(?P<d>\d{1,2}|[一二三四五六七八九十廿]{1,3})\s*(?:日|号|(?<=\d)(?!\d|\.\d))"
)
_MONTH = re.compile(r"(?P<y>(?:19|20)\d{2})\s*年\s*(?P<m>\d{1,2})\s*月(?!\s*\d{1,2}\s*[日号])")
_FIGURE = re.compile(
    r"(?:(?:人民币|[¥￥])\s*+|(?<!\s)\s*+)?(?P<n>\d[\d,，]{0,29}+(?:\.\d{1,12}+)?)\s*+(?P<unit>万亿|亿|万|千|百)?\s*+(?P<yuan>元|圆)?"
)
_SMALL = re.compile(r"(?P<n>[一二三四五六七八九十百千万亿两零〇]{2,24}|[一二三四五六七八九两十])(?:元|圆)")
_FORMAL = re.compile(
    r"(?:人民币)?(?P<n>[零〇壹贰叁肆伍陆柒捌玖拾佰仟万萬亿億貳參两一二三四五六七八九十百千]{1,40}+)[元圆](?P<j>[零〇壹贰叁肆伍陆柒捌玖]角)?(?P<f>[零〇壹贰叁肆伍陆柒捌玖]分)?整?"
)
#: The rules look at every sentence in many ways: the work is that of its length squared, so there is an end to it.
_LONGEST_SENTENCE = 2_000
_FORMAL_DIGITS = frozenset("壹贰叁肆伍陆柒捌玖拾佰仟貳參")
_ORGANISATION = re.compile(
    r"[\u4e00-\u9fff（）()·A-Za-z0-9]{3,40}?(?:有限责任公司|股份有限公司|有限公司|集团公司|合伙企业|事务所|旅行社(?!有)|分公司|工作室|经营部|商行|网吧|协会|合作社|酒店(?!有)|俱乐部(?!有))"
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence and where it begins."""

    text: str
    start: int

    @property
    def end(self) -> int:
        """The offset after it."""
        return self.start + len(self.text)


@dataclass(frozen=True, slots=True)
class DatePlace:
    """A day and where it is named; `has_year` is False where the year was taken from a date before it."""

    day: date
    start: int
    end: int
    has_year: bool = True


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in yuan and where it stands; `formal` is true for one in formal words (伍万元整)."""

    value: float
    start: int
    end: int
    formal: bool = False


def split_sentences(text: str, offset: int = 0, marks: str = "。；;\n！？") -> tuple[Sentence, ...]:
    """Cut `text` at the marks; `offset` is added to the places. What runs on for longer than any sentence is cut, too."""
    pieces = re.finditer(f"[^{re.escape(marks)}]{{1,{_LONGEST_SENTENCE}}}", text)
    return tuple(Sentence(m.group(), m.start() + offset) for m in pieces if m.group().strip())


def date_places(text: str, offset: int = 0) -> tuple[DatePlace, ...]:
    """Every day named in `text` (half-width digits), in order; a 月日 without a year takes that of the date before it."""
    out: list[DatePlace] = []
    year: int | None = None
    for match in _DATE.finditer(text):
        named = _year(match["y"]) if match["y"] else None
        if named is None and (year is None or "月" not in match.group()):
            continue
        day = make_date(str(named or year), match["m"], match["d"])
        if day:
            year = named or year
            out.append(DatePlace(day, match.start() + offset, match.end() + offset, named is not None))
    return tuple(out)


def month_places(text: str, offset: int = 0) -> tuple[DatePlace, ...]:
    """Months named without a day, as their last day: the careful reading of when something was over."""
    out = []
    for match in _MONTH.finditer(text):
        month = int(match["m"])
        if 1 <= month <= 12:
            last = 28 if month == 2 else 30
            out.append(DatePlace(date(int(match["y"]), month, last), match.start() + offset, match.end() + offset))
    return tuple(out)


def _year(text: str) -> int | None:
    if text.isdigit():
        return int(text)
    value = to_number(text.replace("○", "〇"))
    return int(value) if value else None


def money_places(text: str, offset: int = 0) -> tuple[Money, ...]:
    """Every amount of money in `text` (half-width), in figures, plain words or formal words, in order."""
    out = [*_formal(text, offset), *_figures(text, offset)]
    taken = Spans((m.start, m.end) for m in out)
    for match in _SMALL.finditer(text):
        value = to_number(match["n"])
        at = (match.start() + offset, match.end() + offset)
        if value is not None and not taken.touch(*at):
            out.append(Money(value, *at))
    return tuple(sorted(out, key=lambda m: m.start))


def _figures(text: str, offset: int) -> list[Money]:
    out = []
    for match in _FIGURE.finditer(text):
        if not match["yuan"] and not re.match(r"\s*(?:人民币|[¥￥])", match.group()):
            continue
        digits = match["n"].replace(",", "").replace("，", "")
        value = to_number(digits + (match["unit"] or ""))
        if value is not None:
            out.append(Money(value, match.start() + offset + len(match.group()) - len(match.group().lstrip()), match.end() + offset))
    return out


def _formal(text: str, offset: int) -> list[Money]:
    out = []
    for match in _FORMAL.finditer(text):
        if not _FORMAL_DIGITS & set(match["n"]) and "整" not in match.group():
            continue
        value = to_number(match["n"])
        if value is None:
            continue
        for part, factor in (("j", 0.1), ("f", 0.01)):
            small = to_number(match[part][0]) if match[part] else None
            value += (small or 0) * factor
        out.append(Money(round(value, 2), match.start() + offset, match.end() + offset, True))
    return out


def organisations(text: str, offset: int = 0) -> tuple[tuple[str, int], ...]:
    """Names that end like those of an organisation, with their places; words of the sentence before a name are cut off."""
    out = []
    for match in _ORGANISATION.finditer(text):
        lead = re.match(r".*(?:当事人|确定|委托|发现|检查|经查|为|由|与|对|向|和|的|是|在|及|系|给)(?=..)", match.group())
        skip = lead.end() if lead else 0
        if len(match.group()) - skip >= 4:
            out.append((match.group()[skip:], match.start() + skip + offset))
    return tuple(out)


def paired_amounts(text: str, offset: int = 0) -> list[tuple[Money, Money]]:
    """Amounts said twice in a row, once in figures and once in formal words."""
    found = money_places(text)
    out = []
    for first, second in pairwise(found):
        between = text[first.end : second.start]
        joined = re.fullmatch(r"[\s整]*[（(，,]?\s*(?:[（(]?(?:大写|小写|人民币|金额|即|计|￥|¥)[)）]?|[：:，,\s])*[（(]?", between)
        if first.formal != second.formal and joined and (between.strip() or second.formal):
            close = text[second.end : second.end + 1] in "）)"
            out.append(
                (
                    Money(first.value, first.start + offset, first.end + offset, first.formal),
                    Money(second.value, second.start + offset, second.end + offset + int(close), second.formal),
                )
            )
    return out


def same_amount(a: float, b: float) -> bool:
    """True where two amounts differ by less than one cent."""
    return abs(a - b) < 0.01


def money_text(value: float) -> str:
    """An amount as shown, such as 50,000元."""
    return f"{value:,.2f}".removesuffix(".00") + "元"
