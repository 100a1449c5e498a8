"""第…条第…款第…项 in running text: single, listed, ranged (立法法 第六十五条: 条、款、项、目).

Works on squeezed text (`folding.squeeze`): no blanks, half-width digits. Knows nothing of titles.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Literal

from assistant.law.text.numerals import to_int

_NUM = r"[零〇○一二三四五六七八九十百千0-9]{1,9}"
_ONE = rf"[（(]?{_NUM}[）)]?"
_JOIN = r"(?:、|和|与|及|以及|或者|或|至|到|[-—–~～]{1,2})"
_UNIT = re.compile(
    rf"(?P<list>第?{_ONE}(?:{_JOIN}第?{_ONE}){{0,30}})(?P<level>条|款|项|目)"
    r"(?:(?<=条)之(?P<suffix>[一二三四五六七八九十]{1,3})(?![款项目条]))?"
)
_NUMBER = re.compile(_NUM)
_BETWEEN = re.compile(r"、?(?:以及|及其|或者|和|与|及|或|至|到)|、|，(?=第)|,(?=第)|[-—–~～]{1,2}(?=第)")
_RANGE = re.compile(r"至|到|[-—–~～]")
_LEVELS = ("条", "款", "项", "目")
_LONGEST_RANGE = 100
#: No unit is longer (thirty-one numbers of nine characters, with brackets and words between).
_LONGEST_UNIT = 600

Join = Literal["deeper", "listed", "ranged"]


@dataclass(frozen=True, slots=True)
class Address:
    """One place in a statute and where the squeezed text names it (`start`, `end`).

    `range_end` is the last number of the range the address was expanded from, at its own level.
    """

    number: int
    suffix: int
    start: int
    end: int
    paragraph: int | None = None
    item: int | None = None
    subitem: int | None = None
    range_end: int | None = None


@dataclass(frozen=True, slots=True)
class _Named:
    """One number of a unit: its value, its place, and whether 至 stands before it."""

    value: int
    start: int
    end: int
    ranged: bool


@dataclass(frozen=True, slots=True)
class Unit:
    """Numbers that share one 条, 款, 项 or 目: `第五十七、五十八条`."""

    level: str
    numbers: tuple[_Named, ...]
    suffix: int
    start: int
    end: int
    has_di: bool


def next_article(text: str, pos: int, before: int | None = None) -> Unit | None:
    """Return the first unit at the level of 条 at or after `pos`, or None; one that begins at or after `before` is not looked for."""
    stop = len(text) if before is None else min(len(text), before + _LONGEST_UNIT)
    match = _UNIT.search(text, pos, stop)
    while match and (before is None or match.start() < before):
        unit = _unit(match)
        if unit and unit.level == "条":
            return unit
        match = _UNIT.search(text, match.end(), stop)
    return None


def unit_at(text: str, pos: int) -> Unit | None:
    """Return the unit that begins at `pos`, or None."""
    match = _UNIT.match(text, pos)
    return _unit(match) if match else None


def _unit(match: re.Match[str]) -> Unit | None:
    start, listed = match.start("list"), match["list"]
    numbers: list[_Named] = []
    last = 0
    for found in _NUMBER.finditer(listed):
        value = to_int(found.group())
        if not value:
            return None
        between = listed[last : found.start()]
        closed = found.end() < len(listed) and listed[found.end()] in "）)"
        begin = start if not numbers else start + found.start() - (1 if between.endswith(("第", "（", "(")) else 0)
        numbers.append(_Named(value, begin, start + found.end() + closed, bool(numbers) and bool(_RANGE.search(between))))
        last = found.end()
    suffix = to_int(match["suffix"]) or 0 if match["suffix"] else 0
    numbers[-1] = replace(numbers[-1], end=match.end())
    return Unit(match["level"], tuple(numbers), suffix, match.start(), match.end(), listed.startswith("第"))


def read_addresses(text: str, first: Unit, parent: Address | None = None) -> list[Address]:
    """Return every address of the run that opens with `first`, in order of place.

    `parent` is the article a run opening with 款 or 项 belongs to (该条第二款).
    """
    out: list[Address] = [parent] if parent else []
    _add(out, first, "deeper" if parent else "listed")
    unit = first
    while True:
        following = _following(text, unit)
        if following is None:
            return out
        unit, join = following
        _add(out, unit, join)


def _following(text: str, unit: Unit) -> tuple[Unit, Join] | None:
    """The unit that goes on from `unit`, and how: beneath it, listed after it, or as the end of a range."""
    depth = _LEVELS.index(unit.level)
    deeper = unit_at(text, unit.end)
    if deeper and _LEVELS.index(deeper.level) > depth:
        return deeper, "deeper"
    between = _BETWEEN.match(text, unit.end)
    listed = unit_at(text, between.end()) if between else None
    if not between or not listed:
        return None
    # Without 第 a number may count things (和2项证据): only one more of the same level goes on.
    if not listed.has_di and listed.level != unit.level:
        return None
    if _LEVELS.index(listed.level) > depth and not between.group().startswith(("，", ",")):
        return (listed, "deeper") if between.group() == "、" else None
    ranged = bool(_RANGE.search(between.group())) and listed.level == unit.level
    return listed, "ranged" if ranged else "listed"


def _add(out: list[Address], unit: Unit, join: Join) -> None:
    """Append the addresses of `unit`; beneath the last one where `join` says so."""
    base: Address | None = None
    if unit.level != "条":
        base = out.pop() if join == "deeper" else _cleared(out[-1], unit.level)
    for index, named in enumerate(unit.numbers):
        start = base.start if base and join == "deeper" and not index else named.start
        suffix = unit.suffix if index == len(unit.numbers) - 1 else 0
        address = _at_level(base, unit.level, named.value, suffix, start, named.end)
        if out and (named.ranged or (join == "ranged" and not index)):
            _add_range(out, address, unit.level)
        else:
            out.append(address)


def _cleared(address: Address, level: str) -> Address:
    """`address` without what lies at `level` and beneath."""
    depth = _LEVELS.index(level)
    return replace(
        address,
        paragraph=address.paragraph if depth > 1 else None,
        item=address.item if depth > 2 else None,
        subitem=None,
        range_end=None,
    )


def _at_level(base: Address | None, level: str, value: int, suffix: int, start: int, end: int) -> Address:
    if base is None:
        return Address(value, suffix, start, end)
    if level == "款":
        return replace(base, paragraph=value, item=None, subitem=None, start=start, end=end, range_end=None)
    if level == "项":
        return replace(base, item=value, subitem=None, start=start, end=end, range_end=None)
    return replace(base, subitem=value, start=start, end=end, range_end=None)


def _value(address: Address, level: str) -> int:
    values = {"条": address.number, "款": address.paragraph, "项": address.item, "目": address.subitem}
    return values[level] or 0


def _add_range(out: list[Address], last: Address, level: str) -> None:
    """Append `last` and what lies between it and the address before; all share the span of the range."""
    first = out[-1]
    low, high = _value(first, level), _value(last, level)
    if not 0 < low < high <= low + _LONGEST_RANGE:
        out.append(last)
        return
    out[-1] = replace(first, end=last.end, range_end=high)
    base = None if level == "条" else last
    for value in range(low + 1, high):
        out.append(replace(_at_level(base, level, value, 0, first.start, last.end), range_end=high))
    out.append(replace(last, start=first.start, range_end=high))
