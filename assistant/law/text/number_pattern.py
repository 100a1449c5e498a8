"""The pattern of a bureau's document numbers, such as `SX{year}-{serial:04d}`: two fields, a width, and nothing else.

A pattern is never handed to `str.format`, whose fields may walk along attributes and whose widths may fill the memory.
"""

from __future__ import annotations

import re
import unicodedata
from string import Formatter

#: The longest pattern and the longest number one may give.
PATTERN_CHARS = NUMBER_CHARS = 60
_FIELDS = frozenset({"year", "serial"})
_WIDTH = re.compile(r"(?:0?[1-9])?d?")


def number_of(pattern: str, year: int, serial: int) -> str:
    """Return the number of a year and serial; raises ValueError, saying in Chinese what is wrong with the pattern."""
    values, out = {"year": year, "serial": serial}, []
    for literal, name, width in _pieces(pattern):
        out.append(literal)
        if name:
            out.append(format(values[name], width))
    return "".join(out)


def check_pattern(pattern: str) -> None:
    """Two papers of a year, or of one serial in two years, never bear the same number; raises ValueError where they could."""
    numbers = {number_of(pattern, year, serial) for year in (2025, 2026) for serial in (1, 2)}
    if len(numbers) < 4:
        raise ValueError("编号样式要同时有 {year} 和 {serial}")
    if max(map(len, numbers)) > NUMBER_CHARS:
        raise ValueError(f"编号最多 {NUMBER_CHARS} 字")


def _pieces(pattern: str) -> list[tuple[str, str, str]]:
    """(words, field, width) in their order; field and width are empty after the last words."""
    if len(pattern) > PATTERN_CHARS:
        raise ValueError(f"编号样式最多 {PATTERN_CHARS} 字")
    if any(unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp") for c in pattern):
        raise ValueError("编号样式里有看不见的控制字符")
    try:
        parsed = list(Formatter().parse(pattern))
    except ValueError as error:
        raise ValueError("编号样式里的花括号没有配对，花括号只用来写 {year} 和 {serial}") from error
    pieces = []
    for literal, name, width, conversion in parsed:
        if name is not None and (name not in _FIELDS or conversion is not None):
            raise ValueError("编号样式只能用 {year} 和 {serial}，不能写别的名称、点号、方括号或感叹号")
        if not _WIDTH.fullmatch(width or ""):
            raise ValueError("编号样式的位数只能写成 {serial:04d} 这样，最多 9 位")
        pieces.append((literal, name or "", width or ""))
    return pieces
