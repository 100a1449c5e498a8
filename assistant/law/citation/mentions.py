"""The titles a text has named so far, for 该法, 本条例 and a bare 第…条 further on.

Asked once a citation: what is kept is sorted by place and by kind, so that each question is one bisection.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field

_NOTE = re.compile(r"[（(][^（）()]*[)）]$")


@dataclass(slots=True)
class _Row:
    """Places in order, and what stands at each; of two at one place the later named comes second."""

    places: list[int] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)

    def add(self, place: int, title: str) -> None:
        index = bisect_right(self.places, place)
        self.places.insert(index, place)
        self.titles.insert(index, title)

    def last_before(self, place: int) -> tuple[int, str] | None:
        index = bisect_left(self.places, place)
        return (self.places[index - 1], self.titles[index - 1]) if index else None


class Mentions:
    """Titles by the place they are named at. Titles in 《》 are known beforehand, others are added as they are read."""

    def __init__(self, kinds: Sequence[str]) -> None:
        self._kinds = kinds
        #: Two sets of rows, since what is read is added in order while what stands in 《》 is there from the first.
        self._rows: tuple[dict[str, _Row], dict[str, _Row]] = ({}, {})
        self._by_title: dict[str, tuple[str, ...]] = {}

    def add(self, place: int, title: str, *, read: bool = True) -> None:
        """Remember that `title` is named at `place`; `read` is False for the titles in 《》 entered before reading."""
        rows = self._rows[read]
        for kind in self._kinds_of(title):
            rows.setdefault(kind, _Row()).add(place, title)

    def last(self, place: int, kind: str = "") -> tuple[int, str] | None:
        """The place and title named last before `place`, of titles that end with `kind`; None where there is none."""
        found = [last for rows in self._rows if (row := rows.get(kind)) and (last := row.last_before(place))]
        return max(reversed(found), key=lambda at: at[0], default=None)

    def _kinds_of(self, title: str) -> tuple[str, ...]:
        """The kinds a title counts as, and "" for any; a 法典 is a 法, too."""
        if title not in self._by_title:
            plain = _NOTE.sub("", title)
            self._by_title[title] = ("", *(k for k in self._kinds if plain.endswith(k) or (k == "法" and plain.endswith("法典"))))
        return self._by_title[title]
