"""Cases found by words, field, act and article; some thousands of them, so all are compared, none approximately."""

from __future__ import annotations

import math
import threading
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

import numpy as np
from sqlalchemy import Engine

from assistant.config import Settings
from assistant.law.cases.model import Case, CaseKind
from assistant.law.statute.model import Visibility
from assistant.law.text.titles import title_key
from assistant.search.vectors.embed import Embedder, Passage, Vectors, load_embedder
from assistant.search.words.tokens import Tokenizer, legal_tokenizer
from assistant.store import cases as sql
from assistant.store.cases import StoredCase

#: Statute key, number, suffix.
Place = tuple[str, int, int]
#: What counts as like at all: cosine of the embeddings, or share of the question's words by their weight.
_LIKE, _SHARED = 0.30, 0.15


@dataclass(frozen=True, slots=True)
class FoundCase:
    """A case with its score: 0 where nothing was asked in words, growing with likeness."""

    stored: StoredCase
    score: float


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a case must be; empty fields ask for nothing. `article` with number 0 is any article of the statute."""

    field: str = ""
    act: str = ""
    kind: CaseKind | None = None
    article: Place | None = None
    public_only: bool = False

    def fits(self, case: Case) -> bool:
        """True where the case is what is wanted."""
        return (
            (not self.field or case.field == self.field)
            and (not self.act or self.act in case.act or self.act in case.title)
            and (self.kind is None or case.kind is self.kind)
            and (not self.public_only or case.visibility is Visibility.PUBLIC)
            and (self.article is None or _applies(case, self.article))
        )


def places_of(case: Case) -> frozenset[Place]:
    """The articles a case applied."""
    return frozenset((title_key(b.law), b.number, b.suffix) for b in case.basis)


def _applies(case: Case, article: Place) -> bool:
    return any(p == article or (not article[1] and p[0] == article[0]) for p in places_of(case))


def case_vector(embedder: Embedder, case: Case) -> tuple[bytes, str]:
    """The embedding of a case as it is stored, and the model's name."""
    passage = Passage(f"{case.field} {case.title}", case.act, f"{case.facts}\n{case.decision}", 0)
    return embedder.passages([passage])[0].astype(np.float32).tobytes(), embedder.name


@dataclass(frozen=True)
class _Held:
    """The cases in use at one moment, with their vectors and words."""

    mark: tuple[int, datetime | None]
    cases: tuple[StoredCase, ...]
    vectors: Vectors
    tokenizer: Tokenizer

    @cached_property
    def words(self) -> list[frozenset[str]]:
        return [frozenset(self.tokenizer.words(c.case.text)) for c in self.cases]

    @cached_property
    def weights(self) -> dict[str, float]:
        counted = Counter(w for words in self.words for w in words)
        return {w: math.log(1 + len(self.cases) / n) for w, n in counted.items()}

    @cached_property
    def applying(self) -> dict[Place, list[int]]:
        """Article → the cases (by row) that applied it; one that all apply tells nothing."""
        out: dict[Place, list[int]] = {}
        for row, stored in enumerate(self.cases):
            for place in places_of(stored.case):
                out.setdefault(place, []).append(row)
        return out

    def shared(self, words: frozenset[str], index: int) -> float:
        """The share of the words, by their weight, that a case has."""
        unknown = math.log(1 + len(self.cases))
        whole = sum(self.weights.get(w, unknown) for w in words)
        return sum(self.weights[w] for w in words & self.words[index]) / whole if whole else 0.0


class CaseSearch:
    """Searches the cases of one library; what it read is kept until a case is added or removed. Safe to share."""

    def __init__(self, engine: Engine, settings: Settings, embedder: Embedder | None = None) -> None:
        self._engine = engine
        self._settings = settings
        self._given = embedder
        self._lock = threading.Lock()
        self._held: _Held | None = None

    @cached_property
    def embedder(self) -> Embedder:
        """The configured model."""
        return self._given or load_embedder(self._settings)

    def find(self, words: str = "", wanted: Wanted | None = None, limit: int = 0) -> list[FoundCase]:
        """Return the cases that fit, best first where words are given and newest first where not; `limit` 0 is all."""
        held, ask = self._current(), wanted or Wanted()
        places = [i for i, c in enumerate(held.cases) if ask.fits(c.case)]
        if not words.strip():
            found = [FoundCase(held.cases[i], 0.0) for i in places]
        else:
            found = [f for f in self._scored(held, words, places) if f.score > 0]
        return found[:limit] if limit else found

    def like(self, question: str, articles: Sequence[Place], wanted: Wanted | None = None, limit: int = 2) -> list[FoundCase]:
        """Return the cases that applied one of `articles` (the more important first) and are most like the question.

        An article few cases applied says more than one that many did; a case that shares none is never returned.
        """
        held, ask = self._current(), wanted or Wanted()
        shares: dict[int, float] = {}
        for rank, article in enumerate(articles):
            rows = held.applying.get(article, [])
            for row in rows:
                if ask.fits(held.cases[row].case):
                    shares[row] = shares.get(row, 0.0) + 1.0 / ((1 + rank) * math.sqrt(len(rows)))
        if not shares:
            return []
        scored = {f.stored.id: f.score for f in self._scored(held, question, list(shares))}
        out = [FoundCase(held.cases[i], shares[i] + scored[held.cases[i].id]) for i in shares if scored.get(held.cases[i].id, 0) > 0]
        return sorted(out, key=lambda f: (-f.score, f.stored.id))[:limit]

    def _scored(self, held: _Held, words: str, places: Sequence[int]) -> list[FoundCase]:
        """The cases of `places` with their likeness to the words, best first; 0 for what is not like at all."""
        if not places:
            return []
        terms = frozenset(held.tokenizer.words(words))
        near = held.vectors[list(places)] @ self.embedder.questions([words])[0]
        found = []
        for place, cosine in zip(places, near.tolist(), strict=True):
            shared = held.shared(terms, place)
            found.append(FoundCase(held.cases[place], cosine + shared if cosine >= _LIKE or shared >= _SHARED else 0.0))
        return sorted(found, key=lambda f: (-f.score, -f.stored.id))

    def _current(self) -> _Held:
        with self._lock, self._engine.connect() as connection:
            mark = sql.mark(connection)
            if self._held is None or self._held.mark != mark:
                stored = tuple(sql.cases(connection))
                self._held = _Held(mark, stored, self._vectors(stored), legal_tokenizer())
            return self._held

    def _vectors(self, stored: Sequence[StoredCase]) -> Vectors:
        """The stored vectors; those of another model are made again (and only kept in memory)."""
        out = np.zeros((len(stored), self.embedder.dimensions), dtype=np.float32)
        for row, one in enumerate(stored):
            raw = one.vector if one.vector_model == self.embedder.name else None
            out[row] = np.frombuffer(raw or case_vector(self.embedder, one.case)[0], dtype=np.float32)
        return out
