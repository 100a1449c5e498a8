"""Whether what a question says of a named article stands in it: quoted words, amounts, times, periods."""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.law.text.numerals import NUMERAL_CHARS, to_number
from assistant.law.text.same_text import folded
from assistant.search.words.tokens import character_pairs

_CHECKS = re.compile(
    r"对吗|对不对|是吗|是不是|是否|正确|核对|核一|核实|查一下|查核|有没有错|写错|错没错|没错吧|这个数|准不准|属实|有误|改没改|吧[？?]?$"
)
_QUOTED = re.compile(r"[“「『\"]([^”」』\"]{3,200})[”」』\"]")
_QUANTITY = re.compile(rf"([{NUMERAL_CHARS}.]{{1,24}}+)\s{{0,8}}(元|倍|个工作日|日|天|个月|年|时|点|小时|周岁|岁|米|平方米|%|人|名)")
_ARTICLE_NUMBER = re.compile(rf"第[{NUMERAL_CHARS}]+(?:条|款|项|章|节)|\d{{4}}年")
_SAME_UNIT = {"天": "日", "点": "时", "岁": "周岁", "名": "人"}


@dataclass(frozen=True, slots=True)
class Claim:
    """Words of a question that its article does not have; `right` is the clause that comes nearest."""

    said: str
    right: str


def asks_to_check(question: str) -> bool:
    """True where a question asks whether what it says is so."""
    return bool(_CHECKS.search(question) or _QUOTED.search(question))


def wrong_claims(question: str, text: str) -> list[Claim]:
    """Return what the question says of the article that the article's text does not say.

    A quotation must stand in the text (elisions … apart); a quantity outside quotations must occur
    with its unit. Numerals are compared by value: 1万元 and 一万元 are one.
    """
    out = []
    for quote in (m.group(1) for m in _QUOTED.finditer(question)):
        pieces = [p for p in re.split(r"…+|\.{3,}|——", quote) if len(folded(p)) >= 3]
        if pieces and not all(_stands_in(p, text) for p in pieces):
            out.append(Claim(quote, _nearest_clause(quote, text)))
    if not out:
        loose = _ARTICLE_NUMBER.sub(" ", _QUOTED.sub(" ", question))
        known = _quantities(text)
        out = [Claim(raw, _nearest_clause(raw, text, unit)) for raw, value, unit in _quantity_list(loose) if (value, unit) not in known]
    return out


def _stands_in(quote: str, text: str) -> bool:
    return _valued(quote) in _valued(text)


def _valued(text: str) -> str:
    """Folded text with every quantity written by value."""
    return folded(_QUANTITY.sub(lambda m: f"{_value(m.group(1)) or m.group(1)}{m.group(2)}", text))


def _value(numeral: str) -> str | None:
    number = to_number(numeral)
    return None if number is None else f"{number:g}"


def _quantity_list(text: str) -> list[tuple[str, str, str]]:
    found = [(m.group(0), _value(m.group(1)), _SAME_UNIT.get(m.group(2), m.group(2))) for m in _QUANTITY.finditer(text)]
    return [(raw, value, unit) for raw, value, unit in found if value is not None]


def _quantities(text: str) -> set[tuple[str, str]]:
    return {(value, unit) for _, value, unit in _quantity_list(text)}


def _nearest_clause(said: str, text: str, unit: str = "") -> str:
    """The clause of the text most like what was said; with `unit` only clauses that hold such a quantity."""
    clauses = [c.strip() for c in re.split(r"[；。\n]", text) if c.strip()]
    fitting = [c for c in clauses if not unit or any(u == unit for _, _, u in _quantity_list(c))]
    wanted = set(character_pairs(said))
    return max(fitting, key=lambda c: len(wanted & set(character_pairs(c))), default="")
