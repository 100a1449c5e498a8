"""What one question says about every document: one array a signal."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.search.index.postings import Field
from assistant.search.index.snapshot import Snapshot
from assistant.search.vectors.embed import Embedder
from assistant.search.words.thesaurus import Thesaurus
from assistant.search.words.tokens import Tokenizer, character_pairs

Scores = NDArray[np.float32]
#: A question's vector → (article id, cosine) of the nearest articles.
Nearest = Callable[[Scores], Sequence[tuple[str, float]]]
#: How much a statutory word that the thesaurus puts beside the question's own counts.
_THESAURUS_WEIGHT = 0.7
#: The most like questions of the bank whose articles score, and how many of them vote.
_BANK_TOP, _VOTERS = 400, 40


@dataclass(frozen=True, slots=True)
class Signals:
    """Scores over all documents; lexical ones are shares of the ideal. Bank signals come from the written questions most like this one."""

    words: Scores
    pairs: Scores
    heading: Scores
    dense: Scores
    bank_words: Scores
    bank_dense: Scores
    bank_first: Scores
    bank_votes: Scores
    bank_wide: Scores


@dataclass(frozen=True, slots=True)
class Terms:
    """Weighted tokens of a question, its own and those the thesaurus adds."""

    words: dict[str, float]
    pairs: dict[str, float]
    expanded: str


def question_terms(question: str, tokenizer: Tokenizer, thesaurus: Thesaurus) -> Terms:
    """Return the tokens to look a question up by; statutory words join at a lower weight."""
    words = dict.fromkeys(tokenizer.words(question), 1.0)
    pairs = dict.fromkeys(character_pairs(question), 1.0)
    added = thesaurus.statutory(question)
    for word in added:
        for token in tokenizer.words(word):
            words.setdefault(token, _THESAURUS_WEIGHT)
        for pair in character_pairs(word):
            pairs.setdefault(pair, _THESAURUS_WEIGHT)
    return Terms(words, pairs, " ".join([question, *added]))


def measure(
    snapshot: Snapshot,
    terms: Terms,
    question: str,
    embedder: Embedder | None,
    *,
    skip: NDArray[np.int32] | None = None,
    nearest: Nearest | None = None,
) -> Signals:
    """Compute every signal of a question.

    `skip` are numbers of bank questions to leave out: training asks the bank's own questions and
    must not find them there. `nearest` answers for the article vectors where there are too many
    to compare one by one; documents it does not name score 0.
    """
    size = len(snapshot.rows.alive)
    nothing = np.zeros(size, dtype=np.float32)
    fields = snapshot.fields
    dense, bank_dense, bank_first, bank_votes, bank_wide = nothing, nothing, nothing, nothing, nothing
    if embedder is not None:
        vectors = embedder.questions([question, terms.expanded])
        dense = _dense(snapshot, vectors.mean(axis=0), nearest)
        if snapshot.bank.vectors is not None and len(snapshot.bank.vectors):
            likeness = snapshot.bank.vectors @ vectors[0]
            bank_dense, bank_first, bank_votes, bank_wide = _spread(snapshot, likeness, skip)
    both = terms.words | terms.pairs
    bank_words, *_ = _spread(snapshot, _share(snapshot.questions, both), skip)
    return Signals(
        words=_share(fields["words"], terms.words),
        pairs=_share(fields["pairs"], terms.pairs),
        heading=_share(fields["heading"], both),
        dense=dense,
        bank_words=bank_words,
        bank_dense=bank_dense,
        bank_first=bank_first,
        bank_votes=bank_votes,
        bank_wide=bank_wide,
    )


def _dense(snapshot: Snapshot, vector: Scores, nearest: Nearest | None) -> Scores:
    """Cosine of every article with a question's vector."""
    if nearest is None:
        return snapshot.likeness(vector)
    out = np.zeros(len(snapshot.rows.alive), dtype=np.float32)
    for article_id, score in nearest(vector):
        document = snapshot.documents.get(article_id)
        if document is not None:
            out[document] = score
    return out


def _share(field: Field, weights: dict[str, float]) -> Scores:
    """BM25 as a share of what a document with every token would get."""
    scores, ideal = field.scores(weights)
    return scores / np.float32(ideal)


def _spread(snapshot: Snapshot, likeness: Scores, skip: NDArray[np.int32] | None) -> tuple[Scores, Scores, Scores, Scores]:
    """Carry the likeness of bank questions to their articles: (best, best as first article, votes of few, votes of many)."""
    size = len(snapshot.rows.alive)
    best, first, votes, wide = (np.zeros(size, dtype=np.float32) for _ in range(4))
    left_out = snapshot.bank.homeless if skip is None else np.union1d(snapshot.bank.homeless, skip)
    if len(left_out):
        likeness = likeness.copy()
        likeness[left_out] = -1.0
    count = min(_BANK_TOP, len(likeness))
    if not count:
        return best, first, votes, wide
    top = np.argpartition(-likeness, count - 1)[:count]
    top = top[np.argsort(-likeness[top], kind="stable")]
    top = top[likeness[top] > 0]
    begins = snapshot.bank.starts[top]
    counts = snapshot.bank.starts[top + 1] - begins
    of = np.repeat(np.arange(len(top)), counts)
    place = np.arange(len(of)) - np.repeat(np.cumsum(counts) - counts, counts)
    documents = snapshot.bank.documents[np.repeat(begins, counts) + place]
    scores = likeness[top][of]
    leading, voting = place == 0, of < _VOTERS
    np.maximum.at(best, documents, scores)
    np.maximum.at(first, documents[leading], scores[leading])
    np.add.at(votes, documents[voting], scores[voting] ** 2 / (1 + place[voting]))
    np.add.at(wide, documents, scores**4 / (1 + place))
    return best, first, votes, wide
