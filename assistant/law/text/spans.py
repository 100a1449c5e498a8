"""Stretches of a text, asked by place: is this offset in one of them, does this stretch touch one.

A long document has thousands; looking through all of them for each of thousands would take the square of its length.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from itertools import accumulate


class Spans:
    """Half-open stretches (start, end), sorted once; every question is one bisection."""

    def __init__(self, spans: Iterable[tuple[int, int]]) -> None:
        ordered = sorted(spans)
        self._starts = [start for start, _ in ordered]
        #: The furthest end of this stretch and all before it: where that lies behind an offset, one of them covers it.
        self._furthest = list(accumulate((end for _, end in ordered), max))

    def cover(self, at: int) -> bool:
        """True where one of the stretches has the offset `at`."""
        index = bisect_right(self._starts, at)
        return index > 0 and self._furthest[index - 1] > at

    def touch(self, start: int, end: int) -> bool:
        """True where one of the stretches shares a character with `start`:`end`."""
        index = bisect_left(self._starts, end)
        return index > 0 and self._furthest[index - 1] > start
