"""The pieces two wordings have in common, found with work that grows as the texts do.

`difflib` alone takes the square of the length, and its cube for a text made for it (one character ten thousand times).
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from difflib import Match, SequenceMatcher
from itertools import accumulate
from typing import TypeVar

T = TypeVar("T", bound=Hashable)

#: Steps a comparison may always take, and for each character of the two texts besides. Two editions of an article need
#: some ten thousand, of a whole statute some four million.
_STEPS_AT_LEAST = 5_000_000
_STEPS = 100


@dataclass(slots=True)
class Steps:
    """What comparisons may still take together; below nothing the rest counts as different."""

    left: int


class BoundedMatcher(SequenceMatcher[T]):
    """`SequenceMatcher` without its guess at junk; where two texts are too much alike in too many places, the rest counts as different."""

    def __init__(self, a: Sequence[T], b: Sequence[T], steps: Steps | None = None) -> None:
        super().__init__(None, a, b, autojunk=False)
        self._allowed = steps or Steps(_STEPS_AT_LEAST + _STEPS * (len(a) + len(b)))
        places = {one: len(found) for one, found in self.b2j.items()}  # type: ignore[attr-defined]
        self._steps = [0, *accumulate(1 + places.get(one, 0) for one in a)]

    def find_longest_match(self, alo: int = 0, ahi: int | None = None, blo: int = 0, bhi: int | None = None) -> Match:
        """The longest piece in common within the bounds; none once the steps are used up."""
        end = len(self.a) if ahi is None else ahi  # type: ignore[attr-defined]
        self._allowed.left -= self._steps[end] - self._steps[alo]
        return super().find_longest_match(alo, ahi, blo, bhi) if self._allowed.left >= 0 else Match(alo, blo, 0)
