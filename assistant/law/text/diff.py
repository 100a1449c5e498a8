"""A quotation against the text it is said to come from, and the characters in which two texts differ.

White space, character width and punctuation do not count: editions of one statute differ in them.
Every other character does; an amount written in other numerals (1万元, 一万元) is the same amount.
"""

from __future__ import annotations

import re
from enum import StrEnum
from functools import lru_cache

from assistant.law.text.folding import Folded, bare
from assistant.law.text.matching import BoundedMatcher, Steps
from assistant.law.text.numerals import fold_width, to_number

Marks = list[tuple[str, str]]

_ELISION = re.compile(r"…+|\.{3,}|．{3,}|。{3,}|·{3,}|\*{3,}|[（(〔\[【](?:略|节略|中略)[)）〕\]】]")
_NUMERAL = re.compile(
    r"(?:\d+(?:[,，]\d{3})*(?:\.\d+)?|[零〇一二两三四五六七八九十百千])[零〇一二两三四五六七八九十百千万亿\d.]*(?:[万亿])?"
)
_OWN_LABEL = re.compile(r"^\s*第[零〇一二三四五六七八九十百千\d０-９]{1,8}条(?:之[一二三四五六七八九十]{1,3})?[\s　:：]*")


class Agreement(StrEnum):
    """How a quotation stands to a text."""

    EXACT = "相符"
    NUMERALS = "数字写法不同"
    DIFFERS = "不符"


def agreement(quote: str, text: str) -> Agreement:
    """Return how `quote` stands to `text`: in it (whole or in part, elisions skipped), or not."""
    segments = _segments(quote)
    if _in_order([bare(s).text for s in segments], _bare_text(text)):
        return Agreement.EXACT
    if _in_order([_plain_numbers(s) for s in segments], _plain_numbers(text)):
        return Agreement.NUMERALS
    return Agreement.DIFFERS


def likeness(quote: str, text: str) -> float:
    """Share (0 to 1) of the characters of `quote` that stand in `text` in pieces of two or more."""
    a, b = bare(quote).text, bare(text).text
    if not a:
        return 0.0
    blocks = BoundedMatcher(a, b).get_matching_blocks()
    return sum(block.size for block in blocks if block.size > 1) / len(a)


def diff_marks(a: str, b: str, steps: Steps | None = None) -> Marks:
    """Return the pieces of `a` and `b` in order: (`equal`, both), (`delete`, only in a), (`insert`, only in b).

    Pieces that differ only in blanks, width or punctuation are equal, shown as `a` has them. `steps` are those this
    comparison and others may take together; once they are used up, the rest is given as different.
    """
    left, right = bare(a), bare(b)
    out: Marks = []
    pos = 0
    for op, i1, i2, j1, j2 in BoundedMatcher(left.text, right.text, steps).get_opcodes():
        end = left.span(i1, i2)[1] if i2 > i1 else pos
        if op == "equal":
            out.append(("equal", a[pos:end]))
        else:
            begin = left.span(i1, i2)[0] if i2 > i1 else pos
            if begin > pos:
                out.append(("equal", a[pos:begin]))
            if i2 > i1:
                out.append(("delete", a[begin:end]))
            if j2 > j1:
                out.append(("insert", b[slice(*right.span(j1, j2))]))
        pos = max(pos, end)
    if pos < len(a):
        out.append(("equal", a[pos:]))
    return _joined(out)


def quote_diff(quote: str, text: str) -> Marks:
    """Return `diff_marks` of a quotation against the part of `text` it comes nearest to."""
    out: Marks = []
    elisions = _ELISION.findall(quote)
    for index, segment in enumerate(_ELISION.split(_OWN_LABEL.sub("", quote))):
        if segment.strip():
            out += diff_marks(segment, nearest_part(segment, text))
        if index < len(elisions):
            out.append(("equal", elisions[index]))
    return _joined(out)


def nearest_part(segment: str, text: str) -> str:
    """Return the part of `text` a segment corresponds to, as the text has it; empty where nothing does."""
    a, b = bare(segment), bare(text)
    blocks = [x for x in BoundedMatcher(a.text, b.text).get_matching_blocks() if x.size > 1]
    if not blocks:
        return ""
    # The longest piece in common is the anchor; a piece far off it is chance, not the same passage.
    anchor = max(blocks, key=lambda x: x.size)
    slack = max(8, len(a.text) // 2)
    near = [x for x in blocks if abs((x.b - x.a) - (anchor.b - anchor.a)) <= slack]
    start = max(0, near[0].b - near[0].a)
    end = min(len(b.text), near[-1].b + near[-1].size + (len(a.text) - near[-1].a - near[-1].size))
    return _trimmed(a, b, text, start, end)


def _trimmed(a: Folded, b: Folded, text: str, start: int, end: int) -> str:
    """The part of `text` between two bare offsets, cut where a partial quotation would cut it."""
    codes = BoundedMatcher(a.text, b.text[start:end]).get_opcodes()
    if codes and codes[0][0] == "insert":
        start += codes[0][4] - codes[0][3]
    if codes and codes[-1][0] == "insert":
        end -= codes[-1][4] - codes[-1][3]
    return text[slice(*b.span(start, end))]


@lru_cache(maxsize=8_192)
def _bare_text(text: str) -> str:
    return bare(text).text


@lru_cache(maxsize=1_024)
def _segments(quote: str) -> tuple[str, ...]:
    return tuple(s for s in _ELISION.split(_OWN_LABEL.sub("", quote)) if bare(s).text)


def _in_order(segments: list[str], text: str) -> bool:
    at = 0
    for segment in segments:
        found = text.find(segment, at)
        if found < 0:
            return False
        at = found + len(segment)
    return bool(segments)


@lru_cache(maxsize=8_192)
def _plain_numbers(text: str) -> str:
    """Bare text with every numeral in Arabic digits, so that 一万元 is 10000元.

    A letter no statute uses fences each number: 三、五日 must not read as 三十五日.
    """

    def digits(match: re.Match[str]) -> str:
        value = to_number(match.group())
        return match.group() if value is None else f"ℓ{value:.10g}ℓ".replace(".", "ℓℓ")

    return bare(_NUMERAL.sub(digits, fold_width(text))).text


def _joined(marks: Marks) -> Marks:
    out: Marks = []
    for op, piece in marks:
        if out and out[-1][0] == op:
            out[-1] = (op, out[-1][1] + piece)
        elif piece:
            out.append((op, piece))
    return out
