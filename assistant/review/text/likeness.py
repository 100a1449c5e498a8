"""How alike an act told in a document and a provision of law are, by the telling pairs of characters they share."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from math import log

from assistant.law.statute.structure import paragraphs
from assistant.law.text.numerals import to_chinese
from assistant.store.records import ShelfArticle

#: A stretch of a provision whose pairs weigh less than this in all stands in most of the statute and tells no act apart.
_TELLING = 8.0


def pieces(article: ShelfArticle) -> Iterator[tuple[str, str]]:
    """Each 项 with its label, and paragraphs without 项."""
    for para in paragraphs(article.article.text):
        if para.items:
            for entry in para.items:
                yield f"{article.article.label}第{to_chinese(entry.number)}项", entry.text
        else:
            yield article.article.label, para.text


@lru_cache(maxsize=32768)
def _pairs(text: str) -> frozenset[str]:
    kept = re.sub(r"[^\u4e00-\u9fff]", " ", text)
    return frozenset(kept[i : i + 2] for i in range(len(kept) - 1) if " " not in kept[i : i + 2])


def weigh(articles: tuple[ShelfArticle, ...]) -> dict[str, float]:
    """How telling each pair of characters is within one statute."""
    seen: Counter[str] = Counter()
    for article in articles:
        seen.update(_pairs(article.article.text))
    total = max(1, len(articles))
    return {pair: log((total + 1) / (count + 0.5)) for pair, count in seen.items()}


def likeness(act: str, text: str, weights: dict[str, float]) -> float:
    """Share of the telling pairs of a provision that the act has; long provisions count their best part."""
    have = _pairs(act)
    pieces = [p for p in re.split(r"[，。；：\n]", text) if len(p) >= 5] or [text]
    scores = []
    for piece in pieces:
        pairs = _pairs(piece)
        whole = sum(weights.get(p, 1.0) for p in pairs)
        if whole >= _TELLING and len(pairs) >= 6:
            scores.append(sum(weights.get(p, 1.0) for p in pairs if p in have) / whole)
    return max(scores, default=0.0)
