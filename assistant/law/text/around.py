"""The words around a place in a text, as far as the marks that end them and never further than a bound.

Cutting the whole text before every place it is asked of takes the square of its length.
"""

from __future__ import annotations

#: A clause or sentence of a document; the longest sentence of any statute has some nine hundred characters.
_LONGEST = 1_000


def since(text: str, at: int, marks: str, start: int = 0, most: int = _LONGEST) -> int:
    """Return where the words before `at` begin: behind the last of `marks`, at `start`, or `most` characters back."""
    low = max(start, at - most)
    return max([low, *(text.rfind(mark, low, at) + 1 for mark in marks)])


def until(text: str, at: int, marks: str, end: int | None = None, most: int = _LONGEST) -> int:
    """Return where the words from `at` on end: before the next of `marks`, at `end`, or `most` characters further on."""
    high = min(len(text) if end is None else end, at + most)
    return min([high, *(found for mark in marks if (found := text.find(mark, at, high)) >= 0)]) if at < high else at
