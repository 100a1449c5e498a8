"""Two versions of a statute side by side, with work that grows as the texts do; it is done by a worker.

Articles with the same words are the same. In the stretches between them an article is sought among those that share rare
pairs of characters with it, and the one of its number; only those few are compared character by character, and only as
long as there are steps left for the whole comparison.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Engine

from assistant.desk.library.documents import OpenStatute, opened
from assistant.law.statute.article_changes import exact_marks
from assistant.law.statute.model import Article
from assistant.law.text.diff import diff_marks
from assistant.law.text.matching import BoundedMatcher, Steps
from assistant.law.text.same_text import folded

#: Below this likeness two articles are one removed and one added; one that kept its number is the same from `_REWRITTEN` on.
_SAME_ARTICLE, _REWRITTEN = 0.5, 0.25
#: So many articles further on an article of a changed stretch is still looked for, and so many of them are compared with it.
_FURTHEST, _NEAREST = 300, 3
#: A pair of characters that stands in more articles of a stretch than this tells none of them apart.
_COMMON = 40
#: Steps for all of a comparison, and for the marks of one pair of articles.
_STEPS: Final = 25_000_000
_PAIR: Final = 2_000_000


@dataclass(frozen=True, slots=True)
class ArticleChange:
    """An article of the older and the newer version; None on the side that lacks it.

    `marks` are the pieces in which the two differ, empty where the text is the same; `whole` where so much differs that
    they were not compared character by character.
    """

    old: Article | None
    new: Article | None
    marks: tuple[tuple[str, str], ...] = ()
    whole: bool = False

    @property
    def changed(self) -> bool:
        """True where more than the number, white space or the width of characters differs: a comma may change the meaning."""
        return self.old is None or self.new is None or bool(self.marks)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two versions, and their articles side by side in the order of the newer text."""

    older: OpenStatute
    newer: OpenStatute
    changes: tuple[ArticleChange, ...]


def comparison(engine: Engine, statute_id: str, older_id: str, newer_id: str) -> Comparison:
    """Return two versions compared; raises NotOnShelf where the library holds no such statute or version."""
    older, newer = opened(engine, statute_id, older_id), opened(engine, statute_id, newer_id)
    return Comparison(older, newer, tuple(compared(older, newer)))


def compared(older: OpenStatute, newer: OpenStatute) -> list[ArticleChange]:
    """Return the articles of two versions side by side, in the order of the newer text."""
    a, b = [x for _, x in older.articles], [x for _, x in newer.articles]
    left, right = [folded(x.text) for x in a], [folded(x.text) for x in b]
    steps = Steps(_STEPS)
    out: list[ArticleChange] = []
    for op, i1, i2, j1, j2 in BoundedMatcher(left, right).get_opcodes():
        if op == "equal":
            out += [ArticleChange(x, y, exact_marks(x.text, y.text)) for x, y in zip(a[i1:i2], b[j1:j2], strict=True)]
        else:
            out += paired(a[i1:i2], b[j1:j2], steps)
    return out


def paired(old: Sequence[Article], new: Sequence[Article], steps: Steps | None = None) -> list[ArticleChange]:
    """Pair the articles of a changed stretch by likeness, keeping their order."""
    allowed = steps or Steps(_STEPS)
    seeker = _Seeker(old)
    out: list[ArticleChange] = []
    at = 0
    for article in new:
        likes = [(_likeness(old[k], article, allowed), -k) for k in seeker.candidates(article, at)]
        best, nearest = max(likes, default=(0.0, 0))
        if best < _SAME_ARTICLE:
            out.append(ArticleChange(None, article))
            continue
        place = -nearest
        out += [ArticleChange(o, None) for o in old[at:place]]
        out.append(_marked(old[place], article, allowed))
        at = place + 1
    return out + [ArticleChange(o, None) for o in old[at:]]


class _Seeker:
    """Where in a stretch articles like a given one stand."""

    def __init__(self, old: Sequence[Article]) -> None:
        self._places: dict[str, list[int]] = defaultdict(list)
        self._keys: dict[str, list[int]] = defaultdict(list)
        for place, article in enumerate(old):
            self._keys[article.key].append(place)
            for pair in _pairs(article):
                self._places[pair].append(place)

    def candidates(self, article: Article, at: int) -> list[int]:
        """The places, from `at` on, of the articles that share the most with one, and of one of its number."""
        votes: Counter[int] = Counter()
        for pair in _pairs(article):
            places = self._places.get(pair, ())
            if len(places) <= _COMMON:
                votes.update(p for p in places if at <= p < at + _FURTHEST)
        own = next((p for p in self._keys.get(article.key, ()) if p >= at), None)
        return sorted({p for p, _ in votes.most_common(_NEAREST)} | ({own} if own is not None and own < at + _FURTHEST else set()))


def _pairs(article: Article) -> set[str]:
    text = folded(article.text)
    return {text[i : i + 2] for i in range(len(text) - 1)}


def _likeness(old: Article, new: Article, steps: Steps) -> float:
    """0 to 1; an article that kept its number is the same one even where much of it was rewritten."""
    a, b = folded(old.text), folded(new.text)
    if a == b:
        return 1.0
    if steps.left <= 0:  # told by the number alone
        return _SAME_ARTICLE if old.key == new.key else 0.0
    own = Steps(min(steps.left, _PAIR))
    given = own.left
    ratio = BoundedMatcher(a, b, own).ratio()
    steps.left -= given - own.left
    return max(ratio, _SAME_ARTICLE) if old.key == new.key and (ratio >= _REWRITTEN or own.left < 0) else ratio


def _marked(old: Article, new: Article, steps: Steps) -> ArticleChange:
    """Two articles taken for one another, with the pieces in which they differ while there are steps left."""
    same = folded(old.text) == folded(new.text)
    own = Steps(max(0, min(steps.left, _PAIR)))
    given = own.left
    marks = tuple(diff_marks(old.text, new.text, own)) if given else ()
    steps.left -= given - own.left
    if (not given or own.left < 0) and not same:
        return ArticleChange(old, new, (("delete", old.text), ("insert", new.text)), whole=True)
    return ArticleChange(old, new, exact_marks(old.text, new.text) if all(op == "equal" for op, _ in marks) else marks)
