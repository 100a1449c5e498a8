"""A question → ranked articles in force: exact reference, signals, candidates, ranking."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Engine

from assistant.config import Settings
from assistant.law.citation.read import Citation, parse_reference
from assistant.law.statute.model import Level
from assistant.law.text.titles import title_key
from assistant.library.catalogue import load_catalogue
from assistant.search.index.build import read_pointer
from assistant.search.index.snapshot import Mask, Snapshot, load_snapshot
from assistant.search.ranking.candidates import blend, choose
from assistant.search.ranking.features import FEATURES, describe
from assistant.search.ranking.rank import load_ranking, with_tail
from assistant.search.ranking.signals import Nearest, measure, question_terms
from assistant.search.vectors.embed import Embedder, load_embedder, static_embedder
from assistant.search.words.names import Names
from assistant.search.words.thesaurus import bureau_thesaurus
from assistant.search.words.tokens import legal_tokenizer
from assistant.store.library import statutes as sql
from assistant.store.records import ShelfArticle

_LOOK_AGAIN = 2.0
#: Likeness (cosine) from which a written question is the one asked, and what that adds to the ranking score.
_VERBATIM, _KNOWN = 0.9, 5.0
#: Articles asked of Chroma; filters are applied to them afterwards, exactly.
_NEAREST = 600
PUBLIC = "public"


@dataclass(frozen=True, slots=True)
class Hit:
    """A found article; `why` holds the features behind its place where they were asked for."""

    article: ShelfArticle
    score: float
    status: str
    exact: bool = False
    why: dict[str, float] | None = None


@dataclass(frozen=True, slots=True)
class Ranked:
    """Documents in order with their scores; the first `exact` of them were named by the question."""

    documents: NDArray[np.int64]
    scores: NDArray[np.float32]
    matrix: NDArray[np.float32]
    exact: int


class Searcher:
    """Searches the newest index generation; safe to share between threads."""

    def __init__(self, engine: Engine, settings: Settings) -> None:
        self._engine = engine
        self._settings = settings
        self._lock = threading.Lock()
        self._snapshot: Snapshot | None = None
        self._embedder: Embedder | None = None
        self._nearest: Nearest | None = None
        self._looked = 0.0
        self._short_names = load_catalogue().short_names()
        self._short = Names(self._short_names)

    def snapshot(self) -> Snapshot:
        """The current generation; looks for a newer one at most every two seconds.

        Raises IndexNotReady where none was ever built.
        """
        with self._lock:
            held = self._snapshot
            if held is None:
                self._looked = time.monotonic()
                return self._loaded()
            if time.monotonic() - self._looked <= _LOOK_AGAIN:
                return held
            self._looked = float("inf")  # one looks; the others go on with what there is
        try:
            pointer = read_pointer(self._settings.index_dir)
            stale = held.day != date.today() or (pointer is not None and pointer != held.pointer)
            return self._loaded() if stale else held
        finally:
            self._looked = time.monotonic()

    def _loaded(self) -> Snapshot:
        """The generation as it lies on the disk now, searched from here on."""
        fresh = load_snapshot(self._settings.index_dir)
        embedder = self._embedder_for(fresh)
        nearest = self._nearest_for(fresh, embedder)
        self._snapshot, self._embedder, self._nearest = fresh, embedder, nearest
        return fresh

    def search(
        self,
        question: str,
        *,
        k: int = 10,
        as_of: date | None = None,
        desk: str = "staff",
        levels: Sequence[Level] = (),
        without: Sequence[Level] = (),
        explain: bool = False,
    ) -> list[Hit]:
        """Return the k best articles in force on `as_of` (today), best first; of `levels` only, or of all but those `without`.

        The public desk sees public documents only. Texts of other places are left out unless the
        question names the place or the statute.
        """
        day = as_of or date.today()
        snapshot = self.snapshot()
        ranked = self.rank(snapshot, question, self.allowed(snapshot, question, day, desk, levels, without))
        chosen = ranked.documents[:k].tolist()
        with self._engine.connect() as connection:
            found = sql.articles_by_id(connection, [snapshot.ids[d] for d in chosen])
        hits = []
        for place, document in enumerate(chosen):
            article = found.get(snapshot.ids[document])
            if article is not None:
                why = dict(zip(FEATURES, map(float, ranked.matrix[place]), strict=True)) if explain else None
                hits.append(Hit(article, float(ranked.scores[place]), article.version.status_on(day).value, place < ranked.exact, why))
        return hits

    def references(self, question: str, desk: str = "staff") -> list[Citation]:
        """What a question names by title and number; the public desk does not know the titles of internal documents."""
        return parse_reference(question, self._names(self.snapshot(), question, public=desk == PUBLIC))

    def statutory_words(self, question: str) -> list[str]:
        """The statutory words that the thesaurus puts beside a question's own."""
        return bureau_thesaurus(self._settings).statutory(question)

    def holds(self, level: Level, question: str, day: date, desk: str) -> bool:
        """True where a document of a level may be shown for a question."""
        snapshot = self.snapshot()
        return bool(snapshot.of_levels((level,)).any() and self.allowed(snapshot, question, day, desk, (level,)).any())

    def allowed(
        self, snapshot: Snapshot, question: str, day: date, desk: str, levels: Sequence[Level] = (), without: Sequence[Level] = ()
    ) -> Mask:
        """Documents that may be shown: in force, of these regions, of these levels (or not of those), and public for the public desk."""
        mask = snapshot.in_force(day) & (snapshot.in_regions(self._settings.regions) | self._asked_region(snapshot, question))
        if desk == PUBLIC:
            mask &= ~self._hidden(snapshot)
        if levels:
            mask &= snapshot.of_levels(levels)
        if without:
            mask &= ~snapshot.of_levels(without)
        return mask

    def _hidden(self, snapshot: Snapshot) -> Mask:
        """Documents that the public does not see: by the index or, where that is behind, by the library."""
        with self._engine.connect() as connection:
            internal = sql.internal_ids(connection)
        numbers = [snapshot.statute_numbers[i] for i in internal if i in snapshot.statute_numbers]
        return np.asarray(snapshot.rows.internal | np.isin(snapshot.rows.statute, numbers))

    def rank(self, snapshot: Snapshot, question: str, allowed: Mask) -> Ranked:
        """Rank the allowed documents; those the question names come first."""
        terms = question_terms(question, legal_tokenizer(), bureau_thesaurus(self._settings))
        signals = measure(snapshot, terms, question, self._embedder, nearest=self._nearest)
        mixed = blend(snapshot, signals, allowed)
        documents = choose(snapshot, signals, mixed, allowed)
        named = [d for d in self._named_documents(snapshot, question) if allowed[d]]
        documents = np.union1d(documents, np.array(named, dtype=np.int64)).astype(np.int64)
        matrix = describe(snapshot, question, signals, mixed, documents)
        ranking = load_ranking()
        lifted = matrix[:, list(FEATURES).index("lifted")]
        scores = with_tail(ranking.scores(matrix), lifted) if ranking else lifted
        # Asked before in nearly these words: its articles are known. Training leaves a question's own copy out, so the trees cannot tell.
        scores = scores + np.where(signals.bank_first[documents] >= _VERBATIM, _KNOWN, 0.0)
        if named:
            scores = scores + np.where(np.isin(documents, named), 1000.0, 0.0)
        order = np.argsort(-scores, kind="stable")
        return Ranked(documents[order], scores[order].astype(np.float32), matrix[order], len(named))

    def _named_documents(self, snapshot: Snapshot, question: str) -> list[int]:
        out = []
        for citation in parse_reference(question, self._names(snapshot, question)):
            if citation.title and citation.number:
                place = (title_key(citation.title), citation.number, citation.suffix)
                number = snapshot.statute_numbers.get(place[0])
                if number is not None:
                    same = (snapshot.rows.statute == number) & (snapshot.rows.number == place[1]) & (snapshot.rows.suffix == place[2])
                    out += np.flatnonzero(same & snapshot.rows.alive).tolist()
        return out

    def _names(self, snapshot: Snapshot, question: str, *, public: bool = False) -> dict[str, str]:
        """The names of statutes that occur in a question, each with its title; for the public, of public ones only."""
        squeezed = "".join(question.split())
        found = snapshot.titles.within(squeezed)
        if public:
            hidden, statutes = self._hidden(snapshot), snapshot.rows.statute
            found = [t for t in found if not hidden[np.isin(statutes, list(snapshot.statutes_titled[t]))].all()]
        titles = {title: title for title in found}
        return titles | {name: self._short_names[name] for name in self._short.within(squeezed)}

    def _asked_region(self, snapshot: Snapshot, question: str) -> Mask:
        """Documents of a place, or of a local statute, that the question names."""
        rows = snapshot.rows
        asked = [n for n, name in enumerate(rows.regions) if name and (name in question or name.rstrip("省市县") in question)]
        titled = [n for title in snapshot.titles.within(question) if len(title) >= 6 for n in snapshot.statutes_titled[title]]
        regions, statutes = np.zeros(len(rows.regions), dtype=np.bool_), np.zeros(max(1, len(rows.statute_ids)), dtype=np.bool_)
        regions[asked], statutes[titled] = True, True
        return np.asarray(regions[rows.region] | statutes[rows.statute])

    def _embedder_for(self, snapshot: Snapshot) -> Embedder | None:
        """The model the index was made with; None (words only) where it is not at hand."""
        wanted = snapshot.pointer.embedder
        if wanted.startswith("static"):
            model = static_embedder()
            return model if model.name == wanted else None
        if not wanted:
            return None
        configured = load_embedder(self._settings)
        return configured if configured.name == wanted else None

    def _nearest_for(self, snapshot: Snapshot, embedder: Embedder | None) -> Nearest | None:
        """Chroma's approximate search where the shelf is too large to compare every vector; else None."""
        if embedder is None or len(snapshot.rows.alive) <= self._settings.exact_vector_limit:
            return None
        from assistant.search.vectors.vectors import VectorStore

        store = VectorStore(self._settings.chroma_place, embedder.name, fresh=True)
        return lambda vector: store.nearest(vector, _NEAREST)
