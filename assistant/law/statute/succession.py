"""Where an article's text went in a newer version of its statute."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from assistant.law.statute.model import Article
from assistant.law.text.matching import BoundedMatcher
from assistant.law.text.same_text import folded

#: Share of common text from which a newer article carries on an older one.
_SAME = 0.5
#: An article split in two keeps less than half of the whole; then the old text must stand in the new nearly whole.
_CONTAINED = 0.75
#: So many of the articles with most letter pairs in common are compared in full.
_COMPARED = 6


def carried_on(old: Article, newer: Sequence[Article]) -> Article | None:
    """Return the article of a newer version that carries on `old`, or None where its text is gone.

    The same wording (spaces, widths and punctuation aside) wins; else the article that has most text in
    common with the old one. Among equals the one that kept the number, then the nearer one.
    """
    text = folded(old.text)
    if not text:
        return None

    def distance(article: Article) -> tuple[bool, int]:
        return (article.number, article.suffix) != (old.number, old.suffix), abs(article.ordinal - old.ordinal)

    pairs = _pairs(text)
    ranked = sorted(((-_overlap(pairs, _pairs(folded(a.text))), *distance(a), a) for a in newer), key=lambda r: r[:3])
    scored = [(_likeness(text, folded(a.text)), a) for *_, a in ranked[:_COMPARED]]
    best = max(scored, key=lambda s: (s[0], [-x for x in distance(s[1])]), default=None)
    return best[1] if best and best[0] >= _SAME else None


def _likeness(old: str, new: str) -> float:
    """Share (0 to 1) of common text; for an old text nearly whole within a longer new one, its share of the old."""
    matcher = BoundedMatcher(old, new)
    whole = matcher.ratio()
    common = sum(b.size for b in matcher.get_matching_blocks() if b.size > 1) / len(old)
    return max(whole, common if common >= _CONTAINED else 0.0)


def _pairs(text: str) -> Counter[str]:
    return Counter(text[i : i + 2] for i in range(len(text) - 1)) or Counter([text])


def _overlap(a: Counter[str], b: Counter[str]) -> float:
    return 2 * (a & b).total() / (a.total() + b.total())
