"""Printed lines → paragraphs: what a PDF or a scan breaks, joined again.

A page gives lines with a left edge and a width. A paragraph of a Chinese statute opens with an
indent of two characters, or with a mark (第…条, 第…章, （一）); it ends where a line stops short of
the right edge.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from assistant.law.text.numerals import NUMERAL_CHARS

_PAGE_NUMBER = re.compile(r"^[\s\-—–·•]*+(?:第\s*+)?\d{1,4}\s*+(?:页)?(?:\s*+[/／共]\s*+\d{1,4}\s*+页?)?[\s\-—–·•]*+$")
_OPENS = re.compile(
    rf"^(?:第\s{{0,8}}[{NUMERAL_CHARS}\s]{{1,10}}\s{{0,8}}(?:编|分编|章|节|条)|[（(]\s*[一二三四五六七八九十百]+\s*+[）)]|目\s*[录次]$|附(?:件|则|录|表)|\d{{4}}年\d{{1,2}}月\d{{1,2}}日\s)"
)
_HEADING = re.compile(rf"^第\s{{0,8}}[{NUMERAL_CHARS}\s]{{1,10}}\s{{0,8}}(?:编|分编|章|节)")
#: Left edges this close are one edge (points of a PDF, pixels of a scan that stands a little askew).
_BUCKET = 12.0
_ENDS = ("。", "；", "：", ";", ":", "”", "》")


@dataclass(frozen=True, slots=True)
class Line:
    """One printed line: its text, its left edge and the page it stands on (any unit, one a document)."""

    text: str
    left: float = 0.0
    page: int = 0


def drop_page_furniture(lines: list[Line]) -> list[Line]:
    """Return the lines without page numbers and without headers repeated at the edge of pages."""
    pages: dict[int, list[int]] = {}
    for index, line in enumerate(lines):
        pages.setdefault(line.page, []).append(index)
    edges = Counter(_bare(lines[i].text) for rows in pages.values() for i in {rows[0], rows[-1]})
    repeated = {text for text, count in edges.items() if len(pages) >= 3 and count >= max(3, len(pages) // 2)}
    drop = set()
    for rows in pages.values():
        for index in {rows[0], rows[-1], rows[min(1, len(rows) - 1)], rows[max(0, len(rows) - 2)]}:
            if _PAGE_NUMBER.match(lines[index].text) or (_bare(lines[index].text) in repeated and index in (rows[0], rows[-1])):
                drop.add(index)
    return [line for index, line in enumerate(lines) if index not in drop and line.text.strip()]


def join_paragraphs(lines: list[Line]) -> str:
    """Return the text with one paragraph a line, from printed lines."""
    if not lines:
        return ""
    full = _full_width(lines)
    margin, indent = _margins(lines)
    out: list[str] = []
    previous: Line | None = None
    for line in lines:
        text = line.text.strip()
        if previous is None or _begins(line, previous, full, margin, indent):
            out.append(text)
        else:
            out[-1] += text if not (out[-1][-1].isascii() and text[0].isascii() and out[-1][-1].isalpha()) else f" {text}"
        previous = line
    return "\n".join(out)


def _begins(line: Line, previous: Line, full: float, margin: float, indent: float) -> bool:
    text, before = line.text.strip(), previous.text.strip()
    if _OPENS.match(text) or (_HEADING.match(before) and width(before) < full * 0.8):
        return True
    if indent:
        return line.left >= margin + indent * 0.6 or width(before) < full * 0.7
    short = width(before) < full - 3
    return short if before.endswith(_ENDS) else width(before) < full * 0.75


def width(text: str) -> float:
    """Printed width in Chinese characters: ASCII counts a half."""
    return sum(0.5 if c.isascii() else 1.0 for c in text)


def _full_width(lines: list[Line]) -> float:
    widths = sorted(width(line.text) for line in lines)
    return widths[int(len(widths) * 0.9)] if widths else 0.0


def _margins(lines: list[Line]) -> tuple[float, float]:
    """(left margin, indent of a paragraph's first line; 0 where the lines show none)."""
    buckets = Counter(int(line.left // _BUCKET) for line in lines)
    edge = min((x for x, n in buckets.items() if n + buckets[x + 1] >= len(lines) * 0.15), default=0)
    margin = min((line.left for line in lines if int(line.left // _BUCKET) >= edge), default=0.0)
    deeper = Counter(round((line.left - margin) / _BUCKET) for line in lines)
    indents = [(n, x) for x, n in deeper.items() if x >= 2 and n >= max(3, len(lines) * 0.05)]
    return margin, max(indents)[1] * _BUCKET if indents else 0.0


def _bare(text: str) -> str:
    return re.sub(r"[\d\s]+", "", text)
