"""Two texts of a statute beside each other: which articles are gone, changed, new, or the same under another number.

One pass over each text, whatever they hold: an article with the same words is the same one, of the rest those with the
same number are one article changed. Where articles were both renumbered and rewritten they show as gone and new.
Who decides on a text must see every difference: nothing but white space and the width of characters counts as none
(a point that is dropped makes 1.5 倍 into 15 倍).
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict, deque
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

from assistant.law.statute.model import Article

Marks = tuple[tuple[str, str], ...]
#: Telling apart the characters of two stretches may take as many steps as the cube of their length; this is for all of a text.
_STEPS: Final = 30_000_000


@dataclass(frozen=True, slots=True)
class ChangedArticle:
    """An article in both texts with other words; `marks` are its pieces in order: equal, delete (old alone), insert (new alone)."""

    old: Article
    new: Article
    marks: Marks


@dataclass(frozen=True, slots=True)
class TextChange:
    """What becomes of the articles of a text: `same` and `renumbered` are counts, the rest in the order of the texts."""

    before: int
    after: int
    deleted: tuple[Article, ...]
    changed: tuple[ChangedArticle, ...]
    added: tuple[Article, ...]
    same: int
    renumbered: int


def text_change(old: Sequence[Article], new: Sequence[Article]) -> TextChange:
    """Return what changes from one text to the other."""
    waiting: dict[str, deque[Article]] = defaultdict(deque)
    for article in old:
        waiting[_exact(article.text)].append(article)
    fresh, renumbered = [], 0
    for article in new:
        alike = waiting.get(_exact(article.text))
        if alike:
            renumbered += alike.popleft().key != article.key
        else:
            fresh.append(article)
    gone = {id(a): a for left in waiting.values() for a in left}
    by_key: dict[str, deque[Article]] = defaultdict(deque)
    for article in (a for a in old if id(a) in gone):
        by_key[article.key].append(article)
    changed, added, steps = [], [], _STEPS
    for article in fresh:
        if not by_key.get(article.key):
            added.append(article)
            continue
        former = by_key[article.key].popleft()
        del gone[id(former)]
        marks, steps = _marks(former.text, article.text, steps)
        changed.append(ChangedArticle(former, article, marks))
    deleted = tuple(a for a in old if id(a) in gone)
    same = len(new) - len(fresh) - renumbered
    return TextChange(len(old), len(new), deleted, tuple(changed), tuple(added), same, renumbered)


def exact_marks(a: str, b: str) -> Marks:
    """Return the pieces in which two wordings differ, punctuation counted; empty where only white space or widths differ."""
    return () if _exact(a) == _exact(b) else _marks(a, b, _STEPS)[0]


def _exact(text: str) -> str:
    """The text as it is compared: white space and widths aside."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def _marks(a: str, b: str, steps: int) -> tuple[Marks, int]:
    """The pieces of two wordings, and the steps that are left: what both begin and end with, and between it as finely as there are steps for."""
    shorter = min(len(a), len(b))
    start = next((i for i in range(shorter) if a[i] != b[i]), shorter)
    end = next((i for i in range(shorter - start) if a[-1 - i] != b[-1 - i]), shorter - start)
    left, right = a[start : len(a) - end], b[start : len(b) - end]
    cost = len(left) * len(right) * min(len(left), len(right))
    between = _pieces(left, right) if cost <= steps else [("delete", left), ("insert", right)]
    pieces = [("equal", a[:start]), *between, ("equal", a[len(a) - end :])]
    return tuple(p for p in pieces if p[1]), steps - cost if cost <= steps else steps


def _pieces(a: str, b: str) -> list[tuple[str, str]]:
    """The pieces in which two stretches differ and agree, as each has them."""
    out: list[tuple[str, str]] = []
    for op, i1, i2, j1, j2 in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if op == "equal":
            out.append(("equal", a[i1:i2]))
        else:
            out += [("delete", a[i1:i2]), ("insert", b[j1:j2])]
    return out
