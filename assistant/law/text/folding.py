"""Text with something left out, and the way back to the offsets of the full text.

Citations are searched, and quotations compared, in a text without spaces or punctuation; what is
found is reported in the offsets of the text as given.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from assistant.law.text.numerals import fold_width

_INVISIBLE = frozenset(" \t\r\u3000\u00a0\u200b\ufeff")
#: Width and case folded in one pass (as `numerals.fold_width`, and small letters).
_NARROW = {code: fold_width(chr(code)).lower() for code in (*range(0xFF01, 0xFF5F), 0x3000, *range(0x41, 0x5B))}


@dataclass(frozen=True, slots=True)
class Folded:
    """`text` is what is left; `origin[i]` the offset of its i-th character in the full text."""

    text: str
    origin: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Offsets in the full text of `text[start:end]`; an empty piece lies where it would begin."""
        if end <= start:
            at = self.origin[start] if start < len(self.origin) else (self.origin[-1] + 1 if self.origin else 0)
            return at, at
        return self.origin[start], self.origin[end - 1] + 1


def squeeze(text: str) -> Folded:
    """Return `text` without blanks (line ends stay), digits and letters half-width, letters lower-case."""
    return _keep(text, lambda c: c not in _INVISIBLE)


def bare(text: str) -> Folded:
    """Return the letters, digits and signs of value (%, ℃ …) of `text`: no white space, no punctuation.

    The form two wordings are compared in: editions differ in width, spacing and punctuation.
    """
    return _keep(text, _carries_meaning)


def _keep(text: str, wanted: Callable[[str], bool]) -> Folded:
    # The table replaces one character by one, so offsets stay aligned.
    kept = [(c, i) for i, c in enumerate(text.translate(_NARROW)) if wanted(c)]
    return Folded("".join([c for c, _ in kept]), tuple([i for _, i in kept]))


@lru_cache(maxsize=32_768)
def _carries_meaning(char: str) -> bool:
    return unicodedata.category(char)[0] in "LN" or char in "%％‰+℃"
