"""The words in 引号 a document attaches to a citation: …第四十四条规定：“…”, or “…”（《…》第四十四条）."""

from __future__ import annotations

import re
from dataclasses import dataclass

_CLOSING = {"“": "”", "「": "」", "『": "』", "‘": "’", '"': '"', "”": "”", "＂": "＂"}
_LEAD = re.compile(
    r"(?P<lead>(?:之|的|中|里)?(?:明确|具体|作出|作了|已经|已|均|也|还|又|并|就|则|关于|所|有关|相关)*"
    r"(?:规定|要求|指出|载明|写明|表述|条文|内容|原文|全文|条款|称|提出|写道|提到)?(?:的|了|为|是|如下|中)*(?:内容|原文|条文)?(?:为|是|如下)?[，,：:；]?\n?[（(]?)"
    r"(?P<open>[“「『‘\"])"
)
_BEFORE = re.compile(r"(?P<close>[”」』’\"])[。，；,]?(?:[（(【]|——?)(?:引自|见|参见|出自|语出|载于|摘自|依据|根据)?$")
_LONGEST = 3000


@dataclass(frozen=True, slots=True)
class Quote:
    """A quotation in squeezed text: its place without the marks, and the words that lead to it."""

    start: int
    end: int
    lead: str


def quote_after(text: str, pos: int) -> Quote | None:
    """Return the quotation that follows a citation ending at `pos` and belongs to it, or None."""
    match = _LEAD.match(text, pos)
    if not match:
        return None
    end = _closing(text, match.end(), match["open"])
    return Quote(match.end(), end, match["lead"]) if end is not None and end > match.end() else None


def quote_before(text: str, pos: int) -> Quote | None:
    """Return the quotation a parenthesis with the citation at `pos` closes off, or None."""
    match = _BEFORE.search(text[max(0, pos - 12) : pos])
    if not match:
        return None
    close = pos - len(match.group())
    start = _opening(text, close, match["close"])
    return Quote(start, close, "：") if start is not None and start < close else None


def _closing(text: str, start: int, opening: str) -> int | None:
    close, depth = _CLOSING[opening], 0
    for at in range(start, min(len(text), start + _LONGEST)):
        if text[at] == close:
            if depth == 0:
                return at
            depth -= 1
        elif text[at] == opening:
            depth += 1
    return None


def _opening(text: str, close: int, mark: str) -> int | None:
    opening = next(o for o, c in _CLOSING.items() if c == mark)
    depth = 0
    for at in range(close - 1, max(-1, close - _LONGEST), -1):
        if text[at] == opening:
            if depth == 0:
                return at + 1
            depth -= 1
        elif text[at] == mark:
            depth += 1
    return None
