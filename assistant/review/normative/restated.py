"""Penalties of higher law that a draft tells again in its own words, found by the conduct they are for."""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.law.penalty.amounts import find_amounts
from assistant.law.text.numerals import fold_width
from assistant.review.rules.context import Context
from assistant.review.text.likeness import likeness, pieces
from assistant.review.text.passages import Sentence
from assistant.store.records import ShelfArticle

_ALIKE = 0.6
_FINED = re.compile(r"(?:由[^。；，]{2,30})?(?:责令[^。；，]{0,10}，)?(?:给予|予以|可以|并)?(?:处以?|罚款|课以)")


@dataclass(frozen=True, slots=True)
class Restated:
    """The article that punishes the conduct of a sentence; `inside`: every fine the sentence names lies within the article's."""

    article: ShelfArticle
    inside: bool


def restated(context: Context, sentence: Sentence) -> Restated | None:
    """Return the article of a statute the draft names whose conduct the sentence tells, where both fine for it; else None."""
    cut = _FINED.search(sentence.text)
    named = fine_ranges(sentence.text)
    conduct = re.sub(r"^\s*(?:第[^条]{1,6}条|\d+[.．、]|[一二三四五六七八九十]+、)\s*", "", sentence.text[: cut.start()]) if cut else ""
    if not named or len(conduct.strip(" ，")) < 6:
        return None
    best: tuple[float, ShelfArticle] | None = None
    for title in {c.title for c in context.citations if c.title}:
        for article in context.law.articles(title):
            if "罚款" not in article.article.text:
                continue
            score = _score(conduct, article, context)
            if score >= _ALIKE and (best is None or score > best[0]):
                best = (score, article)
    if best is None:
        return None
    allowed = fine_ranges(fold_width(best[1].article.text))
    inside = all(any(low <= r[0] and r[1] <= high for low, high in allowed) for r in named)
    return Restated(best[1], inside) if allowed else None


def _score(conduct: str, article: ShelfArticle, context: Context) -> float:
    weights = context.law.weights(article)
    return max((likeness(conduct, text, weights) for _, text in pieces(article)), default=0.0)


def fine_ranges(text: str) -> list[tuple[float, float]]:
    """The fines of a text in yuan as (floor, ceiling); one that names no floor has 0."""
    found = [(a.floor or 0.0, a.ceiling) for a in find_amounts(text) if not a.ratio]
    return [(low, high) for low, high in found if high is not None]
